"""Restoring from the start window: on a bare computer, and over a desk that is open."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.domain.progress import UNWATCHED, Progress
from desktop.services.preferences import PreferencesStore
from desktop.services.site import Program, SiteKind, SiteState, Waiting
from desktop.ui.app import Shell
from desktop.ui.first_run.recovery_page import RecoveryPage
from desktop.ui.first_run.restore_page import ReportPage, RestorePage
from desktop.ui.first_run.start_window import StartWindow
from desktop.ui.main_window import MainWindow
from desktop.vault.errors import VaultWrongKeyOrDamaged
from desktop.vault.vault import Vault
from tests.helpers.backups import CODE, add_destination, back_up, recoverable_vault
from tests.helpers.vaults import MemoryKeyStore, new_person
from tests.ui.test_ui_start import RealSite


class RestorableSite(RealSite):
    """With a recovery code, and its keys in memory when it is restored, too."""

    def create(self, progress: Progress, on_waiting: Waiting | None = None) -> None:
        recoverable_vault(self.folder, self.keys).close()

    def keystore(  # type: ignore[override]
        self, progress: Progress = UNWATCHED, on_waiting: Waiting | None = None, passphrase: str | None = None
    ) -> MemoryKeyStore:
        return self.keys


@pytest.fixture
def site(tmp_path: Path) -> Iterator[RestorableSite]:
    made = RestorableSite(SiteKind.DESK, tmp_path / "desk" / "vault")
    yield made
    for opened in made.opened:
        opened.close()


@pytest.fixture
def backup(site: RestorableSite, tmp_path: Path) -> Path:
    """A backup with three people, made by this site."""
    with recoverable_vault(site.folder, site.keys) as vault:
        vault.people.add_many([new_person(number) for number in range(3)])
        place = tmp_path / "stick"
        return place / back_up(vault, add_destination(vault, place)).folder


@pytest.fixture
def program(site: RestorableSite, tmp_path: Path) -> Program:
    return Program(site, RealSite(SiteKind.DEMO, tmp_path / "demo"), PreferencesStore(tmp_path))


@pytest.fixture
def start(program: Program, tasks: TaskRunner, qtbot: QtBot) -> Iterator[StartWindow]:
    made = StartWindow(program, tasks)
    made.show()
    yield made
    made.close()
    tasks.wait_idle(20)
    made.deleteLater()


def shown(start: StartWindow) -> object:
    return start._stack.currentWidget()


def type_code(start: StartWindow, code: str) -> None:
    page = start.restoring.second
    assert isinstance(page, RecoveryPage)
    for edit, group in zip(page.groups, code.split(), strict=True):
        edit.setText(group)
    assert page.confirm.accessibleName() == "Restore"
    page.confirm.click()


def test_on_a_bare_computer(
    start: StartWindow, site: RestorableSite, backup: Path, tasks: TaskRunner, qtbot: QtBot
) -> None:
    shutil.rmtree(site.folder)
    site.keys.values.clear()
    assert site.state() is SiteState.NONE
    start.begin()
    start.choice.restore_button.click()
    page = start.restoring.first
    assert isinstance(page, RestorePage)
    assert not page.go_on.isEnabled()
    page.folder.setText(str(backup.parent))  # the destination instead of a backup in it
    page.go_on.click()
    type_code(start, CODE.text())
    qtbot.waitUntil(lambda: shown(start) is page, timeout=20_000)
    assert "vault.db and manifest.json" in page.notice.text()
    page.folder.setText(str(backup))
    page.go_on.click()
    type_code(start, CODE.text())
    qtbot.waitUntil(lambda: isinstance(shown(start), ReportPage), timeout=20_000)
    report = cast(ReportPage, shown(start))
    words = " ".join(label.text() for label in report.findChildren(QLabel))
    assert "Came back: 3 people" in words
    with qtbot.waitSignal(start.opened, timeout=20_000):
        report.open.click()
    assert site.opened[0].people.count() == 3


def test_a_wrong_code_is_asked_for_again(start: StartWindow, backup: Path, qtbot: QtBot) -> None:
    start.restoring.begin(str(backup))
    assert start.restoring.first is not None
    start.restoring.first.go_on.click()
    wrong = CODE.text().split()
    type_code(start, " ".join([wrong[1], wrong[0], *wrong[2:]]))
    second = start.restoring.second
    qtbot.waitUntil(
        lambda: shown(start) is second and second is not None and bool(second.notice.text()), timeout=20_000
    )
    assert second is not None
    assert "does not belong" in second.notice.text()


def test_a_broken_vault_offers_it_and_back_leads_out(
    start: StartWindow, site: RestorableSite, backup: Path, qtbot: QtBot
) -> None:
    site.trouble = VaultWrongKeyOrDamaged(folder="/x")
    start.open(SiteKind.DESK)
    qtbot.waitUntil(lambda: start.error is not None, timeout=10_000)
    assert start.error is not None
    offer = next(one for one in start.error.buttons if one.accessibleName() == "Restore from a backup")
    offer.click()
    assert start.restoring.first is not None
    site.trouble = None
    with qtbot.waitSignal(start.opened, timeout=20_000):
        start.restoring.first.back.click()


def test_over_an_open_desk(
    program: Program,
    site: RestorableSite,
    backup: Path,
    tasks: TaskRunner,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quits: list[int] = []
    monkeypatch.setattr(QApplication, "quit", lambda: quits.append(0))
    with Vault.open(site.folder, site.keys) as vault:
        vault.people.add_many([new_person(9)])
    windows: list[MainWindow] = []
    shell = Shell(program, tasks, windows.append)
    shell.begin(SiteKind.DESK)
    qtbot.waitUntil(lambda: len(windows) == 1, timeout=20_000)
    windows[0].wants_restore.emit(str(backup))
    flow = shell.start.restoring
    qtbot.waitUntil(lambda: flow.first is not None, timeout=20_000)
    assert site.opened[0].closed
    assert flow.first is not None
    assert flow.first.folder.text() == str(backup)
    flow.first.go_on.click()
    type_code(shell.start, CODE.text())
    qtbot.waitUntil(lambda: isinstance(shown(shell.start), ReportPage), timeout=20_000)
    assert len(list(site.folder.parent.glob("vault.before-restore-*"))) == 1
    cast(ReportPage, shown(shell.start)).open.click()
    qtbot.waitUntil(lambda: len(windows) == 2, timeout=20_000)
    assert site.opened[1].people.count() == 3
    windows[1].close()
    qtbot.waitUntil(lambda: quits == [0], timeout=20_000)
    windows[1].deleteLater()
    shell.start.deleteLater()
