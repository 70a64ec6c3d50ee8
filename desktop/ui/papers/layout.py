"""The one layout of receipts, passes and certificates: printed, saved and shown alike."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QLocale, Qt, QUrl
from PySide6.QtGui import QTextDocument, QTextOption

from desktop.domain.paper import Paper, Row, Section
from desktop.ui.printing import pdf_bytes, qr_image, write_pdf

# Fonts whose Arabic letters can be read back from a PDF: each joined form has a code point of its own, which Noto's
# ligatures lack.
FONTS = "'DejaVu Sans', Arial, Tahoma, sans-serif"
_CODE = "code.png"
_VOWEL_OF_DOUBLED = re.compile("(?<=\u0651)[\u064b-\u0650]|[\u064b-\u0650](?=\u0651)")  # beside an Arabic shadda
_CODE_POINTS, _LARGE_CODE_POINTS = 140, 200


class QtPaperRenderer:
    """A PaperRenderer; in any thread, once there is a QGuiApplication."""

    def save(self, paper: Paper, target: Path) -> None:
        """Write it as PDF, A4. Raises OSError."""
        write_pdf(document(paper), target, paper.title)

    def pdf(self, paper: Paper) -> bytes:
        """The same in memory."""
        return pdf_bytes(document(paper), paper.title)


def document(paper: Paper) -> QTextDocument:
    """The paper as rich text; every text of it is escaped."""
    made = QTextDocument()
    option = QTextOption()
    option.setTextDirection(Qt.LayoutDirection.RightToLeft if paper.right_to_left else Qt.LayoutDirection.LeftToRight)
    made.setDefaultTextOption(option)
    if paper.code:
        made.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(_CODE), qr_image(paper.code, error="l"))
    made.setHtml(_html(paper))
    return made


def _html(paper: Paper) -> str:
    first, *others = paper.sections
    parts = [
        f'<h1 style="font-size: 18pt; margin-top: 0px; margin-bottom: 4px">{_text(paper.title)}</h1>',
        f'<p style="font-size: 11pt; margin-top: 0px; margin-bottom: 4px">{_text(paper.lead)}</p>',
        _section(first, paper),
        _code(paper) if paper.code else "",
        *(_section(each, paper) for each in others),
    ]
    size = 12 if paper.large else 9
    look = f"font-family: {FONTS}; font-size: {size}pt; color: black"
    return f'<html {_way(paper)}><body {_way(paper)} style="{look}">{"".join(parts)}</body></html>'


def _way(paper: Paper) -> str:
    return 'dir="rtl"' if paper.right_to_left else 'dir="ltr"'


def _code(paper: Paper) -> str:
    side = _LARGE_CODE_POINTS if paper.large else _CODE_POINTS
    image = f'<img src="{_CODE}" width="{side}" height="{side}">'
    return _table(_line(paper, image, _text(paper.caption)), paper)


def _table(lines: str, paper: Paper) -> str:
    width = ' width="100%"' if paper.right_to_left else ""
    return f'<table cellpadding="1"{width}>{lines}</table>'


def _line(paper: Paper, first: str, second: str, way: str = "") -> str:
    """Two cells; Qt never mirrors a table, so the second one is written first where one reads from the right.
    `way`: in which the second reads, where not as the paper does."""
    if not paper.right_to_left:
        return f'<tr><td>{first}&nbsp;&nbsp;</td><td style="vertical-align: middle">{second}</td></tr>'
    said = f'<p dir="{way or "rtl"}" align="right">{second}</p>'
    return (
        f'<tr><td width="75%" style="vertical-align: middle">{said}</td>'
        f'<td width="25%"><p dir="rtl" align="right">{first}</p></td></tr>'
    )


def _section(section: Section, paper: Paper) -> str:
    parts = []
    if section.title:
        parts.append(f'<h2 style="font-size: 11pt; margin-top: 8px; margin-bottom: 2px">{_text(section.title)}</h2>')
    if section.rows:
        parts.append(_table("".join(_row(row, paper) for row in section.rows), paper))
    parts += [f'<p style="margin-top: 2px; margin-bottom: 2px">{_text(text)}</p>' for text in section.paragraphs]
    return "".join(parts)


def _row(row: Row, paper: Paper) -> str:
    value = _value(row.value, paper)
    label = f'<span style="color: #444444">{_text(row.label)}</span>'
    # An address in Latin letters keeps its commas where they belong.
    return _line(paper, label, _text(value), "rtl" if _reads_to_the_left(value) else "ltr")


def _value(value: str | datetime | date, paper: Paper) -> str:
    if isinstance(value, str):
        return value
    return said_time(value, paper) if isinstance(value, datetime) else written_day(value, paper.language)


def _text(text: str) -> str:
    """Escaped, for print."""
    return escape(plain_vowels(text))


def plain_vowels(text: str) -> str:
    """A vowel on a doubled letter is left out, as in most print: fonts draw the two marks as one sign that has no code
    point, so that it could not be read back from a PDF."""
    return _VOWEL_OF_DOUBLED.sub("", text)


def _reads_to_the_left(text: str) -> bool:
    """By its first letter (Unicode's rule P2)."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind != "L" for kind in strong if kind in ("L", "R", "AL")), False)


def said_time(at: datetime, paper: Paper) -> str:
    """In the paper's language and time zone: "24 November 2026, 14:05 CET". Digits are those of the numbers beside
    it."""
    local = at.astimezone(ZoneInfo(paper.time_zone))
    return f"{said_day(at, paper.language, paper.time_zone)}, {local:%H:%M} {local.tzname()}"


def said_day(at: datetime, language: str, time_zone: str) -> str:
    """In that language and IANA time zone: "24 November 2026"."""
    return written_day(at.astimezone(ZoneInfo(time_zone)), language)


def written_day(day: date, language: str) -> str:
    """A calendar day in that language."""
    said = QLocale(language).toString(QDate(day.year, day.month, day.day), "d MMMM yyyy")
    return "".join(str(unicodedata.digit(each)) if each.isdigit() else each for each in said)
