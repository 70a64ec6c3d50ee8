"""Consent taken back on the visitor's screen: one press, in their language, and a plain word on what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenuBar, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.domain.consent import ConsentState
from desktop.domain.ids import PersonId
from desktop.domain.purposes import PHOTO, RECOGNITION
from desktop.services.desk import Desk
from desktop.services.gallery_feed import utc_now
from desktop.services.receipts import ReceiptFormat
from desktop.services.visitor_words import visitor_words
from desktop.ui.consent.own_dialog import OwnConsentsDialog
from desktop.ui.look import look
from desktop.ui.main_window import MainWindow
from desktop.ui.papers.check_dialog import CodeCheckDialog
from desktop.ui.screens import grab
from desktop.ui.theme import ThemeName
from desktop.ui.visitor.own_window import OwnWindow
from desktop.vault.errors import DiskFull
from tests.helpers.consents import converse, publish
from tests.helpers.desks import PASSWORD
from tests.ui.test_ui_consent import add
from tests.ui.test_ui_visitor import press, texts_of

Idle = Callable[[], None]
Opened = Callable[[type[QWidget]], QWidget]


@pytest.fixture
def ada(desk: Desk, window: MainWindow, idle: Idle) -> PersonId:
    """Agreed to both purposes in French; somebody else is enrolled, too."""
    add(desk, "Grace Sample")
    person_id = add(desk, "Ada Example")
    converse(desk, person_id, publish(desk), "fr", {RECOGNITION: True, PHOTO: True})
    window.show_page("people")
    idle()
    window.people_page._select(person_id)
    idle()
    return person_id


@pytest.fixture
def dialog(window: MainWindow, ada: PersonId, idle: Idle, opened: Opened) -> OwnConsentsDialog:
    window.people_page.details.own.click()
    idle()
    return cast(OwnConsentsDialog, opened(OwnConsentsDialog))


@pytest.fixture
def own(dialog: OwnConsentsDialog, tasks: TaskRunner, qtbot: QtBot) -> Iterator[OwnWindow]:
    """As on a second display: without the guard's way back."""
    made = OwnWindow(dialog.session, None, tasks)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.dismiss()


def test_one_purpose_and_then_all(
    desk: Desk, dialog: OwnConsentsDialog, own: OwnWindow, ada: PersonId, idle: Idle, qtbot: QtBot
) -> None:
    french, arabic = visitor_words("fr"), visitor_words("ar")
    assert own.languages.by_language["fr"].isChecked(), "the language in which the person was asked"
    assert list(own.cards) == [RECOGNITION, PHOTO]
    assert "Grace" not in texts_of(own)
    press(qtbot, own.languages.by_language["ar"])
    idle()
    assert own.layoutDirection() is Qt.LayoutDirection.RightToLeft
    assert arabic.then_photo in texts_of(own)
    press(qtbot, own.languages.by_language["fr"])
    press(qtbot, own.cards[PHOTO].act)
    assert not own.cards[PHOTO].act.isEnabled(), "pressed twice, it is taken back once"
    idle()
    assert french.done_photo in texts_of(own)
    assert not own.cards[PHOTO].act.isVisible()
    assert not own.all.isVisible(), "what is left has a button of its own"
    assert desk._vault.people.photo(ada) is None
    assert desk.people.count() == 2
    assert "is taken back" in dialog.told.text()
    press(qtbot, own.cards[RECOGNITION].act)
    idle()
    assert desk.people.count() == 1
    assert french.done_all.split("{day}")[0] in texts_of(own)
    assert "Ada" not in texts_of(own)
    assert own.cards == {}
    assert french.hand_back in texts_of(own)
    records = desk.consents.archived("Ada Example")
    ended = {(event.purpose, event.state) for record in records for event in record.events[1:]}
    assert ended >= {(PHOTO, ConsentState.WITHDRAWN), (RECOGNITION, ConsentState.WITHDRAWN)}


def test_a_refusing_disk_is_told_to_both(
    desk: Desk, dialog: OwnConsentsDialog, own: OwnWindow, idle: Idle, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull

    with monkeypatch.context() as patch:
        patch.setattr(desk._vault.withdrawals, "record", full)
        press(qtbot, own.all)
        idle()
    assert visitor_words("fr").own_failed in texts_of(own)
    assert "no longer recognised" in dialog.told.text()
    press(qtbot, own.all)
    idle()
    assert own.cards == {}


def test_nothing_is_called_erased_that_a_hold_keeps(
    desk: Desk, dialog: OwnConsentsDialog, own: OwnWindow, ada: PersonId, idle: Idle, qtbot: QtBot
) -> None:
    desk.holds.hold_person(ada, "lawsuit 12/26", "Legal department", utc_now() + timedelta(days=7))
    press(qtbot, own.all)
    idle()
    words = visitor_words("fr")
    assert words.done_covered in texts_of(own)
    assert words.done_all.split("{day}")[0] not in texts_of(own)
    assert not [card for card in own.cards.values() if card.act.isVisible()]
    assert "legal hold" in dialog.told.text()


def test_there_is_no_way_into_the_program(
    window: MainWindow, dialog: OwnConsentsDialog, own: OwnWindow, idle: Idle, qtbot: QtBot
) -> None:
    assert own.findChildren(QMenuBar) == []
    page = window.page
    qtbot.keyClick(own, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(own, Qt.Key.Key_Escape)
    own.close()
    assert own.isVisible()
    assert dialog.isVisible()
    assert window.page == page
    dialog.visitor.open()
    turned = dialog.visitor.window
    assert turned is not None
    assert turned.return_bar is not None
    press(qtbot, turned.return_bar.open)
    turned.return_bar.password.setText(PASSWORD)
    qtbot.keyClick(turned.return_bar.password, Qt.Key.Key_Return)
    idle()
    assert dialog.visitor.window is None
    dialog.visitor.open()
    window._desk.access.lock()
    idle()
    assert dialog.visitor.window is None, "behind the lock screen nobody acts on either display"


def test_a_checked_receipt_leads_there(
    desk: Desk, window: MainWindow, ada: PersonId, idle: Idle, opened: Opened
) -> None:
    code = desk.receipts.values(desk.receipts.make(ada).id, ReceiptFormat.ISO)["receipt_code"]
    window.people_page.check_code()
    check = cast(CodeCheckDialog, opened(CodeCheckDialog))
    check.code.setText(code)
    check.check.click()
    idle()
    check.own.click()
    idle()
    found = cast(OwnConsentsDialog, opened(OwnConsentsDialog))
    assert found.session.own is not None
    assert found.session.own.person_id == ada


def test_pictures_in_both_themes(dialog: OwnConsentsDialog, own: OwnWindow, idle: Idle, tmp_path: Path) -> None:
    """Nothing is cut off, in either direction of reading."""

    def look_at(name: str) -> None:
        idle()
        for which, made in (("guard", dialog), ("own", own)):
            need = made.minimumSizeHint()
            assert need.width() <= made.width(), (which, name)
            assert need.height() <= made.height(), (which, name)
            assert grab(made, tmp_path / f"{which}-{name}.png").stat().st_size > 5000

    dialog.session.set_language("en")
    look_at("dark")
    look().apply(ThemeName.LIGHT)
    dialog.session.set_language("ar")
    own.size_button.click()
    look_at("light-large")
    own.all.click()
    look_at("light-done")
