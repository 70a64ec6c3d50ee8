"""Erasure: what it does, what it says of itself, and what it says when something stands in its way."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text

from desktop.domain.audit import Actor, AuditAction, AuditFilter
from desktop.domain.decision import Band
from desktop.domain.erasure import (
    STEP_ENDS,
    Category,
    ErasureOrder,
    ErasureReason,
    ErasureStep,
    Missing,
    MustStay,
    SubjectKind,
)
from desktop.domain.errors import Cancelled
from desktop.domain.ids import CameraId, PersonId, SightingId, random_id
from desktop.domain.permissions import Role
from desktop.domain.sightings import Sighting
from desktop.vault import proof
from desktop.vault.errors import KeyringLocked, OperatorUnknown, PersonUnknown
from desktop.vault.keyfile import KeyFile
from desktop.vault.keystore import wrapping_key_name
from desktop.vault.models import Photo, Setting
from desktop.vault.operators import NewOperator
from desktop.vault.signing import canonical_json, verify
from desktop.vault.vault import Vault
from tests.helpers.erasures import OldCopy
from tests.helpers.vaults import MemoryKeyStore, new_person, template

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPERATOR = Actor("0f5cf1d5-5c5a-4b6e-8d0c-2f6c6f0d7f11")


def fill(vault: Vault, amount: int = 6) -> list[PersonId]:
    people = vault.people.add_many([new_person(n, f"Person {n:04}", os.urandom(9000)) for n in range(amount)])
    vault.sightings.append_many(
        [
            Sighting(SightingId(random_id()), CameraId("c"), Band.MATCH, NOW, NOW, person, 0.8, 0.5)
            for person in people
            for _ in range(3)
        ]
    )
    return people


def test_an_erasure_does_what_its_preview_said_and_proves_it(vault: Vault, keystore: MemoryKeyStore) -> None:
    ada, *others = fill(vault)
    vault.templates.add(ada, [template(77)])
    preview = vault.erasures.preview([ada])
    assert preview.goes == {
        Category.DETAILS: 1,
        Category.PHOTOS: 1,
        Category.TEMPLATES: 2,
        Category.CONSENT_EVENTS: 1,
        Category.CONSENT_PROOFS: 1,
        Category.AUTHORITIES: 0,
        Category.SIGHTINGS: 3,
        Category.RESTRICTIONS: 0,
        Category.RECEIPTS: 0,
        Category.HOLDS: 0,
        Category.EXPORTS: 0,
        Category.REQUESTS: 0,
    }
    assert preview.stays == (MustStay.LEDGER, MustStay.AUDIT, MustStay.RESULT)
    assert not preview.copies

    erasure = vault.erasures.erase(ErasureOrder((ada,), ErasureReason.WITHDRAWAL, OPERATOR))
    result = erasure.result
    assert result.complete
    assert (result.epoch_before, result.epoch_after) == (1, 2)
    assert (result.subjects, result.reason, result.requested_by) == ((ada,), ErasureReason.WITHDRAWAL, OPERATOR.id)
    assert result.erased == preview.goes
    found = result.proof
    assert found is not None
    assert (found.found, found.unreadable, found.holds) == (0, 0, True)
    assert 10 <= found.markers <= 20
    assert 8 <= found.seen_before < found.markers  # the rest are name, contact and note, which are nowhere in plain
    assert found.pages * 4096 == found.read == (vault.path / "vault.db").stat().st_size

    assert verify(vault.signing_key.public_key, erasure.signature, canonical_json(result.to_values()))
    assert erasure.to_values()["fingerprint"] == vault.signing_key.fingerprint
    forged = replace(result, erased={**result.erased, Category.PHOTOS: 9})
    assert not verify(vault.signing_key.public_key, erasure.signature, canonical_json(forged.to_values()))
    assert vault.erasures.results() == [erasure]
    assert [(entry.subject_id, entry.epoch) for entry in vault.erasures.ledger()] == [(ada, 2)]
    assert vault.erasures.standing() == []
    assert keystore.values.get(wrapping_key_name(vault.id, 1)) is None
    assert set(vault.people.names()) == set(others)
    assert vault.check_integrity() == []


def test_the_audit_log_tells_of_intent_and_end(vault: Vault) -> None:
    ada = fill(vault, 2)[0]
    erasure = vault.erasures.erase(ErasureOrder((ada,), actor=OPERATOR)).result
    entries = vault.audit.list(AuditFilter(object_id=ada), 0, 10)
    assert {entry.action for entry in entries} == {AuditAction.ERASURE_INTENDED, AuditAction.ERASURE_DONE}
    assert {entry.actor for entry in entries} == {OPERATOR.id}
    assert {entry.detail["erasure"] for entry in entries} == {erasure.id}
    done = next(entry for entry in entries if entry.action == AuditAction.ERASURE_DONE)
    assert (done.detail["complete"], done.detail["found"], done.detail["rows"]) == (True, 0, erasure.rows)


def test_many_people_take_one_rotation(vault: Vault) -> None:
    people = fill(vault, 40)
    result = vault.erasures.erase(ErasureOrder(tuple(people[:25]), ErasureReason.RETENTION)).result
    assert result.complete
    assert result.epoch_after == 2
    assert result.erased[Category.DETAILS] == 25
    assert result.proof is not None
    assert result.proof.seen_before >= 25 * 8
    assert set(vault.people.names()) == set(people[25:])
    pictures = vault.read(lambda c: {*c.scalars(select(Photo.id).where(Photo.own_key))})
    assert len(pictures) == 15
    assert set(KeyFile.open(vault.path / "keys.bin").keys) == {*people[25:], *pictures}


def test_whoever_is_not_there_or_is_being_erased_is_refused_and_nobody_goes(vault: Vault) -> None:
    ada, bob = fill(vault, 2)
    for order in (("never",), (ada, "never")):
        with pytest.raises(PersonUnknown):
            vault.erasures.erase(ErasureOrder(order))
        with pytest.raises(PersonUnknown):
            vault.erasures.preview(order)
    assert set(vault.people.names()) == {ada, bob}
    assert vault.erasures.ledger() == []


class CancelAt:
    """Cancels once the progress has come to `share`."""

    def __init__(self, share: float) -> None:
        self._at = share
        self.shares: list[float] = []

    def report(self, share: float) -> None:
        self.shares.append(share)

    def cancelled(self) -> bool:
        return bool(self.shares) and self.shares[-1] >= self._at


@pytest.mark.parametrize("share", [0.0, STEP_ENDS[ErasureStep.PREPARE]])
def test_before_the_intent_it_can_be_cancelled_and_nothing_has_happened(vault: Vault, share: float) -> None:
    ada, bob = fill(vault, 2)
    before = vault.erasures.preview([ada, bob])
    with pytest.raises(Cancelled):
        vault.erasures.erase(ErasureOrder((ada,)), CancelAt(share))
    assert vault.erasures.preview([ada, bob]) == before
    assert vault.erasures.standing() == []
    assert vault.people.photo(ada) is not None


def test_after_the_intent_it_goes_on_to_the_end(vault: Vault) -> None:
    ada = fill(vault, 2)[0]
    progress = CancelAt(STEP_ENDS[ErasureStep.PREPARE] + 0.001)
    assert vault.erasures.erase(ErasureOrder((ada,)), progress).result.complete
    assert progress.shares == sorted(progress.shares)
    assert progress.shares[-1] > STEP_ENDS[ErasureStep.ROWS]


@pytest.mark.parametrize("call", ["set", "get"])
def test_a_locked_keyring_calls_it_off_and_the_person_stays(vault: Vault, keystore: MemoryKeyStore, call: str) -> None:
    ada = fill(vault, 2)[0]

    def locked(kind: str) -> None:
        if kind == call and threading.current_thread().name.startswith("vault-writer"):
            raise KeyringLocked

    keystore.before = locked
    with pytest.raises(KeyringLocked):
        vault.erasures.erase(ErasureOrder((ada,)))
    keystore.before = None
    assert vault.people.name(ada) == "Person 0000"
    assert vault.people.photo(ada) is not None
    assert vault.erasures.standing() == []
    assert vault.erasures.erase(ErasureOrder((ada,))).result.complete


def test_a_keyring_that_keeps_the_old_key_leaves_it_incomplete_until_it_lets_go(
    vault: Vault, keystore: MemoryKeyStore
) -> None:
    ada = fill(vault, 2)[0]

    def keeps(kind: str) -> None:
        if kind == "delete":
            raise KeyringLocked

    keystore.before = keeps
    result = vault.erasures.erase(ErasureOrder((ada,))).result
    assert result.missing == (Missing.OLD_KEY,)
    assert result.proof is not None
    assert vault.people.get(ada) is None
    keystore.before = None
    (finished,) = vault.erasures.finish()
    assert finished.result.complete
    assert finished.result.id == result.id
    assert keystore.values.get(wrapping_key_name(vault.id, 1)) is None


def test_a_long_reader_leaves_it_incomplete_until_the_reader_is_gone(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.vault.engine._DRAIN_SECONDS", 0.2)
    ada, bob = fill(vault, 2)
    inside, leave = threading.Event(), threading.Event()

    def read(connection: Any) -> None:
        connection.execute(select(func.count()).select_from(Setting)).scalar()
        inside.set()
        leave.wait(60)

    reader = threading.Thread(target=lambda: vault.read(read))
    reader.start()
    try:
        assert inside.wait(10)
        result = vault.erasures.erase(ErasureOrder((ada,))).result
        assert result.missing == (Missing.OLD_PAGES, Missing.PROOF)
        assert result.erased[Category.DETAILS] == 1
        assert vault.people.get(ada) is None
        (again,) = vault.erasures.finish()
        assert again.result.missing == result.missing
    finally:
        leave.set()
        reader.join()
    (finished,) = vault.erasures.finish()
    assert finished.result.complete
    assert finished.result.proof is not None
    assert finished.result.proof.seen_before > 8
    assert vault.erasures.finish() == []
    assert set(vault.people.names()) == {bob}


def test_what_is_finished_after_a_restart_searches_for_the_markers_of_before(
    vault: Vault, keystore: MemoryKeyStore
) -> None:
    ada = fill(vault, 2)[0]
    vault.erasures.companions = lambda: ["/mnt/nas", "/media/disk"]
    result = vault.erasures.erase(ErasureOrder((ada,))).result
    assert result.missing == (Missing.COMPANIONS,)
    assert result.unreachable == ("/mnt/nas", "/media/disk")
    vault.close()
    with Vault.open(vault.path, keystore) as again:
        assert again.erasures.standing() == [result.id]
        with pytest.raises(PersonUnknown):
            again.erasures.erase(ErasureOrder((ada,)))
        (finished,) = again.erasures.finish()
        assert finished.result.complete
        assert finished.result.proof == result.proof
        assert finished.result.unreachable == ()
        assert again.erasures.results() == [finished]


def test_what_is_left_behind_is_found_and_said(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of a sealed field in a table nobody thought of."""
    ada = fill(vault, 2)[0]
    sealed = vault.read(lambda c: c.scalar(text("SELECT sealed FROM templates WHERE person_id = :p"), {"p": ada}))
    vault.write(lambda c: c.execute(text("CREATE TABLE forgotten (copy BLOB)"))).result()
    vault.write(lambda c: c.execute(text("INSERT INTO forgotten VALUES (:s)"), {"s": sealed})).result()
    result = vault.erasures.erase(ErasureOrder((ada,))).result
    assert result.missing == (Missing.FOUND,)
    assert result.proof is not None
    assert result.proof.found >= 2
    vault.write(lambda c: c.execute(text("DELETE FROM forgotten"))).result()
    (finished,) = vault.erasures.finish()
    assert finished.result.complete


