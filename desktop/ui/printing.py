"""Paper and PDF: what every printed document of the program has in common."""

from __future__ import annotations

from pathlib import Path

import segno
from PySide6.QtCore import QBuffer, QEventLoop, QIODevice, QMarginsF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QWidget

_DPI = 300
_QUIET = 4  # modules around a QR code


def printer_there() -> bool:
    return bool(QPrinterInfo.availablePrinterNames())


def choose_printer(parent: QWidget) -> QPrinter | None:
    """Let the person choose a printer. None: they did not."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    accepted = QPrintDialog(printer, parent).exec() == QDialog.DialogCode.Accepted
    return printer if accepted else None


def write_pdf(document: QTextDocument, target: Path, title: str) -> None:
    """Write a document, which has margins of its own, as PDF, A4. Raises OSError."""
    with target.open("wb"):  # QPdfWriter says nothing of a file it cannot write
        pass
    writer = QPdfWriter(str(target))
    _print(document, writer, title)


def pdf_bytes(document: QTextDocument, title: str) -> bytes:
    """The same in memory."""
    made = QBuffer()
    made.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(made)
    _print(document, writer, title)
    return bytes(made.data().data())


def _print(document: QTextDocument, writer: QPdfWriter, title: str) -> None:
    loop = QEventLoop()  # the layout starts timers, for which a worker thread has no place yet
    writer.setResolution(_DPI)
    writer.setTitle(title)
    layout = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4),
        QPageLayout.Orientation.Portrait,
        QMarginsF(),
        QPageLayout.Unit.Millimeter,
    )
    writer.setPageLayout(layout)
    document.print_(writer)
    del loop


def qr_image(text: str, *, error: str = "m") -> QImage:
    """The QR code with a quiet zone, eight pixels a module. `error`: correction level, "l" to "h"."""
    matrix = segno.make(text, error=error, micro=False, boost_error=False).matrix
    side = len(matrix) + 2 * _QUIET
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    for y, line in enumerate(matrix):
        for x, dark in enumerate(line):
            if dark:
                image.setPixel(x + _QUIET, y + _QUIET, 0xFF000000)
    return image.scaled(side * 8, side * 8)
