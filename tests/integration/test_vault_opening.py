"""What is refused when a vault is opened, in which words, and that nothing was changed by trying."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.errors import Cancelled
from desktop.domain.ids import ConsentId, random_id
from desktop.vault.anchor import Anchor
from desktop.vault.errors import (
    FolderNotEmpty,
    FolderRefused,
    KeyMissing,
    KeyringChanged,
    KeyringFailed,
    KeyringTimeout,
    KeysDamaged,
    KeysMissing,
    VaultEmptied,
    VaultError,
    VaultExists,
    VaultInUse,
    VaultMissing,
    VaultRolledBack,
    VaultSwapped,
    VaultWrongKeyOrDamaged,
)
from desktop.vault.keystore import anchor_name, database_key_name, folder_name, wrapping_key_name
from desktop.vault.records import utc_now
from desktop.vault.vault import Vault
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore, files_of, new_person


def make(folder: Path, keystore: MemoryKeyStore, people: int = 3) -> str:
    with Vault.create(folder, keystore, ballast_bytes=TEST_BALLAST) as vault:
        vault.people.add_many([new_person(number) for number in range(people)])
        return vault.id


@pytest.fixture
def closed(vault_folder: Path, keystore: MemoryKeyStore) -> Path:
    """The folder of a closed vault with three people."""
    make(vault_folder, keystore)
    return vault_folder


def refused(folder: Path, keystore: MemoryKeyStore, kind: type[VaultError]) -> None:
    """Opening raises exactly `kind`, twice, and leaves every file and every keyring entry as it was."""
    files, values = files_of(folder) if folder.exists() else {}, dict(keystore.values)
    for _ in range(2):
        with pytest.raises(kind) as caught:
            Vault.open(folder, keystore)
        assert type(caught.value) is kind
    left = files_of(folder) if folder.exists() else {}
    for name in ("vault.db", "keys.bin"):
        assert left.get(name) == files.get(name)
    assert keystore.values == values


def overwrite(path: Path, place: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(data)


# --- the database file -------------------------------------------------------------------------------------------


def test_an_emptied_file_is_refused_and_no_new_vault_appears(closed: Path, keystore: MemoryKeyStore) -> None:
    os.truncate(closed / "vault.db", 0)
    refused(closed, keystore, VaultEmptied)
    assert (closed / "vault.db").stat().st_size == 0
    with pytest.raises(VaultExists):
        Vault.create(closed, keystore)


def test_a_fresh_database_under_the_right_key_is_refused(closed: Path, keystore: MemoryKeyStore) -> None:
    from desktop.vault import cipher

    key = bytes.fromhex(keystore.values[database_key_name(_id(keystore))])
    (closed / "vault.db").unlink()
    connection = cipher.connect(closed / "vault.db", key, create=True)
    connection.execute("CREATE TABLE t (a)")
    connection.close()
    refused(closed, keystore, VaultEmptied)


def _id(keystore: MemoryKeyStore) -> str:
    return next(name.split("/")[0] for name in keystore.values if name.endswith("/anchor"))


def test_a_missing_database_is_refused_and_no_new_vault_appears(closed: Path, keystore: MemoryKeyStore) -> None:
    (closed / "vault.db").unlink()
    refused(closed, keystore, VaultMissing)
    assert not (closed / "vault.db").exists()
    with pytest.raises(VaultExists):
        Vault.create(closed, keystore)


@pytest.mark.parametrize("leave_folder", [True, False])
def test_where_the_keyring_remembers_a_vault_no_new_one_is_made(
    closed: Path, keystore: MemoryKeyStore, leave_folder: bool
) -> None:
    shutil.rmtree(closed)
    if leave_folder:
        closed.mkdir()
    values = dict(keystore.values)
    with pytest.raises(VaultMissing):
        Vault.create(closed, keystore)
    with pytest.raises(VaultMissing):
        Vault.open(closed, keystore)
    assert keystore.values == values
    assert not closed.exists() or list(closed.iterdir()) == []


def test_a_database_rolled_back_to_an_older_copy_is_refused(closed: Path, keystore: MemoryKeyStore) -> None:
    """The older copy still holds somebody who has withdrawn."""
    old = (closed / "vault.db").read_bytes()
    with Vault.open(closed, keystore) as vault:
        person = next(iter(vault.people.names()))
        vault.consents.append(ConsentEvent(ConsentId(random_id()), person, ConsentState.WITHDRAWN, utc_now(), None))
    new = (closed / "vault.db").read_bytes()
    (closed / "vault.db").write_bytes(old)
    refused(closed, keystore, VaultRolledBack)
    (closed / "vault.db").write_bytes(new)
    with Vault.open(closed, keystore) as vault:
        assert len(vault.templates.matchable(utc_now())) == 2


def test_the_whole_folder_rolled_back_is_refused(closed: Path, keystore: MemoryKeyStore, tmp_path: Path) -> None:
    shutil.copytree(closed, tmp_path / "copy")
    with Vault.open(closed, keystore) as vault:
        vault.people.remove(next(iter(vault.people.names())))
    shutil.rmtree(closed)
    shutil.copytree(tmp_path / "copy", closed)
    refused(closed, keystore, VaultRolledBack)


def test_two_lives_of_one_database_are_not_mixed(closed: Path, keystore: MemoryKeyStore, tmp_path: Path) -> None:
    """Both copies have changed as often; only one of them is the one that the keyring saw last."""
    shutil.copytree(closed, tmp_path / "copy")
    remembered = dict(keystore.values)
    with Vault.open(closed, keystore) as vault:
        vault.settings.set("a", 1)
    first = dict(keystore.values)
    keystore.values = remembered
    shutil.rmtree(closed)
    shutil.copytree(tmp_path / "copy", closed)
    with Vault.open(closed, keystore) as vault:
        vault.settings.set("a", 2)
    keystore.values = first
    refused(closed, keystore, VaultRolledBack)


def test_a_lagging_anchor_is_accepted_and_caught_up(closed: Path, keystore: MemoryKeyStore) -> None:
    """As after a crash before the keyring was written."""
    name = anchor_name(_id(keystore))
    lagging = keystore.values[name]
    with Vault.open(closed, keystore) as vault:
        vault.people.add_many([new_person(9)])
    keystore.values[name] = lagging
    with Vault.open(closed, keystore) as vault:
        assert vault.people.count() == 4
    assert Anchor.from_text(keystore.values[name]).counts["people"] == 4


def test_another_vaults_database_is_refused(closed: Path, keystore: MemoryKeyStore, tmp_path: Path) -> None:
    make(tmp_path / "other", keystore)
    shutil.copy(tmp_path / "other" / "vault.db", closed / "vault.db")
    refused(closed, keystore, VaultWrongKeyOrDamaged)


def test_another_vault_in_its_place_is_refused(closed: Path, keystore: MemoryKeyStore, tmp_path: Path) -> None:
    """Database and keys fit each other and their keyring entries exist, but they belong into another folder."""
    make(tmp_path / "other", keystore)
    for name in ("vault.db", "keys.bin"):
        shutil.copy(tmp_path / "other" / name, closed / name)
    refused(closed, keystore, VaultSwapped)


def test_a_vault_whose_folder_was_moved_opens_and_is_known_there(
    closed: Path, keystore: MemoryKeyStore, tmp_path: Path
) -> None:
    moved = tmp_path / "Überwachung 王"
    closed.rename(moved)
    with Vault.open(moved, keystore) as vault:
        assert vault.people.count() == 3
    assert keystore.values[folder_name(moved)] == _id(keystore)


@pytest.mark.parametrize("page", [0, 1, 2, -1])
def test_a_damaged_page_is_reported_and_not_repaired_away(closed: Path, keystore: MemoryKeyStore, page: int) -> None:
    size = (closed / "vault.db").stat().st_size
    overwrite(closed / "vault.db", (page % (size // 4096)) * 4096 + 1000, b"\xff" * 8)
    try:
        vault = Vault.open(closed, keystore)
    except VaultWrongKeyOrDamaged:
        return
    with vault:
        assert vault.check_integrity() != []


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_cut_file_is_reported(closed: Path, keystore: MemoryKeyStore, share: float) -> None:
    os.truncate(closed / "vault.db", int((closed / "vault.db").stat().st_size * share))
    try:
        vault = Vault.open(closed, keystore)
    except VaultWrongKeyOrDamaged:
        return
    with vault:
        assert vault.check_integrity() != []


def test_a_page_of_an_older_copy_put_back_is_noticed(closed: Path, keystore: MemoryKeyStore) -> None:
    """Each page proves itself alone, so an old one passes every integrity check; the row counts do not."""
    old = (closed / "vault.db").read_bytes()
    with Vault.open(closed, keystore) as vault:
        vault.people.add_many([new_person(number) for number in range(10, 14)])
    new = (closed / "vault.db").read_bytes()
    noticed = 0
    for start in range(0, len(old), 4096):
        page = slice(start, start + 4096)
        if old[page] == new[page]:
            continue
        (closed / "vault.db").write_bytes(new[:start] + old[page] + new[start + 4096 :])
        before = dict(keystore.values)
        try:
            with Vault.open(closed, keystore) as vault:
                assert vault.check_integrity() != [] or vault.people.count() == 7
        except VaultError:
            noticed += 1
        keystore.values = before
    assert noticed >= 2


# --- keys --------------------------------------------------------------------------------------------------------


def test_a_missing_key_file_is_not_replaced(closed: Path, keystore: MemoryKeyStore) -> None:
    (closed / "keys.bin").unlink()
    refused(closed, keystore, KeysMissing)
    assert not (closed / "keys.bin").exists()


def cut_to_header(path: Path, tmp: Path, keystore: MemoryKeyStore) -> None:
    os.truncate(path, 64)


def cut_inside_header(path: Path, tmp: Path, keystore: MemoryKeyStore) -> None:
    os.truncate(path, 30)


def cut_last_record(path: Path, tmp: Path, keystore: MemoryKeyStore) -> None:
    os.truncate(path, path.stat().st_size - 1)


def flip_in_first_record(path: Path, tmp: Path, keystore: MemoryKeyStore) -> None:
    overwrite(path, 64 + 40, b"\x00\xff")


@pytest.mark.parametrize("damage", [cut_to_header, cut_inside_header, cut_last_record, flip_in_first_record])
def test_a_damaged_key_file_is_refused(
    closed: Path, keystore: MemoryKeyStore, tmp_path: Path, damage: Callable[[Path, Path, MemoryKeyStore], None]
) -> None:
    damage(closed / "keys.bin", tmp_path, keystore)
    refused(closed, keystore, KeysDamaged)


def test_a_key_file_of_another_vault_is_refused(closed: Path, keystore: MemoryKeyStore, tmp_path: Path) -> None:
    make(tmp_path / "other", keystore)
    shutil.copy(tmp_path / "other" / "keys.bin", closed / "keys.bin")
    refused(closed, keystore, VaultSwapped)


def test_an_older_key_file_is_refused(closed: Path, keystore: MemoryKeyStore) -> None:
    old = (closed / "keys.bin").read_bytes()
    with Vault.open(closed, keystore) as vault:
        vault.people.add_many([new_person(9)])
    (closed / "keys.bin").write_bytes(old)
    refused(closed, keystore, KeysDamaged)


@pytest.mark.parametrize("entry", ["database-key", "wrapping-key-1", "anchor"])
@pytest.mark.parametrize("value", [None, "", "rubbish"])
def test_a_missing_or_foreign_keyring_entry_is_never_replaced(
    closed: Path, keystore: MemoryKeyStore, entry: str, value: str | None
) -> None:
    name = f"{_id(keystore)}/{entry}"
    assert name in keystore.values
    if value is None:
        del keystore.values[name]
    else:
        keystore.values[name] = value
    refused(closed, keystore, KeyMissing)


def test_a_wrong_database_key_reads_as_wrong_key_or_damage(closed: Path, keystore: MemoryKeyStore) -> None:
    keystore.values[database_key_name(_id(keystore))] = os.urandom(32).hex()
    refused(closed, keystore, VaultWrongKeyOrDamaged)
    assert "wrong key or damaged file" in str(VaultWrongKeyOrDamaged(folder=closed))


def test_a_wrong_wrapping_key_is_refused(closed: Path, keystore: MemoryKeyStore) -> None:
    keystore.values[wrapping_key_name(_id(keystore), 1)] = os.urandom(32).hex()
    refused(closed, keystore, KeysDamaged)


def test_another_kind_of_keyring_is_refused_even_with_the_same_entries(closed: Path, keystore: MemoryKeyStore) -> None:
    keystore.backend = "KWallet"
    refused(closed, keystore, KeyringChanged)


@pytest.mark.parametrize("error", [KeyringTimeout(seconds=60), KeyringFailed()])
def test_a_silent_keyring_never_leads_to_a_new_key(closed: Path, keystore: MemoryKeyStore, error: VaultError) -> None:
    def fail(kind: str) -> None:
        raise error

    values = dict(keystore.values)
    keystore.before = fail
    with pytest.raises(type(error)):
        Vault.open(closed, keystore)
    keystore.before = None
    assert keystore.values == values
    with Vault.open(closed, keystore) as vault:
        assert vault.people.count() == 3


# --- creating ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failing", range(1, 4))
def test_a_creation_that_the_keyring_stops_leaves_nothing(
    vault_folder: Path, keystore: MemoryKeyStore, failing: int
) -> None:
    count = [0]

    def fail(kind: str) -> None:
        count[0] += kind == "set"
        if kind == "set" and count[0] == failing:
            raise KeyringFailed

    keystore.before = fail
    with pytest.raises(KeyringFailed):
        Vault.create(vault_folder, keystore, ballast_bytes=TEST_BALLAST)
    assert list(vault_folder.parent.iterdir()) == []
    assert keystore.values == {}
    keystore.before = None
    Vault.create(vault_folder, keystore, ballast_bytes=TEST_BALLAST).close()


def test_a_creation_whose_database_fails_leaves_nothing(
    vault_folder: Path, keystore: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("desktop.vault.ballast.reserve", fail)
    with pytest.raises(VaultError):
        Vault.create(vault_folder, keystore)
    assert list(vault_folder.parent.iterdir()) == []
    assert keystore.values == {}


def test_what_a_crashed_creation_left_is_swept_away_but_not_one_under_way(
    vault_folder: Path, keystore: MemoryKeyStore
) -> None:
    stale, fresh = (vault_folder.parent / f".{vault_folder.name}.new-{name}" for name in ("stale", "fresh"))
    for leftover in (stale, fresh):
        leftover.mkdir(parents=True)
        (leftover / "vault.db").write_bytes(b"half")
    os.utime(stale, (1, 1))
    Vault.create(vault_folder, keystore, ballast_bytes=TEST_BALLAST).close()
    assert not stale.exists()
    assert fresh.exists()


def test_creating_over_something_is_refused(closed: Path, keystore: MemoryKeyStore, tmp_path: Path) -> None:
    before = files_of(closed)
    with pytest.raises(VaultExists):
        Vault.create(closed, keystore)
    assert files_of(closed) == before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    with pytest.raises(FolderNotEmpty):
        Vault.create(tmp_path / "mine", keystore)
    assert files_of(tmp_path / "mine") == {"letter.txt": b"keep me"}


def test_an_empty_folder_may_become_a_vault_and_only_the_owner_may_enter_it(
    tmp_path: Path, keystore: MemoryKeyStore
) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    with Vault.create(folder, keystore, ballast_bytes=TEST_BALLAST):
        if os.name != "nt":
            assert folder.stat().st_mode & 0o777 == 0o700
            assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
        assert (folder / "ballast").stat().st_size == TEST_BALLAST


def test_destroying_takes_files_and_keys_and_leaves_other_vaults(
    closed: Path, keystore: MemoryKeyStore, tmp_path: Path
) -> None:
    other = make(tmp_path / "other", keystore)
    Vault.destroy(closed, keystore)
    assert not closed.exists()
    assert all(name.startswith((other, "folder-")) for name in keystore.values)
    with Vault.open(tmp_path / "other", keystore) as vault:
        assert vault.people.count() == 3
    Vault.destroy(closed, keystore)
    make(closed, keystore)


@pytest.mark.parametrize("lost", ["vault.db", "keys.bin"])
def test_half_a_vault_can_be_destroyed(closed: Path, keystore: MemoryKeyStore, lost: str) -> None:
    (closed / lost).unlink()
    Vault.destroy(closed, keystore)
    assert not closed.exists()
    assert keystore.values == {}


# --- in use ------------------------------------------------------------------------------------------------------

OPEN_IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from desktop.vault.errors import VaultInUse
from desktop.vault.vault import Vault
from tests.helpers.vaults import MemoryKeyStore
try:
    Vault.open(Path(sys.argv[1]), MemoryKeyStore())
except VaultInUse as error:
    print(error)
    sys.exit(7)
"""


