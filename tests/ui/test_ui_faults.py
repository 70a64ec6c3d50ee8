"""Faults of the program are offered at the next start, listed, and deleted by whoever sits there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.services.crash_reports import CrashReports
from desktop.services.desk import Desk
from desktop.services.health import ProblemKind
from desktop.ui.about import AboutDialog
from desktop.ui.fault_list import FaultList
from desktop.ui.main_window import MainWindow


@pytest.fixture
def reports(tmp_path: Path) -> CrashReports:
    made = CrashReports(tmp_path / "crash-reports")
    made.record("task_fault", ["ValueError"], ["tasks.py:130 _work", "people.py:88 update"], "consentry-task_0")
    made.record("native_crash", ["Segmentation fault"], ["reader.py:10 run"], "")
    return made


@pytest.fixture
def window(desk: Desk, tasks: TaskRunner, qtbot: QtBot, reports: CrashReports) -> Iterator[MainWindow]:
    made = MainWindow(desk, tasks, reports=reports)
    made.show()
    qtbot.waitExposed(made)
    assert tasks.wait_idle(20)
    yield made
    made.close()
    made.deleteLater()


def kinds(desk: Desk) -> list[tuple[ProblemKind, int]]:
    return [(problem.kind, problem.count) for problem in desk.health.problems() if problem.kind is ProblemKind.FAULTS]


def test_they_are_offered_listed_opened_and_deleted(
    window: MainWindow,
    desk: Desk,
    reports: CrashReports,
    idle: Callable[[], None],
    opened: Callable[[type[QWidget]], QWidget],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert kinds(desk) == [(ProblemKind.FAULTS, 2)]
    assert window.workplace.strip.problems.isVisible()
    window.workplace.strip.about.click()
    about = opened(AboutDialog)
    idle()
    found = about.findChild(FaultList)
    assert found is not None
    assert found.list.count() == 2
    lines = sorted((found.list.item(number).text() for number in range(2)), key=lambda line: line.split(": ")[1])
    assert lines[0].startswith("Today, ")
    assert lines[0].endswith(": Segmentation fault at reader.py:10 run, times: 1")
    assert lines[1].endswith(": ValueError at people.py:88 update, times: 1")
    assert kinds(desk) == []
    assert reports.unseen() == 0

    shown: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", shown.append)
    found.open_folder.click()
    assert [Path(url.toLocalFile()) for url in shown] == [reports.folder]
    found.delete.click()
    idle()
    assert reports.list() == []
    assert not found.list.isVisible()
    assert not found.delete.isVisible()
    assert "none" in found.words.text()
    about.close()


def test_without_faults_nothing_is_offered(
    desk: Desk, tasks: TaskRunner, qtbot: QtBot, tmp_path: Path, idle: Callable[[], None]
) -> None:
    made = MainWindow(desk, tasks, reports=CrashReports(tmp_path / "none"))
    idle()
    assert kinds(desk) == []
    made.close()
    made.deleteLater()
