"""Opening a vault: every check that must hold before a single row is believed, and before anything is written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import Connection, func, select

from desktop.domain.errors import ConsentryError
from desktop.domain.ids import PersonId
from desktop.domain.progress import Progress, checkpoint
from desktop.vault import anchor, ballast, cipher, enrolment_rows, escrow, layout, migrate
from desktop.vault.anchor import Anchor
from desktop.vault.audit import AuditLog
from desktop.vault.bulk import bulk_rows, collector_paused
from desktop.vault.creation import BALLAST_SETTING
from desktop.vault.database_key import recover_database_key
from desktop.vault.engine import Store
from desktop.vault.errors import (
    KeyringChanged,
    KeysDamaged,
    VaultEmptied,
    VaultMissing,
    VaultSwapped,
)
from desktop.vault.failures import translated
from desktop.vault.key_material import wipe
from desktop.vault.keyfile import KeyFile, KeyFileHeader
from desktop.vault.keystore import (
    KeyStore,
    folder_name,
)
from desktop.vault.models import Person, Setting, VaultState
from desktop.vault.opening_keys import Secrets, read_secrets, site_signing_key, with_fitting_key
from desktop.vault.opening_notes import tell_audit_log
from desktop.vault.operator_models import OperatorRow
from desktop.vault.room import Room
from desktop.vault.rotation import recover_rotation
from desktop.vault.sealing import Sealer
from desktop.vault.signing import SigningKey
from desktop.vault.subjects import intended

log = structlog.get_logger("desktop.vault")


@dataclass(frozen=True, slots=True)
class OpenedVault:
    """A checked vault. `anchor` is what the keyring remembered."""

    room: Room
    header: KeyFileHeader
    cipher_version: str
    signing_key: SigningKey
    audit_log: AuditLog
    anchor: Anchor


def open_files(folder: Path, keystore: KeyStore, progress: Progress) -> OpenedVault:
    """Check and open a vault whose lock the caller holds. Raises any of desktop.vault.errors, with nothing changed."""
    keyfile = vault_files(folder)
    secrets = read_secrets(folder, keystore, keyfile.header)
    with translated(folder):
        secrets = with_fitting_key(folder, secrets)
        version = _check_database(folder, keyfile.header, secrets)
        sealer = Sealer(keyfile, secrets.wrapping_key)
        counter = anchor.ChangeCounter()
        store = Store(folder / layout.DATABASE, secrets.database_key, before_commit=counter.settle)
        counter.watch(store.writer)
        try:
            room = Room(folder, store, sealer, store.read(ballast_bytes))
            store.read(lambda connection: _check_keys(connection, keyfile, sealer))
            with collector_paused():
                store.read(lambda connection: _load_names(connection, room, keyfile, progress))
            signing_key = site_signing_key(store, keystore, secrets.signing_key, keyfile.header.vault_id)
            audit_log = _audit_log(room, keyfile.header.vault_id, signing_key)
            recover_rotation(folder, keystore, keyfile.header)
            recover_database_key(folder, keystore, keyfile.header.vault_id, secrets.database_key.hex())
            keys = secrets.together(keyfile.header, signing_key)
            escrow_written = escrow.bring_up_to_date(folder, keys, store.read(escrow.read_policy))
            tell_audit_log(store, audit_log, escrow_written=escrow_written)
        except BaseException:
            store.close()
            raise
        finally:
            wipe(secrets.wrapping_key)
    if keyfile.damaged:
        log.warning("vault.damaged_key_records", records=keyfile.damaged)
    _reserve_ballast(room)
    _remember_folder(folder, keystore, keyfile.header.vault_id)
    return OpenedVault(room, keyfile.header, version, signing_key, audit_log, secrets.anchor)


def vault_files(folder: Path) -> KeyFile:
    """The key file, with the database beside it. Raises VaultMissing, VaultEmptied, KeysMissing, KeysDamaged."""
    database = folder / layout.DATABASE
    if not database.exists():
        raise VaultMissing(folder=folder)
    if database.stat().st_size == 0:
        # SQLite would open it as a new, empty database.
        raise VaultEmptied(folder=folder)
    return KeyFile.open(folder / layout.KEYS)


def _audit_log(room: Room, vault_id: str, signing_key: SigningKey) -> AuditLog:
    """The log; from here on every write transaction can add to it."""
    made = AuditLog(vault_id, signing_key, lambda live: (room.sealer.epoch, anchor.ledger_length(live)))
    room.store.record = made.append
    return made


def _check_database(folder: Path, header: KeyFileHeader, secrets: Secrets) -> str:
    """Right key, right vault, not older than remembered; then migrated. Returns SQLCipher's version."""
    connection = cipher.connect(folder / layout.DATABASE, secrets.database_key)
    try:
        revision = migrate.current_revision(connection)
        if revision is None:
            raise VaultEmptied(folder=folder)
        migrate.refuse_newer(revision)
        migrate.refuse_incomplete(connection, revision, folder)
        with migrate.engine_on(connection).connect() as live:
            _check_identity(live, folder, header, secrets.anchor)
        migrate.migrate(connection, folder)
        return cipher.cipher_version(connection)
    finally:
        connection.close()


