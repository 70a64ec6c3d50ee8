"""Draws the figures for the public as PDF."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtGui import QTextDocument

from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.trust import TrustPart, TrustReport
from desktop.ui.printing import write_pdf
from desktop.ui.trust import words


class QtTrustPrinter:
    """A TrustPrinter; in any thread, once there is a QGuiApplication."""

    def save(self, report: TrustReport, target: Path) -> None:
        """Write them as PDF, A4. Raises OSError."""
        document = QTextDocument()
        document.setHtml(_html(report))
        write_pdf(document, target, _title(report))


def _title(report: TrustReport) -> str:
    return words.said(T("trust", "How {site} looks after data")).format(site=report.site)


def _html(report: TrustReport) -> str:
    small = T("trust", "Numbers below five are not told, so that nobody can be recognised in them.")
    parts = [
        f'<h1 style="font-size: 18pt">{escape(_title(report))}</h1>',
        f"<p>{escape(words.span(report))} {escape(words.said(small))}</p>",
        *(_part(report, part) for part in TrustPart),
    ]
    return f'<html><body style="font-family: sans-serif; font-size: 10pt; color: black">{"".join(parts)}</body></html>'


def _part(report: TrustReport, part: TrustPart) -> str:
    lines = "".join(
        f'<tr><td style="color: #444444">{escape(words.name(each))}&nbsp;&nbsp;</td>'
        f"<td>{escape(words.value(each, public=report.public))}</td></tr>"
        for each in report.of(part)
    )
    heading = f'<h2 style="font-size: 12pt; margin-bottom: 2px">{escape(words.part(part))}</h2>'
    return f'{heading}<table cellpadding="1">{lines}</table>'
