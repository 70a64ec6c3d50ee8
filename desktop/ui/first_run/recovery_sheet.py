"""The recovery code on paper. Printed straight to the printer: no file of it is ever made by the program."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QCoreApplication, QMarginsF
from PySide6.QtGui import QPageLayout, QTextDocument
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget

from desktop.domain.recovery_code import RecoveryCode
from desktop.ui.printing import choose_printer


def print_sheet(code: RecoveryCode, parent: QWidget) -> bool:
    """Let the person choose a printer and print. False: they did not."""
    printer = choose_printer(parent)
    if printer is None:
        return False
    paint_sheet(code, printer)
    return True


def paint_sheet(code: RecoveryCode, printer: QPrinter) -> None:
    printer.setDocName("Consentry")  # the queue's list is seen by others
    printer.setPageMargins(QMarginsF(20, 20, 20, 20), QPageLayout.Unit.Millimeter)
    document = QTextDocument()
    document.setHtml(sheet_html(code))
    document.print_(printer)


def sheet_html(code: RecoveryCode) -> str:
    """The sheet: what it is, what it opens, the groups in their order."""

    def words(text: str) -> str:
        return escape(QCoreApplication.translate("RecoverySheet", text))

    cells = [
        f"<td style='padding:8pt'><small>{number}</small><br/><tt style='font-size:20pt'>{group}</tt></td>"
        for number, group in enumerate(code.groups, 1)
    ]
    rows = "".join(f"<tr>{''.join(cells[at : at + 4])}</tr>" for at in range(0, len(cells), 4))
    lead = words("Recovery code of a Consentry desk")
    what = words(
        "It opens the desk when its keyring is lost, and its backups on another computer. "
        "Whoever has it and a backup can read everything."
    )
    keep = words("Keep it locked away, apart from the computer and from the backups.")
    return f"<h2>{lead}</h2><p>{what}</p><p>{keep}</p><table>{rows}</table>"
