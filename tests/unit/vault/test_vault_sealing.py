"""Sealed fields open for their own person, row and table, and for nothing else."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.vault.keyfile import KeyFile, KeyFileHeader
from desktop.vault.sealing import SealBroken, Sealer

ADA, BOB, NOBODY = (str(uuid.UUID(int=number)) for number in (1, 2, 3))
KEK = bytes(range(32))
HEADER = KeyFileHeader(str(uuid.UUID(int=99)), 1, "Memory")


@pytest.fixture
def sealer(tmp_path: Path) -> Sealer:
    made = Sealer(KeyFile.create(tmp_path / "keys.bin", HEADER), KEK)
    made.create([ADA, BOB])
    return made


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(plain=st.binary(max_size=300))
def test_what_was_sealed_opens_again(sealer: Sealer, plain: bytes) -> None:
    sealed = sealer.seal("people", "row", ADA, plain)
    assert sealer.open("people", "row", ADA, sealed) == plain
    assert len(sealed) == len(plain) + 33
    assert len(plain) < 8 or plain not in sealed


def test_the_same_text_is_never_sealed_alike(sealer: Sealer) -> None:
    assert sealer.seal("people", "row", ADA, b"x") != sealer.seal("people", "row", ADA, b"x")


@pytest.mark.parametrize(
    ("table", "row", "subject"),
    [("photos", "row", ADA), ("people", "other", ADA), ("people", "row", BOB), ("people", "row", NOBODY)],
)
def test_a_moved_field_does_not_open(sealer: Sealer, table: str, row: str, subject: str) -> None:
    sealed = sealer.seal("people", "row", ADA, b"secret")
    with pytest.raises(SealBroken):
        sealer.open(table, row, subject, sealed)


def test_every_flipped_bit_and_every_cut_is_noticed(sealer: Sealer) -> None:
    sealed = sealer.seal("people", "row", ADA, b"secret")
    for place in range(len(sealed)):
        broken = bytearray(sealed)
        broken[place] ^= 1
        with pytest.raises(SealBroken):
            sealer.open("people", "row", ADA, bytes(broken))
        with pytest.raises(SealBroken):
            sealer.open("people", "row", ADA, sealed[:place])


def test_nothing_is_sealed_for_somebody_without_a_key(sealer: Sealer) -> None:
    with pytest.raises(SealBroken):
        sealer.seal("people", "row", NOBODY, b"x")


def test_a_key_left_out_opens_nothing_any_more_also_after_reopening(sealer: Sealer, tmp_path: Path) -> None:
    ada, bob = (sealer.seal("people", "row", person, b"secret") for person in (ADA, BOB))
    later = os.urandom(32)
    sealer.rotate(later, without=[ADA])
    for each in (sealer, Sealer(KeyFile.open(tmp_path / "keys.bin"), later)):
        with pytest.raises(SealBroken):
            each.open("people", "row", ADA, ada)
        assert each.open("people", "row", BOB, bob) == b"secret"


def test_another_wrapping_key_opens_nothing(sealer: Sealer, tmp_path: Path) -> None:
    sealed = sealer.seal("people", "row", ADA, b"secret")
    stranger = Sealer(KeyFile.open(tmp_path / "keys.bin"), os.urandom(32))
    assert sealer.check(ADA)
    assert not stranger.check(ADA)
    with pytest.raises(SealBroken):
        stranger.open("people", "row", ADA, sealed)


def test_a_key_record_of_another_vault_or_person_does_not_unwrap(sealer: Sealer, tmp_path: Path) -> None:
    stolen = KeyFile.open(tmp_path / "keys.bin").keys[ADA]
    other_vault = KeyFile.create(tmp_path / "other.bin", KeyFileHeader(str(uuid.UUID(int=98)), 1, "Memory"))
    other_vault.append({ADA: stolen})
    assert not Sealer(other_vault, KEK).check(ADA)
    same_vault = KeyFile.create(tmp_path / "third.bin", HEADER)
    same_vault.append({BOB: stolen, ADA: stolen})
    assert Sealer(same_vault, KEK).check(ADA)
    assert not Sealer(same_vault, KEK).check(BOB)


def test_no_key_lies_unwrapped_in_the_file(sealer: Sealer, tmp_path: Path) -> None:
    data = (tmp_path / "keys.bin").read_bytes()
    assert KEK not in data
    record = KeyFile.open(tmp_path / "keys.bin").keys[ADA]
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    plain = AESGCM(KEK).decrypt(record[:12], record[12:], f"keys|{HEADER.vault_id}|{ADA}|1".encode())
    assert len(plain) == 32
    assert plain not in data
