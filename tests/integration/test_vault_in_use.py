"""One window a vault, an orderly end, and an opening that is given up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.domain.errors import Cancelled
from desktop.vault.errors import (
    FolderRefused,
    KeyringChanged,
    VaultInUse,
)
from desktop.vault.vault import Vault
from tests.helpers.vaults import MemoryKeyStore, new_person

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
        timeout=240,
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
