"""Files as a power cut or a failing disk leaves them: a torn WAL gives a clean prefix, a flipped bit is reported."""

from __future__ import annotations

import contextlib
import random
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.decision import Band
from desktop.domain.ids import CameraId, SightingId
from desktop.domain.sightings import Sighting, SightingFilter
from desktop.vault.anchor import count_rows, read_anchor
from desktop.vault.errors import KeysDamaged, VaultWrongKeyOrDamaged
from desktop.vault.vault import Vault
from tests.helpers.vaults import MODEL, TEST_BALLAST, MemoryKeyStore, new_person

MANY, FEW = 200, 40  # files; many in `make soak`
TRANSACTIONS = 30
PER_TRANSACTION = 3
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def counts() -> list[object]:
    return [FEW, pytest.param(MANY, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])]


def crashed(folder: Path, keystore: MemoryKeyStore, copy: Path) -> MemoryKeyStore:
    """In `copy` the files of a vault in mid-flight, thirty transactions in its WAL; the keyring as it was before."""
    with Vault.create(folder, keystore, ballast_bytes=TEST_BALLAST) as vault:
        vault.people.add_many([new_person(number) for number in range(3)])
    before = replace(keystore, values=dict(keystore.values))
    with Vault.open(folder, keystore) as vault:
        for number in range(TRANSACTIONS):
            vault.sightings.append_many([sighting(number, place) for place in range(PER_TRANSACTION)])
        shutil.copytree(folder, copy)
    assert (copy / "vault.db-wal").stat().st_size > TRANSACTIONS * 4096
    return before


def sighting(transaction: int, place: int) -> Sighting:
    at = NOW + timedelta(seconds=transaction)
    return Sighting(SightingId(f"{transaction}-{place}"), CameraId("c"), Band.UNKNOWN, at, at)


def torn(wal: bytes, chance: random.Random) -> bytes:
    """The WAL as far as it reached the disk; what follows is missing, zeros, or whatever lay there before."""
    place = chance.randrange(len(wal))
    rest = chance.choice([b"", bytes(len(wal) - place), chance.randbytes(len(wal) - place)])
    return wal[:place] + rest


@pytest.mark.parametrize("amount", counts())
def test_of_a_torn_wal_whole_transactions_are_left_from_the_first_on(
    vault_folder: Path, keystore: MemoryKeyStore, tmp_path: Path, amount: int
) -> None:
    copy = tmp_path / "crashed"
    before = crashed(vault_folder, keystore, copy)
    wal = (copy / "vault.db-wal").read_bytes()
    chance = random.Random(amount)
    lengths: set[int] = set()
    for number in range(amount):
        place = tmp_path / f"torn-{number}"
        shutil.copytree(copy, place)
        (place / "vault.db-shm").unlink(missing_ok=True)
        (place / "vault.db-wal").write_bytes(torn(wal, chance))
        with Vault.open(place, replace(before, values=dict(before.values))) as vault:
            found = {each.id for each in vault.sightings.query(SightingFilter(limit=10_000))}
            whole, half = divmod(len(found), PER_TRANSACTION)
            assert half == 0
            assert found == {sighting(t, p).id for t in range(whole) for p in range(PER_TRANSACTION)}
            assert vault.check_integrity() == []
            anchor = vault.read(read_anchor)
            assert anchor is not None
            assert anchor.counts == vault.read(count_rows)
            assert vault.people.count() == 3
        lengths.add(whole)
        shutil.rmtree(place)
    assert len(lengths) > 5, "the cuts fell into too few places to say anything"


def everything(vault: Vault) -> object:
    """All that a vault knows, as values that can be compared."""
    people = vault.people.list(limit=1000, now=NOW)
    return (
        people,
        [vault.people.photo(person.id) for person in people],
        [vault.consents.history(person.id) for person in people],
        vault.sightings.query(SightingFilter(limit=10_000)),
        [vector.tolist() for vector in vault.templates.for_matching(MODEL, datetime.now(UTC))[1]],
        vault.settings.all(),
    )


@pytest.mark.parametrize("amount", counts())
def test_every_flipped_bit_is_reported_and_nothing_wrong_is_ever_read(
    vault_folder: Path, keystore: MemoryKeyStore, tmp_path: Path, amount: int
) -> None:
    with Vault.create(vault_folder, keystore, ballast_bytes=TEST_BALLAST) as vault:
        vault.people.add_many([new_person(number, photo=bytes([number]) * 20_000) for number in range(12)])
        for number in range(TRANSACTIONS):
            vault.sightings.append_many([sighting(number, place) for place in range(PER_TRANSACTION)])
        truth = everything(vault)
    chance = random.Random(amount)
    refused = checked = 0
    for number in range(amount):
        place = tmp_path / f"flipped-{number}"
        shutil.copytree(vault_folder, place)
        path = place / ("keys.bin" if number % 10 == 9 else "vault.db")
        data = bytearray(path.read_bytes())
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        try:
            vault = Vault.open(place, replace(keystore, values=dict(keystore.values)))
        except (VaultWrongKeyOrDamaged, KeysDamaged):
            refused += 1
        else:
            with vault:
                assert vault.check_integrity() != []
                checked += 1
                with contextlib.suppress(VaultWrongKeyOrDamaged, KeysDamaged):
                    assert everything(vault) == truth
        shutil.rmtree(place)
    assert refused + checked == amount
    assert refused > 0
    assert checked > 0
