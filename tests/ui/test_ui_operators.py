"""The page Operators: by keyboard, with the password asked for where it is missing, and the second person."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.operators import OperatorState
from desktop.domain.permissions import Role, TwoPersonAct
from desktop.services.desk import Desk
from desktop.ui.access.confirm import ConfirmDialog
from desktop.ui.access.second_person import SecondPersonDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.operators.dialogs import AddOperatorDialog, OwnPasswordDialog, PasswordDialog, RolesDialog
from desktop.ui.operators.page import OperatorsPage, Part
from desktop.ui.operators.panels import ApprovalQueue, OperatorList, SessionList, TwoPersonRules
from desktop.ui.widgets.dialog import Confirm
from tests.helpers.desks import LOGIN, PASSWORD, enrol
from tests.helpers.operators import SECOND_PASSWORD, Clock, add_operator

Idle = Callable[[], None]
Opened = Callable[[type[QWidget]], QWidget]
OTHER_PASSWORD = "walnut-thimble-quartz-8"


@pytest.fixture
def page(window: MainWindow, idle: Idle) -> OperatorsPage:
    window.show_page("operators")
    idle()
    return window.operators_page


def listed(page: OperatorsPage) -> OperatorList:
    return cast(OperatorList, page.panels[Part.LIST])


def test_an_operator_is_added_by_keyboard(
    page: OperatorsPage, desk: Desk, qtbot: QtBot, idle: Idle, opened: Opened
) -> None:
    panel = listed(page)
    assert [one.login for one in panel.model.rows] == [LOGIN]
    qtbot.keyClick(panel.add, Qt.Key.Key_Return)
    dialog = cast(AddOperatorDialog, opened(AddOperatorDialog))
    assert not dialog.save.isEnabled()
    for edit, text in (
        (dialog.form.name, "Sam Sample"),
        (dialog.form.login, "sam"),
        (dialog.form.password.password, SECOND_PASSWORD),
        (dialog.form.password.again, SECOND_PASSWORD),
    ):
        qtbot.keyClicks(edit, text)
    assert dialog.problem() == ""
    qtbot.keyClick(dialog.form.password.again, Qt.Key.Key_Return)
    idle()
    assert [one.login for one in panel.model.rows] == [LOGIN, "sam"]
    assert panel.model.rows[1].roles == {Role.GUARD}


def test_the_password_is_asked_for_once_more_when_it_was_typed_long_ago(
    page: OperatorsPage, desk: Desk, idle: Idle, opened: Opened, qtbot: QtBot
) -> None:
    add_operator(desk, "sam", Role.GUARD)
    idle()
    clock = Clock(wall=datetime.now().astimezone())
    clock.install(desk.access)
    desk.access.confirm(PASSWORD)
    clock.pass_by(timedelta(minutes=3))
    panel = listed(page)
    panel.table.selectRow(1)
    panel.roles.click()
    dialog = cast(RolesDialog, opened(RolesDialog))
    dialog.boxes.boxes[Role.OFFICER].setChecked(True)
    dialog.save.click()
    idle()
    asked = cast(ConfirmDialog, opened(ConfirmDialog))
    asked.cancel.click()
    idle()
    assert "password" in dialog.notice.text()
    dialog.save.click()
    idle()
    asked = cast(ConfirmDialog, opened(ConfirmDialog))
    qtbot.keyClicks(asked.form.password, PASSWORD)
    qtbot.keyClick(asked.form.password, Qt.Key.Key_Return)
    idle()
    assert panel.model.rows[1].roles == {Role.GUARD, Role.OFFICER}


def test_passwords_roles_and_removal(page: OperatorsPage, desk: Desk, idle: Idle, opened: Opened) -> None:
    add_operator(desk, "sam", Role.GUARD)
    idle()
    panel = listed(page)
    panel.table.selectRow(1)
    panel.password.click()
    dialog = cast(PasswordDialog, opened(PasswordDialog))
    for edit in (dialog.form.password, dialog.form.again):
        edit.setText(OTHER_PASSWORD)
    dialog.save.click()
    idle()
    assert desk.access.authenticator.check("sam", OTHER_PASSWORD)
    panel.remove.click()
    cast(Confirm, opened(Confirm)).yes.click()
    idle()
    assert [one.state for one in panel.model.rows] == [OperatorState.ACTIVE, OperatorState.REMOVED]
    assert not panel.remove.isEnabled(), "who is removed already stays chosen"
    panel.table.selectRow(0)
    panel.remove.click()
    cast(Confirm, opened(Confirm)).yes.click()
    idle()
    assert "last administrator" in panel.notice.text()


def test_ones_own_password(window: MainWindow, desk: Desk, idle: Idle) -> None:
    dialog = OwnPasswordDialog(desk, window._tasks, window)
    dialog.open()
    dialog.form.old.setText("wrong")
    for edit in (dialog.form.password, dialog.form.again):
        edit.setText(OTHER_PASSWORD)
    dialog.save.click()
    idle()
    assert "not right" in dialog.notice.text()
    dialog.form.old.setText(PASSWORD)
    dialog.save.click()
    idle()
    desk.access.confirm(OTHER_PASSWORD)


def test_sessions_are_listed(page: OperatorsPage, desk: Desk, idle: Idle) -> None:
    page.show_part(Part.SESSIONS)
    idle()
    panel = cast(SessionList, page.panels[Part.SESSIONS])
    texts = [panel.model.index(0, column).data() for column in range(4)]
    assert texts[0] == "Robin Example"
    assert texts[3] == "Still signed in"


def test_two_people_are_refused_where_there_are_not_two(page: OperatorsPage, desk: Desk, idle: Idle) -> None:
    page.show_part(Part.RULES)
    idle()
    panel = cast(TwoPersonRules, page.panels[Part.RULES])
    box = panel.lines[TwoPersonAct.ERASURE].box
    box.click()
    idle()
    assert not box.isChecked()
    assert "fewer than two" in panel.notice.text()
    add_operator(desk, "sam", Role.OFFICER)
    box.click()
    idle()
    assert box.isChecked()
    assert desk.approvals.wanted == {TwoPersonAct.ERASURE}


def test_the_second_person_agrees_in_the_same_dialog(
    window: MainWindow, desk: Desk, idle: Idle, opened: Opened, qtbot: QtBot
) -> None:
    add_operator(desk, "sam", Role.OFFICER)
    desk.approvals.want(TwoPersonAct.ERASURE, True)
    enrol(desk, "Ada Example", "obama.jpg")
    window.show_page("people")
    idle()
    people = window.people_page
    people.details.remove.click()
    idle()
    cast(Confirm, opened(Confirm)).yes.click()
    idle()
    dialog = cast(SecondPersonDialog, opened(SecondPersonDialog))
    qtbot.keyClicks(dialog.form.login, LOGIN)
    qtbot.keyClicks(dialog.form.password, PASSWORD)
    qtbot.keyClick(dialog.form.password, Qt.Key.Key_Return)
    idle()
    assert "yourself" in dialog.form.notice.text()
    dialog.form.login.setText("sam")
    qtbot.keyClicks(dialog.form.password, SECOND_PASSWORD)
    qtbot.keyClick(dialog.form.password, Qt.Key.Key_Return)
    idle()
    assert desk.people.count() == 0
    assert desk.access.current is not None
    assert desk.access.current.name == "Robin Example"


def test_or_later_from_the_queue(window: MainWindow, desk: Desk, idle: Idle, opened: Opened, qtbot: QtBot) -> None:
    add_operator(desk, "sam", Role.OFFICER)
    desk.approvals.want(TwoPersonAct.ERASURE, True)
    enrol(desk, "Ada Example", "obama.jpg")
    window.show_page("people")
    idle()
    window.people_page.details.remove.click()
    idle()
    cast(Confirm, opened(Confirm)).yes.click()
    idle()
    cast(SecondPersonDialog, opened(SecondPersonDialog)).later.click()
    idle()
    window.show_page("operators")
    window.operators_page.show_part(Part.APPROVALS)
    idle()
    own = cast(ApprovalQueue, window.operators_page.panels[Part.APPROVALS])
    assert own.model.index(0, 1).data() == "Ada Example"
    assert not own.agree.isEnabled()
    desk.access.sign_in("sam", SECOND_PASSWORD)
    qtbot.waitUntil(lambda: "live" not in window.pages)
    window.show_page("operators")
    idle()
    queue = window.operators_page.approvals
    assert queue.model.rowCount() == 1
    qtbot.keyClick(queue.agree, Qt.Key.Key_Return)
    idle()
    assert queue.model.rowCount() == 0
    desk.access.sign_in(LOGIN, PASSWORD)
    desk.erasures.erase([desk.people.list()[0].id])
