"""A backup from before a withdrawal gives back neither person nor picture; one from after it gives the proof."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.erasure import ErasureOrder, ErasureReason, SubjectKind
from desktop.domain.progress import UNWATCHED
from desktop.vault.restore import RestoreOrder
from desktop.vault.vault import Vault
from tests.helpers.backups import CODE, add_destination, back_up, recoverable_vault
from tests.helpers.vaults import MemoryKeyStore, new_person

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
PHOTO = bytes(range(200)) * 20


@pytest.mark.parametrize("strict", [False, True])
def test_withdrawn_after_the_backup_was_made(tmp_path: Path, strict: bool) -> None:
    keystore, folder, place = MemoryKeyStore(), tmp_path / "desk" / "vault", tmp_path / "stick"
    with recoverable_vault(folder, keystore, strict=strict) as vault:
        ada, bea, eve = vault.people.add_many([new_person(number, photo=PHOTO) for number in range(3)])
        destination = add_destination(vault, place)
        early = place / back_up(vault, destination).folder
        vault.archive.put(ada, NOW, NOW + timedelta(days=1000))
        assert vault.erasures.erase(ErasureOrder((ada,), ErasureReason.WITHDRAWAL)).result.complete
        photos = tuple(vault.withdrawals.photos_of(bea))
        order = ErasureOrder(photos, ErasureReason.WITHDRAWAL, kind=SubjectKind.PHOTO)
        assert vault.erasures.erase(order).result.complete
        late = place / back_up(vault, destination).folder

    Vault.restore(RestoreOrder(early, folder, CODE), keystore, UNWATCHED)
    with Vault.open(folder, keystore) as vault:
        assert set(vault.people.names()) == {bea, eve}
        assert vault.people.photo(bea) is None
        assert vault.people.photo(eve) == PHOTO
        assert vault.check_integrity() == []

    Vault.restore(RestoreOrder(late, folder, CODE), keystore, UNWATCHED)
    with Vault.open(folder, keystore) as vault:
        assert set(vault.people.names()) == {bea, eve}
        (kept,) = vault.archive.list(vault.archive.find())
        assert (kept.name, kept.person_id) == ("Person Number 0", ada)
        assert vault.people.photo(bea) is None


def test_what_has_no_key_anywhere_does_not_come_back(tmp_path: Path) -> None:
    """Strict erasure, onto a bare machine: there are no persons' keys, and so no pictures and no archived consents."""
    keystore, folder, place = MemoryKeyStore(), tmp_path / "desk" / "vault", tmp_path / "stick"
    with recoverable_vault(folder, keystore, strict=True) as vault:
        ada, _ = vault.people.add_many([new_person(number, photo=PHOTO) for number in range(2)])
        vault.archive.put(ada, NOW, NOW + timedelta(days=1000))
        vault.erasures.erase(ErasureOrder((ada,), ErasureReason.WITHDRAWAL))
        backup = place / back_up(vault, add_destination(vault, place)).folder
    bare, other = tmp_path / "bare" / "vault", MemoryKeyStore("Other place")
    Vault.restore(RestoreOrder(backup, bare, CODE), other, UNWATCHED)
    with Vault.open(bare, other) as vault:
        assert vault.people.names() == {}
        assert vault.archive.count() == 0
        assert vault.check_integrity() == []
