"""The readable page of an export as PDF, made in memory: nothing of it touches the disk unsealed."""

from __future__ import annotations

from PySide6.QtGui import QTextDocument

from desktop.ui.papers.layout import FONTS, plain_vowels
from desktop.ui.printing import pdf_bytes

_STYLE = (
    f"body {{ font-family: {FONTS}; font-size: 9pt; color: black }} h1 {{ font-size: 18pt }} h2 {{ font-size: 12pt }}"
)


class QtExportPrinter:
    """An ExportPrinter; in any thread, once there is a QGuiApplication."""

    def pdf(self, page: str, title: str) -> bytes:
        """A4; pictures come out of the page itself ("data:"), nothing is loaded."""
        made = QTextDocument()
        made.setDefaultStyleSheet(_STYLE)
        made.setHtml(plain_vowels(page))
        return pdf_bytes(made, title)
