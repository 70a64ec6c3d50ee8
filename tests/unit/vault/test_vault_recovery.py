"""Sealing to the recovery key, and signing for others."""

from __future__ import annotations

import hashlib
import uuid

import pytest
from sqlalchemy import select

from desktop.domain.recovery_code import RecoveryCode
from desktop.vault import recovery, signing
from desktop.vault.errors import KeyMissing
from desktop.vault.key_errors import RecoveryCodeWrong, SealedFileDamaged
from desktop.vault.keystore import signing_key_name
from desktop.vault.models import VaultState
from desktop.vault.setup import VaultSetup
from desktop.vault.signing import SigningKey
from desktop.vault.vault import Vault
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore

CODE, OTHER = RecoveryCode(bytes(range(16))), RecoveryCode(bytes(16))
VAULT = str(uuid.UUID(int=7))
PUBLIC = recovery.recovery_public_key(CODE, VAULT)
PLAIN = b"database key and more"


def test_only_the_code_opens_what_is_sealed() -> None:
    sealed = recovery.seal(PLAIN, PUBLIC, b"escrow")
    assert recovery.open_sealed(sealed, CODE, VAULT, b"escrow") == PLAIN
    assert PLAIN not in sealed
    assert sealed != recovery.seal(PLAIN, PUBLIC, b"escrow")
    assert recovery.sealed_to(sealed) == PUBLIC
    with pytest.raises(RecoveryCodeWrong):
        recovery.open_sealed(sealed, OTHER, VAULT, b"escrow")


def test_the_same_code_is_another_key_in_another_vault() -> None:
    sealed = recovery.seal(PLAIN, PUBLIC, b"escrow")
    with pytest.raises(RecoveryCodeWrong):
        recovery.open_sealed(sealed, CODE, str(uuid.UUID(int=8)), b"escrow")


def test_damage_and_another_purpose_are_no_wrong_code() -> None:
    sealed = recovery.seal(PLAIN, PUBLIC, b"escrow")
    changed = [sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :] for place in (32, 64, len(sealed) - 1)]
    for broken in (*changed, sealed[:-1], sealed[:32], sealed[:10], b""):
        with pytest.raises(SealedFileDamaged):
            recovery.open_sealed(broken, CODE, VAULT, b"escrow")
    with pytest.raises(SealedFileDamaged):
        recovery.open_sealed(sealed, CODE, VAULT, b"companion")


def test_a_signature_holds_for_these_bytes_and_this_key_alone() -> None:
    key = SigningKey.new()
    data = signing.canonical_json({"b": [1, 2.5, None], "a": "ä"})
    assert data == '{"a":"ä","b":[1,2.5,null]}'.encode()
    signature = key.sign(data)
    assert signing.verify(key.public_key, signature, data)
    assert not signing.verify(key.public_key, signature, data + b" ")
    assert not signing.verify(key.public_key, signature[:-1] + bytes([signature[-1] ^ 1]), data)
    assert not signing.verify(SigningKey.new().public_key, signature, data)
    assert not signing.verify(b"short", signature, data)
    assert not signing.verify(key.public_key, b"", data)


def test_a_signing_key_is_stored_as_text_and_shown_as_its_fingerprint() -> None:
    key = SigningKey.new()
    again = SigningKey.from_text(key.to_text())
    assert again.public_key == key.public_key
    digits = hashlib.sha256(key.public_key).hexdigest()
    assert key.fingerprint == " ".join(digits[start : start + 4] for start in range(0, 32, 4))
    assert key.to_text() not in f"{key!r}{key}"
    for text in ("", "xyz", key.to_text()[:-2]):
        with pytest.raises(ValueError):  # noqa: PT011 - of three kinds
            SigningKey.from_text(text)


def test_a_vault_has_one_signing_key_for_good(vault: Vault, keystore: MemoryKeyStore) -> None:
    public = vault.signing_key.public_key
    assert vault.read(lambda c: c.scalar(select(VaultState.signing_public))) == public
    vault.close()
    with Vault.open(vault.path, keystore) as again:
        assert again.signing_key.public_key == public


def test_a_vault_made_before_gets_a_signing_key(vault: Vault, keystore: MemoryKeyStore) -> None:
    vault.write(lambda c: c.exec_driver_sql("UPDATE vault_state SET signing_public = NULL")).result()
    vault.close()
    del keystore.values[signing_key_name(vault.id)]
    with Vault.open(vault.path, keystore) as again:
        public = again.signing_key.public_key
    with Vault.open(vault.path, keystore) as third:
        assert third.signing_key.public_key == public != vault.signing_key.public_key


@pytest.mark.parametrize("change", ["lost", "exchanged"])
def test_a_lost_or_exchanged_signing_key_is_not_replaced(vault: Vault, keystore: MemoryKeyStore, change: str) -> None:
    vault.close()
    if change == "lost":
        del keystore.values[signing_key_name(vault.id)]
    else:
        keystore.values[signing_key_name(vault.id)] = SigningKey.new().to_text()
    before = dict(keystore.values)
    with pytest.raises(KeyMissing):
        Vault.open(vault.path, keystore)
    assert keystore.values == before


def test_only_the_public_half_of_the_code_is_stored(vault: Vault, keystore: MemoryKeyStore) -> None:
    folder = vault.path.parent / "another"
    setup = VaultSetup(CODE, strict=True)
    with Vault.create(folder, keystore, setup=setup, ballast_bytes=TEST_BALLAST) as made:
        row = made.read(lambda c: c.execute(select(VaultState.recovery_public, VaultState.erasure_mode)).one())
        assert tuple(row) == (recovery.recovery_public_key(CODE, made.id), "strict")
    assert CODE.secret.hex() not in repr(keystore.values) + repr(setup)
    assert vault.read(
        lambda c: tuple(c.execute(select(VaultState.recovery_public, VaultState.erasure_mode)).one())
    ) == (
        None,
        "normal",
    )
