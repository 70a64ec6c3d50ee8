"""The row counts kept beside the rows: after any sequence of actions they fit, or the vault would be refused."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from desktop.domain.cameras import Camera, SourceKind, SourceSpec
from desktop.domain.consent import ConsentEvent, ConsentState, PlainConsent, Restriction, WatchlistAuthority
from desktop.domain.decision import Band
from desktop.domain.ids import CameraId, ConsentId, NoticeId, PersonId, RestrictionId, SightingId, random_id
from desktop.domain.notices import NoticeEdit, NoticeState, NoticeText
from desktop.domain.purposes import PHOTO, RECOGNITION, Purpose
from desktop.domain.retention import Kept
from desktop.domain.retention_run import RetentionRun
from desktop.domain.sightings import Sighting
from desktop.vault.anchor import count_rows, read_anchor
from desktop.vault.models import VaultState
from desktop.vault.notices import Publication
from desktop.vault.records import NewTemplate
from desktop.vault.vault import Vault
from tests.helpers.vaults import MODEL, TEST_BALLAST, MemoryKeyStore, new_person, template

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Actions:
    """Everything that can be done to a vault, at random."""

    def __init__(self, vault: Vault, chance: random.Random) -> None:
        self.vault = vault
        self.chance = chance

    def someone(self) -> PersonId:
        return self.chance.choice(sorted(self.vault.people.names()) or [PersonId("nobody")])

    def enrol(self) -> None:
        people = [new_person(self.chance.randrange(99), photo=self.chance.choice([None, b"photo"])) for _ in range(3)]
        self.vault.people.add_many(people[: self.chance.randint(1, 3)])

    def enrol_wrongly(self) -> None:
        person = new_person(1)
        bad = NewTemplate(np.array([np.inf], np.float32), MODEL)
        with pytest.raises(ValueError, match="finite"):
            self.vault.people.add(person.details, person.consent, [template(1), bad], b"photo")

    def fail_at_the_end(self) -> None:
        def work(connection: object) -> None:
            raise LookupError

        with pytest.raises(LookupError):
            self.vault.write(work).result()

    def remove(self) -> None:
        if self.vault.people.names():
            self.vault.people.remove(self.someone())

    def consent(self) -> None:
        if self.vault.people.names():
            event = ConsentEvent(ConsentId(random_id()), self.someone(), ConsentState.RENEWED, NOW)
            self.vault.consents.append(event, self.chance.choice([None, PlainConsent("form", "en")]))

    def authority(self) -> None:
        if self.vault.people.names():
            self.vault.authorities.add(WatchlistAuthority(self.someone(), NOW, NOW + timedelta(days=1)))

    def restrict(self) -> None:
        if self.vault.people.names():
            restriction = Restriction(RestrictionId(random_id()), self.someone(), NOW)
            self.vault.restrictions.add(restriction)
            self.vault.restrictions.lift(restriction.id, NOW)

    def notice(self) -> None:
        purposes = (Purpose(RECOGNITION), Purpose(PHOTO))[: self.chance.randint(1, 2)]
        texts = tuple(NoticeText(each, "Title", ("One",)) for each in self.chance.sample(["en", "de", "ar"], 2))
        newest = next(iter(self.vault.notices.list()), None)
        if newest is None or newest.state is not NoticeState.DRAFT:
            self.vault.notices.begin(NoticeEdit(NoticeId(random_id()), 0, purposes, texts), NOW)
            return
        self.vault.notices.save(NoticeEdit(newest.id, newest.revision, purposes, texts[:1]), NOW)
        if self.chance.random() < 0.5:
            self.vault.notices.publish(Publication(newest.id, newest.revision + 1, False, None, NOW))
        else:
            self.vault.notices.discard(newest.id, newest.revision + 1)

    def templates(self) -> None:
        if self.vault.people.names():
            self.vault.templates.add(self.someone(), [template(5)] * self.chance.randint(0, 3))

    def sightings(self) -> None:
        person = self.someone()
        bands = [(Band.MATCH, person), (Band.UNKNOWN, None)]
        batch = []
        for _ in range(self.chance.randint(0, 5)):
            band, who = self.chance.choice(bands)
            at = NOW + timedelta(seconds=self.chance.randrange(1000))
            batch.append(Sighting(SightingId(random_id()), CameraId("c"), band, at, at, who, 0.5, 0.5))
        self.vault.sightings.append_many(batch)

    def purge(self) -> None:
        run = RetentionRun(random_id(), NOW)
        self.vault.retention_runs.begin(run)
        before = NOW + timedelta(seconds=self.chance.randrange(1000))
        for category in (Kept.STRANGERS, Kept.SIGHTINGS, Kept.PASSES):
            self.vault.retention.delete(category, before, NOW, 100, run=run.id)

    def camera(self) -> None:
        cameras = self.vault.cameras.list()
        if cameras and self.chance.random() < 0.5:
            self.vault.cameras.remove(cameras[0].id)
        else:
            self.vault.cameras.add(Camera(CameraId(random_id()), "Door", SourceSpec(SourceKind.USB, "0")))

    def setting(self) -> None:
        self.vault.settings.set("key", self.chance.random())


@pytest.mark.parametrize("seed", range(4))
def test_counts_fit_the_rows_after_any_sequence(vault_folder: Path, keystore: MemoryKeyStore, seed: int) -> None:
    chance = random.Random(seed)
    names = [name for name in vars(Actions) if not name.startswith("_") and name != "someone"]
    Vault.create(vault_folder, keystore, ballast_bytes=TEST_BALLAST).close()
    for _ in range(4):
        with Vault.open(vault_folder, keystore) as vault:
            actions = Actions(vault, chance)
            for _ in range(25):
                getattr(actions, chance.choice(names))()
            found = vault.read(read_anchor)
            assert found is not None
            assert found.counts == vault.read(count_rows)
    assert sum(found.counts.values()) > 10


def test_every_committed_write_is_one_change_and_a_failed_one_is_none(vault: Vault) -> None:
    def changes() -> int:
        return vault.read(lambda connection: connection.scalar(select(VaultState.changes))) or 0

    start = changes()
    vault.settings.set("a", 1)
    vault.people.add_many([new_person(1), new_person(2)])
    assert changes() == start + 2
    Actions(vault, random.Random(1)).fail_at_the_end()
    assert changes() == start + 2
