"""Backup and restore of a vault with 10,000 people and a million sightings."""

from __future__ import annotations

import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.domain.backups import DestinationPlan, Schedule
from desktop.domain.consent import PlainConsent
from desktop.domain.decision import Band
from desktop.domain.ids import CameraId, SightingId, random_id
from desktop.domain.people import PersonDetails
from desktop.domain.progress import UNWATCHED
from desktop.domain.recovery_code import RecoveryCode
from desktop.domain.sightings import Sighting
from desktop.vault.passphrase_keystore import PassphraseKeyStore
from desktop.vault.passwords import HashCost
from desktop.vault.records import NewPerson
from desktop.vault.restore import RestoreOrder
from desktop.vault.setup import VaultSetup
from desktop.vault.vault import Vault

PEOPLE, SIGHTINGS_EACH, BATCH = 10_000, 100, 20_000
PHOTO = 8_000  # bytes
CHEAP = HashCost(8 * 1024, 1, 1)  # the key place is not what is measured

Row = tuple[str, float, str, str]


def measure(people: int = PEOPLE) -> list[Row]:
    """Name, value, unit and goal of each figure; 100 sightings a person, and at most 10,000 people."""
    people = min(people, PEOPLE)
    with tempfile.TemporaryDirectory() as root:
        return _measure(Path(root), people, people * SIGHTINGS_EACH)


def _measure(root: Path, people: int, sightings: int) -> list[Row]:
    code = RecoveryCode.new()
    folder, place = root / "desk" / "vault", root / "destination"
    place.mkdir()
    keys = PassphraseKeyStore.create(root / "keys", "a passphrase for the benchmark", CHEAP)
    with Vault.create(folder, keys, setup=VaultSetup(code), ballast_bytes=0) as vault:
        _fill(vault, people, sightings)
        destination = vault.backups.destinations.add(DestinationPlan(str(place), 1, Schedule.OFF))
        begun = time.perf_counter()
        made = vault.backups.make(destination, "benchmark")
        backed_up = time.perf_counter() - begun
        begun = time.perf_counter()
        vault.backups.verify(made, UNWATCHED)
        verified = time.perf_counter() - begun
        begun = time.perf_counter()
        vault.backups.companions.write_all()
        companion = time.perf_counter() - begun
    bare = PassphraseKeyStore.create(root / "bare-keys", "another passphrase for the benchmark", CHEAP)
    order = RestoreOrder(place / made.folder, root / "bare" / "vault", code)
    begun = time.perf_counter()
    Vault.restore(order, bare, UNWATCHED)
    restored = time.perf_counter() - begun
    return [
        (f"Backup, {people:,} people and {sightings:,} sightings", backed_up, " s", "<= 30"),
        ("Backup: size", made.size / 1e6, " MB", ""),
        ("Backup: verify again", verified, " s", "<= 15"),
        ("Companion written anew", companion, " s", "<= 2"),
        ("Restore onto a bare machine", restored, " s", "<= 30"),
    ]


def _fill(vault: Vault, people: int, sightings: int) -> None:
    consent = PlainConsent("signed form", "en")
    for start in range(0, people, 1000):
        vault.people.add_many(
            [
                NewPerson(PersonDetails(f"Person {number}"), consent, (), os.urandom(PHOTO))
                for number in range(start, min(people, start + 1000))
            ]
        )
    owners = sorted(vault.people.names())
    now = datetime.now(UTC)
    for start in range(0, sightings, BATCH):
        rows = []
        for number in range(start, min(sightings, start + BATCH)):
            at = now - timedelta(seconds=number)
            person = owners[number % len(owners)]
            rows.append(Sighting(SightingId(random_id()), CameraId("entrance"), Band.MATCH, at, at, person, 0.6, 0.4))
        vault.sightings.append_many(rows)
