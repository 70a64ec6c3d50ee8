"""A desk whose keys are not at hand: passphrase and recovery code, with real vaults behind the pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.domain.recovery_code import RecoveryCode
from desktop.services.desk import Desk
from desktop.services.preferences import PreferencesStore
from desktop.services.site import KeyPlace, Program, Site, SiteKind
from desktop.ui.first_run.passphrase_page import PassphrasePage
from desktop.ui.first_run.recovery_page import Lock, RecoveryPage
from desktop.ui.first_run.start_window import StartWindow
from desktop.ui.look import look
from desktop.ui.theme import ThemeName
from desktop.ui.widgets.field import Field
from desktop.vault.errors import KeyringUnavailable
from desktop.vault.setup import VaultSetup
from tests.helpers.vaults import MemoryKeyStore

FIRST, SECOND = "seven small green boats", "ten slow yellow trams"
CODE, OTHER = RecoveryCode(bytes(range(16))), RecoveryCode(bytes(16))
LONG = 30_000


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyStore:
    """The session's keyring."""
    memory = MemoryKeyStore()
    memory.cancelled = memory.on_waiting = None  # type: ignore[attr-defined]
    monkeypatch.setattr(Site, "_keyring", lambda *_: memory)
    return memory


@pytest.fixture
def site(tmp_path: Path, keyring: MemoryKeyStore) -> Site:
    return Site(SiteKind.DESK, tmp_path / "desk" / "vault", "unused")


@pytest.fixture
def start(site: Site, tasks: TaskRunner, tmp_path: Path, qtbot: QtBot) -> Iterator[StartWindow]:
    demo = Site(SiteKind.DEMO, tmp_path / "demo", "unused")
    made = StartWindow(Program(site, demo, PreferencesStore(tmp_path)), tasks)
    opened: list[Desk] = []
    made.opened.connect(opened.append)
    made.show()
    qtbot.waitExposed(made)
    yield made
    for desk in opened:
        desk.close()
    made.close()
    tasks.wait_idle(20)
    made.deleteLater()


def passphrase_page(start: StartWindow, qtbot: QtBot) -> PassphrasePage:
    qtbot.waitUntil(lambda: isinstance(start._stack.currentWidget(), PassphrasePage), timeout=LONG)
    assert start.keys.passphrase is not None
    return start.keys.passphrase


def recovery_page(start: StartWindow, qtbot: QtBot) -> RecoveryPage:
    qtbot.waitUntil(lambda: isinstance(start._stack.currentWidget(), RecoveryPage), timeout=LONG)
    assert start.keys.recovery is not None
    return start.keys.recovery


def error_buttons(start: StartWindow, qtbot: QtBot) -> dict[str, QPushButton]:
    qtbot.waitUntil(lambda: start.error is not None and start._stack.currentWidget() is start.error, timeout=LONG)
    assert start.error is not None
    return {button.accessibleName(): button for button in start.error.buttons}


