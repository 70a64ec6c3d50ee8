"""What else goes on at the desk while somebody is erased: others are enrolled, the person is seen, spoken with and
exported; nothing of them gets in behind the erasure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.domain.erasure import STEP_ENDS, Category, ErasureStep
from desktop.domain.sightings import SightingFilter
from desktop.services.desk import Desk
from desktop.vault.errors import PersonUnknown
from tests.helpers.consents import CONTROLLER
from tests.helpers.desks import enrol
from tests.helpers.exports import order, sightings
from tests.helpers.vaults import template


class Acting:
    """Does something once at each share."""

    def __init__(self, acts: dict[float, Callable[[], object]]) -> None:
        self._acts = acts

    def report(self, share: float) -> None:
        for at in [each for each in self._acts if share >= each]:
            self._acts.pop(at)()

    def cancelled(self) -> bool:
        return False


def test_others_come_and_nothing_of_the_person_gets_in(desk: Desk, tmp_path: Path) -> None:
    desk.controller.begin_with(CONTROLLER)
    ada = enrol(desk, "Ada", "obama.jpg")
    vault = desk._vault
    late = datetime(2026, 6, 1, tzinfo=UTC)

    def before_the_intent() -> None:
        enrol(desk, "Bea", "astronaut.png")
        vault.sightings.append_many(sightings(ada, 3))  # seen a moment ago
        desk.exports.export(order(ada), tmp_path / "ada.zip")
        assert desk.gallery_size == 1, "Ada is not matched any more"

    def after_the_rows() -> None:
        vault.sightings.append_many(sightings(ada, 3, late))  # was matched just before, and is written only now
        for act in (
            lambda: vault.templates.add(ada, [template(3)]),
            lambda: desk.people.change(ada, desk.people.list()[0].details),
            lambda: desk.exports.export(order(ada), tmp_path / "late.zip"),
            lambda: desk.receipts.make(ada),
        ):
            with pytest.raises(PersonUnknown):
                act()
        assert vault.people.get(ada) is None
        enrol(desk, "Kim", "astronaut.png")

    acts = {0.1: before_the_intent, STEP_ENDS[ErasureStep.ROWS] + 0.01: after_the_rows}
    result = desk.erasures.erase([ada], Acting(acts)).result
    assert acts == {}
    assert result.complete
    assert result.erased[Category.SIGHTINGS] == 3
    assert result.erased[Category.EXPORTS] == 1
    assert result.packages_left == ()
    assert list(tmp_path.glob("*.zip")) == []
    assert {each.details.name for each in desk.people.list()} == {"Bea", "Kim"}
    assert desk.gallery_size == 2
    assert vault.sightings.query(SightingFilter(person_id=ada)) == []
