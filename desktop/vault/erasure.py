"""Erasing subjects so that no copy of the database gives them back, and a crash at any instant is carried on from.

    1. the subjects' markers are gathered and looked for      (can be cancelled: nothing has happened), and what
                                                               proves consents is sealed apart where the order says so
    2. the intent is recorded                                 (crash before: nothing has happened)
    3. the epoch is rotated without the subjects' keys        (from here on nobody can read the data, in no copy)
    4. the rows are deleted and the ledger is written together; the WAL is moved into the database and cut
       exports that still lie on this computer are deleted
    5. database and WAL are decrypted and searched for the markers
    6. the companions of the backups are written anew
    7. the signed result is recorded and the intent is done with

Opening carries on with steps 3 and 4, `ErasureRepository.finish` with the others: an intent stands until all of them
are done. The ledger is written with step 4, so that the companions of step 6 hold it already.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog
from sqlalchemy import Connection

from desktop.domain.audit import Actor, AuditDraft
from desktop.domain.erasure import (
    STEP_ENDS,
    ErasureOrder,
    ErasureResult,
    ErasureStep,
    LedgerEntry,
    Missing,
    ProofOfErasure,
    SignedErasure,
    SubjectKind,
)
from desktop.domain.erasure_preview import ErasurePreview, must_stay
from desktop.domain.export import ExportCopy
from desktop.domain.ids import PersonId, random_id
from desktop.domain.progress import UNWATCHED, Part, Progress, Unstoppable, checkpoint
from desktop.vault import erasure_rows as rows
from desktop.vault.archive import ArchiveRepository, archived_until
from desktop.vault.destruction import Destruction
from desktop.vault.erasure_audit import done
from desktop.vault.errors import VaultError
from desktop.vault.escrow import read_policy
from desktop.vault.export_copies import copies_of, delete_copy
from desktop.vault.keystore import BACKGROUND_TIMEOUT, KeyStore, wrapping_key_name
from desktop.vault.markers import Markers
from desktop.vault.proof import gather, prove
from desktop.vault.records import utc_now
from desktop.vault.reserve import Reserve
from desktop.vault.room import Room
from desktop.vault.rotation import finish_rotation
from desktop.vault.signing import SigningKey
from desktop.vault.subjects import SUBJECTS, intended

log = structlog.get_logger("desktop.vault")


class ErasureRepository:
    """One erasure at a time; each of them may be of many subjects. Any thread but the GUI's and the writer's.

    Attributes:
        companions: writes the companions of all backups anew and returns the destinations where that failed, as the
            window shows them.
    """

    def __init__(self, room: Room, keystore: KeyStore, key: SigningKey) -> None:
        self._room = room
        self._keystore = keystore
        self._key = key
        self._archive = ArchiveRepository(room)
        self._destruction = Destruction(room, keystore, key)
        self._turn = threading.Lock()
        self.companions: Callable[[], Sequence[str]] = tuple

    def preview(self, subjects: Sequence[str], kind: SubjectKind = SubjectKind.PERSON) -> ErasurePreview:
        """What would go and what would stay. Raises PersonUnknown."""

        def work(connection: Connection) -> ErasurePreview:
            SUBJECTS[kind].demand(connection, subjects)
            copies = read_policy(connection).escrow_key is not None
            kept_until = archived_until(connection, kind, subjects)
            goes = SUBJECTS[kind].count(connection, subjects)
            stays = must_stay(goes, archived=kept_until is not None)
            return ErasurePreview(goes, stays, copies, len(subjects), kept_until)

        return self._room.store.read(work)

    def erase(self, order: ErasureOrder, progress: Progress = UNWATCHED) -> SignedErasure:
        """Erase for good. Once the keys are destroyed it does not raise any more: what is missing stands in the result.

        Can be cancelled until the intent is recorded. Raises Cancelled, PersonUnknown, SubjectHeld (a legal hold),
        DiskFull and the keyring's errors with everything as it was.
        """
        with self._turn, Reserve(self._room) as reserve:
            markers = gather(self._room, order, _part(progress, ErasureStep.PREPARE))
            checkpoint(progress, STEP_ENDS[ErasureStep.PREPARE])
            self._keep_proof(order)
            draft = self._draft(order)
            packages: list[ExportCopy] = []
            begin = self._destruction.begin
            result = self._room.store.call(
                lambda: begin(
                    draft, markers, order.actor, reserve, progress, lambda: packages.extend(self._packages(order))
                )
            )
            left = tuple(each.id for each in packages if not delete_copy(each))
            result = replace(result, packages_left=left)
            return self._complete(result, markers, order.actor, reserve, Unstoppable(progress))

    def finish(self, progress: Progress = UNWATCHED) -> list[SignedErasure]:
        """Try again what earlier erasures lack; their newest results. Raises Cancelled."""
        finished = [self._finish(erasure_id, progress) for erasure_id in self.standing()]
        return [each for each in finished if each is not None]

    def _keep_proof(self, order: ErasureOrder) -> None:
        """Before the intent: where the erasure is refused after it, the next try seals the same rows anew."""
        if order.proof_until is not None and order.kind is SubjectKind.PERSON:
            for subject in order.subjects:
                self._archive.put(PersonId(subject), utc_now(), order.proof_until)

    def _packages(self, order: ErasureOrder) -> list[ExportCopy]:
        people = order.subjects if order.kind is SubjectKind.PERSON else ()
        return self._room.store.read(lambda live: copies_of(live, self._room, people))

    def _draft(self, order: ErasureOrder) -> ErasureResult:
        now, epoch = utc_now(), self._room.sealer.epoch
        found = self.preview(order.subjects, order.kind)
        return ErasureResult(
            id=random_id(),
            vault_id=self._room.sealer.vault_id,
            kind=order.kind,
            subjects=order.subjects,
            reason=order.reason,
            requested_by=order.actor.id,
            begun_at=now,
            ended_at=now,
            epoch_before=epoch,
            epoch_after=epoch,
            erased={},
            stays=found.stays,
            missing=(Missing.ROWS, Missing.PROOF),
            kept_until=found.kept_until,
            packages_left=tuple(each.id for each in self._packages(order)),  # what a crash leaves to be said
        )

    def _finish(self, erasure_id: str, progress: Progress) -> SignedErasure | None:
        """None: it was finished meanwhile, or its keys can still not be destroyed."""
        store = self._room.store
        with self._turn, Reserve(self._room) as reserve:
            result, markers = store.read(lambda connection: rows.load(connection, erasure_id))
            if result.complete:
                return None
            store.call(lambda: self._destruction.forget(result.subjects))
            try:
                carried = store.call(lambda: self._destruction.carry_out(result, reserve))
            except VaultError as error:
                log.warning("vault.erasure_waits", kind=error.code)
                return None
            return self._complete(carried, markers or Markers(), Actor(), reserve, progress)

    def standing(self) -> list[str]:
        """Ids of the erasures that are not complete, oldest first."""
        return self._room.store.read(rows.standing)

    def results(self, limit: int = 200) -> list[SignedErasure]:
        """Newest first."""
        key = self._key
        found = self._room.store.read(lambda connection: rows.newest(connection, limit))
        return [SignedErasure(result, signature, key.public_key, key.fingerprint) for result, signature in found]

    def unknown(self, entries: Sequence[LedgerEntry], kind: SubjectKind) -> list[str]:
        """Who of that kind is erased according to these entries, and still here."""
        named = [each.subject_id for each in entries if each.kind is kind]
        read = self._room.store.read
        return sorted(read(lambda live: SUBJECTS[kind].existing(live, named) - intended(live)))

    def ledger(self) -> list[LedgerEntry]:
        """Everybody who was ever erased, oldest first."""
        return self._room.store.read(rows.ledger)

    def _complete(
        self, result: ErasureResult, markers: Markers, actor: Actor, reserve: Reserve, progress: Progress
    ) -> SignedErasure:
        """The end of step 4, and steps 5 to 7."""
        missing = [] if self._old_key_gone(result) else [Missing.OLD_KEY]
        proof = result.proof
        if Missing.ROWS in result.missing:
            missing += [Missing.ROWS, Missing.PROOF]
        elif not self._wal_is_cut(reserve):
            missing += [Missing.OLD_PAGES, Missing.PROOF]
        else:
            if proof is None or not proof.holds:
                proof = prove(self._room, markers, _part(progress, ErasureStep.PROOF))
            missing += _lacking(proof)
        progress.report(STEP_ENDS[ErasureStep.PROOF])
        unreachable = self._write_companions()
        missing += [] if unreachable == () else [Missing.COMPANIONS]
        final = replace(result, ended_at=utc_now(), proof=proof, unreachable=unreachable or (), missing=tuple(missing))
        # An erasure that still lacks the same as before is not news.
        return self._record(final, [] if final.missing == result.missing else done(final, actor), reserve)

    def _wal_is_cut(self, reserve: Reserve) -> bool:
        store = self._room.store
        try:
            return reserve.run(lambda: store.call(store.checkpoint))
        except VaultError as error:
            log.warning("vault.wal_stays", kind=error.code)
            return False

    def _old_key_gone(self, result: ErasureResult) -> bool:
        """Whether the wrapping key of the former epoch is destroyed; tries it once more."""
        name = wrapping_key_name(result.vault_id, result.epoch_after - 1)
        try:
            finish_rotation(self._room, self._keystore)
            return self._keystore.get(name, timeout=BACKGROUND_TIMEOUT) is None
        except VaultError as error:
            log.warning("vault.old_key_kept", kind=error.code)
            return False

    def _write_companions(self) -> tuple[str, ...] | None:
        """The destinations out of reach; None: none could be written, for want of a key."""
        try:
            return tuple(self.companions())
        except VaultError as error:
            log.warning("vault.companions_wait", kind=error.code)
            return None

    def _record(self, result: ErasureResult, drafts: Sequence[AuditDraft], reserve: Reserve) -> SignedErasure:
        store = self._room.store
        erasure = rows.signed(result, self._key)
        try:
            reserve.run(lambda: store.write(lambda live: rows.save(live, erasure), audit=drafts).result())
        except VaultError as error:
            log.warning("vault.result_not_recorded", kind=error.code)
            erasure = rows.signed(replace(result, missing=(*result.missing, Missing.RECORD)), self._key)
        log.info("vault.erased", subjects=len(result.subjects), missing=[each.value for each in result.missing])
        return erasure


def _lacking(proof: ProofOfErasure | None) -> list[Missing]:
    if proof is None:
        return [Missing.PROOF]
    return [Missing.FOUND] * bool(proof.found) + [Missing.UNREADABLE] * bool(proof.unreadable)


def _part(progress: Progress, step: ErasureStep) -> Part:
    """The share of one step."""
    order = list(STEP_ENDS)
    place = order.index(step)
    return Part(progress, STEP_ENDS[order[place - 1]] if place else 0.0, STEP_ENDS[step])
