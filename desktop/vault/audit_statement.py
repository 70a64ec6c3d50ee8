"""Signed statements about the audit chain: checkpoints, prunes and the anchor of an export or sheet.

A statement is the canonical JSON (RFC 8785) of {kind, vault, seq, head, at, epoch, ledger}. The kind keeps a signature
under one sort of statement from being shown as another.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from desktop.domain.audit import AuditPoint
from desktop.vault.records import JsonValue
from desktop.vault.signing import canonical_json

HEAD_BYTES = 32


class StatementKind(StrEnum):
    CHECKPOINT = "audit-checkpoint"
    PRUNE = "audit-prune"
    ANCHOR = "audit-anchor"


@dataclass(frozen=True, slots=True)
class Statement:
    """Where the chain of a vault stood. `epoch` and `ledger`: of its keys, and how many erasures it has recorded."""

    kind: StatementKind
    vault_id: str
    point: AuditPoint
    at: datetime
    epoch: int
    ledger: int

    def fields(self) -> dict[str, JsonValue]:
        return {
            "kind": self.kind.value,
            "vault": self.vault_id,
            "seq": self.point.seq,
            "head": self.point.head.hex(),
            "at": instant_text(self.at),
            "epoch": self.epoch,
            "ledger": self.ledger,
        }

    def text(self) -> str:
        """The signed text; its UTF-8 bytes are what the signature covers."""
        return canonical_json(self.fields()).decode()

    @staticmethod
    def from_text(text: str) -> Statement:
        """Raises ValueError for anything but the canonical text of a statement."""
        try:
            fields = json.loads(text)
            point = AuditPoint(int(fields["seq"]), bytes.fromhex(fields["head"]))
            kind, at = StatementKind(fields["kind"]), instant_from(fields["at"])
            made = Statement(kind, str(fields["vault"]), point, at, int(fields["epoch"]), int(fields["ledger"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not a statement about an audit log") from error
        if made.text() != text or len(point.head) != HEAD_BYTES:
            raise ValueError("not the canonical text of a statement")
        return made


def genesis(vault_id: str) -> AuditPoint:
    """Before the first entry: a head of the vault's own, so that entries of one vault never continue another's."""
    return AuditPoint(0, hashlib.sha256(b"consentry audit log of " + vault_id.encode()).digest())


def instant_text(at: datetime) -> str:
    """UTC with milliseconds, of one width, so that texts sort as times do."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instant_from(text: str) -> datetime:
    """Raises ValueError, TypeError."""
    return datetime.fromisoformat(text).astimezone(UTC)
