"""The audit log's rows: chained in the transaction they tell of, append-only, listed with filters, shortened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlcipher3 import dbapi2

from desktop.domain.audit import SYSTEM, UNREADABLE, Actor, AuditAction, AuditDraft, AuditFilter
from desktop.domain.ids import random_id
from desktop.vault import audit
from desktop.vault.audit_entries import AuditRepository
from desktop.vault.audit_statement import Statement, StatementKind, genesis, instant_text
from desktop.vault.signing import canonical_json, verify
from tests.helpers.audit_logs import OFFICER, VAULT, LogBook, open_log

OTHER = Actor("22222222-2222-4222-8222-222222222222")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[LogBook]:
    with open_log(tmp_path) as made:
        yield made


@pytest.fixture
def entries(book: LogBook) -> AuditRepository:
    return AuditRepository(book.store, book.log)


def test_each_entry_is_canonical_json_chained_to_the_one_before(book: LogBook) -> None:
    book.write(3)
    book.write(1, AuditAction.LOGIN)
    head = genesis(VAULT).head
    for number, (seq, body, stored) in enumerate(book.rows(), 1):
        assert seq == number
        assert canonical_json(json.loads(body)).decode() == body
        head = hashlib.sha256(head + body.encode()).digest()
        assert stored == head
    assert (book.point().seq, book.point().head) == (4, head)


def test_an_entry_tells_who_did_what_to_whom_and_why(book: LogBook, entries: AuditRepository) -> None:
    person = random_id()
    draft = AuditDraft(AuditAction.FACE_REVEALED, OFFICER, person, "lost child\n", {"seconds": 30, "digest": b"\xab"})
    entries.append(draft)
    (found,) = entries.list(AuditFilter(), 0, 10)
    assert (found.action, found.actor, found.roles, found.object_id) == (
        "face_revealed",
        OFFICER.id,
        ("officer",),
        person,
    )
    assert (found.reason, found.detail, found.at) == ("lost child", {"seconds": 30, "digest": "ab"}, book.clock.now)
    assert not found.clock_back
    assert "lost child" not in repr(found)


def test_what_is_undone_leaves_no_entry(book: LogBook) -> None:
    def fails(_: Connection) -> None:
        raise LookupError("injected")

    with pytest.raises(LookupError):
        book.store.write(fails, audit=AuditDraft(AuditAction.PERSON_CHANGED)).result()
    assert book.rows() == []


def test_a_clock_that_was_set_back_never_turns_the_log_around(book: LogBook, entries: AuditRepository) -> None:
    book.write()
    noon = book.clock.now
    book.clock.tick(-timedelta(hours=5))
    book.write(2)
    book.clock.tick(timedelta(hours=6))
    book.write()
    newest_first = entries.list(AuditFilter(), 0, 10)
    assert [entry.at for entry in newest_first] == [noon + timedelta(hours=1), noon, noon, noon]
    assert [entry.clock_back for entry in newest_first] == [False, True, True, False]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET body = '{}' WHERE seq = 2",
        "DELETE FROM audit_entries WHERE seq = 3",
        "UPDATE audit_checkpoints SET body = '' WHERE seq = 3",
        "DELETE FROM audit_checkpoints",
        "UPDATE audit_prunes SET seq = 3",
        "DELETE FROM audit_prunes",
    ],
)
def test_the_tables_are_append_only(book: LogBook, statement: str) -> None:
    book.write(3)
    book.store.write(book.log.checkpoint).result()
    book.raw.execute("INSERT INTO audit_prunes VALUES (1, '', x'')")
    with pytest.raises(dbapi2.IntegrityError, match="append-only"):
        book.raw.execute(statement)
    assert len(book.rows()) == 3


def test_every_full_count_and_every_wish_makes_one_signed_checkpoint(
    book: LogBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "CHECKPOINT_EVERY", 10)
    book.write(25)
    for _ in range(2):
        book.store.write(book.log.checkpoint).result()
    rows = book.raw.execute("SELECT seq, body, signature FROM audit_checkpoints ORDER BY seq").fetchall()
    assert [row[0] for row in rows] == [10, 20, 25]
    heads = {seq: head for seq, _, head in book.rows()}
    for seq, body, signature in rows:
        statement = Statement.from_text(body)
        assert statement.point.head == heads[seq]
        assert (statement.vault_id, statement.epoch, statement.ledger) == (VAULT, 3, 7)
        assert statement.kind is StatementKind.CHECKPOINT
        assert verify(book.signer.public_key, signature, body.encode())


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"kind":"audit-checkpoint"}', "null"])
def test_a_text_that_is_no_statement_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"statement|Expecting"):
        Statement.from_text(text)


def test_a_statement_in_other_than_canonical_form_is_refused(book: LogBook) -> None:
    book.write()
    made, _ = book.store.read(lambda c: book.log.statement(c, StatementKind.ANCHOR, book.log.point(c)))
    assert Statement.from_text(made.text()) == made
    with pytest.raises(ValueError, match="canonical"):
        Statement.from_text(json.dumps(json.loads(made.text())))


@pytest.fixture
def mixed(book: LogBook) -> list[int]:
    """Sixty entries, one a minute, of two operators and two actions."""
    for number in range(60):
        action = AuditAction.LOGIN if number % 3 == 0 else AuditAction.PERSON_VIEWED
        book.write(1, action, OFFICER if number % 2 == 0 else OTHER)
        book.clock.tick(timedelta(minutes=1))
    return list(range(60, 0, -1))


def test_filters_and_pages(book: LogBook, entries: AuditRepository, mixed: list[int]) -> None:
    start = book.clock.now - timedelta(hours=1)
    logins = [seq for seq in mixed if (seq - 1) % 3 == 0]
    expected = {
        AuditFilter(): mixed,
        AuditFilter(action=AuditAction.LOGIN): logins,
        AuditFilter(actor=OTHER.id): [seq for seq in mixed if seq % 2 == 0],
        AuditFilter(action=AuditAction.LOGIN, actor=OFFICER.id): [seq for seq in logins if seq % 2 == 1],
        AuditFilter(since=start + timedelta(minutes=10)): mixed[:50],
        AuditFilter(until=start + timedelta(minutes=10)): mixed[50:],
        AuditFilter(since=start + timedelta(minutes=10), until=start + timedelta(minutes=20)): mixed[40:50],
        AuditFilter(since=book.clock.now + timedelta(days=1)): [],
        AuditFilter(until=start): [],
        AuditFilter(action=AuditAction.RESTORED): [],
        AuditFilter(up_to=7): mixed[53:],
        AuditFilter(up_to=20, action=AuditAction.LOGIN): [seq for seq in logins if seq <= 20],
    }
    for wanted, seqs in expected.items():
        assert entries.count(wanted) == len(seqs), wanted
        for offset, limit in ((0, 100), (3, 5), (0, 1), (len(seqs), 5)):
            found = [entry.seq for entry in entries.list(wanted, offset, limit)]
            assert found == seqs[offset : offset + limit], wanted
    assert AuditFilter(up_to=7).narrow is False
    assert AuditFilter(actor=SYSTEM).narrow is True


def test_an_object_is_found(book: LogBook, entries: AuditRepository, mixed: list[int]) -> None:
    person = random_id()
    entries.append(AuditDraft(AuditAction.PERSON_CHANGED, OFFICER, person))
    assert [entry.seq for entry in entries.list(AuditFilter(object_id=person), 0, 9)] == [len(mixed) + 1]


def test_everybody_who_left_entries_is_known(book: LogBook, entries: AuditRepository, mixed: list[int]) -> None:
    entries.append(AuditDraft(AuditAction.VAULT_OPENED))
    assert entries.actors() == [OFFICER.id, OTHER.id, SYSTEM]


def test_an_empty_log_has_nothing_to_show(entries: AuditRepository, book: LogBook) -> None:
    assert (entries.count(AuditFilter()), entries.list(AuditFilter(), 0, 9), entries.actors()) == (0, [], [])
    entries.checkpoint()
    assert book.raw.execute("SELECT count(*) FROM audit_checkpoints").fetchone()[0] == 0
    assert entries.prune(book.clock.now, OFFICER) == 0


def test_old_entries_go_and_the_rest_stays_provable(
    book: LogBook, entries: AuditRepository, mixed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PRUNE_BATCH", 7)
    entries.checkpoint()
    limit = book.clock.now - timedelta(minutes=20)
    pauses: list[int] = []
    assert entries.prune(limit, OFFICER, lambda: pauses.append(1)) == 40
    assert len(pauses) == 6
    rows = book.rows()
    assert [row[0] for row in rows] == list(range(41, 62))
    assert json.loads(rows[0][1])["at"] >= instant_text(limit)
    assert json.loads(rows[-1][1])["detail"] == {"up_to": 40, "entries": 40}
    assert book.faults() == set()
    assert entries.prune(limit, OFFICER) == 0
    assert entries.count(AuditFilter()) == 21


def test_an_interrupted_prune_is_finished_by_the_next(
    book: LogBook, entries: AuditRepository, mixed: list[int]
) -> None:
    limit = book.clock.now - timedelta(minutes=30)
    assert book.store.write(lambda c: book.log.begin_prune(c, limit, OFFICER)).result() == 30
    assert book.faults() == set()
    assert len(book.rows()) == 61
    assert entries.prune(limit, OFFICER) == 0
    assert [row[0] for row in book.rows()] == list(range(31, 62))
    assert book.faults() == set()


def test_everything_may_be_over(book: LogBook, entries: AuditRepository, mixed: list[int]) -> None:
    book.clock.tick(timedelta(days=400))
    assert entries.prune(book.clock.now - timedelta(days=30), OFFICER) == 60
    assert [row[0] for row in book.rows()] == [61]
    book.write(2)
    assert book.faults() == set()


@pytest.mark.parametrize("body", ["{", "[]", "{}", '"x"', '{"at":"yesterday","action":"login"}'])
def test_a_broken_entry_does_not_hide_the_others(book: LogBook, entries: AuditRepository, body: str) -> None:
    book.write(3)
    book.tamper("UPDATE audit_entries SET body = ? WHERE seq = 2", body)
    found = entries.list(AuditFilter(), 0, 9)
    assert [entry.action for entry in found] == ["person_viewed", UNREADABLE, "person_viewed"]
    book.write()
    assert entries.count(AuditFilter(actor=OFFICER.id)) == 3
