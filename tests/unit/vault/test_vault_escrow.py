"""The recovery code as the way back: keys lost, another keyring, a new code; nothing changes where it does not fit."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.ids import PersonId
from desktop.domain.recovery_code import RecoveryCode
from desktop.vault import keyfile, layout, recovering
from desktop.vault.anchor import Anchor
from desktop.vault.errors import (
    DiskFull,
    KeyMissing,
    KeyringChanged,
    KeyringLocked,
    KeysMissing,
    VaultError,
    VaultInUse,
    VaultMissing,
    VaultRolledBack,
)
from desktop.vault.key_errors import EscrowMissing, EscrowOutdated, KeysOutdated, RecoveryCodeWrong, SealedFileDamaged
from desktop.vault.keystore import anchor_name
from desktop.vault.setup import ErasureMode, VaultSetup
from desktop.vault.vault import Vault
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore, files_of, new_person

CODE, OTHER = RecoveryCode(bytes(range(16))), RecoveryCode(bytes(16))
BACKEND = "Another keyring"


@pytest.fixture
def vault(vault_folder: Path, keystore: MemoryKeyStore) -> Iterator[Vault]:
    with Vault.create(vault_folder, keystore, setup=VaultSetup(CODE), ballast_bytes=TEST_BALLAST) as made:
        yield made


@pytest.fixture
def people(vault: Vault) -> list[PersonId]:
    return vault.people.add_many([new_person(number) for number in range(5)])


def refused(folder: Path, keystore: MemoryKeyStore, code: RecoveryCode, kind: type[VaultError]) -> None:
    """Recovering raises `kind` and leaves every file and entry as it was."""
    files, values = files_of(folder), dict(keystore.values)
    with pytest.raises(kind) as caught:
        Vault.recover(folder, keystore, code)
    assert type(caught.value) is kind
    assert (files_of(folder), keystore.values) == (files, values)


def told(vault: Vault, action: AuditAction) -> list[str]:
    """What the audit log tells of this kind."""
    return [entry.action for entry in vault.audit.list(AuditFilter(action=action), 0, 100)]


def test_lost_keys_come_back_with_the_code(vault: Vault, people: list[PersonId], keystore: MemoryKeyStore) -> None:
    signer = vault.signing_key.public_key
    vault.close()
    lost = dict(keystore.values)
    keystore.values.clear()
    with pytest.raises(KeyMissing):
        Vault.open(vault.path, keystore)
    Vault.recover(vault.path, keystore, CODE)
    assert {name: value for name, value in keystore.values.items() if "anchor" not in name} == {
        name: value for name, value in lost.items() if "anchor" not in name
    }
    with Vault.open(vault.path, keystore) as again:
        assert set(again.people.names()) == set(people)
        assert again.signing_key.public_key == signer


def test_the_audit_log_tells_once_that_the_code_was_used(vault: Vault, keystore: MemoryKeyStore) -> None:
    vault.close()
    keystore.values.clear()
    Vault.recover(vault.path, keystore, CODE)
    for _ in range(2):
        with Vault.open(vault.path, keystore) as again:
            assert told(again, AuditAction.RECOVERY_USED) == ["recovery_used"]
            assert again.verify_audit().intact


def test_a_full_disk_keeps_nobody_from_the_keys(
    vault: Vault, keystore: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(connection: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    vault.close()
    keystore.values.clear()
    monkeypatch.setattr(recovering, "leave_word_of_recovery", full)
    Vault.recover(vault.path, keystore, CODE)
    with Vault.open(vault.path, keystore) as again:
        assert told(again, AuditAction.RECOVERY_USED) == []


@pytest.mark.parametrize("entry", ["database-key", "wrapping-key-1", "signing-key", "anchor"])
def test_one_lost_entry_comes_back(vault: Vault, people: list[PersonId], keystore: MemoryKeyStore, entry: str) -> None:
    vault.close()
    del keystore.values[f"{vault.id}/{entry}"]
    Vault.recover(vault.path, keystore, CODE)
    with Vault.open(vault.path, keystore) as again:
        assert set(again.people.names()) == set(people)


def test_another_keyring_takes_the_keys_over(vault: Vault, people: list[PersonId]) -> None:
    vault.close()
    other = MemoryKeyStore(backend=BACKEND)
    with pytest.raises(KeyringChanged):
        Vault.open(vault.path, other)
    Vault.recover(vault.path, other, CODE)
    with Vault.open(vault.path, other) as again:
        assert again.keyring_backend == BACKEND
        assert set(again.people.names()) == set(people)
    assert keyfile.KeyFile.open(vault.path / "keys.bin").header.backend == BACKEND


def test_a_crash_while_another_keyring_takes_over_is_healed_by_the_code(
    vault: Vault, people: list[PersonId], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        pass

    def crash(*_: object) -> None:
        raise Crash

    vault.close()
    other = MemoryKeyStore(backend=BACKEND)
    monkeypatch.setattr(keyfile.KeyFile, "rewrite", crash)
    with pytest.raises(Crash):
        Vault.recover(vault.path, other, CODE)
    monkeypatch.undo()
    with pytest.raises(KeyringChanged):
        Vault.open(vault.path, other)
    Vault.recover(vault.path, other, CODE)
    with Vault.open(vault.path, other) as again:
        assert set(again.people.names()) == set(people)


def test_a_wrong_code_changes_nothing(vault: Vault, people: list[PersonId], keystore: MemoryKeyStore) -> None:
    vault.close()
    refused(vault.path, keystore, OTHER, RecoveryCodeWrong)
    keystore.values.clear()
    refused(vault.path, keystore, OTHER, RecoveryCodeWrong)
    refused(vault.path, MemoryKeyStore(backend=BACKEND), OTHER, RecoveryCodeWrong)


def test_an_open_vault_is_not_recovered(vault: Vault, keystore: MemoryKeyStore) -> None:
    refused(vault.path, keystore, CODE, VaultInUse)


def test_damaged_missing_and_foreign_files_are_told_apart(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore, tmp_path: Path
) -> None:
    vault.close()
    path = vault.path / "escrow.bin"
    good = path.read_bytes()
    keystore.values.clear()
    for broken in (good[:-1], good[:100], good[:20], b"", good[:30] + b"\x01" + good[31:], good[:100] + b"\x01" * 50):
        path.write_bytes(broken)
        refused(vault.path, keystore, CODE, SealedFileDamaged)
    path.unlink()
    refused(vault.path, keystore, CODE, EscrowMissing)
    path.write_bytes(good)
    keys = (vault.path / "keys.bin").read_bytes()
    (vault.path / "keys.bin").unlink()
    refused(vault.path, keystore, CODE, KeysMissing)
    (vault.path / "keys.bin").write_bytes(keys)
    with pytest.raises(VaultMissing):
        Vault.recover(tmp_path / "nowhere", keystore, CODE)


def test_a_refusing_keyring_is_told_and_the_files_stay(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore
) -> None:
    vault.close()
    other = MemoryKeyStore(backend=BACKEND)

    def locked(kind: str) -> None:
        if kind == "set":
            raise KeyringLocked

    other.before = locked
    refused(vault.path, other, CODE, KeyringLocked)


def test_a_rotation_writes_the_escrow_anew(vault: Vault, people: list[PersonId], keystore: MemoryKeyStore) -> None:
    old = (vault.path / "escrow.bin").read_bytes()
    vault.rotate_epoch(people[:0])
    assert not (vault.path / "escrow.new").exists()
    vault.close()
    kept = dict(keystore.values)
    keystore.values.clear()
    new = (vault.path / "escrow.bin").read_bytes()
    (vault.path / "escrow.bin").write_bytes(old)
    refused(vault.path, keystore, CODE, EscrowOutdated)
    (vault.path / "escrow.bin").write_bytes(new)
    Vault.recover(vault.path, keystore, CODE)
    assert keystore.values.keys() == kept.keys()
    with Vault.open(vault.path, keystore) as again:
        assert set(again.people.names()) == set(people)


def test_an_older_key_file_is_not_recovered(vault: Vault, people: list[PersonId], keystore: MemoryKeyStore) -> None:
    old = (vault.path / "keys.bin").read_bytes()
    vault.rotate_epoch()
    vault.close()
    (vault.path / "keys.bin").write_bytes(old)
    refused(vault.path, keystore, CODE, KeysOutdated)


@pytest.mark.parametrize("lost", ["nothing", "all but the anchor"])
def test_recovering_does_not_bring_an_older_database_back(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore, tmp_path: Path, lost: str
) -> None:
    """The anchor of the key place counts where it is left; otherwise that of the escrow does."""
    vault.close()
    shutil.copy(vault.path / "vault.db", tmp_path / "old.db")
    with Vault.open(vault.path, keystore) as again:
        again.people.remove(people[0])
        again.rotate_epoch()
    shutil.copy(tmp_path / "old.db", vault.path / "vault.db")
    if lost != "nothing":
        keystore.values = {name: value for name, value in keystore.values.items() if name == anchor_name(vault.id)}
    refused(vault.path, keystore, CODE, VaultRolledBack)


def test_a_crash_in_a_rotation_and_a_lost_keyring_together_are_survived(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At any instant one of the two escrows fits keys.bin."""

    class Crash(BaseException):
        pass

    for number, place in enumerate(("desktop.vault.sealing.Sealer.rotate", "desktop.vault.escrow.put_in_place")):
        copy = tmp_path / f"copy{number}"

        def crash(*_: object, target: Path = copy) -> None:
            shutil.copytree(vault.path, target)
            raise Crash

        with monkeypatch.context() as patch:
            patch.setattr(place, crash)
            with pytest.raises(Crash):
                vault.rotate_epoch()
        assert (copy / "escrow.new").exists()
        fresh = MemoryKeyStore()
        Vault.recover(copy, fresh, CODE)
        with Vault.open(copy, fresh) as again:
            assert set(again.people.names()) == set(people)
        assert not (copy / "escrow.new").exists()
        Vault.recover(copy, MemoryKeyStore(), CODE)