def _check_identity(live: Connection, folder: Path, header: KeyFileHeader, remembered: Anchor) -> None:
    found = anchor.read_anchor(live)
    if found is None:
        raise VaultEmptied(folder=folder)
    if found.vault_id != header.vault_id:
        raise VaultSwapped(folder=folder)
    anchor.compare(found, anchor.count_rows(live, found.counts), remembered, folder)
    backend = live.scalar(select(VaultState.keyring_backend))
    if backend != header.backend:
        raise KeyringChanged(recorded=backend, found=header.backend)


def _check_keys(connection: Connection, keyfile: KeyFile, sealer: Sealer) -> None:
    """The wrapping key fits, and every operator has a key; people's are looked at while their names are read."""
    sample = next(iter(keyfile.keys), None)
    operators = set(connection.scalars(select(OperatorRow.id))) - intended(connection)
    _refuse_missing(operators - keyfile.keys.keys(), keyfile, fits=sample is None or sealer.check(sample))


def _refuse_missing(missing: Collection[str], keyfile: KeyFile, *, fits: bool = True) -> None:
    if missing or not fits:
        log.warning("vault.keys_do_not_fit", missing=len(missing), damaged=keyfile.damaged)
        raise KeysDamaged(folder=keyfile.path.parent)


def _load_names(connection: Connection, room: Room, keyfile: KeyFile, progress: Progress) -> None:
    """Everybody's who is not being removed. Raises KeysDamaged for somebody whose key is not there or does not fit."""
    removed = intended(connection)
    amount = connection.scalar(select(func.count()).select_from(Person)) or 1
    names: list[tuple[PersonId, str]] = []
    missing: list[str] = []
    for part in bulk_rows(connection, select(Person.id, Person.sealed)):
        checkpoint(progress, len(names) / amount)
        there = ((person_id, person_id, sealed) for person_id, sealed in part if person_id not in removed)
        for person_id, plain in room.sealer.open_many(enrolment_rows.PEOPLE, there):
            if plain is None:
                missing.append(person_id)
            else:
                names.append((PersonId(person_id), enrolment_rows.name_from(plain)))
    _refuse_missing(missing, keyfile)
    room.names.load(names)
    progress.report(1.0)


def ballast_bytes(connection: Connection) -> int:
    """How much room is to be kept in reserve."""
    return int(connection.scalar(select(Setting.value).where(Setting.key == BALLAST_SETTING)) or 0)


def _reserve_ballast(room: Room) -> None:
    # A full disk must not keep the desk from opening; the rest is tried again at the next opening.
    reserved = ballast.reserve_what_fits(room.folder, room.ballast_bytes)
    if reserved < room.ballast_bytes:
        log.warning("vault.ballast_small", bytes=reserved)


def _remember_folder(folder: Path, keystore: KeyStore, vault_id: str) -> None:
    """A vault that was moved is known at its new place from now on."""
    try:
        if keystore.get(folder_name(folder)) is None:
            keystore.set(folder_name(folder), vault_id)
    except ConsentryError as error:
        log.warning("vault.folder_not_remembered", kind=error.code)
