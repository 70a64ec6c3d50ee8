"""A notice as it is read: title and paragraphs, in its own direction."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from desktop.domain.notices import RIGHT_TO_LEFT, NoticeText
from desktop.ui.widgets.basic import label


class NoticeReader(QScrollArea):
    """Scrolls; the keyboard and a finger move it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._shown: NoticeText | None = None
        self.show_text(None)

    def show_text(self, text: NoticeText | None) -> None:
        if text == self._shown and self.widget() is not None:
            return
        self._shown = text
        inside = QWidget()
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(4, 0, 16, 0)
        lines.setSpacing(12)
        if text is not None:
            rtl = text.language in RIGHT_TO_LEFT
            inside.setLayoutDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)
            for words, look in ((text.title, "heading"), *((each, "") for each in text.paragraphs)):
                lines.addWidget(label(words, look, wrap=True))
            self.setAccessibleName(text.title)
            self.setAccessibleDescription("\n".join(text.paragraphs))
        lines.addStretch(1)
        self.setWidget(inside)
        self.verticalScrollBar().setValue(0)
