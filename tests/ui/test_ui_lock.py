"""Signing in, locking, the lock screen over everything, and what each role gets to see."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.domain.cameras import SourceKind, SourceSpec
from desktop.domain.permissions import Role
from desktop.services.cameras import CameraDraft
from desktop.services.desk import Desk
from desktop.services.operators import OperatorDraft
from desktop.services.site import SampleOperator, Site, SiteKind
from desktop.ui.access.account import AccountDialog
from desktop.ui.capture.steps.who import WhoPage
from desktop.ui.capture.wizard import CaptureWizard
from desktop.ui.main_window import MainWindow
from desktop.ui.widgets.dialog import Confirm
from desktop.ui.workplace import NUMBERED
from tests.helpers.conversations import make_ready
from tests.helpers.desks import LOGIN, PASSWORD, enrol, open_desk
from tests.helpers.operators import SECOND_PASSWORD, Clock, add_operator, sign_in_as
from tests.helpers.wizards import page_of

Idle = Callable[[], None]
Opened = Callable[[type[QWidget]], QWidget]

OFFICERS = [
    "people",
    "activity",
    "requests",
    "consent",
    "notices",
    "retention",
    "trust",
    "audit",
    "operators",
    "settings",
]


@pytest.fixture
def unlocked(window: MainWindow, qtbot: QtBot) -> MainWindow:
    with qtbot.waitActive(window, timeout=10_000):
        window.activateWindow()
    return window


def type_in(qtbot: QtBot, edit: QLineEdit, text: str) -> None:
    qtbot.keyClicks(edit, text)


def take_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    """What a window manager does once a dialog is hidden."""
    qtbot.wait(100)
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=10_000)


def unlock(window: MainWindow, qtbot: QtBot, idle: Idle, password: str = PASSWORD) -> None:
    """By keyboard: the password field has the focus."""
    form = window.lock_screen.form
    assert QApplication.focusWidget() is form.password
    type_in(qtbot, form.password, password)
    qtbot.keyClick(form.password, Qt.Key.Key_Return)
    idle()


def lock(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.page == "")


def said(window: MainWindow) -> str:
    """Every text in sight, and the title."""
    labels = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    fields = [edit.text() for edit in window.findChildren(QLineEdit) if edit.isVisible()]
    return " ".join([window.windowTitle(), *labels, *fields])


def test_locking_hides_every_name_at_once_and_the_focus_returns(
    unlocked: MainWindow, desk: Desk, qtbot: QtBot, idle: Idle
) -> None:
    enrol(desk, "Ada Example", "obama.jpg")
    unlocked.show_page("people")
    idle()
    assert "Ada Example" in said(unlocked)
    unlocked.people_page.list.setFocus()
    lock(unlocked, qtbot)
    assert "Ada" not in said(unlocked)
    assert "Robin" not in said(unlocked)
    assert unlocked.windowTitle() == "Consentry"
    assert not unlocked.people_page.isVisible()
    unlock(unlocked, qtbot, idle)
    assert unlocked.page == "people"
    assert QApplication.focusWidget() is unlocked.people_page.list
    assert unlocked.windowTitle() == "People - Consentry"


def test_nothing_is_pulled_or_painted_below_the_lock_screen(
    unlocked: MainWindow, desk: Desk, qtbot: QtBot, idle: Idle
) -> None:
    desk.cameras.add(CameraDraft("Door", SourceSpec(SourceKind.USB, "41")))
    idle()
    wall = unlocked.live_page.wall
    assert wall._timer.isActive()
    lock(unlocked, qtbot)
    assert not wall._timer.isActive()
    assert not wall.isVisible()
    assert desk.live.cameras(), "cameras go on"


def test_shortcuts_do_nothing_while_locked(unlocked: MainWindow, qtbot: QtBot) -> None:
    lock(unlocked, qtbot)
    for key in (Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_N, Qt.Key.Key_L):
        qtbot.keyClick(unlocked, key, Qt.KeyboardModifier.ControlModifier)
        assert unlocked.page == ""
    unlocked.show_page("people")
    assert unlocked.page == ""


def test_a_dialog_is_covered_and_comes_back_with_what_was_typed(
    unlocked: MainWindow, qtbot: QtBot, idle: Idle, opened: Opened
) -> None:
    make_ready(unlocked._desk)
    unlocked.show_page("people")
    unlocked.people_page.add()
    idle()
    dialog = cast(CaptureWizard, opened(CaptureWizard))
    page_of(dialog, WhoPage).form.name.setText("Bea Example")
    unlocked._desk.access.lock()
    qtbot.waitUntil(lambda: unlocked.page == "")
    assert not dialog.isVisible()
    take_keyboard(unlocked, qtbot)
    unlock(unlocked, qtbot, idle)
    assert dialog.isVisible()
    assert dialog.isModal()
    assert page_of(dialog, WhoPage).form.name.text() == "Bea Example"
    dialog.close()


def test_a_dialog_of_another_operator_is_closed(
    unlocked: MainWindow, desk: Desk, qtbot: QtBot, idle: Idle, opened: Opened
) -> None:
    add_operator(desk, "sam", Role.OFFICER)
    make_ready(desk)
    unlocked.show_page("people")
    unlocked.people_page.search.setText("Ada")
    unlocked.people_page.add()
    idle()
    dialog = opened(CaptureWizard)
    closed: list[int] = []
    cast(QDialog, dialog).finished.connect(closed.append)
    desk.access.lock()
    qtbot.waitUntil(lambda: unlocked.page == "")
    take_keyboard(unlocked, qtbot)
    screen = unlocked.lock_screen
    qtbot.mouseClick(screen.other, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is screen.form.login
    type_in(qtbot, screen.form.login, "sam")
    qtbot.keyClick(screen.form.login, Qt.Key.Key_Return)
    unlock(unlocked, qtbot, idle, SECOND_PASSWORD)
    assert closed
    assert list(unlocked.pages) == OFFICERS
    assert unlocked.people_page.search.text() == "", "nothing of the other's work is left"
    assert unlocked.operators_page.accessibleName() == "Approvals"


def test_a_wrong_password_counts_down_before_the_next_try(
    unlocked: MainWindow, desk: Desk, qtbot: QtBot, idle: Idle
) -> None:
    clock = Clock(wall=datetime.now().astimezone())
    lock(unlocked, qtbot)
    clock.install(desk.access)
    form = unlocked.lock_screen.form
    form._second.setInterval(250)  # shorter seconds
    for tries in range(3):
        assert not form.counting, tries
        unlock(unlocked, qtbot, idle, "wrong")
        assert unlocked.page == ""
        assert form.password.text() == ""
        assert "not right" in form.notice.text()
    assert form.counting
    assert "Next try in" in form.notice.text()
    type_in(qtbot, form.password, PASSWORD)
    assert not form.submit.isEnabled()
    seen = {form.notice.text()}
    qtbot.waitUntil(lambda: bool(seen.add(form.notice.text())) or not form.counting)
    assert len(seen) > 3, "it counts down"
    assert form.submit.isEnabled()
    clock.pass_by(timedelta(seconds=5.1))
    qtbot.keyClick(form.password, Qt.Key.Key_Return)
    idle()
    assert unlocked.page


def test_the_screen_locks_by_itself_and_keys_keep_it_open(unlocked: MainWindow, desk: Desk, qtbot: QtBot) -> None:
    clock = Clock(wall=datetime.now().astimezone())
    clock.install(desk.access)
    desk.access.sign_out()
    desk.access.sign_in(LOGIN, PASSWORD)
    qtbot.waitUntil(lambda: unlocked.page != "")
    watch = unlocked.gate.watch
    watch.look()
    clock.pass_by(timedelta(minutes=4))
    QTest.keyClick(unlocked.windowHandle(), Qt.Key.Key_Tab)
    watch.look()
    clock.pass_by(timedelta(minutes=4))
    watch.look()
    qtbot.wait(50)
    assert unlocked.page
    clock.pass_by(timedelta(minutes=4))
    watch.look()
    qtbot.waitUntil(lambda: unlocked.page == "")


def test_a_removed_operator_is_covered_at_once(unlocked: MainWindow, desk: Desk, qtbot: QtBot) -> None:
    sam = add_operator(desk, "sam", Role.ADMINISTRATOR)
    desk.access.sign_in("sam", SECOND_PASSWORD)
    qtbot.waitUntil(lambda: list(unlocked.pages) == ["cameras", "models", "operators", "backup", "settings"])
    desk.operators.remove(sam)
    qtbot.waitUntil(lambda: unlocked.page == "")
    assert unlocked.pages == {}
    assert QApplication.focusWidget() is unlocked.lock_screen.form.login


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        (Role.GUARD, ["live", "people", "activity"]),
        (Role.OFFICER, OFFICERS),
        (Role.ADMINISTRATOR, ["cameras", "models", "operators", "backup", "settings"]),
    ],
)
def test_each_role_reaches_its_own_pages_only(
    unlocked: MainWindow, desk: Desk, qtbot: QtBot, idle: Idle, role: Role, pages: list[str]
) -> None:
    sign_in_as(desk, role)
    qtbot.waitUntil(lambda: list(unlocked.pages) == pages)
    assert list(unlocked.workplace._titles) == pages
    assert unlocked.page == pages[0]
    for number in range(1, NUMBERED + 1):
        before = unlocked.page
        qtbot.keyClick(unlocked, getattr(Qt.Key, f"Key_{number % 10}"), Qt.KeyboardModifier.ControlModifier)
        idle()
        assert unlocked.page == (pages[number - 1] if number <= len(pages) else before)


def test_a_guard_finds_a_card_by_name_and_can_neither_edit_nor_remove(
    unlocked: MainWindow, desk: Desk, qtbot: QtBot, idle: Idle
) -> None:
    enrol(desk, "Ada Example", "obama.jpg")
    sign_in_as(desk, Role.GUARD)
    qtbot.waitUntil(lambda: "cameras" not in unlocked.pages)
    unlocked.show_page("people")
    idle()
    page = unlocked.people_page
    assert page._look_up.isVisible()
    type_in(qtbot, page.search, "a")
    idle()
    assert page.model.rowCount() == 0
    type_in(qtbot, page.search, "da")
    idle()
    assert page.model.rowCount() == 1
    assert page.details.withdraw.isVisible()
    assert not page.details.edit.isVisible()
    assert not page.details.remove.isVisible()
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    assert not [one for one in unlocked.findChildren(Confirm) if one.isVisible()]
    unlocked.show_page("activity")
    idle()
    assert unlocked.activity_page.filters.span.count() == 2
    assert not unlocked.activity_page.notice.isVisible()


def test_signing_out_and_the_own_account(unlocked: MainWindow, qtbot: QtBot, idle: Idle, opened: Opened) -> None:
    unlocked.workplace.strip.account.click()
    dialog = cast(AccountDialog, opened(AccountDialog))
    assert "Robin Example" in [label.text() for label in dialog.findChildren(QLabel)]
    dialog.leave.click()
    qtbot.waitUntil(lambda: unlocked.page == "")
    assert unlocked.pages == {}
    assert not unlocked.lock_screen.other.isVisible()


@pytest.fixture
def empty(tmp_path: Path, tasks: TaskRunner, qtbot: QtBot) -> Iterator[MainWindow]:
    """A desk that has no operator yet."""
    with open_desk(tmp_path / "vault", staffed=False) as desk:
        samples = (SampleOperator("gil", SECOND_PASSWORD, frozenset({Role.GUARD})),)
        made = MainWindow(desk, tasks, samples=samples)
        made.resize(1200, 800)
        made.show()
        with qtbot.waitActive(made, timeout=10_000):
            made.activateWindow()
        yield made
        tasks.wait_idle(20)
        made.close()
        made.deleteLater()


def test_the_first_administrator_is_made_and_signed_in(empty: MainWindow, qtbot: QtBot, idle: Idle) -> None:
    first = empty.lock_screen.first
    assert first.isVisible()
    assert QApplication.focusWidget() is first.form.name
    assert not first.save.isEnabled()
    type_in(qtbot, first.form.name, "Kim First")
    type_in(qtbot, first.form.login, "kim")
    type_in(qtbot, first.form.password.password, "password password")
    assert "common" in first._reason.text()
    first.form.password.clear()
    type_in(qtbot, first.form.password.password, PASSWORD)
    assert "differ" in first._reason.text()
    type_in(qtbot, first.form.password.again, PASSWORD)
    qtbot.keyClick(first.save, Qt.Key.Key_Return)
    idle()
    assert list(empty.pages) == ["cameras", "models", "operators", "backup", "settings"]
    assert first.form.password.password.text() == ""


def test_the_demo_fills_its_operators_in(empty: MainWindow, qtbot: QtBot, idle: Idle) -> None:
    desk = empty._desk
    desk.operators.create_first(OperatorDraft("Robin", LOGIN, PASSWORD, frozenset(Role)))
    desk.access.sign_in(LOGIN, PASSWORD)
    add_operator(desk, "gil", Role.GUARD)
    desk.access.sign_out()
    idle()
    form = empty.lock_screen.form
    form.sample_buttons[0].click()
    assert QApplication.focusWidget() is form.submit
    qtbot.keyClick(form.submit, Qt.Key.Key_Return)
    idle()
    assert list(empty.pages) == ["live", "people", "activity"]


def test_only_a_demo_site_may_show_passwords(tmp_path: Path) -> None:
    sample = SampleOperator("gil", SECOND_PASSWORD, frozenset({Role.GUARD}))
    with pytest.raises(ValueError, match="demo"):
        Site(SiteKind.DESK, tmp_path, "service", samples=(sample,))
    assert SECOND_PASSWORD not in repr(sample)


def test_a_picture_of_the_lock_screen_is_the_same_whoever_was_signed_in(
    unlocked: MainWindow, desk: Desk, qtbot: QtBot, idle: Idle
) -> None:
    def picture() -> QImage:
        desk.access.lock()
        qtbot.waitUntil(lambda: unlocked.page == "")
        unlocked.lock_screen.form.submit.setFocus()
        idle()
        return unlocked.grab().toImage()

    enrol(desk, "Ada Example", "obama.jpg")
    unlocked.show_page("people")
    idle()
    first = picture()
    sign_in_as(desk, Role.GUARD)
    qtbot.waitUntil(lambda: unlocked.page == "live")
    assert picture() == first
