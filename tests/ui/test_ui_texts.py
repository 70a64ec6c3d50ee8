"""Every state, reason and problem has plain words; errors are shown translated with their gaps filled."""

from datetime import UTC, datetime
from enum import StrEnum

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from pytestqt.qtbot import QtBot

from desktop.domain.cameras import CameraState, SourceKind, StateReason
from desktop.domain.consent import ConsentState
from desktop.domain.decision import Band
from desktop.domain.errors import Cancelled, ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.people import PersonKind
from desktop.recognition.presenter import CoarseReason
from desktop.services.health import ProblemKind
from desktop.services.photo_check import PhotoProblem
from desktop.ui import texts
from desktop.ui.errors import ErrorDialog, error_text, show_error
from desktop.vision.licence import LicenceKind
from desktop.vision.model_folder import ModelKind

ENUMS: list[type[StrEnum]] = [
    CameraState,
    StateReason,
    SourceKind,
    PersonKind,
    Band,
    ConsentState,
    PhotoProblem,
    ProblemKind,
    CoarseReason,
    LicenceKind,
    ModelKind,
]


class SpilledError(ConsentryError):
    happened = T("errors", "The cup “{cup}” fell over.")
    kept = T("errors", "The saucer is dry.")
    todo = T("errors", "Wipe the desk.")


class German(QTranslator):
    def translate(self, context: str, text: str, _disambiguation: str | None = None, _n: int = -1) -> str:
        known = {("errors", SpilledError.happened): "Die Tasse „{cup}“ ist umgefallen."}
        return known.get((context, text), "")


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_every_value_has_words(kind: type[StrEnum]) -> None:
    tables = [table for table in texts.every_table() if any(isinstance(key, kind) for key in table)]
    assert tables
    for table in tables:
        for value in kind:
            assert value in table
            assert table[value] or value == ""


def test_health_counts_are_filled_in() -> None:
    for kind in ProblemKind:
        assert "{" not in texts.health(kind, 12)
        assert len(texts.health_short(kind)) < 36


def test_times_name_the_month_and_today() -> None:
    assert "Feb" in texts.day(datetime(2026, 2, 3, 12, tzinfo=UTC))
    assert texts.moment(datetime.now(UTC)).startswith("Today, ")
    assert texts.duration(59.4) == "59 s"
    assert texts.duration(185) == "3:05 min"
    assert texts.duration(-1) == "0 s"


def test_errors_come_in_the_language_of_the_window(qtbot: QtBot) -> None:
    error = SpilledError(cup="blue")
    assert error_text(error).happened == "The cup “blue” fell over."
    german = German()
    QCoreApplication.installTranslator(german)
    try:
        assert error_text(error).happened == "Die Tasse „blue“ ist umgefallen."
    finally:
        QCoreApplication.removeTranslator(german)


def test_error_dialog_says_all_three_and_lets_the_window_go_on(qtbot: QtBot) -> None:
    dialog = show_error(SpilledError(cup="blue"), None)
    assert isinstance(dialog, ErrorDialog)
    assert dialog.isVisible()  # and the test goes on: nothing waits for an answer
    assert "saucer is dry" in dialog.accessibleDescription()
    assert dialog.close_button.hasFocus() or dialog.focusWidget() is dialog.close_button
    dialog.close_button.click()


def test_a_cancelled_action_is_no_error(qtbot: QtBot) -> None:
    assert show_error(Cancelled(), None) is None
