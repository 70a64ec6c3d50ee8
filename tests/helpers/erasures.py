"""Old copies of a vault, and what whoever kept them can read with the keys of another day."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, select
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from desktop.vault import cipher, enrolment_rows, layout
from desktop.vault.keyfile import KeyFile
from desktop.vault.keystore import KeyStore, database_key_name, wrapping_key_name
from desktop.vault.models import Person
from desktop.vault.sealing import SealBroken, Sealer
from desktop.vault.vault import Vault


@dataclass(frozen=True)
class OldCopy:
    """Database and keys.bin as they were once."""

    folder: Path

    @staticmethod
    def of(vault: Vault, folder: Path) -> OldCopy:
        vault._store.call(vault._store.checkpoint)
        folder.mkdir(parents=True)
        for name in (layout.DATABASE, layout.KEYS):
            shutil.copy(vault.path / name, folder / name)
        return OldCopy(folder)

    def readable_names(self, keystore: KeyStore, vault_id: str, keys: Path) -> set[str]:
        """Names in the old database that open with a keys.bin (old or new) and all that the key place holds now."""
        keyfile = KeyFile.open(keys)
        wrapping = keystore.get(wrapping_key_name(vault_id, keyfile.header.epoch))
        if wrapping is None:
            return set()
        sealer = Sealer(keyfile, bytes.fromhex(wrapping))
        key = bytes.fromhex(keystore.get(database_key_name(vault_id)) or "")
        raw = cipher.connect(self.folder / layout.DATABASE, key, read_only=True)
        engine = create_engine("sqlite://", module=dbapi2, creator=lambda: raw, poolclass=StaticPool)
        names: set[str] = set()
        with engine.connect() as connection:
            for person, sealed in connection.execute(select(Person.id, Person.sealed)):
                try:
                    plain = sealer.open(enrolment_rows.PEOPLE, person, person, sealed)
                except SealBroken:
                    continue
                names.add(enrolment_rows.name_from(plain))
        raw.close()
        return names
