"""What a conversation leaves behind: the consent's events, its proof, and the kept picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import cv2

from desktop.domain.capture import settled_who
from desktop.domain.consent import MATCHABLE_STATES, ConsentEvent, ConsentState
from desktop.domain.consent_proof import Proof
from desktop.domain.controller import Controller
from desktop.domain.conversation import Conversation
from desktop.domain.ids import ConsentId, OperatorId
from desktop.domain.notices import Notice
from desktop.domain.purposes import PHOTO, Purpose
from desktop.domain.withdrawal import OVER, newest_by_purpose
from desktop.services.photo_check import PhotoCheck

_JPEG_QUALITY = 92


def events(
    talk: Conversation, notice: Notice, consent_id: ConsentId, operator_id: OperatorId, at: datetime
) -> list[ConsentEvent]:
    """For each purpose, in the notice's order, that it was asked for, and then the answers."""
    record = _Record(talk, notice, consent_id, operator_id, at)
    answers = [
        record.event(purpose, ConsentState.GIVEN if talk.choices[purpose.key] else ConsentState.REFUSED)
        for purpose in notice.purposes
    ]
    return [*record.requests(), *answers]


def events_again(
    talk: Conversation,
    notice: Notice,
    consent_id: ConsentId,
    operator_id: OperatorId,
    at: datetime,
    before: Sequence[ConsentEvent],
) -> list[ConsentEvent]:
    """The same of somebody who had been asked before, with `before` as their history: what was agreed to once is
    renewed, and what this notice no longer asks for ends with it."""
    record = _Record(talk, notice, consent_id, operator_id, at)
    once = {event.purpose for event in before if event.state in MATCHABLE_STATES}
    answers = []
    for purpose in notice.purposes:
        agreed = ConsentState.RENEWED if purpose.key in once else ConsentState.GIVEN
        answers.append(record.event(purpose, agreed if talk.choices[purpose.key] else ConsentState.REFUSED))
    dropped = [
        replace(event, state=ConsentState.TERMINATED, at=max(at, event.at), valid_until=None, operator_id=operator_id)
        for key, event in newest_by_purpose(before).items()
        if notice.purpose(key) is None and event.state not in OVER
    ]
    return [*record.requests(), *answers, *dropped]


def refusals_again(
    talk: Conversation, notice: Notice, consent_id: ConsentId, operator_id: OperatorId, at: datetime
) -> list[ConsentEvent]:
    """What was asked for, and what was refused of it, by somebody who does not agree again."""
    record = _Record(talk, notice, consent_id, operator_id, at)
    refused = [purpose for purpose in notice.purposes if talk.choices.get(purpose.key) is False]
    return [*record.requests(), *(record.event(purpose, ConsentState.REFUSED) for purpose in refused)]


@dataclass(frozen=True, slots=True)
class _Record:
    """One conversation's events."""

    talk: Conversation
    notice: Notice
    consent_id: ConsentId
    operator_id: OperatorId
    at: datetime

    def requests(self) -> list[ConsentEvent]:
        asked_at = self.at if self.talk.asked_at is None else min(self.talk.asked_at, self.at)
        return [replace(self.event(purpose, ConsentState.REQUESTED), at=asked_at) for purpose in self.notice.purposes]

    def event(self, purpose: Purpose, state: ConsentState) -> ConsentEvent:
        return ConsentEvent(
            consent_id=self.consent_id,
            person_id=self.talk.person_id,
            state=state,
            at=self.at,
            valid_until=_until(purpose, self.at) if state in MATCHABLE_STATES else None,
            purpose=purpose.key,
            operator_id=self.operator_id,
            notice_id=self.notice.id,
        )


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