def test_a_name_in_a_stray_plain_field_is_found(vault: Vault) -> None:
    ada = fill(vault, 2)[0]
    vault.write(lambda c: c.execute(text("CREATE TABLE forgotten (note TEXT)"))).result()
    vault.write(lambda c: c.execute(text("INSERT INTO forgotten VALUES ('met Person 0000 today')"))).result()
    assert vault.erasures.erase(ErasureOrder((ada,))).result.missing == (Missing.FOUND,)


def test_a_name_in_the_site_s_own_texts_is_left_out_and_said(vault: Vault) -> None:
    ada = fill(vault, 2)[0]
    row = {"key": "site", "value": "Person 0000 & Sons", "changed_at": NOW}
    vault.write(lambda c: c.execute(insert(Setting).values(row))).result()
    result = vault.erasures.erase(ErasureOrder((ada,))).result
    assert result.complete
    assert result.proof is not None
    assert result.proof.left_out == {"shared": 1}


def test_pages_that_cannot_be_read_leave_it_incomplete(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = fill(vault, 2)[0]
    prove = proof.MarkerSearch.in_pages
    calls = 0

    def damaged(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        searched = prove(*arguments, **options)
        searched.unreadable = 1 if calls == 2 else 0
        return searched

    monkeypatch.setattr(proof.MarkerSearch, "in_pages", damaged)
    assert vault.erasures.erase(ErasureOrder((ada,))).result.missing == (Missing.UNREADABLE,)
    (finished,) = vault.erasures.finish()
    assert finished.result.complete


def test_the_ledger_only_grows(vault: Vault) -> None:
    vault.erasures.erase(ErasureOrder((fill(vault, 2)[0],)))
    for statement in ("DELETE FROM erasure_ledger", "UPDATE erasure_ledger SET epoch = 9"):
        with pytest.raises(Exception, match="only grows"):
            vault.write(lambda c, wanted=statement: c.execute(text(wanted))).result()  # type: ignore[misc]
    assert len(vault.erasures.ledger()) == 1


def test_old_copies_with_the_keys_of_today_show_everybody_but_the_erased(
    vault: Vault, keystore: MemoryKeyStore, tmp_path: Path
) -> None:
    ada, bob, eve, zoe = fill(vault, 4)
    old = OldCopy.of(vault, tmp_path / "old")
    everybody = {f"Person {n:04}" for n in range(4)}
    assert old.readable_names(keystore, vault.id, vault.path / "keys.bin") == everybody
    for gone in (ada, zoe):
        assert vault.erasures.erase(ErasureOrder((gone,))).result.complete
    now = vault.path / "keys.bin"
    assert old.readable_names(keystore, vault.id, now) == {"Person 0001", "Person 0002"}
    # The keys.bin of that day opens nothing at all: its wrapping key is destroyed.
    assert old.readable_names(keystore, vault.id, old.folder / "keys.bin") == set()
    assert set(vault.people.names()) == {bob, eve}


def test_an_operator_is_erased_by_the_same_steps(vault: Vault) -> None:
    ada = fill(vault, 1)[0]
    boss, guard = (
        vault.operators.add(NewOperator(f"Operator {n:04}", f"gatekeeper{n}", "$argon2id$hash", frozenset({role})))
        for n, role in enumerate((Role.ADMINISTRATOR, Role.GUARD))
    )
    session = vault.operator_sessions.start(guard, NOW)
    result = vault.erasures.erase(ErasureOrder((guard,), ErasureReason.RETENTION, kind=SubjectKind.OPERATOR)).result
    assert session
    assert result.complete
    assert result.erased == {Category.DETAILS: 1, Category.SESSIONS: 1, Category.APPROVALS: 0}
    assert result.proof is not None
    assert result.proof.seen_before >= 3
    assert [operator.id for operator in vault.operators.list()] == [boss]
    assert vault.people.name(ada) == "Person 0000"
    with pytest.raises(OperatorUnknown):
        vault.erasures.erase(ErasureOrder((ada,), kind=SubjectKind.OPERATOR))


def erase_among_readers(vault: Vault, amount: int) -> None:
    """Erase half of many people in a shuffled order, one by one and in groups, while others read."""
    people = fill(vault, amount)
    gone = people[::2]
    order = sorted(gone, key=lambda person: person[3:])
    stop = threading.Event()
    failures: list[BaseException] = []

    def read() -> None:
        try:
            while not stop.is_set():
                vault.people.list(limit=50)
                vault.sightings.count()
        except BaseException as error:  # noqa: BLE001 - reported by the main thread
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        while order:
            group, order = tuple(order[: 1 + len(order) % 3]), order[1 + len(order) % 3 :]
            result = vault.erasures.erase(ErasureOrder(group)).result
            assert result.complete, result.missing
            assert result.proof is not None
            assert result.proof.seen_before >= 8 * len(group)
            assert result.proof.found == 0
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert failures == []
    kept = people[1::2]
    assert set(vault.people.names()) == set(kept)
    assert all(vault.people.photo(person) for person in kept)
    assert vault.check_integrity() == []
    assert {entry.subject_id for entry in vault.erasures.ledger()} == set(gone)


def test_in_any_order_and_beside_readers_nothing_is_left(vault: Vault) -> None:
    erase_among_readers(vault, 40)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_of_two_hundred_people_in_any_order_nothing_is_left(vault: Vault) -> None:
    erase_among_readers(vault, 400)
