"""What a conversation leaves behind: the consent's events, its proof, and the kept picture."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import cv2

from desktop.domain.capture import Conversation, settled_who
from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.consent_proof import Proof
from desktop.domain.controller import Controller
from desktop.domain.ids import ConsentId, OperatorId
from desktop.domain.notices import Notice
from desktop.domain.purposes import PHOTO, Purpose
from desktop.services.photo_check import PhotoCheck

_JPEG_QUALITY = 92


def events(
    talk: Conversation, notice: Notice, consent_id: ConsentId, operator_id: OperatorId, at: datetime
) -> list[ConsentEvent]:
    """One for each purpose, in the notice's order."""
    return [
        ConsentEvent(
            consent_id=consent_id,
            person_id=talk.id,
            state=ConsentState.GIVEN if talk.choices[purpose.key] else ConsentState.REFUSED,
            at=at,
            valid_until=_until(purpose, at) if talk.choices[purpose.key] else None,
            purpose=purpose.key,
            operator_id=operator_id,
            notice_id=notice.id,
        )
        for purpose in notice.purposes
    ]


def _until(purpose: Purpose, at: datetime) -> datetime | None:
    return None if purpose.validity_days is None else at + timedelta(days=purpose.validity_days)


def proof(talk: Conversation, controller: Controller, place: str) -> Proof:
    """Of a conversation whose confirmation is complete. `place`: name of the camera; empty for files."""
    assert talk.shown is not None
    assert talk.confirmation is not None
    who = settled_who(talk)
    return Proof(
        notice_id=talk.shown.notice_id,
        text_hash=talk.shown.text_hash,
        language=talk.shown.language,
        screen_text=talk.confirmation.text,
        method=talk.confirmation.method,
        controller=controller,
        signature=talk.confirmation.signature,
        witness=talk.confirmation.witness,
        place=place,
        guardian=who.guardian,
        free_reason=who.free_reason,
    )


def kept_photo(talk: Conversation, checks: Sequence[PhotoCheck]) -> bytes | None:
    """The best of the pictures as JPEG, the face alone; None unless keeping it was agreed to."""
    if talk.choices.get(PHOTO) is not True:
        return None
    seen = [check for check in checks if check.preview is not None]
    if not seen:
        return None
    best = max(seen, key=lambda check: check.quality.score if check.quality is not None else 0.0)
    assert best.preview is not None
    done, encoded = cv2.imencode(".jpg", best.preview, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return encoded.tobytes() if done else None
