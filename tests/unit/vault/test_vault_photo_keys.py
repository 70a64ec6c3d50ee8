"""Pictures lie under keys of their own and go alone, in every copy."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from desktop.domain.erasure import Category, ErasureOrder, ErasureReason, SubjectKind
from desktop.vault import enrolment_rows as rows
from desktop.vault.errors import PhotoUnknown
from desktop.vault.keyfile import KeyFile
from desktop.vault.models import Photo
from desktop.vault.vault import Vault
from tests.helpers.erasures import OldCopy
from tests.helpers.vaults import MemoryKeyStore, new_person

PICTURE = bytes(range(256)) * 40


def photo_order(*photos: str) -> ErasureOrder:
    return ErasureOrder(photos, ErasureReason.WITHDRAWAL, kind=SubjectKind.PHOTO)


def under_the_persons_key(vault: Vault, person: str) -> str:
    """The person's picture as a former version sealed it; its id."""
    (photo,) = vault.withdrawals.photos_of(person)  # type: ignore[arg-type]
    sealed = vault._room.sealer.seal(rows.PHOTOS, photo, person, PICTURE)
    vault.write(lambda live: live.execute(update(Photo).values(sealed=sealed, own_key=False))).result()
    return photo


def test_a_picture_goes_alone_and_the_person_stays(vault: Vault, keystore: MemoryKeyStore, tmp_path: Path) -> None:
    ada, bob = vault.people.add_many([new_person(1, photo=PICTURE), new_person(2, photo=PICTURE)])
    (photo,) = vault.withdrawals.photos_of(ada)
    assert photo in KeyFile.open(vault.path / "keys.bin").keys
    old = OldCopy.of(vault, tmp_path / "old")

    erasure = vault.erasures.erase(photo_order(photo))
    assert erasure.result.complete
    assert erasure.result.erased == {Category.PHOTOS: 1}
    assert erasure.result.proof is not None
    assert erasure.result.proof.seen_before > 0
    assert vault.people.photo(ada) is None
    assert vault.people.photo(bob) == PICTURE
    assert vault.people.get(ada) is not None
    keys = KeyFile.open(vault.path / "keys.bin").keys
    assert photo not in keys
    assert ada in keys
    assert old.readable_names(keystore, vault.id, vault.path / "keys.bin") == {"Person Number 1", "Person Number 2"}
    with pytest.raises(PhotoUnknown):
        vault.erasures.erase(photo_order(photo))


def test_whoever_is_erased_takes_the_pictures_keys_along(vault: Vault) -> None:
    ada, bob = vault.people.add_many([new_person(1, photo=PICTURE), new_person(2, photo=PICTURE)])
    of_bob = vault.withdrawals.photos_of(bob)
    assert vault.erasures.erase(ErasureOrder((ada,))).result.complete
    assert set(KeyFile.open(vault.path / "keys.bin").keys) == {bob, *of_bob}
    assert vault.people.photo(bob) == PICTURE


def test_a_picture_of_before_is_readable_and_can_be_erased(vault: Vault) -> None:
    (ada,) = vault.people.add_many([new_person(1, photo=PICTURE)])
    photo = under_the_persons_key(vault, ada)
    assert vault.people.photo(ada) == PICTURE
    assert vault.erasures.erase(photo_order(photo)).result.complete
    assert vault.people.photo(ada) is None
    assert vault.people.get(ada) is not None
    assert vault.read(lambda live: live.scalars(select(Photo.id)).all()) == []
