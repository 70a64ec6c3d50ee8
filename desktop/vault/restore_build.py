"""From a checked copy of the database to a whole, closed vault in the staging folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import structlog
from sqlalchemy import update

from desktop.domain.errors import ConsentryError
from desktop.domain.progress import Progress, checkpoint
from desktop.vault import anchor, ballast, cipher, layout, migrate
from desktop.vault.anchor import Anchor
from desktop.vault.audit import AuditLog
from desktop.vault.audit_verify import Expected, verify_database
from desktop.vault.backup_copy import CopyFacts
from desktop.vault.engine import Store
from desktop.vault.errors import KeysDamaged
from desktop.vault.key_material import new_key, parse_key
from desktop.vault.keyfile import KeyFile, KeyFileHeader, parse
from desktop.vault.keystore import KeyStore, database_key_name
from desktop.vault.models import VaultState
from desktop.vault.opening import ballast_bytes
from desktop.vault.restore_keys import RestoreKeys
from desktop.vault.restore_rows import Settled, settle
from desktop.vault.sealing import Sealer
from desktop.vault.vault_keys import VaultKeys

log = structlog.get_logger("desktop.vault")


@dataclass(frozen=True, slots=True)
class RestoredVault:
    """A built vault: what belongs into its key place, what became of its rows, and how many they are."""

    keys: VaultKeys = field(repr=False)
    settled: Settled
    counts: dict[str, int]
    audit_intact: bool

    @contextmanager
    def entries_in(self, keystore: KeyStore) -> Iterator[None]:
        """Store the keys; if what follows fails, the key place is as it was. Raises the keyring's errors."""
        before: dict[str, str | None] = {}
        try:
            for name, value in self.keys.entries().items():
                before[name] = keystore.get(name)
                keystore.set(name, value)
            yield
        except BaseException:
            _put_back(keystore, before)
            raise


def build(
    staging: Path, keys: RestoreKeys, facts: CopyFacts, copy_key: bytes, keystore: KeyStore, progress: Progress
) -> RestoredVault:
    """Build on the copy in `staging`, which is under `copy_key`. Raises disk errors, KeysDamaged, Cancelled."""
    intact = facts.anchor.audit is None or _audit_is_intact(staging / layout.DATABASE, copy_key, keys, facts.anchor)
    without_persons = keys.keys is None or keys.wrapping_key is None
    # Where there is no person's key a new epoch begins, which no older keys.bin fits.
    epoch = keys.epoch + 1 if without_persons else keys.epoch
    wrapping_key = keys.wrapping_key or bytes(new_key())
    database_key = _target_key(keys, keystore)
    backend = keystore.backend
    _prepare_database(staging, copy_key, database_key, backend)
    checkpoint(progress, 0.4)
    keyfile = _write_keys(staging, keys, KeyFileHeader(keys.vault_id, epoch, backend))
    sealer = Sealer(keyfile, wrapping_key)
    settled, counts = _settle_rows(staging, database_key, sealer, keys)
    if any(map(sealer.has, settled.keys)):
        # Erased according to another ledger than that of these keys.
        wrapping_key = bytes(new_key())
        sealer.rotate(wrapping_key, settled.keys)
    checkpoint(progress, 1.0)
    # The anchor of the copy as it was: should the program end now, the former vault is not older than this.
    stands = replace(facts.anchor, epoch=sealer.epoch)
    texts = database_key.hex(), wrapping_key.hex(), keys.signing_key.to_text(), stands.to_text()
    return RestoredVault(VaultKeys(keys.vault_id, sealer.epoch, *texts), settled, counts, intact)


def _target_key(keys: RestoreKeys, keystore: KeyStore) -> bytes:
    """The key that the vault in place has, so that it still opens if the program ends before the last step."""
    try:
        return bytes(parse_key(keystore.get(database_key_name(keys.vault_id)) or ""))
    except ValueError:
        return keys.database_key


def _prepare_database(staging: Path, copy_key: bytes, database_key: bytes, backend: str) -> None:
    """Under the target key, with this version's tables, and at home in this key place."""
    if copy_key != database_key:
        cipher.encrypt_anew(staging / layout.DATABASE, copy_key, database_key)
    connection = cipher.connect(staging / layout.DATABASE, database_key)
    try:
        migrate.migrate(connection, staging)
        with migrate.engine_on(connection).begin() as live:
            live.execute(update(VaultState).values(keyring_backend=backend))
            anchor.next_change(live)
    finally:
        connection.close()


def _write_keys(staging: Path, keys: RestoreKeys, header: KeyFileHeader) -> KeyFile:
    keyfile = KeyFile.create(staging / layout.KEYS, header)
    if keys.keys is not None:
        try:
            keyfile.append(parse(keys.keys).keys)
        except ValueError:
            raise KeysDamaged(folder=keys.path.parent) from None
    return keyfile


def _settle_rows(
    staging: Path, database_key: bytes, sealer: Sealer, keys: RestoreKeys
) -> tuple[Settled, dict[str, int]]:
    """Take out who may not come back; the rows that are left."""
    counter = anchor.ChangeCounter()
    store = Store(staging / layout.DATABASE, database_key, before_commit=counter.settle)
    counter.watch(store.writer)
    try:
        audit = AuditLog(keys.vault_id, keys.signing_key, lambda live: (sealer.epoch, anchor.ledger_length(live)))
        settled = store.write(lambda connection: settle(connection, sealer, keys, audit)).result()
        ballast.reserve_what_fits(staging, store.read(ballast_bytes))
        store.call(store.checkpoint)
        return settled, store.read(anchor.count_rows)
    finally:
        store.close()


def _audit_is_intact(database: Path, key: bytes, keys: RestoreKeys, stood: Anchor) -> bool:
    """The chain proves itself, and everything that is known of it outside, up to where the copy was made, is in it."""
    end = stood.audit.seq if stood.audit is not None else 0
    points = [point for point in (*stood.audit_points, *keys.anchor.audit_points) if point.seq <= end]
    expected = Expected(keys.vault_id, keys.signing_key.public_key, tuple(points))
    connection = cipher.connect_read_only(database, key, still=True)
    try:
        return verify_database(lambda sql, given: connection.execute(sql, given).fetchall(), expected).intact
    finally:
        connection.close()


def _put_back(keystore: KeyStore, before: dict[str, str | None]) -> None:
    try:
        for name, value in before.items():
            if value is None:
                keystore.delete(name)
            else:
                keystore.set(name, value)
    except ConsentryError as error:
        log.warning("restore.entries_left", kind=error.code)
