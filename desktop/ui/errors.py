"""Shows a ConsentryError: what happened, what was kept, what to do, in the window's language."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.domain.errors import Cancelled, ConsentryError
from desktop.ui.widgets.basic import button, column, label, row, symbol
from desktop.ui.widgets.dialog import Dialog


@dataclass(frozen=True, slots=True)
class ErrorText:
    """The three sentences, translated and with their gaps filled."""

    happened: str
    kept: str
    todo: str

    @property
    def whole(self) -> str:
        return f"{self.happened} {self.kept} {self.todo}"


def error_text(error: ConsentryError) -> ErrorText:
    """The sentences of an error in the window's language."""

    def said(template: str) -> str:
        return QCoreApplication.translate("errors", template).format(**error.params)

    return ErrorText(said(error.happened), said(error.kept), said(error.todo))


def three_sentences(text: ErrorText) -> QVBoxLayout:
    """What was kept and what to do, each under its own small heading."""

    def part(title: str, sentence: str) -> QVBoxLayout:
        return column(label(title, "caption"), label(sentence, wrap=True, selectable=True), gap=2)

    translate = QCoreApplication.translate
    return column(
        part(translate("ErrorDialog", "What was kept"), text.kept),
        part(translate("ErrorDialog", "What to do"), text.todo),
        gap=12,
    )


class ErrorDialog(Dialog):
    """One error, with the word for the administrator at the bottom."""

    def __init__(self, error: ConsentryError, parent: QWidget | None) -> None:
        super().__init__(self.tr("Consentry"), parent)
        text = error_text(error)
        self.heading: QLabel = label(text.happened, "heading", wrap=True, selectable=True)
        icon = symbol("warning", "attention", 28)
        body = row(icon, column(self.heading, three_sentences(text), None, gap=16), gap=16)
        body.setAlignment(icon, Qt.AlignmentFlag.AlignTop)
        body.setStretch(1, 1)
        self.close_button = button(self.tr("Close"), self.accept, look="primary")
        code = label(self.tr("Code: {code}").format(code=error.code), "small", selectable=True)
        self.fill(body, row(code, None, self.close_button))
        self.fit(500)
        self.setAccessibleDescription(text.whole)
        self.close_button.setFocus()


def show_error(error: ConsentryError, parent: QWidget | None) -> ErrorDialog | None:
    """Open a dialog over `parent` and return at once. A cancelled action is not an error: nothing opens."""
    if isinstance(error, Cancelled):
        return None
    dialog = ErrorDialog(error, parent)
    dialog.open()
    return dialog
