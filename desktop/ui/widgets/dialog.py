"""Dialogs that do not stop the window: they open, and answer later through callbacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLayout, QSizePolicy, QWidget

from desktop.ui.widgets.basic import button, column, frame, label, row, symbol


class Dialog(QDialog):
    """A modal dialog of the window with a body and a foot; deleted when closed."""

    def __init__(self, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def fill(self, body: QLayout, foot: QLayout) -> None:
        body.setContentsMargins(24, 20, 24, 20)
        foot.setContentsMargins(24, 14, 24, 14)
        below = frame("foot", foot)
        below.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        whole = column(body, below, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def fit(self, width: int) -> None:
        """As wide as asked, and as high as the wrapped texts then need."""
        self.setFixedWidth(width)
        layout = self.layout()
        assert layout is not None
        self.ensurePolished()
        layout.activate()
        self.resize(width, layout.totalHeightForWidth(width))


class Confirm(Dialog):
    """Asks before something is destroyed, naming what goes. Cancel has the focus: Enter destroys nothing."""

    def __init__(
        self,
        parent: QWidget | None,
        *,
        title: str,
        question: str,
        points: Sequence[str],
        act: str,
        on_yes: Callable[[], object],
        below: QWidget | None = None,
        width: int = 480,
    ) -> None:
        """`below`: stands under the points."""
        super().__init__(title, parent)
        self._on_yes = on_yes
        listed = column(*(self._point(text) for text in points), gap=6)
        more = [] if below is None else [below]
        texts = column(label(question, "heading", wrap=True), listed, *more, None, gap=12)
        icon = symbol("warning", "danger", 28)
        body = row(icon, texts, gap=16)
        body.setAlignment(icon, Qt.AlignmentFlag.AlignTop)
        self.no = button(self.tr("Cancel"), self.reject)
        self.yes = button(act, self._accept, look="danger-fill")
        body.setStretch(1, 1)
        self.fill(body, row(None, self.no, self.yes, gap=12))
        self.fit(width)
        self.no.setFocus()
        self.setAccessibleDescription(" ".join((question, *points)))

    def _point(self, text: str) -> QLayout:
        mark = label("•", "muted")
        line = row(mark, label(text, wrap=True), gap=8)
        line.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
        line.setStretch(1, 1)
        return line

    def _accept(self) -> None:
        self.accept()
        self._on_yes()
