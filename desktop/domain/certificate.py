"""The certificate of an erasure: what was done, proved and left, for the person and whoever checks it years later.

It names the erased by random ids alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final

from desktop.domain.controller import Controller
from desktop.domain.erasure import ErasureResult
from desktop.domain.erasure_preview import GivenOut

DOCUMENT: Final = "consentry erasure certificate"
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Certificate:
    """One issue of it; an erasure may be certified again, in another language too.

    Attributes:
        language: of the readable form, one of LANGUAGES.
        controller: who answers for it; None where the site has not said so.
        result, result_signature: as the vault keeps them.
        anchor, anchor_signature: where the audit log stood, as the site signed it (storage: "Audit log").
        given_out: who had got what before (GDPR 19), as far as the audit log reached back.
    """

    language: str
    issued_at: datetime
    controller: Controller | None
    result: ErasureResult
    result_signature: bytes
    anchor: str
    anchor_signature: bytes
    given_out: tuple[GivenOut, ...] = ()

    def to_values(self) -> dict[str, Any]:
        """As plain JSON values, for signing; times are ISO 8601 in UTC."""
        return {
            "document": DOCUMENT,
            "version": VERSION,
            "language": self.language,
            "issued_at": self.issued_at.isoformat(),
            "controller": None if self.controller is None else asdict(self.controller),
            "result": self.result.to_values(),
            "result_signature": self.result_signature.hex(),
            "audit_anchor": self.anchor,
            "audit_signature": self.anchor_signature.hex(),
            "given_out": [each.to_values() for each in self.given_out],
        }

    @staticmethod
    def from_values(values: Mapping[str, Any]) -> Certificate:
        """The reverse of `to_values`. Raises KeyError, TypeError or ValueError."""
        told = values["controller"]
        named = None if told is None else Controller(**{each.name: str(told[each.name]) for each in fields(Controller)})
        return Certificate(
            language=str(values["language"]),
            issued_at=datetime.fromisoformat(values["issued_at"]),
            controller=named,
            result=ErasureResult.from_values(values["result"]),
            result_signature=bytes.fromhex(values["result_signature"]),
            anchor=str(values["audit_anchor"]),
            anchor_signature=bytes.fromhex(values["audit_signature"]),
            given_out=tuple(GivenOut.from_values(each) for each in values["given_out"]),
        )
