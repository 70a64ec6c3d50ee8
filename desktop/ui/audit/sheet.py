"""Draws the anchor sheet as a PDF page: what the head of the log was, and a QR code to check it by."""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from pathlib import Path

from PySide6.QtCore import QDate, QLocale, QUrl
from PySide6.QtGui import QTextDocument

from desktop.domain.audit_sheet import AuditSheet
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.ui.audit import words
from desktop.ui.printing import qr_image, write_pdf

_QR = "anchor.png"
_QR_POINTS = 170


class QtSheetPrinter:
    """A SheetPrinter; in any thread, once there is a QGuiApplication."""

    def save(self, sheet: AuditSheet, target: Path) -> None:
        """Write it as PDF, A4. Raises OSError."""
        write_pdf(document(sheet), target, words.said(T("audit", "Audit log: anchor sheet")))


def document(sheet: AuditSheet) -> QTextDocument:
    """The page as rich text; everything that comes from the vault is escaped."""
    made = QTextDocument()
    made.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(_QR), qr_image(sheet.code))
    made.setHtml(_html(sheet))
    return made


def _html(sheet: AuditSheet) -> str:
    number = QLocale().toString
    month = QLocale().toString(QDate(sheet.month.year, sheet.month.month, 1), "MMMM yyyy")
    facts = [
        (words.said(T("audit", "Made")), f"{sheet.at:%Y-%m-%d %H:%M:%S} UTC"),
        (words.said(T("audit", "Vault")), sheet.vault_id),
        (words.said(T("audit", "Newest entry")), number(sheet.seq)),
        (words.said(T("audit", "Head")), _groups(sheet.head)),
        (words.said(T("audit", "Key epoch")), number(sheet.epoch)),
        (words.said(T("audit", "Recorded erasures")), number(sheet.ledger)),
        (words.said(T("audit", "Signing key")), sheet.fingerprint),
    ]
    counts = [(words.action(action), number(count)) for action, count in sheet.counts.items()]
    keep = T(
        "audit", "Keep this sheet away from the computer: whoever cuts the log or writes it anew cannot change it."
    )
    code = T("audit", "The code holds the signed statement and, in its second line, the Ed25519 signature.")
    parts = [
        f'<h1 style="font-size: 18pt">{_said(T("audit", "Audit log: anchor sheet"))}</h1>',
        f'<p style="font-size: 12pt">{escape(month)}</p><p>{_said(keep)}</p>',
        _table(facts, mono=(3, 6)),
        f'<p><img src="{_QR}" width="{_QR_POINTS}" height="{_QR_POINTS}"></p>',
        f'<p style="font-size: 8pt">{_said(code)}</p>',
        f'<h2 style="font-size: 12pt">{_said(T("audit", "Entries of this month"))}</h2>',
        _side_by_side(sorted(counts)),
        f"<p><br>{_said(T('audit', 'Checked by'))} ________________________ {_said(T('audit', 'on'))} ____________</p>",
    ]
    return f'<html><body style="font-family: sans-serif; font-size: 10pt; color: black">{"".join(parts)}</body></html>'


def _said(text: str) -> str:
    return escape(words.said(text))


def _table(rows: list[tuple[str, str]], mono: Collection[int] = ()) -> str:
    def cell(index: int, value: str) -> str:
        style = ' style="font-family: monospace"' if index in mono else ""
        return f"<td{style}>{escape(value)}</td>"

    lines = [
        f'<tr><td style="color: #444444">{escape(name)}&nbsp;&nbsp;</td>{cell(index, value)}</tr>'
        for index, (name, value) in enumerate(rows)
    ]
    return f'<table cellpadding="2">{"".join(lines)}</table>'


def _side_by_side(rows: list[tuple[str, str]]) -> str:
    """Two columns: with every action in it the list still fits the sheet."""
    half = (len(rows) + 1) // 2
    sides = "".join(f'<td style="padding-right: 24px">{_table(side)}</td>' for side in (rows[:half], rows[half:]))
    return f'<table style="font-size: 9pt"><tr>{sides}</tr></table>'


def _groups(digits: str) -> str:
    return " ".join(digits[start : start + 8] for start in range(0, len(digits), 8))
