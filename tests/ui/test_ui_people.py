"""People: searching, adding with consent first, withdrawing - against a real vault and the real models."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.domain.consent import ConsentState
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import PersonId
from desktop.domain.people import PersonDetails, PersonKind, PersonSummary
from desktop.services.desk import Desk
from desktop.services.people import PeopleService
from desktop.ui.capture.wizard import CaptureWizard
from desktop.ui.main_window import MainWindow
from desktop.ui.people.edit_dialog import EditPersonDialog
from desktop.ui.people.forms import PersonForm
from desktop.ui.people.model import PAGE, PeopleModel
from desktop.ui.widgets.dialog import Confirm
from tests.helpers.conversations import make_ready
from tests.helpers.desks import enrol

Idle = Callable[[], None]
Opened = Callable[[type[QWidget]], QWidget]


def names(window: MainWindow) -> list[str]:
    model = window.people_page.model
    return [model.person(row).details.name for row in range(model.rowCount())]


def test_search_finds_and_says_when_nobody_is_called_so(
    window: MainWindow, desk: Desk, idle: Idle, qtbot: QtBot
) -> None:
    enrol(desk, "Ada Example", "astronaut.png")
    enrol(desk, "Örjan Muster", "obama.jpg")
    window.show_page("people")
    idle()
    page = window.people_page
    assert names(window) == ["Ada Example", "Örjan Muster"]
    qtbot.keyClicks(page.search, "muster")
    idle()
    assert names(window) == ["Örjan Muster"]
    page.search.setText("nobody")
    idle()
    assert page._no_hit.isVisible()
    assert "nobody" in page._no_hit.heading.text()
    page.search.clear()
    idle()
    assert len(names(window)) == 2


def test_withdrawing_takes_effect_and_shows(window: MainWindow, desk: Desk, idle: Idle, opened: Opened) -> None:
    enrol(desk, "Ada Example", "astronaut.png")
    window.show_page("people")
    idle()
    details = window.people_page.details
    details.withdraw.click()
    cast(Confirm, opened(Confirm)).yes.click()
    idle()
    assert desk.people.count() == 0
    assert desk.gallery_size == 0
    assert not details.isVisible()
    assert "is taken back" in window.people_page.notice.text()


def test_editing_corrects_the_record(window: MainWindow, desk: Desk, idle: Idle, opened: Opened) -> None:
    enrol(desk, "Ada Exmaple", "astronaut.png")
    window.show_page("people")
    idle()
    window.people_page.details.edit.click()
    dialog = cast(EditPersonDialog, opened(EditPersonDialog))
    dialog.form.name.setText("")
    assert not dialog.save.isEnabled()
    dialog.form.name.setText("Ada Example")
    dialog.form.note.setPlainText("Gate 2")
    dialog.save.click()
    idle()
    assert desk.people.list()[0].details == PersonDetails("Ada Example", note="Gate 2")
    assert names(window) == ["Ada Example"]


def test_forms_give_what_was_typed(qtbot: QtBot) -> None:
    form = PersonForm()
    details = PersonDetails("王小明", PersonKind.CONTRACTOR, "ext. 5", "two\nlines")
    form.fill(details)
    assert form.details() == details
    form.name.setText(" \t ")
    assert form.problem()
    form.deleteLater()


class ManyPeople:
    """A list of 100 000 people that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int, int]] = []
        self.error: ConsentryError | None = None
        self.one = PersonSummary(
            PersonId("0"), PersonDetails("P"), ConsentState.GIVEN, None, datetime.now(UTC), templates=1
        )

    def count(self, query: str = "") -> int:
        return 100_000

    def list(self, query: str = "", limit: int = 200, offset: int = 0) -> list[PersonSummary]:
        self.asked.append((query, limit, offset))
        if self.error is not None:
            raise self.error
        last = min(100_000, offset + limit)
        return [replace(self.one, id=PersonId(str(number))) for number in range(offset, last)]


def test_a_long_list_is_loaded_only_as_far_as_it_is_looked_at(qtbot: QtBot, tasks: TaskRunner) -> None:
    people = ManyPeople()
    model = PeopleModel(cast(PeopleService, people), tasks)
    root = model.index(-1, -1)
    assert not model.canFetchMore(root)
    model.search("")
    qtbot.waitSignal(model.loaded, timeout=5000).wait()
    assert (model.rowCount(), model.total) == (PAGE, 100_000)
    assert model.canFetchMore(root)
    model.fetchMore(root)
    assert not model.canFetchMore(root)  # one question at a time
    qtbot.waitUntil(lambda: model.rowCount() == 2 * PAGE, timeout=5000)
    assert people.asked == [("", PAGE, 0), ("", PAGE, PAGE)]
    assert model.row_of(PersonId("399")) == 399
    assert model.row_of(PersonId("400")) == -1


def test_only_the_last_of_quick_searches_counts(qtbot: QtBot, tasks: TaskRunner) -> None:
    people = ManyPeople()
    model = PeopleModel(cast(PeopleService, people), tasks)
    loaded: list[str] = []
    model.loaded.connect(lambda: loaded.append(model.query))
    for query in ("a", "ad", "ada"):
        model.search(query)
    assert tasks.wait_idle(10)
    assert loaded == ["ada"]


def test_a_list_that_cannot_be_read_says_so_and_offers_another_try(
    window: MainWindow, desk: Desk, idle: Idle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> list[PersonSummary]:
        raise ConsentryError

    with monkeypatch.context() as patch:
        patch.setattr(type(desk.people), "list", fails)
        window.show_page("people")
        idle()
    notice = window.people_page.notice
    assert notice.isVisible()
    assert "Something went wrong." in notice.text()
    notice.action.click()
    idle()
    assert not notice.isVisible()


def test_empty_desk_explains_the_next_step(window: MainWindow, desk: Desk, idle: Idle, opened: Opened) -> None:
    make_ready(desk)
    window.show_page("people")
    idle()
    page = window.people_page
    assert page._nobody.isVisible()
    assert not page.details.isVisible()
    page._nobody.action.click()
    idle()
    assert opened(CaptureWizard).isVisible()
