"""A paper on the printer and on the screen."""

from __future__ import annotations

from PySide6.QtWidgets import QTextBrowser, QWidget

from desktop.domain.paper import Paper
from desktop.services.receipt_errors import NoPrinter
from desktop.ui.papers.layout import document
from desktop.ui.printing import choose_printer, printer_there


def print_paper(paper: Paper, parent: QWidget) -> bool:
    """Let the operator choose a printer and print. False: they did not. Raises NoPrinter."""
    if not printer_there():
        raise NoPrinter
    printer = choose_printer(parent)
    if printer is None:
        return False
    printer.setDocName("Consentry")  # the queue's list is seen by others
    document(paper).print_(printer)
    return True


class PaperView(QTextBrowser):
    """The paper as it would be printed, white in both themes; nothing in it can be followed or opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setProperty("look", "paper")

    def show_paper(self, paper: Paper) -> None:
        made = document(paper)
        made.setParent(self)
        self.setDocument(made)
        self.setAccessibleName(paper.title)
