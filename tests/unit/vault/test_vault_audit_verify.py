"""Whatever is done to an audit log with the database key in hand is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.audit import AuditAction, AuditDraft, AuditPoint
from desktop.domain.audit_verdict import Fault, Finding, Signer, plain_words
from desktop.domain.errors import Cancelled
from desktop.vault import audit, audit_verify
from desktop.vault.audit_entries import AuditRepository
from desktop.vault.audit_statement import StatementKind, genesis
from desktop.vault.signing import SigningKey
from tests.helpers.audit_logs import OFFICER, VAULT, LogBook, open_log

COUNT = 25


@pytest.fixture(autouse=True, scope="module")
def short_strides() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit, "CHECKPOINT_EVERY", 10)
        patch.setattr(audit_verify, "CHECKPOINT_EVERY", 10)
        patch.setattr(audit_verify, "CHUNK", 4)
        yield


@pytest.fixture
def book(tmp_path: Path) -> Iterator[LogBook]:
    with open_log(tmp_path) as made:
        made.write(COUNT)
        made.anchor()
        yield made


def test_an_untouched_log_is_intact(book: LogBook) -> None:
    verdict = book.verify()
    assert verdict.intact
    assert (verdict.entries, verdict.first, verdict.last, verdict.checkpoints) == (COUNT, 1, COUNT, 2)
    assert (verdict.anchored, verdict.signer, verdict.until) == (COUNT, Signer.KNOWN, book.clock.now)
    assert verdict.fingerprint == book.signer.fingerprint
    assert plain_words(verdict) == ["Intact, signer known."]


def test_an_empty_log_is_intact(tmp_path: Path) -> None:
    with open_log(tmp_path) as fresh:
        verdict = fresh.verify()
        assert verdict.intact
        assert (verdict.entries, verdict.first, verdict.last, verdict.until) == (0, 0, 0, None)


def tampered(book: LogBook, kind: str, seq: int, data: st.DataObject) -> None:
    """One change of that kind at that entry."""
    if kind == "byte":
        (body,) = book.raw.execute("SELECT body FROM audit_entries WHERE seq = ?", (seq,)).fetchone()
        place = data.draw(st.integers(0, len(body) - 1), label="place")
        other = "x" if body[place] != "x" else "y"
        changed = body[:place] + other + body[place + 1 :]
        book.tamper("UPDATE audit_entries SET body = ? WHERE seq = ?", changed, seq)
    elif kind == "head":
        book.tamper("UPDATE audit_entries SET head = ? WHERE seq = ?", bytes(32), seq)
    elif kind == "cut":
        book.tamper("DELETE FROM audit_entries WHERE seq >= ?", seq)
    elif kind == "hole":
        book.tamper("DELETE FROM audit_entries WHERE seq = ?", seq)
    elif kind == "swap":
        other_seq = data.draw(st.integers(1, COUNT).filter(lambda number: number != seq), label="other")
        bodies = {row[0]: row[1] for row in book.rows()}
        for target, source in ((seq, other_seq), (other_seq, seq)):
            book.tamper("UPDATE audit_entries SET body = ? WHERE seq = ?", bodies[source], target)
    else:
        book.tamper("UPDATE audit_entries SET seq = seq + 100 WHERE seq >= ?", seq)
        book.tamper("UPDATE audit_entries SET seq = seq - 99 WHERE seq >= ?", seq + 100)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.integers(1, COUNT), st.sampled_from(["byte", "head", "cut", "hole", "swap", "shift"]))
def test_any_edit_cut_swap_or_insertion_is_found(book: LogBook, data: st.DataObject, seq: int, kind: str) -> None:
    book.raw.execute("BEGIN")
    try:
        tampered(book, kind, seq, data)
        verdict = book.verify()
    finally:
        book.raw.execute("ROLLBACK")
    assert not verdict.intact
    assert plain_words(verdict)[0].startswith("Not intact")


def test_an_edit_is_named_once_and_in_its_place(book: LogBook) -> None:
    book.tamper("UPDATE audit_entries SET body = replace(body, 'officer', 'guard12') WHERE seq = 13")
    assert book.verify().findings == (Finding(Fault.EDITED, 13),)


def test_a_missing_entry_is_named(book: LogBook) -> None:
    book.tamper("DELETE FROM audit_entries WHERE seq = 7")
    assert book.verify().findings == (Finding(Fault.MISSING, 8),)


def test_a_cut_end_is_found_by_what_lies_outside(book: LogBook) -> None:
    book.tamper("DELETE FROM audit_entries WHERE seq > 22")
    assert book.verify().findings == (Finding(Fault.CUT, COUNT),)
    book.anchors = []
    assert book.verify().intact, "the chain alone cannot know"


def test_a_cut_end_before_a_checkpoint_needs_no_anchor(book: LogBook) -> None:
    book.anchors = []
    book.tamper("DELETE FROM audit_entries WHERE seq > 15")
    assert book.verify().findings == (Finding(Fault.CUT, 20),)


def forget(body: dict[str, Any]) -> None:
    body["action"] = "login"


@pytest.mark.parametrize(("start", "found"), [(5, {10, 20, COUNT}), (15, {20, COUNT}), (24, {COUNT})])
def test_a_log_written_anew_is_found_by_checkpoints_and_anchor(book: LogBook, start: int, found: set[int]) -> None:
    book.rechain(start, forget)
    verdict = book.verify()
    assert {finding.fault for finding in verdict.findings} == {Fault.REWRITTEN}
    assert {finding.seq for finding in verdict.findings} == found


def test_taking_the_checkpoints_away_is_found(book: LogBook) -> None:
    book.anchors = []
    book.rechain(5, forget)
    book.tamper("DELETE FROM audit_checkpoints")
    assert book.verify().findings == (Finding(Fault.UNSIGNED, 10), Finding(Fault.UNSIGNED, 20))


def test_a_checkpoint_signed_by_somebody_else_is_forged(book: LogBook) -> None:
    book.rechain(5, forget)
    thief = audit.AuditLog(VAULT, SigningKey.new(), lambda _: (3, 7), now=book.clock)
    for seq in (10, 20):
        head = book.rows()[seq - 1][2]
        point = AuditPoint(seq, head)
        made, signature = book.store.read(partial(thief.statement, kind=StatementKind.CHECKPOINT, point=point))
        book.tamper("UPDATE audit_checkpoints SET body = ?, signature = ? WHERE seq = ?", made.text(), signature, seq)
    book.anchors = []
    assert book.verify().findings == (Finding(Fault.FORGED, 10), Finding(Fault.FORGED, 20))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("body = replace(body, '\"epoch\":3', '\"epoch\":4')", Fault.FORGED),
        ("body = 'x'", Fault.FORGED),
        ("signature = zeroblob(64)", Fault.FORGED),
        ("signature = zeroblob(3)", Fault.FORGED),
        (f"body = replace(body, '{VAULT}', 'another')", Fault.FOREIGN),
        ("seq = 11", Fault.FORGED),
    ],
)
def test_a_changed_checkpoint_is_found(book: LogBook, change: str, fault: Fault) -> None:
    book.tamper(f"UPDATE audit_checkpoints SET {change} WHERE seq = 10")
    assert fault in book.faults()


def test_a_checkpoint_is_no_prune(book: LogBook) -> None:
    """A genuine signature under one sort of statement does not let entries go."""
    book.tamper("INSERT INTO audit_prunes SELECT * FROM audit_checkpoints WHERE seq = 10")
    book.tamper("DELETE FROM audit_entries WHERE seq <= 10")
    assert book.verify().findings == (Finding(Fault.FORGED, 10), Finding(Fault.MISSING, 11))


def test_a_prune_that_was_never_signed_lets_nothing_go(book: LogBook) -> None:
    book.tamper("INSERT INTO audit_prunes VALUES (5, '{}', x'00')")
    book.tamper("DELETE FROM audit_entries WHERE seq <= 5")
    assert {Fault.FORGED, Fault.MISSING} == book.faults()
    assert book.store.read(book.log.pruned) == genesis(VAULT)


def test_more_gone_than_was_let_go_is_found(book: LogBook) -> None:
    entries = AuditRepository(book.store, book.log)
    book.clock.tick(timedelta(days=1))
    book.write(5)
    assert entries.prune(book.clock.now, OFFICER) == COUNT
    assert book.verify().intact
    assert book.verify().pruned == COUNT
    book.tamper("DELETE FROM audit_entries WHERE seq = 26")
    assert book.verify().findings == (Finding(Fault.MISSING, 27),)


def test_an_anchor_of_what_was_let_go_is_fine_at_the_same_head_only(book: LogBook) -> None:
    book.clock.tick(timedelta(days=1))
    book.write(5)
    assert AuditRepository(book.store, book.log).prune(book.clock.now, OFFICER) == COUNT
    assert book.verify().intact
    book.anchors = [AuditPoint(COUNT, bytes(32))]
    assert book.verify().findings == (Finding(Fault.REWRITTEN, COUNT),)
    book.anchors = [AuditPoint(3, bytes(32))]
    assert book.verify().intact


def test_another_vaults_log_does_not_pass(book: LogBook) -> None:
    expected = audit_verify.Expected("another", book.signer.public_key, ())
    verdict = audit_verify.verify_database(book.query, expected)
    assert {Finding(Fault.EDITED, 1), Finding(Fault.FOREIGN, 10)} <= set(verdict.findings)


def test_entries_added_and_let_go_during_a_verification_are_no_faults(book: LogBook) -> None:
    entries = AuditRepository(book.store, book.log)
    book.clock.tick(timedelta(days=1))
    happened: list[int] = []

    class Busy:
        def report(self, share: float) -> None:
            if not happened:
                happened.append(1)
                book.write(30)
                assert entries.prune(book.clock.now, OFFICER) == COUNT

        def cancelled(self) -> bool:
            return False

    verdict = book.verify(Busy())
    assert happened
    assert verdict.intact


def test_a_verification_can_be_stopped(book: LogBook) -> None:
    class Impatient:
        def report(self, share: float) -> None:
            pass

        def cancelled(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        book.verify(Impatient())


def test_the_number_of_findings_is_bounded(tmp_path: Path) -> None:
    with open_log(tmp_path) as book:
        book.write(90)
        book.tamper("UPDATE audit_entries SET head = zeroblob(32)")
        assert len(book.verify().findings) == audit_verify.MOST_FINDINGS


def test_the_log_notices_a_lost_point_by_itself(book: LogBook) -> None:
    point = book.point()
    assert not book.store.read(lambda c: book.log.missing(c, point))
    book.store.write(lambda _: None, audit=[AuditDraft(AuditAction.LOGIN)]).result()
    assert not book.store.read(lambda c: book.log.missing(c, point))
    assert book.store.read(lambda c: book.log.missing(c, AuditPoint(point.seq, bytes(32))))
    assert book.store.read(lambda c: book.log.missing(c, AuditPoint(point.seq + 5, point.head)))
    assert not book.store.read(lambda c: book.log.missing(c, genesis(VAULT)))
    assert book.store.read(lambda c: book.log.missing(c, AuditPoint(0, bytes(32))))
