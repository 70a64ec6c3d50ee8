"""The monthly sheet: the head of the audit log on paper, out of reach of whoever can change the computer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AuditSheet:
    """One sheet.

    Args:
        month: first instant of the month it is for, UTC.
        at: when it was made, UTC.
        vault_id: the vault's random id.
        seq: the newest entry.
        head: of that entry, hex.
        epoch: of the persons' keys.
        ledger: how many erasures are recorded.
        counts: entries of the month by action.
        fingerprint: of the signing key.
        statement: the signed text; the QR code holds it with the signature.
        signature: over the statement, hex.
    """

    month: datetime
    at: datetime
    vault_id: str
    seq: int
    head: str
    epoch: int
    ledger: int
    counts: Mapping[str, int]
    fingerprint: str
    statement: str
    signature: str

    @property
    def code(self) -> str:
        """What the QR code says: statement and signature, a line each."""
        return f"{self.statement}\n{self.signature}"


class SheetPrinter(Protocol):
    """Draws the sheet; the program's is in the window (Qt)."""

    def save(self, sheet: AuditSheet, target: Path) -> None:
        """Write it as PDF, A4. Raises OSError."""
