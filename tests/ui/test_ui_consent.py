"""The officer's page Consent, and the ways back on the person's card: a real vault, the real services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.consent import ConsentEvent, ConsentState, PlainConsent
from desktop.domain.consent_register import RegisterView
from desktop.domain.conversation import Step
from desktop.domain.ids import PersonId
from desktop.domain.people import PersonDetails
from desktop.domain.purposes import PHOTO, RECOGNITION, PurposeKey
from desktop.services.desk import Desk
from desktop.services.gallery_feed import utc_now
from desktop.ui.capture.steps.choices import ChoicesPage
from desktop.ui.capture.steps.who import WhoPage
from desktop.ui.capture.wizard import CaptureWizard
from desktop.ui.consent import words
from desktop.ui.consent.model import PERSON, PURPOSE, STATE
from desktop.ui.consent.page import ConsentPage
from desktop.ui.errors import ErrorDialog
from desktop.ui.look import look
from desktop.ui.main_window import MainWindow
from desktop.ui.theme import ThemeName
from desktop.ui.widgets.dialog import Confirm
from desktop.ui.widgets.reason_dialog import ReasonDialog
from desktop.vault.errors import DiskFull
from desktop.vault.records import NewPerson
from tests.helpers.conversations import make_ready
from tests.helpers.desks import enrol
from tests.helpers.vaults import template
from tests.helpers.wizards import page_of, walk
from tests.ui.conftest import Idle
from tests.ui.test_ui_access import activate

Opened = Callable[[type[QWidget]], QWidget]


def add(desk: Desk, name: str, days: float | None = 200) -> PersonId:
    """Somebody whose consent to recognition and to keeping the picture was given a while ago."""
    now = utc_now()
    until = None if days is None else now + timedelta(days=days)
    person = NewPerson(
        PersonDetails(name), PlainConsent("form", "en", until), (template(1),), bytes(4000), at=now - timedelta(days=90)
    )
    (made,) = desk._vault.people.add_many([person])
    (given,) = desk._vault.consents.history(made)
    desk._vault.consents.append(ConsentEvent(given.consent_id, made, ConsentState.GIVEN, given.at, until, PHOTO))
    return made


@pytest.fixture
def page(window: MainWindow, desk: Desk, idle: Idle) -> ConsentPage:
    """With Ada, whose consent ends soon, Bea, and Zoe, whose consent has expired and whom no housekeeper erases."""
    desk._keeper.close()
    add(desk, "Ada Example", 5)
    add(desk, "Bea Sample", None)
    add(desk, "Zoe Muster", -1)
    window.show_page("consent")
    idle()
    return cast(ConsentPage, window.pages["consent"])


def rows(page: ConsentPage) -> list[tuple[str, str, str]]:
    model = page.model
    return [
        cast(tuple[str, str, str], tuple(model.index(line, part).data() for part in (PERSON, PURPOSE, STATE)))
        for line in range(model.total)
    ]


def select(page: ConsentPage, name: str, purpose: PurposeKey = RECOGNITION) -> None:
    wanted = (name, words.purpose(purpose, {}))
    line = next(line for line, row in enumerate(rows(page)) if row[:2] == wanted)
    page.table.selectRow(line)


def test_nothing_is_on_record_yet(window: MainWindow, idle: Idle) -> None:
    window.show_page("consent")
    idle()
    page = cast(ConsentPage, window.pages["consent"])
    assert page._nothing.isVisible()
    page.filters.name.setText("nobody")
    idle()
    assert page._no_hit.isVisible()
    page._no_hit.action.click()
    idle()
    assert page._nothing.isVisible()


def test_the_register_lists_filters_and_tells_the_history(page: ConsentPage, idle: Idle, desk: Desk) -> None:
    assert page.model.total == 6
    assert ("Ada Example", "Keeping the picture", "Given") in rows(page)
    assert ("Zoe Muster", "Recognition", "Expired") in rows(page)
    page.filters.show_view(RegisterView.ENDING)
    idle()
    assert {name for name, _, _ in rows(page)} == {"Ada Example"}
    page.filters.show_view(RegisterView.RENEWAL)
    idle()
    assert {name for name, _, _ in rows(page)} == {"Zoe Muster"}
    assert "Expired" in page.details._remarks.text()
    page.filters.reset()
    page.filters.purpose.setCurrentIndex(page.filters.purpose.findData(PHOTO))
    page.filters.name.setText("bea")
    idle()
    assert rows(page) == [("Bea Sample", "Keeping the picture", "Given")]
    lines = page.details.timeline.lines
    assert len(lines) == 2
    assert "without an end" in lines[0]
    assert "recorded by the program" in lines[0]


def test_taking_everything_back_tells_the_consequences_first(
    page: ConsentPage, idle: Idle, opened: Opened, desk: Desk
) -> None:
    select(page, "Ada Example")
    page.details.withdraw_all.click()
    asked = cast(Confirm, opened(Confirm))
    for part in ("Ada Example", "masked on every camera", "erased for good", "1095 days"):
        assert part in asked.accessibleDescription()
    asked.no.click()
    idle()
    assert page.model.total == 6
    page.details.withdraw_all.click()
    cast(Confirm, opened(Confirm)).yes.click()
    idle()
    idle()  # the list is read anew once the erasure is through
    assert "Ada Example" not in {name for name, _, _ in rows(page)}
    assert "is taken back" in page.notice.text()
    page.filters.show_view(RegisterView.ARCHIVED)
    idle()
    assert [(name, state) for name, _, state in rows(page)] == [("Ada Example", "Withdrawn")]
    details = page.details
    acts = (details.renew, details.withdraw_one, details.withdraw_all, details.restrict, details.lift)
    assert not [act for act in acts if act.isVisible()]
    assert "Only what proves the consent is kept" in details._remarks.text()
    assert any("Withdrawn" in line for line in details.timeline.lines)


def test_the_picture_alone(page: ConsentPage, idle: Idle, opened: Opened, desk: Desk) -> None:
    select(page, "Bea Sample", PHOTO)
    assert page.details.withdraw_one.isVisible()
    page.details.withdraw_one.click()
    asked = cast(Confirm, opened(Confirm))
    assert "recognised as before" in asked.accessibleDescription()
    asked.yes.click()
    idle()
    idle()  # the list is read anew once the erasure is through
    assert ("Bea Sample", "Keeping the picture", "Withdrawn") in rows(page)
    assert ("Bea Sample", "Recognition", "Given") in rows(page)
    select(page, "Bea Sample")
    assert not page.details.withdraw_one.isVisible()


def test_restricting_takes_a_reason_and_is_lifted(
    window: MainWindow, page: ConsentPage, idle: Idle, opened: Opened
) -> None:
    select(page, "Bea Sample")
    page.details.restrict.click()
    asked = cast(ReasonDialog, opened(ReasonDialog))
    asked.yes.click()
    assert asked.isVisible()
    assert asked.field.control.property("problem")
    asked.reason.setText("accuracy contested")
    asked.yes.click()
    idle()
    select(page, "Bea Sample")
    idle()
    assert page.details.lift.isVisible()
    assert not page.details.restrict.isVisible()
    assert "Restricted" in page.details.timeline.lines[0]
    window.show_page("people")
    idle()
    window.people_page._select(page.details.entry.person_id)  # type: ignore[union-attr]
    idle()
    assert "not recognised" in window.people_page.details._effect.text()
    window.show_page("consent")
    idle()
    select(page, "Bea Sample")
    page.details.lift.click()
    again = cast(ReasonDialog, opened(ReasonDialog))
    again.reason.setText("settled")
    again.yes.click()
    idle()
    select(page, "Bea Sample")
    assert page.details.restrict.isVisible()


def test_asking_again_goes_the_guided_way(page: ConsentPage, idle: Idle, opened: Opened, desk: Desk) -> None:
    select(page, "Zoe Muster")
    page.details.renew.click()
    idle()
    error = cast(ErrorDialog, opened(ErrorDialog))
    assert "No notice is published" in error.accessibleDescription()
    error.close()
    make_ready(desk)
    page.details.renew.click()
    idle()
    wizard = cast(CaptureWizard, opened(CaptureWizard))
    assert wizard.session.step is Step.NOTICE
    assert not wizard.stop.isVisible()
    assert not [line for step, line in wizard._path.items() if step in (Step.PHOTO, Step.CHECK) and line.isVisible()]
    wizard.back.click()
    assert not page_of(wizard, WhoPage).form.isEnabled()
    walk(wizard, idle, Step.CHOICES)
    assert not [card for card in page_of(wizard, ChoicesPage).choices.cards.values() if card.agree.isChecked()]
    walk(wizard, idle, Step.RECEIPT)
    assert wizard.session.paper is not None
    wizard.next.click()
    idle()
    assert ("Zoe Muster", "Recognition", "Renewed") in rows(page)
    assert "Asked for" in "".join(page.details.timeline.lines)
    assert "renewed" in page.notice.text()


def test_refusing_when_asked_again_leads_to_a_pass_and_ends_everything(
    window: MainWindow, page: ConsentPage, idle: Idle, opened: Opened, desk: Desk
) -> None:
    make_ready(desk)
    window.show_page("people")
    idle()
    people = window.people_page
    for name, wanted in (("Ada", True), ("Bea", False), ("Zoe", True)):
        people.search.setText(name)
        idle()
        assert people.details.again.isVisible() is wanted, name
    people.details.again.click()
    idle()
    wizard = cast(CaptureWizard, opened(CaptureWizard))
    walk(wizard, idle, Step.CHOICES)
    for card in page_of(wizard, ChoicesPage).choices.cards.values():
        card.refuse.click()
    wizard.next.click()
    idle()
    assert wizard.session.step is Step.PASS
    assert wizard.session.paper is not None
    assert wizard.session.ended is not None
    assert wizard.session.ended.whole
    assert desk.people.count("Zoe") == 0
    assert desk.people.count() == 2


def test_a_refusing_vault_is_said_and_tried_again(
    page: ConsentPage, idle: Idle, desk: Desk, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull

    with monkeypatch.context() as patch:
        patch.setattr(desk._vault.consent_register, "find", full)
        page.reload()
        idle()
        assert page.notice.isVisible()
    page.notice.action.click()
    idle()
    assert not page.notice.isVisible()
    with monkeypatch.context() as patch:
        patch.setattr(desk._vault.withdrawals, "record", full)
        select(page, "Ada Example")
        page.details.withdraw_all.click()
        cast(Confirm, opened(Confirm)).yes.click()
        idle()
    assert "no longer recognised" in cast(ErrorDialog, opened(ErrorDialog)).accessibleDescription()
    assert not page.busy.busy


def test_the_whole_page_works_by_keyboard(page: ConsentPage, idle: Idle, qtbot: QtBot, opened: Opened) -> None:
    activate(cast(MainWindow, page.window()), qtbot)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.filters.name.hasFocus()
    qtbot.keyClicks(page.filters.name, "ada")
    idle()
    assert page.model.total == 2
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    idle()
    assert page.table.currentIndex().row() == 1
    page.details.withdraw_all.setFocus()
    qtbot.keyClick(page.details.withdraw_all, Qt.Key.Key_Return)
    asked = cast(Confirm, opened(Confirm))
    assert asked.focusWidget() is asked.no, "Enter destroys nothing"
    for control in (page.filters.view, page.filters.state, page.filters.purpose, page.filters.name, page.table):
        assert control.accessibleName()
    state = page.model.index(0, STATE).data(int(Qt.ItemDataRole.AccessibleTextRole))
    assert "Ends soon" in state


def test_the_look_changes_with_the_theme(page: ConsentPage) -> None:
    look().apply(ThemeName.LIGHT)
    assert page.model.index(0, STATE).data(int(Qt.ItemDataRole.DecorationRole)) is not None


def test_the_guards_card_has_a_way_back_for_each_purpose(
    window: MainWindow, desk: Desk, idle: Idle, opened: Opened
) -> None:
    person = enrol(desk, "Ada Example", "astronaut.png")
    (given,) = desk._vault.consents.history(person)
    parking = PurposeKey("parking")
    desk._vault.consents.append(ConsentEvent(given.consent_id, person, ConsentState.GIVEN, given.at, purpose=parking))
    window.show_page("people")
    idle()
    details = window.people_page.details
    (one,) = details.withdraw_one
    assert one.accessibleName() == "Take back: parking"
    one.click()
    cast(Confirm, opened(Confirm)).yes.click()
    idle()
    idle()
    assert details.withdraw_one == []
    assert desk.gallery_size == 1
    assert desk._vault.consents.newest(person, parking).state is ConsentState.WITHDRAWN  # type: ignore[union-attr]
    details.withdraw.click()
    cast(Confirm, opened(Confirm)).yes.click()
    idle()
    idle()
    assert desk.gallery_size == 0
    assert desk.people.count() == 0
    assert "is taken back" in window.people_page.notice.text()
