"""People with everything about them in the vault, and packages opened as their owners would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pyzipper

from desktop.domain.audit import AuditAction
from desktop.domain.consent import PlainConsent, WatchlistAuthority
from desktop.domain.decision import Band
from desktop.domain.export import ExportKind, ExportOrder
from desktop.domain.ids import CameraId, PersonId, SightingId, random_id
from desktop.domain.people import PersonDetails, PersonKind
from desktop.domain.purposes import PHOTO, RECOGNITION
from desktop.domain.requests import Channel, IdentityProof, RequestDetails, RequestKind
from desktop.domain.sightings import Sighting
from desktop.services.desk import Desk
from desktop.services.requests import NewRequest
from desktop.vault.records import NewPerson
from tests.helpers.consents import converse, publish
from tests.helpers.vaults import template

NAME, NOTE = "Adaönna Example", "Comes with her brother Karl Sample."
SEEN = datetime(2026, 5, 4, 8, tzinfo=UTC)


def photo(seed: int = 1, side: int = 64) -> bytes:
    """A small JPEG."""
    pixels = np.random.default_rng(seed).integers(0, 255, (side, side, 3), np.uint8)
    return cv2.imencode(".jpg", pixels)[1].tobytes()


def sightings(person_id: PersonId, count: int, begin: datetime = SEEN) -> list[Sighting]:
    """One an hour."""
    return [
        Sighting(
            SightingId(random_id()),
            CameraId("lobby"),
            Band.MATCH,
            begin + timedelta(hours=number),
            begin + timedelta(hours=number, minutes=3),
            person_id,
            0.61,
            0.4,
        )
        for number in range(count)
    ]


def furnished(desk: Desk, language: str = "en", *, seen: int = 30) -> PersonId:
    """Somebody about whom there is something of everything."""
    notice = desk.notices.in_force() or publish(desk)
    details = PersonDetails(NAME, PersonKind.EMPLOYEE, "ada@example.org", NOTE)
    at = datetime(2026, 5, 1, tzinfo=UTC)
    person = NewPerson(details, PlainConsent("signed form", "en"), (template(1),), photo(), at=at)
    vault = desk._vault
    person_id = vault.people.add_many([person])[0]
    consent_id = converse(desk, person_id, notice, language, {RECOGNITION: True, PHOTO: True})
    vault.sightings.append_many(sightings(person_id, seen))
    vault.authorities.add(WatchlistAuthority(person_id, at, at + timedelta(days=9)))
    desk.restrictions.restrict(person_id, "her aunt asked", None)
    hold = desk.holds.hold_person(person_id, "court case", "Kim Counsel", datetime.now(UTC) + timedelta(days=9))
    desk.holds.release(hold, "case closed")
    details = RequestDetails(NAME, wish="all of it", representative="Kim Stand-In")
    asked = NewRequest(
        RequestKind.ACCESS, Channel.LETTER, datetime.now(UTC).date() - timedelta(days=3), "en", details, person_id
    )
    desk.requests.identify(desk.requests.register(asked), IdentityProof.RECEIPT, "looked at it twice")
    desk.receipts.make(person_id, consent_id)
    vault.audit.append(desk.access.draft(AuditAction.PERSON_VIEWED, person_id))
    return person_id


def order(person_id: PersonId, kind: ExportKind = ExportKind.ACCESS, **changes: object) -> ExportOrder:
    return ExportOrder(person_id, kind, **{"language": "en", **changes})  # type: ignore[arg-type]


def inner(package: Path, passphrase: str) -> bytes:
    """The sealed ZIP inside."""
    with pyzipper.AESZipFile(package) as outer:
        outer.setpassword(passphrase.encode())
        return bytes(outer.read("export.zip"))


def files(package: Path, passphrase: str) -> Mapping[str, bytes]:
    """Everything inside, by name."""
    with zipfile.ZipFile(io.BytesIO(inner(package, passphrase))) as opened:
        return {name: opened.read(name) for name in opened.namelist()}
