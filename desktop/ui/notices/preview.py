"""How a person reads the notice: in their language and direction, with the controller's details filled in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop.domain.controller import Controller
from desktop.domain.notices import RIGHT_TO_LEFT, NoticeText, clean_text, filled
from desktop.domain.purposes import Purpose
from desktop.ui.notices import words
from desktop.ui.widgets.basic import column, frame, label, rule
from desktop.ui.widgets.notice import Notice, Tone

_WIDEST = 720


class Preview(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = Notice()
        self._inside = column(gap=12, margins=(28, 24, 28, 24))
        self.sheet = frame("card", self._inside)
        self.sheet.setMaximumWidth(_WIDEST)
        self.setLayout(column(self.notice, self.sheet, None, gap=12))

    def show_text(self, text: NoticeText, purposes: Sequence[Purpose], controller: Controller | None) -> None:
        """`controller` None: the gaps stay, and it is said why."""
        missing = self.tr("Who answers for this desk is not recorded yet: the details in braces stay open.")
        self.notice.say("" if controller is not None else missing, Tone.ATTENTION)
        self._clear()
        shown = clean_text(text)
        if controller is not None:
            shown = filled(shown, controller)
        leftward = text.language in RIGHT_TO_LEFT
        self.sheet.setLayoutDirection(Qt.LayoutDirection.RightToLeft if leftward else Qt.LayoutDirection.LeftToRight)
        self._line(shown.title, "title")
        for paragraph in shown.paragraphs:
            self._line(paragraph)
        for purpose in purposes:
            said = shown.purposes.get(purpose.key)
            self._inside.addWidget(rule())
            self._line(said.title if said is not None else words.purpose(purpose.key), "heading")
            if said is not None:
                self._line(said.explanation)
        self.sheet.setAccessibleName(self.tr("Preview in {language}").format(language=words.OWN_NAMES[text.language]))

    def _line(self, text: str, look: str = "") -> QLabel:
        made = label(text, look, wrap=True, selectable=True)
        made.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self._inside.addWidget(made)
        return made

    def _clear(self) -> None:
        while (item := self._inside.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
