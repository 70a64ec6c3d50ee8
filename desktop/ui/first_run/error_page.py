"""A desk that could not be opened: what happened, what was kept, what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.domain.errors import ConsentryError
from desktop.ui.errors import error_text, three_sentences
from desktop.ui.widgets.basic import button, column, frame, label, row, symbol

Act = tuple[str, Callable[[], object]]


class ErrorPage(QWidget):
    """Shows one error with the actions that may help; the first is the one to try."""

    def __init__(self, error: ConsentryError, actions: Sequence[Act], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        text = error_text(error)
        heading = label(text.happened, "title", wrap=True, selectable=True)
        icon = symbol("warning", "attention", 32)
        self.buttons: list[QPushButton] = [
            button(words, act, look="" if index else "primary") for index, (words, act) in enumerate(actions)
        ]
        code = label(self.tr("Code: {code}").format(code=error.code), "small", selectable=True)
        words = column(heading, 4, three_sentences(text), 8, row(*self.buttons, None, gap=12), code, gap=12)
        inside = row(icon, words, gap=20, margins=(28, 28, 28, 24))
        inside.setAlignment(icon, Qt.AlignmentFlag.AlignTop)
        inside.setStretch(1, 1)
        card = frame("card", inside)
        card.setFixedWidth(620)
        self.setLayout(column(None, row(None, card, None), None, margins=(24, 24, 24, 24)))
        self.setAccessibleName(text.happened)
        self.setAccessibleDescription(f"{text.kept} {text.todo}")
