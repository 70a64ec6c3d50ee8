"""The page Notices: from nothing to a version in force, in five languages, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.domain.notices import NoticeEdit, NoticeState
from desktop.domain.purposes import PHOTO, RECOGNITION
from desktop.services.desk import Desk
from desktop.services.notices import starter_text
from desktop.ui.look import look
from desktop.ui.main_window import MainWindow
from desktop.ui.notices import words
from desktop.ui.notices.page import NoticesPage, Part
from desktop.ui.notices.publish_dialog import PublishDialog
from desktop.ui.notices.version_panel import Part as PanelPart
from desktop.ui.notices.version_panel import VersionPanel
from desktop.ui.screens import grab
from desktop.ui.theme import ThemeName
from desktop.ui.widgets.dialog import Confirm
from tests.helpers.desks import enrol
from tests.helpers.setups import CONTROLLER

Idle = Callable[[], None]
Opened = Callable[[type], PublishDialog]


@pytest.fixture
def page(desk: Desk, window: MainWindow, idle: Idle) -> NoticesPage:
    desk.controller.begin_with(CONTROLLER)
    window.show_page("notices")
    idle()
    shown = window.pages["notices"]
    assert isinstance(shown, NoticesPage)
    return shown


@pytest.fixture
def drafting(page: NoticesPage, idle: Idle) -> NoticesPage:
    """With a draft of the starter texts."""
    page.nothing.action.click()
    idle()
    return page


def show(panel: VersionPanel, part: PanelPart, language: str = "en") -> None:
    panel.parts.button(part).click()
    if part is not PanelPart.PURPOSES:
        panel.languages.button(language).click()


def publish(page: NoticesPage, idle: Idle, opened: Opened, *, again: bool) -> None:
    page.panel.publish.click()
    idle()
    dialog = opened(PublishDialog)
    (dialog.again if again else dialog.silent).button.setChecked(True)
    dialog.publish.click()
    idle()


def read_out(panel: VersionPanel) -> str:
    return "\n".join(found.text() for found in panel.preview.sheet.findChildren(QLabel))


def test_from_nothing_to_a_version_in_force(page: NoticesPage, desk: Desk, idle: Idle, opened: Opened) -> None:
    enrol(desk, "Ada Example", "astronaut.png")
    assert page.nothing.isVisible()
    page.nothing.action.click()
    idle()
    assert page.panel.isVisible()
    assert not page.begin.isEnabled(), "there is one draft at most"
    assert "No version is in force" in page.standing.text()
    assert "not checked for any country" in page.panel.problems.text()
    page.panel.publish.click()
    idle()
    dialog = opened(PublishDialog)
    assert not dialog.publish.isEnabled(), "nothing is chosen beforehand"
    assert "people to ask: 1" in dialog.again.button.accessibleDescription().lower()
    assert "English" in dialog.warning.text()
    assert any("العربية" in point for point in dialog.points)
    dialog.silent.button.setChecked(True)
    dialog.publish.click()
    idle()
    in_force = desk.notices.in_force()
    assert in_force is not None
    assert not in_force.ask_again
    assert "is in force" in page.notice.text()
    assert page.standing.text() == ""
    assert page.panel.retire.isVisible()
    assert not page.panel.save.isVisible()
    assert page.panel.text_form.title.isReadOnly()


def test_each_language_is_edited_saved_and_read_in_its_own_direction(
    drafting: NoticesPage, desk: Desk, idle: Idle, qtbot: QtBot
) -> None:
    panel = drafting.panel
    with qtbot.waitActive(drafting.window(), timeout=10_000):
        drafting.window().activateWindow()
    show(panel, PanelPart.TEXT, "ar")
    form = panel.text_form
    assert form.body.layoutDirection() is Qt.LayoutDirection.RightToLeft
    form.title.setText("عنوان \u202eآخر")
    form.purposes[RECOGNITION].explanation.setPlainText("شرح")
    show(panel, PanelPart.TEXT, "de")
    assert form.body.layoutDirection() is Qt.LayoutDirection.LeftToRight
    form.body.setPlainText("Erstens {legal_name}.\n\nZweitens.")
    form.body.setFocus()
    qtbot.keyClick(form.body, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    idle()
    (notice,) = desk.notices.list()
    assert notice.revision == 2
    assert notice.texts["ar"].title == "عنوان آخر"
    assert notice.texts["ar"].purposes[RECOGNITION].explanation == "شرح"
    assert notice.texts["de"].paragraphs == ("Erstens {legal_name}.", "Zweitens.")
    assert form.body.toPlainText() == "Erstens {legal_name}.\nZweitens."
    assert form.body.hasFocus()
    assert not panel.save.isEnabled()
    show(panel, PanelPart.PREVIEW, "de")
    assert "Erstens Example Works Ltd." in read_out(panel)
    assert panel.preview.sheet.layoutDirection() is Qt.LayoutDirection.LeftToRight
    show(panel, PanelPart.PREVIEW, "ar")
    assert panel.preview.sheet.layoutDirection() is Qt.LayoutDirection.RightToLeft
    assert "privacy@example.org" in read_out(panel)
    assert "{" not in read_out(panel)


def test_what_is_missing_is_said_at_the_field_and_publishing_waits(drafting: NoticesPage, idle: Idle) -> None:
    panel = drafting.panel
    form = panel.text_form
    form.title.clear()
    form.body.setPlainText("Ask {nobody}.")
    form.purposes[PHOTO].explanation.clear()
    idle()
    assert not panel.publish.isEnabled()
    assert "Before it can be published" in panel.problems.text()
    assert form.title.accessibleDescription() == "English: the title is empty."
    assert "no field" in form.body.accessibleDescription()
    assert "Photo has no words yet" in form.purposes[PHOTO].explanation.accessibleDescription()
    form.body.setPlainText("x" * 10_001)
    idle()
    assert "too long" in form.body.accessibleDescription()
    assert "10001" in form.length.text().replace(",", "")
    panel.save.click()
    idle()
    assert "longer than a notice can be" in drafting.notice.text()
    assert len(form.body.toPlainText()) == 10_001, "what was typed is kept"
    form.body.setPlainText("x" * 10_000)
    panel.save.click()
    idle()
    assert not panel.save.isEnabled()


def test_a_language_is_left_out_and_taken_in_again(
    drafting: NoticesPage, desk: Desk, idle: Idle, opened: Opened
) -> None:
    panel = drafting.panel
    for language in ("de", "fr", "es", "ar"):
        show(panel, PanelPart.TEXT, language)
        panel.leave_out.click()
    assert panel.absent.isVisible()
    assert "العربية" in panel.absent.sentence.text()
    show(panel, PanelPart.TEXT, "fr")
    panel.absent.action.click()
    assert panel.text_form.title.text() == starter_text("fr").title
    panel.publish.click()
    idle()
    dialog = opened(PublishDialog)
    assert any("Nobody can be asked in: Deutsch, Español, العربية." in point for point in dialog.points)
    dialog.cancel.click()
    assert desk.notices.in_force() is None
    assert desk.notices.list()[0].languages == ("en", "fr"), "what is published is what was saved before"
    show(panel, PanelPart.PREVIEW, "de")
    assert panel.absent.isVisible()


def test_purposes_are_ordered_added_and_removed(drafting: NoticesPage, desk: Desk, idle: Idle, qtbot: QtBot) -> None:
    panel = drafting.panel
    show(panel, PanelPart.PURPOSES)
    form = panel.purpose_form
    recognising, photo = form.cards
    assert not recognising.basis.isEnabled()
    assert not recognising.remove.isEnabled()
    assert not recognising.optional.box.isEnabled()
    assert photo.optional.box.isEnabled()
    photo.up.click()
    form.key.setText("Not a key")
    assert not form.add.isEnabled()
    form.key.setText("photo")
    assert "same short name" in form.key.accessibleDescription()
    form.key.setText("letters")
    qtbot.keyClick(form.key, Qt.Key.Key_Return)
    assert [card.purpose().key for card in form.cards] == ["photo", "recognition", "letters"]
    form.cards[2].validity.setValue(0)
    form.cards[2].retention.setValue(30)
    form.cards[2].optional.box.setChecked(False)
    idle()
    assert not panel.publish.isEnabled(), "the new purpose has no words yet"
    show(panel, PanelPart.TEXT)
    for language in ("en", "de", "fr", "es", "ar"):
        show(panel, PanelPart.TEXT, language)
        panel.text_form.purposes["letters"].title.setText("?")
        panel.text_form.purposes["letters"].explanation.setPlainText("!")
    panel.save.click()
    idle()
    (notice,) = desk.notices.list()
    assert [purpose.key for purpose in notice.purposes] == ["photo", "recognition", "letters"]
    letters = notice.purposes[2]
    assert (letters.validity_days, letters.retention_days, letters.optional) == (None, 30, False)
    assert panel.publish.isEnabled()
    show(panel, PanelPart.PURPOSES)
    form.cards[2].remove.click()
    panel.save.click()
    idle()
    assert len(desk.notices.list()[0].purposes) == 2


def test_a_draft_that_a_colleague_changed_is_not_overwritten_and_nothing_typed_is_lost(
    drafting: NoticesPage, desk: Desk, idle: Idle
) -> None:
    panel = drafting.panel
    panel.text_form.title.setText("Mine")
    (notice,) = desk.notices.list()
    theirs = replace(starter_text("en"), title="Theirs")
    desk.notices.edit(NoticeEdit(notice.id, notice.revision, notice.purposes, (theirs,)))
    idle()
    assert "changed meanwhile" in drafting.standing.text()
    assert panel.text_form.title.text() == "Mine"
    panel.save.click()
    idle()
    assert "changed meanwhile" in drafting.notice.text()
    assert panel.text_form.title.text() == "Mine"
    assert desk.notices.list()[0].texts["en"].title == "Theirs"
    drafting.notice.action.click()
    idle()
    assert panel.text_form.title.text() == "Theirs"
    panel.text_form.title.setText("Mine again")
    idle()
    desk.notices.discard(notice.id, notice.revision + 1)
    idle()
    assert panel.text_form.title.text() == "Mine again"
    drafting.standing.action.click()
    idle()
    assert drafting.nothing.isVisible()


def test_what_is_typed_outlives_a_look_at_another_version(
    drafting: NoticesPage, desk: Desk, idle: Idle, opened: Opened
) -> None:
    publish(drafting, idle, opened, again=False)
    drafting.begin.click()
    idle()
    drafting.panel.text_form.title.setText("Typed")
    drafting.list.selectRow(1)
    assert drafting.panel.text_form.title.text() == starter_text("en").title
    assert drafting.panel.text_form.title.isReadOnly()
    desk.notices.list()
    drafting.reload()
    idle()
    drafting.list.selectRow(0)
    assert drafting.panel.text_form.title.text() == "Typed"
    assert drafting.panel.save.isEnabled()
    assert drafting.standing.text() == ""


def test_who_must_be_asked_again_is_listed_by_name(
    drafting: NoticesPage, desk: Desk, idle: Idle, opened: Opened
) -> None:
    enrol(desk, "Ada Example", "astronaut.png")
    drafting.parts.button(Part.TO_ASK).click()
    assert drafting.nobody.isVisible()
    publish(drafting, idle, opened, again=True)
    assert drafting.people.isVisible()
    assert "(1)" in drafting.parts.button(Part.TO_ASK).text()
    model = drafting.asking
    assert [model.data(model.index(0, column)) for column in (0, 2, 3)] == [
        "Ada Example",
        "not recorded",
        "Recognition",
    ]


def test_discarding_and_retiring_say_what_follows(
    drafting: NoticesPage, desk: Desk, idle: Idle, opened: Callable[[type], Confirm]
) -> None:
    drafting.panel.discard.click()
    asked = opened(Confirm)
    assert asked.focusWidget() is asked.no
    asked.yes.click()
    idle()
    assert drafting.nothing.isVisible()
    assert desk.notices.list() == []
    drafting.nothing.action.click()
    idle()
    publish(drafting, idle, opened, again=False)  # type: ignore[arg-type]
    drafting.panel.retire.click()
    assert "Nobody can be asked" in opened(Confirm).accessibleDescription()
    opened(Confirm).yes.click()
    idle()
    assert desk.notices.list()[0].state is NoticeState.RETIRED
    assert "No version is in force" in drafting.standing.text()


def test_pictures_in_both_themes(
    drafting: NoticesPage, window: MainWindow, tasks: TaskRunner, idle: Idle, tmp_path: Path, opened: Opened
) -> None:
    panel = drafting.panel
    for theme in ThemeName:
        look().apply(theme)
        for part, language in ((PanelPart.TEXT, "en"), (PanelPart.PURPOSES, "en"), (PanelPart.PREVIEW, "ar")):
            show(panel, part, language)
            assert grab(window, tmp_path / f"notices-{part}-{theme}.png").stat().st_size > 10_000
        panel.publish.click()
        idle()
        dialog = opened(PublishDialog)
        grab(dialog, tmp_path / f"notices-publish-{theme}.png")
        dialog.cancel.click()


def test_every_word_of_the_page_has_words() -> None:
    for table in words.TABLES:
        for kind in {type(key) for key in table}:
            assert set(kind) <= set(table)
        assert all(table.values())
