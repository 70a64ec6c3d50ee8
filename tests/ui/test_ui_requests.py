"""The officer's page Requests, in a real window on a real vault."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from pypdf import PdfReader
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from desktop.domain.ids import PersonId, RequestId
from desktop.domain.requests import (
    Channel,
    IdentityProof,
    Lane,
    LetterKind,
    RequestAct,
    RequestDetails,
    RequestKind,
    RequestStatus,
)
from desktop.services.desk import Desk
from desktop.services.requests import NewRequest
from desktop.ui.errors import ErrorDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.requests.dialogs import ChoiceDialog, DaysOffDialog, NewRequestDialog
from desktop.ui.requests.find_dialog import FindDialog
from desktop.ui.requests.letter_dialog import LetterDialog
from desktop.ui.requests.model import DUE, LEFT, PERSON
from desktop.ui.requests.page import RequestsPage
from desktop.ui.widgets.reason_dialog import ReasonDialog
from tests.helpers.desks import enrol
from tests.helpers.setups import CONTROLLER
from tests.ui.conftest import Idle


@pytest.fixture
def page(window: MainWindow, desk: Desk, idle: Idle) -> RequestsPage:
    desk.controller.change(CONTROLLER)
    window.show_page("requests")
    idle()
    return cast(RequestsPage, window.pages["requests"])


def received(desk: Desk, name: str, days_ago: int, kind: RequestKind = RequestKind.ACCESS) -> RequestId:
    day = desk.requests.today - timedelta(days=days_ago)
    details = RequestDetails(name, f"{name.split()[0].lower()}@example.org", "a copy of everything")
    return desk.requests.register(NewRequest(kind, Channel.EMAIL, day, "en", details))


def opened(kind: type[QDialog]) -> QDialog:
    return next(each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible())


def say(idle: Idle, text: str) -> None:
    dialog = cast(ReasonDialog, opened(ReasonDialog))
    dialog.reason.setText(text)
    dialog.yes.click()
    idle()


def test_from_the_empty_page_to_the_answer(page: RequestsPage, desk: Desk, idle: Idle, tmp_path: Path) -> None:
    assert page._nothing.isVisible()
    page.new_button.click()
    form = cast(NewRequestDialog, opened(NewRequestDialog))
    form.yes.click()
    assert form.isVisible(), "without a name nothing is registered"
    form.name.setText("Ada Example")
    form.yes.click()
    idle()
    (view,) = desk.requests.board()
    assert page.panel.view == view
    assert not page.panel.steps["answer"].isVisible(), "it is not known who asks"
    page.panel.steps["identify"].click()
    check = cast(ChoiceDialog, opened(ChoiceDialog))
    check.choice.setCurrentIndex(check.choice.findData(IdentityProof.DOCUMENT))
    check.yes.click()
    idle()
    page.panel.steps["extend"].click()
    say(idle, "many days")
    page.panel.steps["answer"].click()
    say(idle, "Your copy is enclosed.")
    assert page._no_hit.isVisible(), "closed ones are not among the open"
    page.lanes.choose(Lane.CLOSED.value)
    page._fill()
    assert desk.requests.board()[0].request.status is RequestStatus.ANSWERED
    page.panel.steps["letter"].click()
    idle()
    letter = cast(LetterDialog, opened(LetterDialog))
    assert letter.chosen is LetterKind.ANSWER
    letter.save_to(tmp_path / "answer.pdf")
    idle()
    text = unicodedata.normalize("NFKC", PdfReader(tmp_path / "answer.pdf").pages[0].extract_text())
    text = " ".join(text.split())
    assert "Your copy is enclosed." in text
    assert CONTROLLER.authority in text
    assert desk.requests.board()[0].request.events[-1].act is RequestAct.LETTER
    letter.close()


def test_the_board_is_sorted_by_days_left(page: RequestsPage, desk: Desk, idle: Idle) -> None:
    for name, days in (("Late", 80), ("Soon", 27), ("New", 1)):
        received(desk, name, days)
    idle()
    model = page.model
    assert [model.index(line, PERSON).data() for line in range(3)] == ["Late", "Soon", "New"]
    assert "late" in model.index(0, LEFT).data()
    assert model.index(0, DUE).data()
    page.lanes.choose(Lane.OVERDUE.value)
    page._fill()
    assert model.rowCount() == 1
    page.lanes.choose(Lane.PAUSED.value)
    page._fill()
    assert page._no_hit.isVisible()


def test_the_person_is_found_linked_and_opened(
    page: RequestsPage, window: MainWindow, desk: Desk, idle: Idle, qtbot: QtBot
) -> None:
    ada = enrol(desk, "Ada Example", "obama.jpg")
    received(desk, "Ada Example", 1)
    idle()
    page.panel.steps["find"].click()
    idle()
    dialog = cast(FindDialog, opened(FindDialog))
    assert dialog.choose.isEnabled()
    assert not dialog.nothing.isEnabled()
    dialog.choose.click()
    idle()
    assert page.panel.view is not None
    assert page.panel.view.request.person_id == ada
    page.panel.steps["person"].click()
    idle()
    assert window.page == "people"
    assert window.people_page.details.person is not None
    assert window.people_page.details.person.id == PersonId(ada)


def test_nothing_is_held_about_whoever_is_not_there(page: RequestsPage, desk: Desk, idle: Idle, tmp_path: Path) -> None:
    page.held_button.click()
    dialog = cast(FindDialog, opened(FindDialog))
    dialog.text.setText("Zoe Nobody")
    dialog._search()
    idle()
    assert not dialog.choose.isEnabled()
    dialog.nothing.click()
    idle()
    assert "Signed" in dialog.notice.text()
    made = desk.finding.state_nothing("Zoe Nobody", "ar")
    dialog.save_to(made, tmp_path / "nothing.pdf")
    idle()
    assert (tmp_path / "nothing.json").exists()
    assert len(PdfReader(tmp_path / "nothing.pdf").pages) == 1
    dialog.close()


def test_days_off_move_the_end_and_wrong_ones_are_refused(page: RequestsPage, desk: Desk, idle: Idle) -> None:
    request = received(desk, "Ada", 1)
    due = desk.requests.get(request).deadline.due
    page.days_button.click()
    dialog = cast(DaysOffDialog, opened(DaysOffDialog))
    dialog.days.setPlainText("tomorrow")
    dialog.yes.click()
    assert dialog.isVisible()
    dialog.days.setPlainText(due.isoformat())
    dialog.region.setText("by")
    dialog.yes.click()
    idle()
    assert desk.settings.current.holiday_region == "BY"
    assert desk.requests.get(request).deadline.due > due
    assert page.panel.view is not None
    assert page.panel.view.deadline.due > due


def test_a_screen_that_locks_half_way_changes_nothing(
    page: RequestsPage, window: MainWindow, desk: Desk, idle: Idle
) -> None:
    request = received(desk, "Ada", 1, RequestKind.COMPLAINT)
    idle()
    page.panel.steps["answer"].click()
    dialog = cast(ReasonDialog, opened(ReasonDialog))
    dialog.reason.setText("done")
    desk.access.lock()
    dialog.yes.click()
    idle()
    assert len(desk._vault.requests.get(request).events) == 1
    errors = [each for each in QApplication.topLevelWidgets() if isinstance(each, ErrorDialog) and each.isVisible()]
    for each in errors:
        each.close()