def words(page: PassphrasePage | RecoveryPage) -> str:
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def paste(edit: QLineEdit, text: str, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText(text)
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClick(edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def typed(page: RecoveryPage) -> list[str]:
    return [edit.text() for edit in page.groups]


def test_a_passphrase_is_asked_for_until_it_is_right(start: StartWindow, site: Site, qtbot: QtBot) -> None:
    site.create(place=KeyPlace.PASSPHRASE, passphrase=FIRST, setup=VaultSetup(CODE))
    start.begin()
    page = passphrase_page(start, qtbot)
    assert page.edit.echoMode() is QLineEdit.EchoMode.Password
    assert page.focusWidget() is page.edit
    assert page.recovery.isVisible()
    page.confirm.click()
    assert start._stack.currentWidget() is page, "an empty passphrase is not tried"
    qtbot.keyClicks(page.edit, SECOND)
    qtbot.keyClick(page.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "not the passphrase" in words(page), timeout=LONG)
    assert page.edit.text() == ""
    with qtbot.waitSignal(start.opened, timeout=LONG):
        qtbot.keyClicks(page.edit, FIRST)
        qtbot.keyClick(page.edit, Qt.Key.Key_Return)
    assert start.keys.passphrase is None, "what was typed is thrown away"


def test_a_forgotten_passphrase_is_replaced_with_the_code(start: StartWindow, site: Site, qtbot: QtBot) -> None:
    site.create(place=KeyPlace.PASSPHRASE, passphrase=FIRST, setup=VaultSetup(CODE))
    start.begin()
    passphrase_page(start, qtbot).recovery.click()
    page = recovery_page(start, qtbot)
    paste(page.groups[0], CODE.text(), qtbot)
    page.first.setText("too short")
    page.second.setText("another")
    page.confirm.click()
    assert "differ" in words(page)
    page.second.setText("too short")
    page.confirm.click()
    qtbot.waitUntil(lambda: "cannot be used" in page.notice.text(), timeout=LONG)
    page.first.setText(SECOND)
    page.second.setText(SECOND)
    with qtbot.waitSignal(start.opened, timeout=LONG):
        page.confirm.click()
    assert start.keys.recovery is None
    assert site.place() is KeyPlace.PASSPHRASE


def test_lost_keys_come_back_with_the_code(
    start: StartWindow, site: Site, keyring: MemoryKeyStore, qtbot: QtBot
) -> None:
    site.create(setup=VaultSetup(CODE))
    keyring.values.clear()
    start.begin()
    buttons = error_buttons(start, qtbot)
    assert list(buttons) == ["Use the recovery code", "Try again", "Quit"]
    buttons["Use the recovery code"].click()
    page = recovery_page(start, qtbot)
    assert not page.first.isVisible(), "the keys go into the keyring"
    paste(page.groups[3], OTHER.text().replace(" ", "-"), qtbot)
    assert typed(page) == list(OTHER.groups)
    page.confirm.click()
    qtbot.waitUntil(lambda: "does not belong to this desk" in page.notice.text(), timeout=LONG)
    assert typed(page) == list(OTHER.groups), "what was typed stays"
    assert keyring.values == {}
    for edit, group in zip(page.groups, CODE.groups, strict=True):
        edit.clear()
        assert edit.text() == ""
        qtbot.keyClicks(edit, group)
    with qtbot.waitSignal(start.opened, timeout=LONG):
        page.confirm.click()


def test_another_keyring_takes_the_keys_over(
    start: StartWindow, site: Site, keyring: MemoryKeyStore, qtbot: QtBot
) -> None:
    site.create(setup=VaultSetup(CODE))
    keyring.backend, keyring.values = "Another keyring", {}
    start.begin()
    error_buttons(start, qtbot)["Use the recovery code"].click()
    page = recovery_page(start, qtbot)
    paste(page.groups[0], CODE.text(), qtbot)
    with qtbot.waitSignal(start.opened, timeout=LONG) as blocker:
        page.confirm.click()
    assert blocker.args is not None
    assert blocker.args[0].vault.keyring_backend == "Another keyring"


def test_without_any_keyring_the_code_offers_a_passphrase(
    start: StartWindow, site: Site, keyring: MemoryKeyStore, qtbot: QtBot
) -> None:
    site.create(setup=VaultSetup(CODE))

    def absent(_: str) -> None:
        raise KeyringUnavailable

    keyring.before = absent
    start.begin()
    buttons = error_buttons(start, qtbot)
    assert list(buttons) == ["Try again", "Use the recovery code", "Quit"]
    buttons["Use the recovery code"].click()
    page = recovery_page(start, qtbot)
    paste(page.groups[0], CODE.text(), qtbot)
    page.first.setText(SECOND)
    page.second.setText(SECOND)
    with qtbot.waitSignal(start.opened, timeout=LONG):
        page.confirm.click()
    assert site.place() is KeyPlace.PASSPHRASE


def test_a_desk_without_escrow_offers_no_code(
    start: StartWindow, site: Site, keyring: MemoryKeyStore, qtbot: QtBot
) -> None:
    site.create()
    keyring.values.clear()
    start.begin()
    assert "Use the recovery code" not in error_buttons(start, qtbot)


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[RecoveryPage]:
    made = RecoveryPage(Lock.KEYRING)
    made.show()
    qtbot.waitExposed(made)
    made.enter()
    yield made
    made.close()
    made.deleteLater()


def test_each_group_is_checked_as_it_is_typed(page: RecoveryPage, qtbot: QtBot) -> None:
    assert [edit.accessibleName() for edit in page.groups] == [f"Group {number}" for number in range(1, 9)]
    qtbot.keyClicks(page.groups[0], CODE.groups[0])
    assert page.focusWidget() is page.groups[1], "a right group leads on to the next"
    assert "1 of 8" in words(page)
    qtbot.keyClicks(page.groups[1], "123456")
    assert page.focusWidget() is page.groups[1], "a wrong one does not"
    assert page.groups[1].accessibleDescription() == "mistyped"
    qtbot.keyClicks(page.groups[2], "12a456")
    assert page.groups[2].accessibleDescription() == "digits only"
    page.groups[3].setFocus()
    qtbot.keyClicks(page.groups[3], "123")
    assert page.groups[3].accessibleDescription() == "six digits", "still being typed"
    page.groups[4].setFocus()
    qtbot.keyClicks(page.groups[4], "1")
    assert page.groups[3].accessibleDescription() == "not six digits"
    got: list[object] = []
    page.confirmed.connect(lambda code, _: got.append(code))
    page.confirm.click()
    assert got == []
    assert "missing or mistyped" in page.notice.text()
    assert page.focusWidget() is page.groups[1], "the first wrong group"


@pytest.mark.parametrize("separator", ["", " ", "-", "\n"])
def test_a_whole_code_can_be_pasted_into_any_group(page: RecoveryPage, qtbot: QtBot, separator: str) -> None:
    got: list[object] = []
    page.confirmed.connect(lambda code, _: got.append(code))
    paste(page.groups[5], separator.join(CODE.groups), qtbot)
    assert typed(page) == list(CODE.groups)
    assert "8 of 8" in words(page)
    qtbot.keyClick(page.groups[7], Qt.Key.Key_Return)
    assert got == [CODE]


def test_some_groups_are_pasted_from_where_the_cursor_is(page: RecoveryPage, qtbot: QtBot) -> None:
    paste(page.groups[2], " ".join(CODE.groups[2:5]), qtbot)
    assert typed(page) == ["", "", *CODE.groups[2:5], "", "", ""]
    assert page.focusWidget() is page.groups[5]


@pytest.mark.parametrize("theme", list(ThemeName))
def test_nothing_is_cut_off_at_the_size_of_the_window(start: StartWindow, qtbot: QtBot, theme: ThemeName) -> None:
    look().apply(theme)
    sentence = "This recovery code does not belong to this desk. Use the newest sheet of this desk, and type it again."
    for made in (
        *(RecoveryPage(lock) for lock in Lock),
        PassphrasePage(recoverable=True),
    ):
        made.resize(start.size())
        made.show()
        qtbot.waitExposed(made)
        made.complain(sentence)
        QGuiApplication.processEvents()
        for field in made.findChildren(Field):
            below = field.control.geometry().bottom()
            lines = [line for line in field.findChildren(QLabel) if line.isVisible() and line is not field.caption]
            assert all(line.y() > below and line.geometry().bottom() <= field.height() for line in lines), field
        made.close()
        made.deleteLater()
