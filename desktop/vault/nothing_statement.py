"""The signed statement that nothing is held about somebody: what was searched, when, and how much there was.

The file is canonical JSON (RFC 8785) of {format, kind, statement, public_key, signature} and a line end; the signature
is over kind and statement. It is handed out: the vault keeps its digest only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from desktop.domain.audit_verdict import Signer
from desktop.vault.audit_statement import instant_from, instant_text
from desktop.vault.records import JsonValue
from desktop.vault.signing import PUBLIC_KEY_BYTES, SigningKey, canonical_json, fingerprint, verify

KIND: Final = "consentry-nothing-held"
FORMAT: Final = 1
_LARGEST: Final = 1_000_000  # bytes of a file that is read


@dataclass(frozen=True, slots=True)
class NothingHeld:
    """`asked`: the name that was searched for. `searched`: entries that were gone through, by store."""

    number: str
    vault_id: str
    at: datetime
    asked: str = field(repr=False)
    controller: str
    site: str
    searched: Mapping[str, int]

    def fields(self) -> dict[str, JsonValue]:
        return {
            "number": self.number,
            "vault": self.vault_id,
            "at": instant_text(self.at),
            "asked": self.asked,
            "controller": self.controller,
            "site": self.site,
            "searched": dict(self.searched),
            "found": 0,
        }


@dataclass(frozen=True, slots=True)
class StatementVerdict:
    """`intact`: not one byte differs from what was signed. `statement`: None unless it is."""

    intact: bool
    signer: Signer
    fingerprint: str
    statement: NothingHeld | None = None


def signed(statement: NothingHeld, key: SigningKey) -> bytes:
    """The file's content."""
    body = statement.fields()
    signature = key.sign(_signed_part(body))
    frame: dict[str, JsonValue] = {"format": FORMAT, "kind": KIND, "statement": body}
    return canonical_json({**frame, "public_key": key.public_key.hex(), "signature": signature.hex()}) + b"\n"


def verify_statement(path: Path, known: str | None = None) -> StatementVerdict:
    """Check a file. `known`: fingerprint of the site's key, blanks and case do not matter.

    Raises OSError; ValueError for a file that is no such statement at all.
    """
    with path.open("rb") as file:
        content = file.read(_LARGEST)
    frame = json.loads(content)
    if not isinstance(frame, dict) or frame.get("kind") != KIND or frame.get("format") != FORMAT:
        raise ValueError("no statement of this program")
    try:
        public, signature = bytes.fromhex(frame["public_key"]), bytes.fromhex(frame["signature"])
        body: dict[str, Any] = frame["statement"]
        whole = canonical_json(frame) + b"\n" == content and len(public) == PUBLIC_KEY_BYTES
        intact = whole and verify(public, signature, _signed_part(body))
        statement = _statement(body) if intact else None
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no statement of this program") from error
    mark = fingerprint(public)
    signer = Signer.UNKNOWN if known is None else Signer.OTHER
    if known is not None and _digits(known) == _digits(mark):
        signer = Signer.KNOWN
    return StatementVerdict(intact, signer, mark, statement)


def _digits(text: str) -> str:
    return "".join(text.split()).replace(":", "").lower()


def _signed_part(body: dict[str, Any]) -> bytes:
    return canonical_json({"kind": KIND, "statement": body})


def _statement(body: dict[str, Any]) -> NothingHeld:
    searched = {str(store): int(count) for store, count in body["searched"].items()}
    return NothingHeld(
        str(body["number"]),
        str(body["vault"]),
        instant_from(body["at"]),
        str(body["asked"]),
        str(body["controller"]),
        str(body["site"]),
        searched,
    )
