"""The task runner: results, failures and progress arrive on the GUI thread, cancelled and orphaned ones do not."""

import threading
from collections.abc import Iterator

import pytest
import structlog
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from desktop.bridge.tasks import TaskHandle, TaskRunner, UnexpectedError
from desktop.domain.errors import Cancelled, ConsentryError
from desktop.domain.progress import checkpoint


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    runner = TaskRunner(threads=2)
    yield runner
    runner.close()


def test_result_arrives_on_the_gui_thread(qtbot: QtBot, runner: TaskRunner) -> None:
    got: list[tuple[int, int, int]] = []
    gui = threading.get_ident()
    runner.run(lambda _: threading.get_ident(), lambda worker: got.append((worker, threading.get_ident(), 1)))
    qtbot.waitUntil(lambda: bool(got), timeout=5000)
    worker, delivered, _ = got[0]
    assert worker != gui
    assert delivered == gui
    assert runner.running == 0


def test_known_errors_arrive_as_they_are(qtbot: QtBot, runner: TaskRunner) -> None:
    error = ConsentryError()
    got: list[ConsentryError] = []

    def fails(_: TaskHandle[None]) -> None:
        raise error

    runner.run(fails, on_failure=got.append)
    qtbot.waitUntil(lambda: bool(got), timeout=5000)
    assert got[0] is error


def test_unforeseen_errors_are_wrapped_without_their_message(qtbot: QtBot, runner: TaskRunner) -> None:
    got: list[ConsentryError] = []

    def fails(_: TaskHandle[None]) -> None:
        raise ValueError("Ada Example is not welcome in a log")

    with structlog.testing.capture_logs() as logs:
        runner.run(fails, on_failure=got.append)
        qtbot.waitUntil(lambda: bool(got), timeout=5000)
    assert isinstance(got[0], UnexpectedError)
    assert got[0].params == {"kind": "ValueError"}
    assert [entry["event"] for entry in logs] == ["task_fault"]
    assert "Ada" not in str(logs)
    assert "Ada" not in got[0].text()


def test_failures_nobody_handles_are_announced(qtbot: QtBot, runner: TaskRunner) -> None:
    def fails(_: TaskHandle[None]) -> None:
        raise ConsentryError

    with qtbot.waitSignal(runner.failed, timeout=5000):
        runner.run(fails)


def test_progress_is_folded_and_ends_before_the_result(qtbot: QtBot, runner: TaskRunner) -> None:
    shares: list[float] = []
    done: list[list[float]] = []

    def works(handle: TaskHandle[None]) -> None:
        for step in range(10_001):
            handle.report(step / 10_000)

    runner.run(works, lambda _: done.append(list(shares)), on_progress=shares.append)
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    assert shares == sorted(shares)
    assert 1 <= len(shares) <= 201
    assert done[0] == shares


def test_cancelled_operation_ends_as_cancelled(qtbot: QtBot, runner: TaskRunner) -> None:
    started = threading.Event()
    got: list[ConsentryError] = []

    def works(handle: TaskHandle[None]) -> None:
        started.set()
        while True:
            checkpoint(handle, 0.5)
            threading.Event().wait(0.005)

    handle = runner.run(works, on_failure=got.append)
    assert started.wait(5)
    handle.cancel()
    qtbot.waitUntil(lambda: bool(got), timeout=5000)
    assert isinstance(got[0], Cancelled)
    assert handle.finished


def test_forgotten_and_orphaned_results_are_dropped(qtbot: QtBot, runner: TaskRunner) -> None:
    gate = threading.Event()
    got: list[str] = []
    owner = QObject()
    runner.run(lambda _: gate.wait(5), lambda _: got.append("forgotten")).forget()
    runner.run(lambda _: gate.wait(5), lambda _: got.append("orphan"), owner=owner)
    Shiboken.delete(owner)
    gate.set()
    qtbot.waitUntil(lambda: runner.running == 0, timeout=5000)
    assert got == []


def test_close_ends_the_threads_and_refuses_more(qtbot: QtBot) -> None:
    runner = TaskRunner(threads=2)
    handle = runner.run(lambda handle: [None for _ in iter(handle.cancelled, True)])
    runner.close()
    assert handle.cancelled()
    assert not [t for t in threading.enumerate() if t.name.startswith("consentry-task")]
    with pytest.raises(RuntimeError):
        runner.run(lambda _: None)


def test_wait_idle_tells_whether_all_is_done(qtbot: QtBot, runner: TaskRunner) -> None:
    gate = threading.Event()
    runner.run(lambda _: gate.wait(10))
    assert not runner.wait_idle(0.05)
    gate.set()
    assert runner.wait_idle(5)