def test_a_new_code_replaces_the_former_one(vault: Vault, people: list[PersonId], keystore: MemoryKeyStore) -> None:
    vault.set_recovery(OTHER)
    vault.close()
    keystore.values.clear()
    refused(vault.path, keystore, CODE, RecoveryCodeWrong)
    Vault.recover(vault.path, keystore, OTHER)
    with Vault.open(vault.path, keystore) as again:
        again.rotate_epoch()
    Vault.recover(vault.path, MemoryKeyStore(), OTHER)


@pytest.mark.parametrize("refusing", ["keyring", "disk"])
def test_a_new_code_is_set_as_a_whole_or_not_at_all(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch, refusing: str
) -> None:
    def locked(_: str) -> None:
        raise KeyringLocked

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    if refusing == "keyring":
        keystore.before = locked
    else:
        monkeypatch.setattr("desktop.vault.files.write_all", full)
    with pytest.raises((KeyringLocked, DiskFull)):
        vault.set_recovery(OTHER)
    keystore.before = None
    monkeypatch.undo()
    vault.close()
    Vault.recover(vault.path, keystore, CODE)


def test_a_vault_made_without_a_code_gets_one(tmp_path: Path, keystore: MemoryKeyStore) -> None:
    folder = tmp_path / "older"
    with Vault.create(folder, keystore, ballast_bytes=TEST_BALLAST) as vault:
        assert vault.recovery_policy().public_key is None
        assert not layout.holds_escrow(folder)
        vault.set_recovery(CODE)
        assert vault.recovery_policy().public_key is not None
    assert layout.holds_escrow(folder)
    Vault.recover(folder, MemoryKeyStore(), CODE)


