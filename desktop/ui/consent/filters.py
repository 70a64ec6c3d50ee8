"""The filters of Consent: which part of the register, state, purpose, name."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from desktop.domain.consent import ConsentState
from desktop.domain.consent_register import RegisterFilter, RegisterView
from desktop.domain.purposes import PurposeKey
from desktop.ui.consent import words
from desktop.ui.widgets.basic import button, column, row
from desktop.ui.widgets.field import Field

_OFFERED = (
    ConsentState.GIVEN,
    ConsentState.RENEWED,
    ConsentState.EXPIRED,
    ConsentState.WITHDRAWN,
    ConsentState.REFUSED,
    ConsentState.TERMINATED,
    ConsentState.INVALIDATED,
)


class ConsentFilters(QWidget):
    """`changed` after every change; `wanted()` gives the filter."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = QComboBox()
        for view, text in words.VIEWS.items():
            self.view.addItem(words.said(text), view)
        self.state = QComboBox()
        self.state.addItem(self.tr("Any state"), None)
        for state in _OFFERED:
            self.state.addItem(words.state(state), state)
        self.purpose = QComboBox()
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("Part of a name"))
        self.name.setClearButtonEnabled(True)
        self.reset_button = button(self.tr("Clear filters"), self.reset, look="quiet")
        fields = row(
            Field(self.tr("Show"), self.view),
            Field(self.tr("State"), self.state),
            Field(self.tr("Purpose"), self.purpose),
            Field(self.tr("Name"), self.name),
            column(None, self.reset_button),
            gap=12,
        )
        for index, share in enumerate((4, 3, 4, 4)):
            fields.setStretch(index, share)
        self.setLayout(fields)
        self.set_purposes({})
        self._on_change()
        for box in (self.view, self.state, self.purpose):
            box.currentIndexChanged.connect(self._on_change)
        self.name.textChanged.connect(self._on_change)

    def set_purposes(self, titles: Mapping[PurposeKey, str]) -> None:
        """Offer the program's purposes and these; the chosen one stays chosen."""
        before = self.purpose.currentData()
        blocked = self.purpose.blockSignals(True)
        self.purpose.clear()
        self.purpose.addItem(self.tr("Any purpose"), None)
        for key in dict.fromkeys([*words.PURPOSES, *titles]):
            self.purpose.addItem(words.purpose(key, titles), key)
        self.purpose.setCurrentIndex(max(0, self.purpose.findData(before)))
        self.purpose.blockSignals(blocked)

    def show_view(self, view: RegisterView) -> None:
        """That part of the register, and nothing else left out."""
        self.reset()
        self.view.setCurrentIndex(self.view.findData(view))

    def reset(self) -> None:
        """Everybody and everything."""
        blocked = self.blockSignals(True)
        for box in (self.view, self.state, self.purpose):
            box.setCurrentIndex(0)
        self.name.clear()
        self.blockSignals(blocked)
        self._on_change()

    def wanted(self) -> RegisterFilter:
        state, purpose = self.state.currentData(), self.purpose.currentData()
        return RegisterFilter(
            view=RegisterView(self.view.currentData()),
            state=None if state is None else ConsentState(state),
            purpose=None if purpose is None else PurposeKey(purpose),
            name=self.name.text().strip(),
        )

    def _on_change(self) -> None:
        wanted = self.wanted()
        for box in (self.state, self.purpose):  # of an archived record the recognition alone is listed
            box.setEnabled(wanted.view is not RegisterView.ARCHIVED)
        self.reset_button.setEnabled(wanted.narrow)
        self.changed.emit()
