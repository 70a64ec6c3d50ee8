"""A closed vault to open again, and what opening must refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.vault.errors import VaultError
from desktop.vault.vault import Vault
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore, files_of, new_person


def make(folder: Path, keystore: MemoryKeyStore, people: int = 3) -> str:
    with Vault.create(folder, keystore, ballast_bytes=TEST_BALLAST) as vault:
        vault.people.add_many([new_person(number) for number in range(people)])
        return vault.id


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


def vault_id(keystore: MemoryKeyStore) -> str:
    """Of the vault made first."""
    return next(name.split("/")[0] for name in keystore.values if name.endswith("/anchor"))
