"""The rows of a package: one flat table a part, the same in JSON and CSV.

A further part is one more function here, its name in `ExportPart` and its rows in `PersonCopy`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.audit import SYSTEM, AuditEntry
from desktop.domain.consent import PlainConsent
from desktop.domain.consent_proof import Proof
from desktop.domain.export import PARTS, ExportKind, ExportOrder, ExportPart, consented
from desktop.domain.notices import Notice, NoticeText, filled
from desktop.domain.record_making import PLAIN
from desktop.domain.sightings import Sighting
from desktop.vault.person_copy import PersonCopy

Cell = str | int | float | bool | None | Sequence[float]
Row = dict[str, Cell]
Tables = Mapping[ExportPart, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A text that a person was shown, in one language: which notice, and the words with the controller's in place."""

    notice: Notice
    text: NoticeText


def tables(copy: PersonCopy, order: ExportOrder) -> dict[ExportPart, list[Row]]:
    """What the package holds, by part. Files beside the tables are named in `photo_name` and `signature_name`."""
    return {part: list(_ROWS[part](copy, order)) for part in PARTS[order.kind]}


def photo_name(number: int) -> str:
    """In the package, of the picture of that number (from 1)."""
    return f"photos/photo-{number}"


def signature_name(number: int) -> str:
    """In the package, of the signature under the answer of that number (from 1)."""
    return f"signatures/signature-{number}.png"


def texts_shown(copy: PersonCopy) -> list[Shown]:
    """Each text once, in the order in which they were shown first."""
    found: dict[tuple[str, str], Shown] = {}
    for each in copy.proofs:
        proof = each.proof
        if isinstance(proof, Proof):
            notice = copy.notices[proof.notice_id]
            text = notice.texts.get(proof.language)
            if text is not None:
                found.setdefault((notice.id, proof.language), Shown(notice, filled(text, proof.controller)))
    return list(found.values())


def free_texts(copy: PersonCopy) -> list[str]:
    """What operators wrote about the person."""
    written = (event.text for each in copy.requests for event in each.events)
    reasons = (*(each.reason for each in copy.entries), *(each.reason for each in copy.holds), *written)
    return [text for text in (copy.details.note, *dict.fromkeys(reasons)) if text]


def staff_numbers(entries: Sequence[AuditEntry]) -> dict[str, str]:
    """Operators are told apart, not named: whoever acts under the controller's authority is no recipient, and the
    person need not be told who it was (CJEU C-579/21, 22 June 2023)."""
    people = dict.fromkeys(each.actor for each in entries if each.actor != SYSTEM)
    return {SYSTEM: SYSTEM} | {actor: f"staff-{number}" for number, actor in enumerate(people, 1)}


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _identity(copy: PersonCopy, order: ExportOrder) -> Iterator[Row]:
    details = copy.details
    row: Row = {
        "person": copy.person_id,
        "name": details.name,
        "kind": details.kind.value,
        "contact": details.contact,
        "enrolled_at": _time(copy.enrolled_at),
    }
    if order.kind is ExportKind.ACCESS:
        row["note"] = None if order.without_texts else details.note
    yield row


def _consents(copy: PersonCopy, order: ExportOrder) -> Iterator[Row]:
    del order
    for each in copy.consents:
        yield {
            "record": each.consent_id,
            "purpose": each.purpose,
            "state": each.state.value,
            "at": _time(each.at),
            "valid_until": _time(each.valid_until),
            "notice": each.notice_id,
        }


def _answers(copy: PersonCopy, order: ExportOrder) -> Iterator[Row]:
    """Without the name of a witness, who is somebody else (article 15(4)), as on a receipt."""
    del order
    for number, each in enumerate(copy.proofs, 1):
        proof = each.proof
        row: Row = {"record": each.consent_id, "at": _time(each.at), "language": proof.language}
        if isinstance(proof, PlainConsent):
            said: Row = {"how": PLAIN, "shown": proof.how, "notice": None, "notice_sha256": None, "signature": None}
            yield row | said | {"place": None, "guardian": None, "free_because": None, "witnessed": False}
        else:
            said = {
                "how": proof.method.value,
                "shown": proof.screen_text,
                "notice": proof.notice_id,
                "notice_sha256": proof.text_hash.hex(),
                "signature": signature_name(number) if proof.signature else None,
            }
            more: Row = {
                "place": proof.place or None,
                "guardian": proof.guardian or None,
                "free_because": proof.free_reason or None,
                "witnessed": bool(proof.witness),
            }
            yield row | said | more


def _notices(copy: PersonCopy, order: ExportOrder) -> Iterator[Row]:
    del order
    for shown in texts_shown(copy):
        language = shown.text.language
        digest = shown.notice.hashes.get(language)
        yield {
            "notice": shown.notice.id,
            "version": shown.notice.version,
            "language": language,
            "sha256": None if digest is None else digest.hex(),
            "published_at": _time(shown.notice.published_at),
            "title": shown.text.title,
            "text": "\n\n".join(shown.text.paragraphs),
        }


