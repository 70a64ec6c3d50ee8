"""Opening a vault: every check that must hold before a single row is believed, and before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import Connection, func, select, update
from sqlcipher3 import dbapi2

from desktop.domain.errors import ConsentryError
from desktop.domain.ids import PersonId
from desktop.domain.progress import Progress, checkpoint
from desktop.vault import anchor, ballast, cipher, enrolment_rows, layout, migrate
from desktop.vault.anchor import Anchor
from desktop.vault.creation import BALLAST_SETTING
from desktop.vault.engine import Store
from desktop.vault.errors import (
    DiskFull,
    KeyMissing,
    KeyringChanged,
    KeysDamaged,
    VaultEmptied,
    VaultMissing,
    VaultSwapped,
)
from desktop.vault.failures import translated
from desktop.vault.key_errors import KeysOfAnotherVault, KeysOutdated
from desktop.vault.key_material import parse_key, wipe
from desktop.vault.keyfile import KeyFile, KeyFileHeader
from desktop.vault.keystore import (
    KeyStore,
    anchor_name,
    database_key_name,
    folder_name,
    signing_key_name,
    wrapping_key_name,
)
from desktop.vault.models import Person, RemovalIntent, Setting, VaultState
from desktop.vault.room import Room
from desktop.vault.rotation import recover_rotation
from desktop.vault.sealing import Sealer
from desktop.vault.signing import SigningKey

log = structlog.get_logger("desktop.vault")

_NAMES_PER_REPORT = 2000


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the keyring holds for one vault."""

    database_key: bytes
    wrapping_key: bytearray
    signing_key: SigningKey | None
    anchor: Anchor

    def __repr__(self) -> str:
        return "Secrets(…)"


@dataclass(frozen=True, slots=True)
class OpenedVault:
    """A checked vault. `anchor` is what the keyring remembered."""

    room: Room
    header: KeyFileHeader
    cipher_version: str
    signing_key: SigningKey
    anchor: Anchor


def open_files(folder: Path, keystore: KeyStore, progress: Progress) -> OpenedVault:
    """Check and open a vault whose lock the caller holds. Raises any of desktop.vault.errors, with nothing changed."""
    keyfile = _files(folder)
    secrets = _secrets(folder, keystore, keyfile.header)
    with translated(folder):
        version = _check_database(folder, keyfile.header, secrets)
        sealer = Sealer(keyfile, secrets.wrapping_key)
        wipe(secrets.wrapping_key)
        counter = anchor.ChangeCounter()
        store = Store(folder / layout.DATABASE, secrets.database_key, before_commit=counter.settle)
        counter.watch(store.writer)
        try:
            room = Room(folder, store, sealer, store.read(_ballast_bytes))
            store.read(lambda connection: _check_keys(connection, keyfile, sealer))
            store.read(lambda connection: _load_names(connection, room, progress))
            signing_key = _signing_key(store, keystore, secrets.signing_key, keyfile.header.vault_id)
        except BaseException:
            store.close()
            raise
    if keyfile.damaged:
        log.warning("vault.damaged_key_records", records=keyfile.damaged)
    recover_rotation(folder, keystore, keyfile.header)
    _reserve_ballast(room)
    _remember_folder(folder, keystore, keyfile.header.vault_id)
    return OpenedVault(room, keyfile.header, version, signing_key, secrets.anchor)


def _files(folder: Path) -> KeyFile:
    database = folder / layout.DATABASE
    if not database.exists():
        raise VaultMissing(folder=folder)
    if database.stat().st_size == 0:
        # SQLite would open it as a new, empty database.
        raise VaultEmptied(folder=folder)
    return KeyFile.open(folder / layout.KEYS)


