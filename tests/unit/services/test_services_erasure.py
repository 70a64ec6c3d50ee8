"""Erasing at the desk: matching stops first, cancelling brings people back, what is missing shows until it is done."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.domain.erasure import ErasureReason, Missing
from desktop.domain.errors import Cancelled
from desktop.domain.permissions import TwoPersonAct
from desktop.services.desk import Desk
from desktop.services.errors import ApprovalNeeded, ErasureNotBegun
from desktop.services.health import ProblemKind
from desktop.services.hub import PeopleChanged
from desktop.vault.errors import DiskFull, PersonUnknown
from tests.helpers.desks import Heard, enrol, wait_until


def problems(desk: Desk) -> dict[ProblemKind, int]:
    return {problem.kind: problem.count for problem in desk.health.problems()}


class Stop:
    def __init__(self, at: float = 0.0) -> None:
        self._at = at
        self._share = 0.0

    def report(self, share: float) -> None:
        self._share = share

    def cancelled(self) -> bool:
        return self._share >= self._at


def test_erasing_leaves_nothing_and_says_so(desk: Desk) -> None:
    person_id = enrol(desk, "Ada", "obama.jpg")
    heard = Heard(desk)
    preview = desk.erasures.preview([person_id])
    erasure = desk.erasures.erase([person_id])
    assert erasure.result.complete
    assert erasure.result.erased == preview.goes
    assert erasure.result.reason is ErasureReason.REQUEST
    assert erasure.result.requested_by == desk.access.operator_id
    assert desk.erasures.results() == [erasure]
    assert desk.gallery_size == 0
    assert desk.people.count() == 0
    assert desk.people.name_of(person_id) is None
    assert heard.of(PeopleChanged)
    for act in (lambda: desk.erasures.erase([person_id]), lambda: desk.erasures.preview([person_id])):
        with pytest.raises(PersonUnknown):
            act()


def test_the_gallery_is_left_before_anything_is_read_or_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bea = enrol(desk, "Ada", "obama.jpg"), enrol(desk, "Bea", "astronaut.png")
    sizes = []
    erase = desk._vault.erasures.erase

    def watched(*arguments: Any) -> Any:
        sizes.append(desk.gallery_size)
        return erase(*arguments)

    monkeypatch.setattr(desk._vault.erasures, "erase", watched)
    desk.erasures.erase([ada, bea])
    assert sizes == [0]


def test_where_the_disk_refuses_the_person_is_at_least_not_matched(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    person_id = enrol(desk, "Ada", "obama.jpg")

    def full(*_: Any) -> None:
        raise DiskFull

    monkeypatch.setattr(desk._vault.erasures, "erase", full)
    with pytest.raises(ErasureNotBegun):
        desk.erasures.erase([person_id])
    desk._feed.refresh()
    assert desk.gallery_size == 0, "the person came back"
    assert desk.people.count() == 1
    monkeypatch.undo()
    assert desk.erasures.erase([person_id]).result.complete


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_cancelled_before_it_begins_the_person_is_back(desk: Desk, share: float) -> None:
    person_id = enrol(desk, "Ada", "obama.jpg")
    with pytest.raises(Cancelled):
        desk.erasures.erase([person_id], Stop(share))
    assert desk.people.count() == 1
    assert desk.gallery_size == 1


def test_somebody_whose_consent_stands_takes_two_people_where_the_site_wants_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bea = enrol(desk, "Ada", "obama.jpg"), enrol(desk, "Bea", "astronaut.png")
    monkeypatch.setattr(desk.approvals, "_wanted", frozenset({TwoPersonAct.ERASURE}))
    with pytest.raises(ApprovalNeeded):
        desk.erasures.erase([ada])
    assert desk.gallery_size == 2
    desk.withdrawals.withdraw(bea)
    assert desk.erasures.results()[0].result.complete


def test_what_is_missing_shows_until_it_is_finished(desk: Desk) -> None:
    person_id = enrol(desk, "Ada", "obama.jpg")
    desk._vault.erasures.companions = lambda: ["/mnt/nas"]
    result = desk.erasures.erase([person_id]).result
    assert result.missing == (Missing.COMPANIONS,)
    assert problems(desk)[ProblemKind.ERASURE_INCOMPLETE] == 1
    assert desk.erasures.finish() == 0
    assert problems(desk)[ProblemKind.ERASURE_INCOMPLETE] == 1
    desk._vault.erasures.companions = tuple
    assert desk.erasures.finish() == 1
    assert ProblemKind.ERASURE_INCOMPLETE not in problems(desk)
    assert desk.erasures.results()[0].result.complete


def test_the_housekeeper_finishes_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop.services import keeper

    monkeypatch.setattr(keeper, "FINISH", 0.0)
    person_id = enrol(desk, "Ada", "obama.jpg")
    desk._vault.erasures.companions = lambda: ["/mnt/nas"]
    assert not desk.erasures.erase([person_id]).result.complete
    running = keeper.Keeper(
        desk.folder, desk.live, desk.health, lambda _: 0, desk.erasures.finish, lambda: False, look=0.02
    )
    running.start()
    try:
        desk._vault.erasures.companions = tuple
        wait_until(lambda: desk.erasures.results()[0].result.complete)
    finally:
        running.close()
