"""People: searching, adding with consent first, withdrawing - against a real vault and the real models."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.domain.consent import ConsentState
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import PersonId
from desktop.domain.people import PersonDetails, PersonKind, PersonSummary
from desktop.services.desk import Desk
from desktop.services.people import PeopleService
from desktop.ui.errors import ErrorDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.people.add_dialog import AddPersonDialog
from desktop.ui.people.edit_dialog import EditPersonDialog
from desktop.ui.people.forms import ConsentForm, PersonForm, Term
from desktop.ui.people.model import PAGE, PeopleModel
from desktop.ui.widgets.dialog import Confirm
from tests.helpers.desks import enrol, source_path

Idle = Callable[[], None]
Opened = Callable[[type[QWidget]], QWidget]


@pytest.fixture
def dialog(window: MainWindow, opened: Opened, idle: Idle) -> AddPersonDialog:
    window.show_page("people")
    idle()
    window.people_page.add()
    return cast(AddPersonDialog, opened(AddPersonDialog))


def names(window: MainWindow) -> list[str]:
    model = window.people_page.model
    return [model.person(row).details.name for row in range(model.rowCount())]


def test_empty_desk_explains_the_next_step(window: MainWindow, idle: Idle, opened: Opened) -> None:
    window.show_page("people")
    idle()
    page = window.people_page
    assert page._nobody.isVisible()
    assert not page.details.isVisible()
    page._nobody.action.click()
    assert opened(AddPersonDialog).isVisible()


def test_save_tells_what_is_missing_until_all_is_there(dialog: AddPersonDialog, idle: Idle) -> None:
    assert "name" in dialog.problem()
    assert not dialog.save.isEnabled()
    dialog.person.name.setText("Ada Example")
    assert "agreed" in dialog.problem()
    dialog.consent.agreed.setChecked(True)
    assert "picture" in dialog.problem()
    dialog.add_files([source_path("astronaut.png")])
    assert "checked" in dialog.problem()
    idle()
    assert dialog.problem() == ""
    assert dialog.save.isEnabled()


def test_consent_is_never_given_beforehand_and_comes_before_pictures(dialog: AddPersonDialog) -> None:
    assert not dialog.consent.agreed.isChecked()
    assert not dialog.drop.isEnabled()
    assert not dialog.source.isEnabled()
    assert "nothing is computed" in dialog._locked.text()
    dialog.consent.agreed.setChecked(True)
    assert dialog.drop.isEnabled()
    assert dialog._locked.isHidden()


def test_taking_consent_back_wipes_what_was_computed(dialog: AddPersonDialog, idle: Idle) -> None:
    dialog.consent.agreed.setChecked(True)
    dialog.add_files([source_path("astronaut.png")])
    idle()
    check = dialog.photos.rows[0].check
    assert check is not None
    assert check.vector is not None
    assert check.vector.any()
    dialog.consent.agreed.setChecked(False)
    assert dialog.photos.rows == []
    assert not check.vector.any()
    assert check.preview is not None
    assert not check.preview.any()
    assert "discarded" in dialog._locked.text()


def test_closing_unsaved_wipes_even_a_check_still_under_way(
    dialog: AddPersonDialog, idle: Idle, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiped: list[bool] = []
    monkeypatch.setattr("desktop.services.photo_check.PhotoCheck.discard", lambda check: wiped.append(check.ok))
    dialog.consent.agreed.setChecked(True)
    dialog.add_files([source_path("astronaut.png")])
    dialog.reject()
    idle()
    assert wiped == [True]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("t1.jpg", "More than one face"),
        ("bikes.mp4", "not a picture"),
        ("missing.png", "cannot be opened"),
    ],
)
def test_unusable_pictures_are_explained(dialog: AddPersonDialog, idle: Idle, name: str, words: str) -> None:
    dialog.person.name.setText("Ada Example")
    dialog.consent.agreed.setChecked(True)
    dialog.add_files([source_path(name)])
    idle()
    assert words in dialog.photos.rows[0].accessibleDescription()
    assert "at least one picture" in dialog.problem()


def test_pictures_can_be_dropped_from_any_path(dialog: AddPersonDialog, idle: Idle, tmp_path: Path) -> None:
    path = tmp_path / "صور with blanks" / "фото 1.png"
    path.parent.mkdir()
    path.write_bytes(source_path("astronaut.png").read_bytes())
    dialog.consent.agreed.setChecked(True)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.MouseButton.NoButton
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, none, Qt.KeyboardModifier.NoModifier)
    dialog.drop.dropEvent(event)
    idle()
    assert [row.title for row in dialog.photos.rows] == ["фото 1.png"]
    assert len(dialog.photos.good()) == 1


def test_adding_a_person_end_to_end(dialog: AddPersonDialog, window: MainWindow, desk: Desk, idle: Idle) -> None:
    dialog.person.name.setText("  Ada   Example ")
    dialog.person.kind.setCurrentIndex(dialog.person.kind.findData(PersonKind.EMPLOYEE))
    dialog.consent.agreed.setChecked(True)
    dialog.consent.term.setCurrentIndex(dialog.consent.term.findData(Term.OPEN))
    dialog.add_files([source_path("astronaut.png")])
    idle()
    dialog.save.click()
    idle()
    assert names(window) == ["Ada Example"]
    person = desk.people.list()[0]
    assert person.consent is ConsentState.GIVEN
    assert person.consent_until is None
    assert person.templates == 1
    assert person.details.kind is PersonKind.EMPLOYEE
    details = window.people_page.details
    assert details.person is not None
    assert details.person.id == person.id
    assert desk.gallery_size == 1
    assert "People recognised: 1" in window.workplace.strip._recognised.text()


def test_somebody_already_enrolled_is_noticed(dialog: AddPersonDialog, desk: Desk, idle: Idle) -> None:
    enrol(desk, "Grace Sample", "astronaut.png")
    dialog.consent.agreed.setChecked(True)
    dialog.add_files([source_path("astronaut.png")])
    idle()
    assert "Looks like Grace Sample" in dialog.photos.rows[0].accessibleDescription()


def test_a_failed_save_keeps_what_was_typed_and_checks_the_files_again(
    dialog: AddPersonDialog, idle: Idle, opened: Opened
) -> None:
    dialog.person.name.setText("Ada Example")
    dialog.consent.agreed.setChecked(True)
    dialog.add_files([source_path("astronaut.png"), source_path("obama.jpg")])
    idle()
    dialog.save.click()
    idle()
    error = cast(ErrorDialog, opened(ErrorDialog))
    assert "same person" in error.heading.text()
    error.close()
    idle()
    assert dialog.isVisible()
    assert dialog.person.name.text() == "Ada Example"
    assert len(dialog.photos.good()) == 2
    dialog.photos.take_out(dialog.photos.rows[1])
    assert dialog.problem() == ""


def test_capturing_without_a_running_camera_is_explained(dialog: AddPersonDialog) -> None:
    dialog.consent.agreed.setChecked(True)
    dialog._on_source("camera")
    assert not dialog.capture.capture.isEnabled()
    assert not dialog.capture.cameras.isEnabled()


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


def test_consent_ends_with_the_last_day(qtbot: QtBot) -> None:
    form = ConsentForm()
    form.term.setCurrentIndex(form.term.findData(Term.DAY))
    until = form.consent().valid_until
    assert until is not None
    local = until.astimezone()
    assert (local.hour, local.minute, local.second) == (23, 59, 59)
    assert local.date() == datetime.now(UTC).astimezone().date()
    form.term.setCurrentIndex(form.term.findData(Term.YEAR))
    year = form.consent().valid_until
    assert year is not None
    assert (year.date() - until.date()).days == 364
    form.term.setCurrentIndex(form.term.findData(Term.OPEN))
    assert form.consent().valid_until is None
    assert form.consent().language == "en"
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
