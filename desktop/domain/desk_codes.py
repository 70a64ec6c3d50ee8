"""What the QR codes of this desk hold: a prefix, the vault's id, the id of a receipt or pass, the site's signature.

`CSR1.` or `CSP1.`, then URL-safe base64 without padding over vault id (16 bytes), object id (16) and an Ed25519
signature (64) over prefix and both ids: a receipt cannot be passed off as a pass. 133 characters in all.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from dataclasses import dataclass
from enum import StrEnum

SIGNATURE_BYTES = 64
_ID_BYTES = 16
_BODY_BYTES = 2 * _ID_BYTES + SIGNATURE_BYTES
_BODY = re.compile(r"[A-Za-z0-9_-]{128}")


class CodeKind(StrEnum):
    """The prefix."""

    RECEIPT = "CSR1"
    PASS = "CSP1"  # noqa: S105 - a visitor's


@dataclass(frozen=True, slots=True)
class DeskCode:
    """One code. The ids are UUIDs as text; `signature` has 64 bytes."""

    kind: CodeKind
    vault_id: str
    object_id: str
    signature: bytes

    @property
    def text(self) -> str:
        body = uuid.UUID(self.vault_id).bytes + uuid.UUID(self.object_id).bytes + self.signature
        return f"{self.kind.value}.{base64.urlsafe_b64encode(body).decode()}"

    @property
    def signed(self) -> bytes:
        """What the signature is over."""
        return signed_part(self.kind, self.vault_id, self.object_id)


def signed_part(kind: CodeKind, vault_id: str, object_id: str) -> bytes:
    return f"{kind.value}.".encode() + uuid.UUID(vault_id).bytes + uuid.UUID(object_id).bytes


def parse(text: str) -> DeskCode:
    """Read a code as scanned or typed; outer blanks and line breaks do not matter. Raises ValueError."""
    prefix, dot, body = "".join(text.split()).partition(".")
    if not dot or not _BODY.fullmatch(body):
        raise ValueError("not a code of a desk")
    kind = CodeKind(prefix)
    try:
        data = base64.urlsafe_b64decode(body)
    except binascii.Error as error:
        raise ValueError("not a code of a desk") from error
    if len(data) != _BODY_BYTES:
        raise ValueError("not a code of a desk")
    ids = (str(uuid.UUID(bytes=data[start : start + _ID_BYTES])) for start in (0, _ID_BYTES))
    return DeskCode(kind, next(ids), next(ids), data[2 * _ID_BYTES :])