def _purposes(copy: PersonCopy, order: ExportOrder) -> Iterator[Row]:
    del order
    for shown in texts_shown(copy):
        for purpose in shown.notice.purposes:
            words = shown.text.purposes.get(purpose.key)
            yield {
                "notice": shown.notice.id,
                "language": shown.text.language,
                "purpose": purpose.key,
                "title": None if words is None else words.title,
                "explanation": None if words is None else words.explanation,
                "basis": purpose.basis.value,
                "condition": purpose.condition.value,
                "retention_days": purpose.retention_days,
                "validity_days": purpose.validity_days,
            }


def _photos(copy: PersonCopy, order: ExportOrder) -> Iterator[Row]:
    del order
    for number, each in enumerate(copy.photos, 1):
        yield {"photo": each.id, "added_at": _time(each.added_at), "file": photo_name(number)}


def _templates(copy: PersonCopy, order: ExportOrder) -> Iterator[Row]:
    del order
    for each in copy.templates:
        yield {
            "template": each.id,
            "model": each.model_id,
            "quality": each.quality,
            "added_at": _time(each.added_at),
            "numbers": len(each.vector),
            "vector": list(each.vector),
        }


def _sightings(copy: PersonCopy, order: ExportOrder) -> Iterator[Row]:
    for each in copy.sightings:
        if order.kind is ExportKind.ACCESS:
            yield _sighting(copy, each) | {"score": each.score, "threshold": each.threshold}
        elif consented(copy.consents, each.started_at):
            yield _sighting(copy, each)


def _sighting(copy: PersonCopy, each: Sighting) -> Row:
    return {
        "sighting": each.id,
        "camera": copy.cameras.get(each.camera_id, each.camera_id),
        "started_at": _time(each.started_at),
        "ended_at": _time(each.ended_at),
    }


def _restrictions(copy: PersonCopy, order: ExportOrder) -> Iterator[Row]:
    del order
    for each in copy.restrictions:
        yield {
            "valid_from": _time(each.valid_from),
            "valid_until": _time(each.valid_until),
            "lifted_at": _time(each.lifted_at),
        }


def _authorities(copy: PersonCopy, order: ExportOrder) -> Iterator[Row]:
    del order
    for each in copy.authorities:
        yield {"valid_from": _time(each.valid_from), "valid_until": _time(each.valid_until)}


def _holds(copy: PersonCopy, order: ExportOrder) -> Iterator[Row]:
    """Without the name of who answers for it, who is somebody else."""
    for each in copy.holds:
        yield {
            "valid_from": _time(each.placed_at),
            "valid_until": _time(each.ends_at),
            "lifted_at": _time(each.released_at),
            "reason": None if order.without_texts else each.reason or None,
        }


def _receipts(copy: PersonCopy, order: ExportOrder) -> Iterator[Row]:
    del order
    for each in copy.receipts:
        yield {
            "receipt": each.id,
            "record": each.consent_id,
            "at": _time(each.at),
            "superseded_at": _time(each.superseded_at),
        }


def _requests(copy: PersonCopy, order: ExportOrder) -> Iterator[Row]:
    """Without the name of whoever asked in the person's place; what was asked for is the person's own."""
    del order
    for each in copy.requests:
        yield {
            "request": each.id,
            "kind": each.kind.value,
            "status": each.status.value,
            "received_on": each.received_on.isoformat(),
            "channel": each.channel.value,
            "language": each.language,
            "wish": None if each.details is None else each.details.wish,
            "by_another": each.for_other,
        }


def _request_steps(copy: PersonCopy, order: ExportOrder) -> Iterator[Row]:
    for each in copy.requests:
        for event in each.events:
            yield {
                "request": each.id,
                "act": event.act.value,
                "at": _time(event.at),
                "detail": event.detail or None,
                "text": None if order.without_texts else event.text or None,
            }


def _copies(copy: PersonCopy, order: ExportOrder) -> Iterator[Row]:
    del order
    for each in copy.copies:
        yield {"package": each.id, "at": _time(each.at), "kind": each.kind.value, "sha256": each.sha256.hex()}


def _accesses(copy: PersonCopy, order: ExportOrder) -> Iterator[Row]:
    numbers = staff_numbers(copy.entries)
    for each in copy.entries:
        yield {
            "at": _time(each.at),
            "action": each.action,
            "by": numbers[each.actor],
            "roles": " ".join(each.roles),
            "reason": None if order.without_texts else each.reason or None,
        }


_ROWS: Mapping[ExportPart, Callable[[PersonCopy, ExportOrder], Iterator[Row]]] = {
    ExportPart.IDENTITY: _identity,
    ExportPart.CONSENTS: _consents,
    ExportPart.ANSWERS: _answers,
    ExportPart.NOTICES: _notices,
    ExportPart.PURPOSES: _purposes,
    ExportPart.PHOTOS: _photos,
    ExportPart.TEMPLATES: _templates,
    ExportPart.SIGHTINGS: _sightings,
    ExportPart.RESTRICTIONS: _restrictions,
    ExportPart.AUTHORITIES: _authorities,
    ExportPart.HOLDS: _holds,
    ExportPart.RECEIPTS: _receipts,
    ExportPart.REQUESTS: _requests,
    ExportPart.REQUEST_STEPS: _request_steps,
    ExportPart.COPIES: _copies,
    ExportPart.ACCESSES: _accesses,
}
