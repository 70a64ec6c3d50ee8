"""The keys that a backup and its companion need, read from the key place when they are needed."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, select

from desktop.vault import layout
from desktop.vault.anchor import Anchor
from desktop.vault.companion import Companion, CompanionHeader
from desktop.vault.destinations import read_destinations
from desktop.vault.erasure_rows import ledger
from desktop.vault.errors import KeyMissing, VaultEmptied
from desktop.vault.key_material import parse_key
from desktop.vault.keystore import BACKGROUND_TIMEOUT, KeyStore, wrapping_key_name
from desktop.vault.lines import read_lines
from desktop.vault.models import VaultState
from desktop.vault.records import utc_now
from desktop.vault.room import Room
from desktop.vault.setup import ErasureMode
from desktop.vault.signing import SigningKey


class BackupSecrets:
    """Of one open vault. Everything may wait for disk or key place and raises the key place's errors, KeyMissing."""

    def __init__(
        self, room: Room, keystore: KeyStore, signer: SigningKey, read_anchor: Callable[[], Anchor | None]
    ) -> None:
        self.vault_id = room.sealer.vault_id
        self.signer = signer
        self._room = room
        self._keystore = keystore
        self._read_anchor = read_anchor

    def recovery_public(self) -> bytes | None:
        """Raw X25519 key; None while the vault has no recovery code."""
        return self._room.store.read(lambda connection: connection.scalar(select(VaultState.recovery_public)))

    def companion(self) -> Companion:
        """What belongs into the companions now; only in the writer's thread, so that its parts fit together."""
        epoch = self._room.sealer.epoch
        strict = self._room.store.read(_is_strict)
        anchor = self._read_anchor()
        if anchor is None:
            raise VaultEmptied(folder=self._room.folder)
        own = self._room.store.read(read_lines)
        header = CompanionHeader(self.vault_id, epoch, utc_now(), own.own)
        return Companion(
            header=header,
            database_key=self._room.store.key,
            wrapping_key=None if strict else self._key(wrapping_key_name(self.vault_id, epoch)),
            keys=None if strict else (self._room.folder / layout.KEYS).read_bytes(),
            ledger=self._room.store.read(ledger),
            anchor=anchor,
            signing_key=self.signer,
            epochs=own.at(epoch),
            destinations=[one for one in self._room.store.read(read_destinations) if one.companion_epoch is not None],
        )

    def _key(self, name: str) -> bytes:
        try:
            return bytes(parse_key(self._keystore.get(name, timeout=BACKGROUND_TIMEOUT) or ""))
        except ValueError:
            raise KeyMissing from None


def _is_strict(connection: Connection) -> bool:
    return connection.scalar(select(VaultState.erasure_mode)) == ErasureMode.STRICT.value
