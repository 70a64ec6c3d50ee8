"""Visitors' passes: issued, checked, over, taken back; forged and foreign ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.code_verdict import CodeVerdict
from desktop.domain.desk_codes import CodeKind, DeskCode, parse
from desktop.domain.ids import PassId, random_id
from desktop.domain.notices import LANGUAGES
from desktop.domain.paper import Paper
from desktop.domain.permissions import Role
from desktop.services.desk import Desk
from desktop.services.errors import NotPermitted
from desktop.services.passes import PassService
from desktop.services.receipt_errors import PaperUnwritable, PassTimeInvalid, PassUnknown, RecordIncomplete
from desktop.vault.signing import SigningKey
from tests.helpers.consents import CONTROLLER
from tests.helpers.operators import sign_in_as

EVENING = timedelta(hours=8)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(desk: Desk) -> Clock:
    made = Clock()
    desk.passes = PassService(desk._vault, desk.access, lambda: desk.controller.current, made)
    desk.controller.begin_with(CONTROLLER)
    return made


def test_a_pass_is_good_until_its_end(desk: Desk, clock: Clock) -> None:
    issued = desk.passes.issue(clock.now + EVENING)
    code = desk.passes.paper(issued.id, "en").code
    assert code.startswith("CSP1.")
    found = desk.passes.check(code)
    assert (found.verdict, found.kind, found.object_id) == (CodeVerdict.VALID, CodeKind.PASS, issued.id)
    assert (found.since, found.until) == (issued.issued_at, issued.valid_until)
    clock.now = issued.valid_until - timedelta(microseconds=1)
    assert desk.passes.check(code).verdict is CodeVerdict.VALID
    clock.now = issued.valid_until
    assert desk.passes.check(code).verdict is CodeVerdict.OLD
    clock.now = issued.issued_at - timedelta(days=1)  # set back
    assert desk.passes.check(code).verdict is CodeVerdict.OLD


def test_a_pass_that_was_taken_back_is_not_good(desk: Desk, clock: Clock) -> None:
    issued = desk.passes.issue(clock.now + EVENING)
    clock.now += timedelta(hours=1)
    for _ in range(2):  # again: nothing happens
        desk.passes.revoke(issued.id)
        clock.now += timedelta(hours=1)
    found = desk.passes.check(desk.passes.paper(issued.id, "en").code)
    assert (found.verdict, found.until) == (CodeVerdict.REVOKED, issued.issued_at + timedelta(hours=1))
    entries = desk._vault.audit.list(AuditFilter(object_id=issued.id), 0, 10)
    assert [entry.action for entry in reversed(entries)] == [AuditAction.PASS_ISSUED, AuditAction.PASS_REVOKED]


def test_passes_of_others_are_told_apart(desk: Desk, clock: Clock) -> None:
    code = parse(desk.passes.paper(desk.passes.issue(clock.now + EVENING).id, "en").code)
    forged = DeskCode(CodeKind.PASS, code.vault_id, code.object_id, SigningKey.new().sign(code.signed))
    foreign = DeskCode(CodeKind.PASS, random_id(), code.object_id, code.signature)
    assert desk.passes.check(forged.text).verdict is CodeVerdict.FORGED
    assert desk.passes.check(foreign.text).verdict is CodeVerdict.FOREIGN
    assert desk.passes.check("a badge").verdict is CodeVerdict.UNREADABLE


def test_a_pass_ends_in_the_future_and_within_a_month(desk: Desk, clock: Clock) -> None:
    for length in (timedelta(), -EVENING, timedelta(days=32)):
        with pytest.raises(PassTimeInvalid):
            desk.passes.issue(clock.now + length)


def test_the_paper_holds_no_name_of_a_visitor(desk: Desk, clock: Clock) -> None:
    issued = desk.passes.issue(clock.now + EVENING)
    own = {CONTROLLER.site, CONTROLLER.legal_name, CONTROLLER.contact}
    for language in LANGUAGES:
        paper = desk.passes.paper(issued.id, language)
        assert paper.language == language
        values = {row.value for section in paper.sections for row in section.rows}
        assert values == {issued.valid_until, issued.issued_at, issued.id, *own}


def test_what_is_not_there_is_said(desk: Desk, clock: Clock, tmp_path: Path) -> None:
    class Full:
        def save(self, _paper: Paper, _target: Path) -> None:
            raise OSError(28, "full")

    unknown = PassId(random_id())
    with pytest.raises(PassUnknown):
        desk.passes.paper(unknown, "en")
    with pytest.raises(PassUnknown):
        desk.passes.revoke(unknown)
    issued = desk.passes.issue(clock.now + EVENING)
    with pytest.raises(PaperUnwritable):
        desk.passes.save(issued.id, "en", tmp_path / "pass.pdf", Full())
    nameless = PassService(desk._vault, desk.access, lambda: None, clock)
    with pytest.raises(RecordIncomplete):
        nameless.paper(issued.id, "en")


def test_a_guard_issues_and_an_administrator_does_not(desk: Desk, clock: Clock) -> None:
    sign_in_as(desk, Role.GUARD)
    issued = desk.passes.issue(clock.now + EVENING)
    desk.passes.revoke(issued.id)
    sign_in_as(desk, Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted):
        desk.passes.issue(clock.now + EVENING)
