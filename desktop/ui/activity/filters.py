"""The filters of Activity: time, camera, person, result."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.decision import Band
from desktop.domain.ids import CameraId, PersonId
from desktop.domain.sightings import SightingFilter
from desktop.services.activity import CameraName
from desktop.services.people import PeopleService
from desktop.ui import texts
from desktop.ui.widgets.basic import button, column, row
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.person_picker import PersonPicker
from desktop.ui.widgets.time_span import TimeSpan


class FilterBar(QWidget):
    """`changed` after every change; `wanted()` gives the filter."""

    changed = Signal()

    def __init__(
        self, people: PeopleService, tasks: TaskRunner, *, today_only: bool = False, parent: QWidget | None = None
    ) -> None:
        """`today_only`: longer times are not offered."""
        super().__init__(parent)
        self.span = TimeSpan(today_only=today_only)
        self.camera = QComboBox()
        self.person = PersonPicker(people, tasks)
        self.band = QComboBox()
        self.band.addItem(self.tr("All results"), None)
        for band in (Band.MATCH, Band.POSSIBLE, Band.UNKNOWN):
            self.band.addItem(texts.band(band), band)
        self.reset_button = button(self.tr("Clear filters"), self.reset, look="quiet")
        self._build()
        self.set_cameras(())
        self.reset()
        self._connect()

    def _build(self) -> None:
        fields = row(
            Field(self.tr("Time"), self.span),
            Field(self.tr("Camera"), self.camera),
            Field(self.tr("Person"), self.person),
            Field(self.tr("Result"), self.band),
            column(None, self.reset_button),
            gap=12,
        )
        for index, share in enumerate((3, 3, 4, 3)):
            fields.setStretch(index, share)
        self.setLayout(column(fields, self.span.custom, gap=10))

    def _connect(self) -> None:
        self.span.changed.connect(self._on_change)
        for box in (self.camera, self.band):
            box.currentIndexChanged.connect(self._on_change)
        self.person.chosen.connect(self._on_change)

    def _on_change(self) -> None:
        self.reset_button.setEnabled(self.narrowed)
        self.changed.emit()

    @property
    def narrowed(self) -> bool:
        """Whether anything but the standard is chosen."""
        return (
            self.span.narrowed
            or self.camera.currentData() is not None
            or self.band.currentData() is not None
            or self.person.person is not None
        )

    def set_cameras(self, cameras: Sequence[CameraName]) -> None:
        """Offer these cameras; the chosen one stays chosen while it exists."""
        before = self.camera.currentData()
        blocked = self.camera.blockSignals(True)
        self.camera.clear()
        self.camera.addItem(self.tr("All cameras"), None)
        for camera in cameras:
            self.camera.addItem(camera.name, camera.id)
        self.camera.setCurrentIndex(max(0, self.camera.findData(before)))
        self.camera.blockSignals(blocked)
        if before is not None and self.camera.currentData() is None:
            self._on_change()

    def reset(self) -> None:
        """Everything, of all times."""
        blocked = self.blockSignals(True)
        self.span.reset()
        self.camera.setCurrentIndex(0)
        self.band.setCurrentIndex(0)
        self.person.choose(None, "")
        self.blockSignals(blocked)
        self._on_change()

    def wanted(self) -> SightingFilter:
        """The filter as chosen; relative times count from now."""
        since, until = self.span.times()
        camera, band = self.camera.currentData(), self.band.currentData()
        person = self.person.person
        return SightingFilter(
            since=since,
            until=until,
            camera_id=CameraId(camera) if camera is not None else None,
            person_id=PersonId(person) if person is not None else None,
            band=Band(band) if band is not None else None,
        )