def test_a_second_window_is_refused_and_the_first_goes_on(vault: Vault, keystore: MemoryKeyStore) -> None:
    with pytest.raises(VaultInUse):
        Vault.open(vault.path, keystore)
    done = subprocess.run(
        [sys.executable, "-c", OPEN_IN_ANOTHER_PROCESS, str(vault.path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 7, done.stderr
    assert "already open in another window" in done.stdout
    with pytest.raises(VaultInUse):
        Vault.destroy(vault.path, keystore)
    vault.people.add_many([new_person(1)])
    assert vault.people.count() == 1
    assert vault.check_integrity() == []


def test_closing_lets_the_next_one_in_and_may_be_done_twice(vault: Vault, keystore: MemoryKeyStore) -> None:
    vault.close()
    vault.close()
    assert not (vault.path / "vault.db-wal").exists()
    Vault.open(vault.path, keystore).close()


def test_a_refused_opening_does_not_keep_the_lock(closed: Path, keystore: MemoryKeyStore) -> None:
    keystore.backend, right = "KWallet", keystore.backend
    with pytest.raises(KeyringChanged):
        Vault.open(closed, keystore)
    keystore.backend = right
    Vault.open(closed, keystore).close()


class CancelAtOnce:
    def report(self, share: float) -> None:
        assert 0 <= share <= 1

    def cancelled(self) -> bool:
        return True


def test_opening_can_be_cancelled(closed: Path, keystore: MemoryKeyStore) -> None:
    with pytest.raises(Cancelled):
        Vault.open(closed, keystore, progress=CancelAtOnce())
    Vault.open(closed, keystore).close()


def test_a_folder_of_another_user_is_called_that(
    closed: Path, keystore: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests may run as root, whom no permission stops."""
    real = os.open

    def refuse(path: Path, *args: int) -> int:
        if Path(path).name == "lock":
            raise PermissionError(13, "Permission denied")
        return real(path, *args)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(FolderRefused):
        Vault.open(closed, keystore)