def _secrets(folder: Path, keystore: KeyStore, header: KeyFileHeader) -> Secrets:
    found = keystore.backend
    if found != header.backend:
        raise KeyringChanged(recorded=header.backend, found=found)
    remembered = keystore.get(folder_name(folder))
    if remembered is not None and remembered != header.vault_id:
        own = _opens_with(folder, keystore.get(database_key_name(remembered)))
        raise KeysOfAnotherVault(folder=folder) if own else VaultSwapped(folder=folder)
    texts = [
        keystore.get(name)
        for name in (
            database_key_name(header.vault_id),
            wrapping_key_name(header.vault_id, header.epoch),
            anchor_name(header.vault_id),
            signing_key_name(header.vault_id),
        )
    ]
    database_key, wrapping_key, remembered_anchor, signing = texts
    if database_key is None or remembered_anchor is None:
        raise KeyMissing
    try:
        remembered_at = Anchor.from_text(remembered_anchor)
        if wrapping_key is None:
            outdated = header.epoch < (remembered_at.epoch or 0)
            raise KeysOutdated(folder=folder) if outdated else KeyMissing()
        # A value that is not what was written is as good as none.
        return Secrets(
            bytes(parse_key(database_key)),
            parse_key(wrapping_key),
            None if signing is None else SigningKey.from_text(signing),
            remembered_at,
        )
    except ValueError:
        raise KeyMissing from None


def _opens_with(folder: Path, database_key: str | None) -> bool:
    """Whether the database opens with this entry of the key place."""
    try:
        connection = cipher.connect(folder / layout.DATABASE, bytes(parse_key(database_key or "")))
    except (ValueError, dbapi2.Error):
        return False
    connection.close()
    return True


def _signing_key(store: Store, keystore: KeyStore, found: SigningKey | None, vault_id: str) -> SigningKey:
    """The site's key; a vault of an earlier version gets one. Raises KeyMissing for a lost or exchanged one."""
    known = store.read(lambda connection: connection.scalar(select(VaultState.signing_public)))
    if known is not None:
        if found is None or found.public_key != known:
            raise KeyMissing
        return found
    key = found or SigningKey.new()
    if found is None:
        keystore.set(signing_key_name(vault_id), key.to_text())
    record = update(VaultState).values(signing_public=key.public_key)
    try:
        store.write(lambda connection: connection.execute(record)).result()
    except DiskFull:
        log.warning("vault.signing_key_not_recorded")  # it is in the key place: the next opening records it
    return key


def _check_database(folder: Path, header: KeyFileHeader, secrets: Secrets) -> str:
    """Right key, right vault, not older than remembered; then migrated. Returns SQLCipher's version."""
    connection = cipher.connect(folder / layout.DATABASE, secrets.database_key)
    try:
        revision = migrate.current_revision(connection)
        if revision is None:
            raise VaultEmptied(folder=folder)
        migrate.refuse_newer(revision)
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
    """Everybody who is not being removed has a key, and the wrapping key fits."""
    people = set(connection.scalars(select(Person.id))) - set(connection.scalars(select(RemovalIntent.person_id)))
    missing = people - keyfile.keys.keys()
    sample = next(iter(people & keyfile.keys.keys()), None)
    if missing or (sample is not None and not sealer.check(sample)):
        log.warning("vault.keys_do_not_fit", missing=len(missing), damaged=keyfile.damaged)
        raise KeysDamaged(folder=keyfile.path.parent)


def _load_names(connection: Connection, room: Room, progress: Progress) -> None:
    removed = set(connection.scalars(select(RemovalIntent.person_id)))
    amount = connection.scalar(select(func.count()).select_from(Person)) or 1
    names: list[tuple[PersonId, str]] = []
    people = select(Person.id, Person.sealed)
    for part in connection.execute(people).partitions(_NAMES_PER_REPORT):
        checkpoint(progress, len(names) / amount)
        for person_id, sealed in part:
            if person_id not in removed:
                plain = room.sealer.open(enrolment_rows.PEOPLE, person_id, person_id, sealed)
                names.append((PersonId(person_id), enrolment_rows.name_from(plain)))
    room.names.load(names)
    progress.report(1.0)


def _ballast_bytes(connection: Connection) -> int:
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
