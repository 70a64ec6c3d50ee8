"""The window's tests: the real desk behind it, and nothing left over afterwards."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from desktop.bridge.tasks import TaskRunner
from desktop.services.desk import Desk
from desktop.ui.app import make_application
from desktop.ui.look import look
from desktop.ui.main_window import MainWindow
from desktop.ui.theme import ThemeName
from tests.helpers.desks import open_desk


@pytest.fixture(autouse=True)
def nothing_left(qapp: QApplication) -> Iterator[None]:
    """Dark theme to begin with; no window and no running timer may outlive a test."""
    make_application()
    if look().name is not ThemeName.DARK:
        look().apply(ThemeName.DARK)
    timers = set(map(id, running_timers()))
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    qapp.processEvents()
    windows = [type(widget).__name__ for widget in qapp.topLevelWidgets() if widget.isVisible()]
    left = [timer for timer in running_timers() if id(timer) not in timers]
    assert not windows, f"windows outlive the test: {windows}"
    assert not left, f"timers outlive the test: {[type(timer.parent()).__name__ for timer in left]}"


def running_timers() -> list[QTimer]:
    found = [thing for thing in gc.get_objects() if isinstance(thing, QTimer)]
    return [timer for timer in found if Shiboken.isValid(timer) and timer.isActive()]


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path / "desk" / "vault") as opened:
        yield opened


@pytest.fixture
def window(desk: Desk, tasks: TaskRunner, qtbot: QtBot) -> Iterator[MainWindow]:
    """The window of an open desk, shown, all tasks of its start done."""
    made = MainWindow(desk, tasks)
    made.resize(1200, 800)
    made.show()
    qtbot.waitExposed(made)
    assert tasks.wait_idle(20)
    yield made
    tasks.wait_idle(20)
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) and widget.isVisible():
            widget.close()
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


Idle = Callable[[], None]


@pytest.fixture
def idle(qtbot: QtBot, tasks: TaskRunner) -> Idle:
    """Waits until the timers that gather changes have fired and every task has delivered."""

    def wait() -> None:
        qtbot.wait(300)
        assert tasks.wait_idle(30)
        qtbot.wait(10)
        assert tasks.wait_idle(30)

    return wait


@pytest.fixture
def opened() -> Callable[[type[QWidget]], QWidget]:
    """The visible dialog of a class."""

    def find(kind: type[QWidget]) -> QWidget:
        found = [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]
        assert len(found) == 1, f"{len(found)} visible {kind.__name__}"
        return found[0]

    return find
