"""What proves a consent: what was shown, how it was answered, by whom, where (GDPR 7(1))."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from desktop.domain.controller import Controller
from desktop.domain.ids import NoticeId


class Method(StrEnum):
    """How choices are confirmed; the site says which."""

    SIGNATURE = "signature"
    CHECKBOX = "checkbox"
    SPOKEN = "spoken"  # before a witness


@dataclass(frozen=True, slots=True)
class Proof:
    """Sealed under the person's key, one for each consent record. Its repr shows no personal field.

    Attributes:
        text_hash: of the notice's text in `language`, SHA-256, 32 bytes.
        screen_text: what stood on the confirmation screen.
        signature: the picture (PNG) of what was drawn; empty with another method.
        witness: who heard a spoken consent.
        place: name of the camera, or empty where the pictures came from files.
        guardian: who decided for a minor.
        free_reason: why an employee's consent is free.
        controller: as it was that day.
    """

    notice_id: NoticeId
    text_hash: bytes
    language: str
    screen_text: str = field(repr=False)
    method: Method
    controller: Controller
    signature: bytes = field(default=b"", repr=False)
    witness: str = field(default="", repr=False)
    place: str = ""
    guardian: str = field(default="", repr=False)
    free_reason: str = field(default="", repr=False)

    def to_values(self) -> dict[str, Any]:
        """As plain JSON values; `how` and `language` stand where the records of before had them."""
        return {
            "how": self.method.value,
            "language": self.language,
            "notice_id": self.notice_id,
            "text_hash": self.text_hash.hex(),
            "screen_text": self.screen_text,
            "signature": b64encode(self.signature).decode(),
            "witness": self.witness,
            "place": self.place,
            "guardian": self.guardian,
            "free_reason": self.free_reason,
            "controller": asdict(self.controller),
        }

    @staticmethod
    def from_values(values: Mapping[str, Any]) -> Proof:
        """The reverse of `to_values`. Raises ValueError for anything else, such as a record of before."""
        try:
            return Proof(
                notice_id=NoticeId(values["notice_id"]),
                text_hash=bytes.fromhex(values["text_hash"]),
                language=values["language"],
                screen_text=values["screen_text"],
                method=Method(values["how"]),
                controller=Controller(**values["controller"]),
                signature=b64decode(values["signature"]),
                witness=values["witness"],
                place=values["place"],
                guardian=values["guardian"],
                free_reason=values["free_reason"],
            )
        except (KeyError, TypeError) as error:
            raise ValueError("not a proof") from error
