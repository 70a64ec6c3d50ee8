"""The page Backup, and restoring from the start window."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.domain.backups import DestinationId, DestinationPlan, Schedule
from desktop.domain.permissions import Role, TwoPersonAct
from desktop.domain.progress import Progress
from desktop.domain.recovery_code import RecoveryCode
from desktop.services.desk import Desk
from desktop.services.ledgers import LedgerService
from desktop.services.operators import OperatorDraft
from desktop.ui.access.second_person import SecondPersonDialog
from desktop.ui.backup.page import BackupPage
from desktop.ui.backup.plan_dialog import PlanDialog
from desktop.ui.backup.take_over_dialog import TakeOverDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.widgets.dialog import Confirm
from desktop.vault.backup import BackupKeeper
from tests.helpers.backups import CODE, names_in, recoverable_vault
from tests.helpers.desks import open_desk
from tests.helpers.vaults import MemoryKeyStore, new_person

Idle = Callable[[], None]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    keystore = MemoryKeyStore()
    with recoverable_vault(tmp_path / "desk" / "vault", keystore) as vault:
        vault.people.add_many([new_person(number) for number in range(3)])
    with open_desk(tmp_path / "desk" / "vault", keystore) as opened:
        yield opened


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
def page(window: MainWindow, idle: Idle) -> BackupPage:
    window.show_page("backup")
    idle()
    shown = window.pages["backup"]
    assert isinstance(shown, BackupPage)
    return shown


@pytest.fixture
def filled(page: BackupPage, desk: Desk, place: Path, idle: Idle) -> BackupPage:
    """With one destination and one backup there."""
    desk.backup.back_up(desk.backup.add(DestinationPlan(str(place))))
    idle()
    return page


def test_adding_a_destination_and_backing_up(
    page: BackupPage, place: Path, idle: Idle, opened: Callable[[type], PlanDialog], qtbot: QtBot
) -> None:
    assert page.model.rowCount() == 0
    assert page._nothing.isVisible()
    page.add_button.click()
    dialog = opened(PlanDialog)
    assert not dialog.save.isEnabled()
    dialog.path.setText(str(place))
    dialog.schedule.choose(Schedule.WEEKLY)
    dialog.keep.setValue(3)
    qtbot.keyClick(dialog.path, Qt.Key.Key_Return)
    idle()
    assert page.model.view(0).destination.plan == DestinationPlan(str(place), 3, Schedule.WEEKLY, 2)
    page.details.backup.click()
    assert not page.details.backup.isEnabled()
    idle()
    assert "made and checked" in page.notice.text()
    assert page.details.backups.count() == 1
    assert len(names_in(place)) == 2
    page.details.verify.click()
    idle()
    assert "every byte" in page.notice.text()


def test_a_folder_that_will_not_do_is_said_in_the_dialog(
    page: BackupPage, desk: Desk, opened: Callable[[type], PlanDialog], idle: Idle
) -> None:
    page.add_button.click()
    dialog = opened(PlanDialog)
    dialog.path.setText(str(desk.folder))
    dialog.save.click()
    idle()
    assert "outside the folder" in dialog.notice.text()
    assert dialog.isVisible()
    dialog.reject()


def test_an_unplugged_disk_is_said(filled: BackupPage, place: Path, idle: Idle) -> None:
    shutil.rmtree(place)
    filled.details.backup.click()
    idle()
    assert "cannot be reached" in filled.notice.text()
    assert filled.details._state.text() == "Failed"
    assert "Connect it" in filled.details._reason.text()
    assert filled.details.backup.isEnabled()


def test_changing_and_removing(
    filled: BackupPage, desk: Desk, place: Path, idle: Idle, opened: Callable[[type], PlanDialog]
) -> None:
    filled.details.change.click()
    dialog = opened(PlanDialog)
    assert dialog.path.isReadOnly()
    dialog.schedule.choose(Schedule.OFF)
    dialog.save.click()
    idle()
    assert "by hand" in filled.details._schedule.text().lower()
    filled.details.remove.click()
    ask = next(one for one in QApplication.topLevelWidgets() if isinstance(one, Confirm) and one.isVisible())
    ask.yes.click()
    idle()
    assert filled.model.rowCount() == 0
    assert "companion.bin" not in names_in(place)


def test_restoring_is_asked_and_hands_the_folder_on(filled: BackupPage, place: Path, idle: Idle) -> None:
    asked: list[str] = []
    filled.wants_restore.connect(asked.append)
    filled.details.restore.click()
    ask = next(one for one in QApplication.topLevelWidgets() if isinstance(one, Confirm) and one.isVisible())
    ask.yes.click()
    idle()
    assert len(asked) == 1
    assert (Path(asked[0]) / "manifest.json").exists()


def test_erasures_of_a_destination_are_taken_over_with_the_code(
    filled: BackupPage, idle: Idle, opened: Callable[[type], TakeOverDialog], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not filled.details.take_over.isVisible()
    monkeypatch.setattr(BackupKeeper, "ahead", lambda *_: True)
    codes: list[RecoveryCode] = []

    def take_over(_self: LedgerService, _id: DestinationId, code: RecoveryCode, _progress: Progress) -> int:
        codes.append(code)
        return 2

    monkeypatch.setattr(LedgerService, "take_over", take_over)
    filled.reload()
    idle()
    assert "more erasures" in filled.details._state.text()
    assert not filled.details.backup.isVisible()
    filled.details.take_over.click()
    dialog = opened(TakeOverDialog)
    for edit, group in zip(dialog.page.groups, CODE.groups, strict=True):
        edit.setText(group)
    dialog.page.confirm.click()
    idle()
    assert codes == [CODE]
    assert "too: 2" in filled.notice.text()


def test_a_restore_may_take_two_people(
    filled: BackupPage, desk: Desk, idle: Idle, opened: Callable[[type], SecondPersonDialog]
) -> None:
    desk.operators.add(OperatorDraft("Ann Other", "ann", "a long enough secret", frozenset({Role.ADMINISTRATOR})))
    desk.approvals.want(TwoPersonAct.RESTORE, True)
    asked: list[str] = []
    filled.wants_restore.connect(asked.append)
    filled.details.restore.click()
    next(one for one in QApplication.topLevelWidgets() if isinstance(one, Confirm) and one.isVisible()).yes.click()
    idle()
    dialog = opened(SecondPersonDialog)
    dialog.form.login.setText("ann")
    dialog.form.password.setText("a long enough secret")
    dialog.form.submit.click()
    idle()
    assert len(asked) == 1


def test_without_a_recovery_code_nothing_can_be_added(tmp_path: Path, tasks: TaskRunner, qtbot: QtBot) -> None:
    with open_desk(tmp_path / "other" / "vault") as desk:
        window = MainWindow(desk, tasks)
        window.show()
        window.show_page("backup")
        assert tasks.wait_idle(20)
        page = window.pages["backup"]
        assert isinstance(page, BackupPage)
        assert not page.add_button.isEnabled()
        assert "no recovery code" in page.notice.text()
        window.close()
        window.deleteLater()


def test_only_administrators_have_the_page(window: MainWindow, desk: Desk, idle: Idle) -> None:
    desk.operators.add(OperatorDraft("Olive Officer", "olive", "a long enough secret", frozenset({Role.OFFICER})))
    desk.access.sign_in("olive", "a long enough secret")
    idle()
    assert "backup" not in window.pages
