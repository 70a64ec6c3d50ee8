"""A conversation as plain JSON values, for the draft that outlives a crash. No picture of a face has a place in it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from desktop.domain.consent_proof import Method
from desktop.domain.conversation import Confirmation, Conversation, Shown, Step, Who
from desktop.domain.ids import NoticeId, PersonId
from desktop.domain.people import PersonDetails, PersonKind
from desktop.domain.purposes import PurposeKey

_VERSION = 2


def to_values(talk: Conversation) -> dict[str, Any]:
    """Texts about the person stand on the first level: by them an erasure proves that they are gone."""
    who, shown, confirmed = talk.who, talk.shown, talk.confirmation
    state = {
        "version": _VERSION,
        "id": talk.id,
        "begun_at": talk.begun_at.isoformat(),
        "step": talk.step.value,
        "kind": who.details.kind.value,
        "nameless": who.nameless,
        "minor": who.minor,
        "another": who.another,
        "shown": None if shown is None else [shown.notice_id, shown.language, shown.text_hash.hex()],
        "choices": dict(talk.choices),
        "confirmation": None if confirmed is None else _confirmation_values(confirmed),
        "asked_at": None if talk.asked_at is None else talk.asked_at.isoformat(),
    }
    return {
        "name": who.details.name,
        "contact": who.details.contact,
        "note": who.details.note,
        "guardian": who.guardian,
        "free_reason": who.free_reason,
        "state": state,
    }


def from_values(values: Mapping[str, Any]) -> Conversation:
    """The reverse of `to_values`. Raises ValueError for anything else."""
    try:
        state = values["state"]
        if state["version"] != _VERSION:
            raise ValueError("a draft of another version")
        shown, confirmed, asked = state["shown"], state["confirmation"], state["asked_at"]
        return Conversation(
            id=PersonId(str(state["id"])),
            begun_at=datetime.fromisoformat(state["begun_at"]),
            step=Step(state["step"]),
            who=_who(values, state),
            shown=None if shown is None else Shown(NoticeId(shown[0]), shown[1], bytes.fromhex(shown[2])),
            choices=MappingProxyType({PurposeKey(key): bool(value) for key, value in state["choices"].items()}),
            confirmation=None if confirmed is None else _confirmation(confirmed),
            asked_at=None if asked is None else datetime.fromisoformat(asked),
        )
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError("not a draft") from error


def _who(values: Mapping[str, Any], state: Mapping[str, Any]) -> Who:
    return Who(
        details=PersonDetails(values["name"], PersonKind(state["kind"]), values["contact"], values["note"]),
        nameless=state["nameless"],
        minor=state["minor"],
        guardian=values["guardian"],
        free_reason=values["free_reason"],
        another=state["another"],
    )


def _confirmation_values(confirmation: Confirmation) -> dict[str, Any]:
    return {
        "method": confirmation.method.value,
        "text": confirmation.text,
        "signature": b64encode(confirmation.signature).decode(),
        "ticked": confirmation.ticked,
        "witness": confirmation.witness,
    }


def _confirmation(values: Mapping[str, Any]) -> Confirmation:
    return Confirmation(
        method=Method(values["method"]),
        text=values["text"],
        signature=b64decode(values["signature"]),
        ticked=values["ticked"],
        witness=values["witness"],
    )
