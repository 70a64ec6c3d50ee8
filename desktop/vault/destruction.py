"""Steps 2 to 4 of an erasure (see desktop.vault.erasure): from the intent to rows that are gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import structlog
from sqlalchemy import Connection

from desktop.domain.audit import Actor
from desktop.domain.erasure import STEP_ENDS, ErasureResult, ErasureStep, LedgerEntry, Missing
from desktop.domain.ids import PersonId
from desktop.domain.progress import UNWATCHED, Progress
from desktop.vault import erasure_rows as rows
from desktop.vault.erasure_audit import intended
from desktop.vault.errors import VaultError
from desktop.vault.failures import translated
from desktop.vault.holds import demand_free
from desktop.vault.keystore import KeyStore
from desktop.vault.markers import Markers
from desktop.vault.records import utc_now
from desktop.vault.reserve import Reserve
from desktop.vault.room import Room
from desktop.vault.rotation import rotate_epoch
from desktop.vault.signing import SigningKey
from desktop.vault.subjects import SUBJECTS

log = structlog.get_logger("desktop.vault")


class Destruction:
    """All methods belong to the writer's thread."""

    def __init__(self, room: Room, keystore: KeyStore, key: SigningKey) -> None:
        self._room = room
        self._keystore = keystore
        self._key = key

    def begin(
        self,
        result: ErasureResult,
        markers: Markers,
        actor: Actor,
        reserve: Reserve,
        progress: Progress,
        on_intent: Callable[[], object] = lambda: None,
    ) -> ErasureResult:
        """`on_intent`: called while everything can still be read and nothing can be added any more.

        Raises with the subjects untouched.
        """
        store = self._room.store

        def intend(connection: Connection) -> None:
            SUBJECTS[result.kind].demand(connection, result.subjects)
            demand_free(connection, result.kind, result.subjects, utc_now())
            rows.intend(connection, rows.signed(result, self._key), markers)

        reserve.run(lambda: store.transact(intend, audit=intended(result, actor)))
        names: Mapping[PersonId, str] = {}
        try:
            on_intent()
            names = self.forget(result.subjects)
            result = self.carry_out(result, reserve, progress)
        except VaultError:
            self._call_off(result, names)
            raise
        return result

    def carry_out(self, result: ErasureResult, reserve: Reserve, progress: Progress = UNWATCHED) -> ErasureResult:
        """Steps 3 and 4 as far as they are not done.

        Raises vault errors only where the keys could not be destroyed.
        """
        sealer = self._room.sealer
        tables = SUBJECTS[result.kind]
        keys = self._room.store.read(lambda connection: tables.keys(connection, result.subjects))
        if sealer.epoch == result.epoch_before or any(map(sealer.has, keys)):
            try:
                reserve.run(lambda: rotate_epoch(self._room, self._keystore, without=keys))
            except VaultError:
                if any(map(sealer.has, keys)):
                    raise
        progress.report(STEP_ENDS[ErasureStep.KEYS])
        if Missing.ROWS in result.missing:
            result = replace(result, epoch_after=sealer.epoch)
            try:
                work = self._room.store.transact
                result = reserve.run(lambda: work(lambda c: self._delete_rows(c, result), matching=True))
            except VaultError as error:
                log.warning("vault.rows_wait", kind=error.code)
        return result

    def forget(self, subjects: Sequence[str]) -> Mapping[PersonId, str]:
        """Out of memory; the names of those who had one there."""
        names: dict[PersonId, str] = {}
        for subject in map(PersonId, subjects):
            name = self._room.names.name(subject)
            if name is not None:
                names[subject] = name
            self._room.gone.add(subject)
            self._room.names.discard(subject)
        return names

    def _call_off(self, result: ErasureResult, names: Mapping[PersonId, str]) -> None:
        """The keys stay, and so do the subjects. An intent that cannot be taken back is carried out at next start."""
        self._room.gone.difference_update(result.subjects)
        for subject, name in names.items():
            self._room.names.put(subject, name)
        try:
            with translated(self._room.folder):
                self._room.store.transact(lambda connection: rows.call_off(connection, result.id))
        except VaultError as error:
            log.warning("vault.intent_stays", kind=error.code)

    def _delete_rows(self, connection: Connection, result: ErasureResult) -> ErasureResult:
        erased = SUBJECTS[result.kind].delete(connection, result.subjects)
        result = replace(result, erased=erased, missing=(Missing.PROOF,))
        now = utc_now()
        entries = [LedgerEntry(each, now, result.epoch_after, result.kind) for each in result.subjects]
        rows.enter_ledger(connection, entries)
        rows.save(connection, rows.signed(result, self._key))
        return result


def resume(room: Room, keystore: KeyStore, key: SigningKey) -> int:
    """At opening: carry on with the erasures that stand. Returns how many they are.

    Where a full disk or the keyring does not allow it, the vault opens all the same, without those people.
    """
    destruction = Destruction(room, keystore, key)

    def task() -> int:
        standing = room.store.read(rows.standing)
        for erasure_id in standing:
            _resume(destruction, room, erasure_id)
        if standing:
            room.store.checkpoint()
        return len(standing)

    return room.store.call(task)


def _resume(destruction: Destruction, room: Room, erasure_id: str) -> None:
    result, _ = room.store.read(lambda connection: rows.load(connection, erasure_id))
    room.gone.update(result.subjects)
    log.info("vault.erasure_resumed")
    with Reserve(room) as reserve:
        try:
            destruction.carry_out(result, reserve)
        except VaultError as error:
            log.warning("vault.erasure_waits", kind=error.code)
