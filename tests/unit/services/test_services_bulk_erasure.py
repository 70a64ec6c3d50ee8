"""Several people erased one after the other: cancelled between two, refused, cut off, and only by two where the site
wants it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.bulk_erasure import Queue
from desktop.domain.consent import PlainConsent
from desktop.domain.erasure import ErasureReason
from desktop.domain.errors import Cancelled
from desktop.domain.ids import PersonId
from desktop.domain.operators import OperatorDraft
from desktop.domain.people import PersonDetails
from desktop.domain.permissions import Role, TwoPersonAct
from desktop.services.desk import Desk
from desktop.services.errors import ApprovalNeeded, ErasureRunning
from desktop.vault.errors import PersonUnknown
from tests.helpers.desks import open_desk
from tests.helpers.vaults import MemoryKeyStore, template

SECOND = "amber-window-lantern-4"


def people(desk: Desk, amount: int) -> list[PersonId]:
    consent = PlainConsent("signed form", "fr")
    add = desk._vault.people.add
    return [add(PersonDetails(f"Person {n:03}"), consent, [template(n)]) for n in range(amount)]


class StopAfter:
    """Asks to stop as soon as so much has been reported."""

    def __init__(self, share: float) -> None:
        self._share, self._seen = share, 0.0

    def report(self, share: float) -> None:
        self._seen = max(self._seen, share)

    def cancelled(self) -> bool:
        return self._seen >= self._share


def test_each_has_a_result_of_their_own(desk: Desk) -> None:
    ada, bea, kim = people(desk, 3)
    desk.erasures.erase([bea])
    preview = desk.erasures.preview([ada, kim])
    shares: list[float] = []

    class Watched(StopAfter):
        def report(self, share: float) -> None:
            shares.append(share)

    done = desk.bulk_erasures.erase([ada, bea, kim], Watched(2.0))
    assert [each.result.subjects for each in done.done] == [(ada,), (kim,)]
    assert all(each.result.complete for each in done.done)
    assert sum(each.result.rows for each in done.done) == preview.rows
    assert preview.people == 2
    assert [each.person_id for each in done.refused] == [bea]
    assert isinstance(done.refused[0].error, PersonUnknown)
    assert set(done.languages.values()) == {"fr"}
    assert done.left == ()
    assert shares == sorted(shares)
    assert desk._vault.erasure_queue.get() is None
    assert desk.people.count() == 0


def test_cancelled_between_two_the_others_stay(desk: Desk) -> None:
    first, *others = people(desk, 3)
    done = desk.bulk_erasures.erase([first, *others], StopAfter(1 / 3))
    assert [each.result.subjects for each in done.done] == [(first,)]
    assert list(done.left) == others
    assert not done.complete
    assert desk._vault.erasure_queue.get() is None
    assert desk.people.count() == 2
    assert desk.bulk_erasures.finish() == 0


class _Killed(BaseException):
    """The process is gone here."""


@pytest.mark.parametrize("early", [True, False])
def test_what_a_crash_cut_off_is_carried_on_at_the_next_start(
    vault_folder: Path, keystore: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch, early: bool
) -> None:
    with open_desk(vault_folder, keystore) as desk:
        desk._keeper.close()  # it would go on at once, in the killed process
        chosen = people(desk, 4)
        carry_out = desk.erasures.carry_out

        def killed(order: Any, progress: Any) -> Any:
            if order.subjects == (chosen[1],):
                if not early:
                    carry_out(order, progress)
                raise _Killed
            return carry_out(order, progress)

        monkeypatch.setattr(desk.erasures, "carry_out", killed)
        with pytest.raises(_Killed):
            desk.bulk_erasures.erase(chosen[:3], reason=ErasureReason.REQUEST)
        operator = desk.access.operator_id
    with open_desk(vault_folder, keystore, staffed=False) as desk:
        for _ in range(500):
            if desk._vault.people.count() == 1 and desk._vault.erasure_queue.get() is None:
                break
            desk._finish(StopAfter(2.0))
        assert desk._vault.people.names().keys() == {chosen[3]}
        assert desk._vault.erasure_queue.get() is None
        results = [each.result for each in desk._vault.erasures.results()]
        assert {each.subjects for each in results} == {(each,) for each in chosen[:3]}
        assert {each.requested_by for each in results} == {operator}
        assert all(each.complete for each in results)


def test_the_end_of_the_program_keeps_the_rest_for_the_next_start(desk: Desk) -> None:
    chosen = people(desk, 3)
    actor, until = desk.erasures.actor, desk.erasures.kept_until
    desk._vault.erasure_queue.set(Queue(dict.fromkeys(chosen, ErasureReason.MISTAKE), actor, until))
    with pytest.raises(Cancelled):
        desk.bulk_erasures.finish(StopAfter(1 / 3))
    waiting = desk._vault.erasure_queue.get()
    assert waiting is not None
    assert list(waiting.people) == chosen[1:]
    assert desk.bulk_erasures.finish() == 2
    assert desk._vault.archive.count() == 0, "of a mistake no proof is kept"


def test_it_takes_two_people_and_all_of_the_agreements(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bea, kim = people(desk, 3)
    desk.operators.add(OperatorDraft("Omar Example", "omar", SECOND, frozenset({Role.OFFICER})))
    monkeypatch.setattr(desk.approvals, "_wanted", frozenset({TwoPersonAct.ERASURE}))
    wish = desk.approvals.request(TwoPersonAct.ERASURE, ada)
    desk.approvals.agree_as([wish], "omar", SECOND)
    with pytest.raises(ApprovalNeeded):
        desk.bulk_erasures.erase([ada, bea])
    assert desk.people.count() == 3
    wish = desk.approvals.request(TwoPersonAct.ERASURE, bea)
    desk.approvals.agree_as([wish], "omar", SECOND)
    assert desk.bulk_erasures.erase([ada, bea]).complete
    with pytest.raises(ApprovalNeeded):
        desk.bulk_erasures.erase([kim])


def test_one_order_at_a_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bea = people(desk, 2)
    carry_out: Callable[..., Any] = desk.erasures.carry_out

    def second(order: Any, progress: Any) -> Any:
        with pytest.raises(ErasureRunning):
            desk.bulk_erasures.erase([bea])
        assert desk.bulk_erasures.finish() == 0
        return carry_out(order, progress)

    monkeypatch.setattr(desk.erasures, "carry_out", second)
    assert desk.bulk_erasures.erase([ada]).complete
    assert desk.people.count() == 1


def test_the_queue_is_the_same_after_writing_and_reading(desk: Desk) -> None:
    queue = Queue({PersonId("a"): ErasureReason.REQUEST}, desk.erasures.actor, desk.erasures.kept_until)
    assert Queue.from_values(queue.to_values()) == queue
