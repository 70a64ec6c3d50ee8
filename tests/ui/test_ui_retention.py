"""The page Retention: what goes and why, holds, rules, runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import cast

import pytest
from PySide6.QtWidgets import QDialog

from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.ids import ConsentId, PersonId, random_id
from desktop.domain.retention import Kept
from desktop.services.desk import Desk
from desktop.services.gallery_feed import utc_now
from desktop.ui.main_window import MainWindow
from desktop.ui.retention.forecast import PERSON, WHEN, WHY
from desktop.ui.retention.hold_dialog import HoldDialog
from desktop.ui.retention.page import Part, RetentionPage
from desktop.ui.widgets.dialog import Confirm
from desktop.ui.widgets.reason_dialog import ReasonDialog
from desktop.vault.key_errors import DatabaseBusy
from tests.helpers.vaults import new_person

Idle = Callable[[], None]
Opened = Callable[[type[QDialog]], QDialog]
DAY = timedelta(days=1)


def ending(desk: Desk, seed: int, name: str, days: float) -> PersonId:
    person = desk._vault.people.add_many([new_person(seed, name)])[0]
    end = utc_now() + days * DAY
    event = ConsentEvent(ConsentId(random_id()), person, ConsentState.GIVEN, end - 300 * DAY, end)
    desk._vault.consents.append(event)
    return person


@pytest.fixture
def people(desk: Desk) -> tuple[PersonId, PersonId]:
    """One whose time ends in five days, and one who is over already and held."""
    desk._keeper.close()
    desk._purge()
    ada, bob = ending(desk, 1, "Ada Example", 5), ending(desk, 2, "Bob Example", -2)
    desk.holds.hold_person(bob, "lawsuit 12/26", "Legal department", utc_now() + 90 * DAY)
    return ada, bob


@pytest.fixture
def page(people: tuple[PersonId, PersonId], window: MainWindow, idle: Idle) -> RetentionPage:
    window.show_page("retention")
    idle()
    return cast(RetentionPage, window.pages["retention"])


def show(page: RetentionPage, part: Part, idle: Idle) -> None:
    page.parts.button(part).click()
    idle()


def cells(page: RetentionPage, line: int) -> list[str]:
    model = page.forecast.model
    return [str(model.index(line, column).data()) for column in (PERSON, WHEN, WHY)]


def test_the_forecast_says_who_when_and_why(page: RetentionPage, idle: Idle) -> None:
    cells(page, 0)
    idle()
    name, when, why = cells(page, 0)
    assert (name, when) == ("Bob Example", "Kept: legal hold")
    assert why.startswith("End of the consent:")
    assert cells(page, 1)[0] == "Ada Example"
    assert "People and pictures: 1" in page.forecast.amounts.text()
    show(page, Part.NOW, idle)
    assert page.forecast.model.total == 1
    assert "People and pictures: 0" in page.forecast.amounts.text()


def test_a_hold_is_placed_and_released(
    page: RetentionPage, desk: Desk, people: tuple[PersonId, PersonId], opened: Opened, idle: Idle
) -> None:
    show(page, Part.HOLDS, idle)
    assert page.holds.model.rowCount() == 1
    page.holds.place.click()
    dialog = opened(HoldDialog)
    assert isinstance(dialog, HoldDialog)
    dialog.yes.click()
    assert dialog.isVisible(), "nothing was filled in"
    dialog.picker.choose(people[0], "Ada Example")
    dialog.reason.setText("inquiry")
    dialog.owner.setText("Ms Officer")
    dialog.yes.click()
    idle()
    assert desk._vault.holds.people(utc_now()) == set(people)
    assert page.holds.model.index(0, 1).data() in ("inquiry", "lawsuit 12/26")
    page.holds.table.selectRow(0)
    page.holds.release.click()
    reason = opened(ReasonDialog)
    assert isinstance(reason, ReasonDialog)
    reason.reason.setText("settled")
    reason.yes.click()
    idle()
    assert len(desk._vault.holds.people(utc_now())) == 1
    assert "released" in page.notice.text()


def test_a_category_is_held(page: RetentionPage, desk: Desk, opened: Opened, idle: Idle) -> None:
    page.ask_hold()
    dialog = opened(HoldDialog)
    assert isinstance(dialog, HoldDialog)
    dialog.on.setCurrentIndex(dialog.on.findData(Kept.STRANGERS))
    assert not dialog.person.isVisible()
    dialog.reason.setText("police request")
    dialog.owner.setText("Ms Officer")
    dialog.yes.click()
    idle()
    assert desk._vault.holds.categories(utc_now()) == {Kept.STRANGERS}
    assert "Sightings of strangers: held" in page.forecast.amounts.text()


def test_longer_takes_a_reason_and_shorter_does_not(
    page: RetentionPage, desk: Desk, opened: Opened, idle: Idle
) -> None:
    show(page, Part.RULES, idle)
    hours = page.rules.form.spins["stranger_hours"]
    hours.setValue(12)
    page.rules.card.save.click()
    idle()
    assert desk.settings.current.stranger_hours == 12
    hours.setValue(18)
    page.rules.card.save.click()
    reason = opened(ReasonDialog)
    assert isinstance(reason, ReasonDialog)
    assert desk.settings.current.stranger_hours == 12
    reason.reason.setText("the works council agreed")
    reason.yes.click()
    idle()
    assert desk.settings.current.stranger_hours == 18
    assert not page.rules.card.save.isEnabled()


def test_a_run_is_asked_about_and_reported(
    page: RetentionPage, desk: Desk, people: tuple[PersonId, PersonId], opened: Opened, idle: Idle
) -> None:
    ending(desk, 3, "Cy Example", -1)
    page.run_button.click()
    question = opened(Confirm)
    assert isinstance(question, Confirm)
    question.yes.click()
    idle()
    assert "People: 1" in page.notice.text()
    assert "kept by a hold or a restriction: 1" in page.notice.text()
    assert {person.id for person in desk.people.list()} == set(people)
    show(page, Part.RUNS, idle)
    assert page.runs.model.index(0, 2).data() == "People: 1"
    assert page.runs.model.index(0, 1).data() == "by an operator"


def test_what_the_vault_refuses_is_told_and_can_be_tried_again(
    page: RetentionPage, desk: Desk, idle: Idle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> object:
        raise DatabaseBusy

    with monkeypatch.context() as patch:
        patch.setattr(desk._vault.retention_runs, "list", refused)
        page.reload()
        idle()
        assert page.notice.action.isVisible()
    page.notice.action.click()
    idle()
    assert not page.notice.isVisible()
