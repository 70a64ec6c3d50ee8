"""The page Live: the wall with its size, its pages and its full-screen tile."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.bridge.events import DeskEvents
from desktop.services.live import LiveService
from desktop.ui.live.wall import SIZES, Wall
from desktop.ui.widgets.basic import bar, column, holding, icon_button, label
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.segments import Segments


class LivePage(QWidget):
    """Shows `live.cameras()` and follows every change of them."""

    maximised = Signal(bool)  # one tile fills the page: the window hides what surrounds it
    wants_camera = Signal()  # the empty state's button

    def __init__(
        self, live: LiveService, events: DeskEvents, *, may_add: bool = True, parent: QWidget | None = None
    ) -> None:
        """`may_add`: whether the empty page offers to add a camera."""
        super().__init__(parent)
        self._live = live
        self.setAccessibleName(self.tr("Live"))
        self.wall = Wall(live)
        sizes = [(count, str(count), self.tr("{count} cameras at once").format(count=count), "") for count in SIZES]
        self.size_choice: Segments[int] = Segments(self.tr("Cameras at once"), sizes)
        self.size_choice.choose(self.wall.count)
        self.previous = icon_button("left", self.tr("Cameras before these (Page Up)"), lambda: self.wall.turn(-1))
        self.next = icon_button("right", self.tr("Further cameras (Page Down)"), lambda: self.wall.turn(1))
        self.page_label = label("", "muted")
        self.full = icon_button("expand", self.tr("Selected camera full screen (F)"), self._maximise_focused)
        self._bar = bar(
            label(self.tr("Live"), "title"),
            None,
            self.previous,
            self.page_label,
            self.next,
            self.size_choice,
            self.full,
        )
        self._nothing = EmptyState(
            "cameras",
            self.tr("No camera is running"),
            self.tr("Add a camera, or switch one on under Cameras. Its picture appears here with every face masked."),
        )
        if may_add:
            self._nothing.offer(self.tr("Add a camera"), self.wants_camera.emit, icon="add")
        self._stack = QStackedLayout()
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self.wall)
        self.setLayout(column(self._bar, holding(self._stack), gap=0))
        self._connect(events)
        self.reload()

    def _connect(self, events: DeskEvents) -> None:
        self.size_choice.changed.connect(self.wall.set_count)
        self.wall.page_changed.connect(self._on_page)
        self.wall.maximised.connect(self._on_maximised)
        events.cameras_changed.connect(self.reload)
        events.camera_status.connect(self.wall.set_status)
        for count in SIZES:
            keys = QShortcut(QKeySequence(str(count)), self)
            keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            keys.activated.connect(lambda count=count: self._choose(count))

    def reload(self) -> None:
        """Read the running cameras anew (from memory)."""
        cameras = self._live.cameras()
        self.wall.set_cameras(cameras)
        self._stack.setCurrentWidget(self.wall if cameras else self._nothing)
        self.size_choice.setEnabled(bool(cameras))
        self.full.setEnabled(bool(cameras))

    def focus_start(self) -> None:
        """Where the keyboard begins on this page."""
        first = next((tile for tile in self.wall.tiles if tile.camera is not None), None)
        (first or self._nothing.action).setFocus()

    def _choose(self, count: int) -> None:
        self.size_choice.choose(count)
        self.wall.set_count(count)

    def _maximise_focused(self) -> None:
        shown = [tile for tile in self.wall.tiles if tile.camera is not None]
        chosen = next((tile for tile in shown if tile.hasFocus()), shown[0] if shown else None)
        if chosen is not None and chosen.camera is not None:
            self.wall.maximise(chosen.camera.id)

    def _on_page(self, page: int, pages: int) -> None:
        several = pages > 1
        for widget in (self.previous, self.page_label, self.next):
            widget.setVisible(several)
        self.previous.setEnabled(page > 0)
        self.next.setEnabled(page < pages - 1)
        self.page_label.setText(self.tr("{page} of {pages}").format(page=page + 1, pages=pages))

    def _on_maximised(self, on: bool) -> None:
        self._bar.setVisible(not on)
        self.maximised.emit(on)
