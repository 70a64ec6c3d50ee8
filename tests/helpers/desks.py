"""Desks for tests: a real vault with its keys in memory, the real models, real pictures of people."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from desktop import paths
from desktop.domain.audit import AuditAction
from desktop.domain.consent import ConsentState, PlainConsent
from desktop.domain.ids import PersonId, random_id
from desktop.domain.operators import OperatorDraft
from desktop.domain.people import PersonDetails
from desktop.domain.permissions import Role
from desktop.services.desk import Desk
from desktop.services.hub import DeskEvent, PeopleChanged
from desktop.services.photo_check import PhotoCheck
from desktop.vault.keystore import KeyStore
from desktop.vault.passwords import HashCost
from desktop.vault.vault import Vault
from desktop.vision.packs import ModelPack, load_default_pack
from desktop.vision.types import BGRImage
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore

CONSENT = PlainConsent("signed form", "en")
CHEAP = HashCost(memory_kib=8, passes=1, lanes=1)  # a password is hashed in no time
LOGIN, PASSWORD = "robin", "violet-teapot-orbit-9"


@cache
def default_pack() -> ModelPack:
    """The pack that comes with the program, its checksums verified once a test run."""
    return load_default_pack(paths.models_dir())


def source_path(name: str) -> Path:
    """A real picture or video out of the packages that scripts/setup fetches."""
    return paths.demo_sources_dir() / name


def picture(name: str) -> BGRImage:
    """The picture of that name, BGR."""
    image = cv2.imread(str(source_path(name)))
    assert image is not None, f"{name} is missing: run scripts/setup"
    return np.asarray(image, dtype=np.uint8)


@contextmanager
def open_desk(folder: Path, keystore: KeyStore | None = None, *, staffed: bool = True) -> Iterator[Desk]:
    """An open desk on the vault in `folder`, which is made if there is none, with an operator of all roles at it.

    Not `staffed`: nobody is signed in.
    """
    keystore = keystore or MemoryKeyStore()
    if not Vault.exists(folder):
        Vault.create(folder, keystore, ballast_bytes=TEST_BALLAST).close()
    desk = Desk.open(folder, keystore, pack=default_pack(), cost=CHEAP)
    try:
        if staffed:
            staff(desk)
        yield desk
    finally:
        desk.close()


def staff(desk: Desk) -> None:
    """An operator of all roles is at the desk; made if there is none."""
    if desk.access.first_needed:
        desk.operators.create_first(OperatorDraft("Robin Example", LOGIN, PASSWORD, frozenset(Role)))
    desk.access.sign_in(LOGIN, PASSWORD)


def enrol(desk: Desk, name: str, *photos: str, consent: PlainConsent = CONSENT) -> PersonId:
    """Somebody under an invented name, from real pictures."""
    checks = [desk.enrolment.check_photo(source_path(photo), consent) for photo in photos]
    return store(desk, PersonDetails(name), checks, consent=consent)


def store(
    desk: Desk,
    details: PersonDetails,
    checks: Sequence[PhotoCheck],
    *,
    consent: PlainConsent = CONSENT,
    photo: bytes | None = None,
) -> PersonId:
    """Somebody enrolled without a conversation, where a test is about what follows."""
    person_id = PersonId(random_id())
    entries = [
        desk.access.draft(
            AuditAction.PERSON_ENROLLED, person_id, {"templates": len(checks), "photo": photo is not None}
        ),
        desk.access.draft(AuditAction.CONSENT_CHANGED, person_id, {"state": ConsentState.GIVEN}),
    ]
    templates = desk.enrolment.templates(checks)
    desk._vault.people.add(details, consent, templates, photo, person_id=person_id, audit=entries)
    desk._feed.follow()
    desk.hub.publish(PeopleChanged())
    return person_id


class Heard:
    """Everything a hub published, in order."""

    def __init__(self, desk: Desk) -> None:
        self.events: list[DeskEvent] = []
        desk.hub.subscribe(self.events.append)

    def of(self, kind: type[DeskEvent]) -> list[DeskEvent]:
        return [event for event in self.events if isinstance(event, kind)]


class Watch:
    """A progress that asks to stop once `limit` is reported."""

    def __init__(self, limit: float = 2.0) -> None:
        self.limit = limit
        self.shares: list[float] = []

    def report(self, share: float) -> None:
        self.shares.append(share)

    def cancelled(self) -> bool:
        return bool(self.shares) and self.shares[-1] >= self.limit


def wait_until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Return once `condition` holds; an AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