def test_strict_erasure_escrows_nothing(tmp_path: Path, keystore: MemoryKeyStore) -> None:
    folder = tmp_path / "strict"
    setup = VaultSetup(CODE, strict=True)
    with Vault.create(folder, keystore, setup=setup, ballast_bytes=TEST_BALLAST) as vault:
        vault.people.add_many([new_person(1)])
        vault.rotate_epoch()
        vault.set_recovery(OTHER)
        assert vault.recovery_policy().mode is ErasureMode.STRICT
    assert {path.name for path in folder.glob("escrow*")} == set()
    refused(folder, keystore, OTHER, EscrowMissing)
    (folder / "escrow.bin").write_bytes(b"left from somewhere")
    Vault.open(folder, keystore).close()
    assert not (folder / "escrow.bin").exists()


def test_a_missing_or_outdated_escrow_is_written_anew_at_opening(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore
) -> None:
    old = (vault.path / "escrow.bin").read_bytes()
    vault.rotate_epoch()
    vault.close()
    for content in (None, old, b"rubbish"):
        (vault.path / "escrow.bin").unlink()
        if content is not None:
            (vault.path / "escrow.bin").write_bytes(content)
        Vault.open(vault.path, keystore).close()
        Vault.recover(vault.path, MemoryKeyStore(), CODE)
    current = (vault.path / "escrow.bin").read_bytes()
    with Vault.open(vault.path, keystore) as again:
        assert told(again, AuditAction.ESCROW_WRITTEN) == ["escrow_written"] * 3
    assert (vault.path / "escrow.bin").read_bytes() == current  # not at every opening


def test_no_key_stands_in_escrow_log_or_repr(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore, capfd: pytest.CaptureFixture[str]
) -> None:
    from desktop.vault.vault_keys import VaultKeys

    vault.rotate_epoch()
    keys = VaultKeys.load(keystore, vault.id, 2)
    vault.set_recovery(OTHER)
    vault.close()
    Vault.recover(vault.path, keystore, OTHER)
    told = "".join(capfd.readouterr()) + repr(keys) + repr(VaultSetup(CODE)) + repr(vault.signing_key)
    files = b"|".join(files_of(vault.path).values())
    secrets = [keys.database_key, keys.wrapping_key, keys.signing_key, CODE.secret.hex()]
    for secret in secrets:
        assert secret not in told
        assert secret.encode() not in files
        assert bytes.fromhex(secret) not in files
    assert not any(group in told for group in CODE.groups)


def test_recovering_keeps_what_is_known_of_the_audit_log(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore
) -> None:
    vault.close()
    before = keystore.values[anchor_name(vault.id)]
    Vault.recover(vault.path, keystore, CODE)
    assert keystore.values[anchor_name(vault.id)] == before
    assert Anchor.from_text(before).audit is not None
