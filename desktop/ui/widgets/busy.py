"""Progress of a long action, with a way out."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from desktop.ui.widgets.basic import button, column, label, row

_GRACE_MS = 150  # what ends sooner needs no progress; showing it would only flicker


class BusyRow(QWidget):
    """What is being done, how far it is, and Cancel. Hidden while idle; appears after 150 ms of work."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = label("", "muted", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self.cancel = button(self.tr("Cancel"), self._ask_to_stop)
        self.setLayout(row(column(self._text, self._bar, gap=6), self.cancel, gap=16))
        self._grace = QTimer(self)
        self._grace.setSingleShot(True)
        self._grace.setInterval(_GRACE_MS)
        self._grace.timeout.connect(self.show)
        self.hide()

    @property
    def busy(self) -> bool:
        return self._grace.isActive() or not self.isHidden()

    def begin(self, text: str, *, cancellable: bool = True, at_once: bool = False) -> None:
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._bar.setAccessibleName(text or self.tr("Progress"))
        self._bar.setRange(0, 0)
        self.cancel.setEnabled(True)
        self.cancel.setVisible(cancellable)
        if at_once:
            self.show()
        elif self.isHidden():
            self._grace.start()

    def step(self, text: str, *, cancellable: bool) -> None:
        """Another step of the same action."""
        if self.cancel.isEnabled() or not cancellable:  # else it says that it is stopping
            self._text.setText(text)
            self._text.show()
            self._bar.setAccessibleName(text)
        self.cancel.setVisible(cancellable)

    def advance(self, share: float) -> None:
        """`share` 0 to 1; before the first call the bar shows only that work goes on."""
        self._bar.setRange(0, 1000)
        self._bar.setValue(round(share * 1000))

    def end(self) -> None:
        self._grace.stop()
        self.hide()

    def _ask_to_stop(self) -> None:
        self.cancel.setEnabled(False)
        self._text.setText(self.tr("Stopping ..."))
        self._text.show()
        self.cancelled.emit()
