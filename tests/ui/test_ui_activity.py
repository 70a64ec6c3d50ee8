"""Activity: the filter asked for is the one that is answered; empty states tell why nothing is there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.domain.cameras import SourceKind, SourceSpec
from desktop.domain.decision import Band
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import CameraId, PersonId, SightingId, random_id
from desktop.domain.sightings import Sighting
from desktop.services.activity import SightingRow
from desktop.services.cameras import CameraDraft
from desktop.services.desk import Desk
from desktop.services.hub import SightingsAdded
from desktop.ui.activity.model import CAMERA, PERSON, RESULT, SCORE, STAY, TIME, SightingsModel
from desktop.ui.activity.page import ActivityPage
from desktop.ui.main_window import MainWindow
from desktop.ui.widgets.time_span import Span
from tests.helpers.desks import enrol

Idle = Callable[[], None]
NOW = datetime.now(UTC)


def sighting(camera: CameraId, band: Band, hours: float, person: PersonId | None = None) -> Sighting:
    start = NOW - timedelta(hours=hours)
    score = 0.61 if person else None
    return Sighting(
        SightingId(random_id()),
        camera,
        band,
        start,
        start + timedelta(seconds=65),
        person,
        score,
        0.4 if person else None,
    )


@pytest.fixture
def page(window: MainWindow, desk: Desk, idle: Idle) -> ActivityPage:
    """Two cameras, one person, five sightings."""
    gate = desk.cameras.add(CameraDraft("Gate", SourceSpec(SourceKind.USB, "7"), enabled=False))
    desk_camera = desk.cameras.add(CameraDraft("Desk", SourceSpec(SourceKind.USB, "8"), enabled=False))
    ada = enrol(desk, "Ada Example", "astronaut.png")
    desk._vault.sightings.append_many(
        [
            sighting(gate, Band.UNKNOWN, 0.1),
            sighting(gate, Band.MATCH, 0.5, ada),
            sighting(desk_camera, Band.MATCH, 2, ada),
            sighting(desk_camera, Band.UNKNOWN, 30),
            sighting(desk_camera, Band.POSSIBLE, 24 * 20),
        ]
    )
    window.show_page("activity")
    idle()
    return window.activity_page


def shown(page: ActivityPage, column: int) -> list[str]:
    model = page.model
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def choose(page: ActivityPage, box: str, value: object) -> None:
    combo = getattr(page.filters, box)
    combo.setCurrentIndex(combo.findData(value))


def test_rows_are_newest_first_and_in_words(page: ActivityPage) -> None:
    assert page.table.isVisible()
    assert shown(page, PERSON) == ["Unknown person", "Ada Example", "Ada Example", "Unknown person", "Unknown person"]
    assert shown(page, RESULT) == ["Unknown", "Match", "Match", "Unknown", "Possible match"]
    assert shown(page, CAMERA)[:3] == ["Gate", "Gate", "Desk"]
    assert shown(page, STAY)[0] == "1:05 min"
    assert shown(page, SCORE)[:2] == ["–", "0.61 / 0.40"]
    assert page.table.model().index(0, TIME).data(Qt.ItemDataRole.AccessibleTextRole) == shown(page, TIME)[0]


@pytest.mark.parametrize(("span", "rows"), [(Span.HOUR, 2), (Span.WEEK, 4), (Span.MONTH, 5), (Span.ALL, 5)])
def test_time_filter(page: ActivityPage, idle: Idle, span: Span, rows: int) -> None:
    choose(page, "span", span)
    idle()
    assert page.model.rowCount() == rows


def test_own_time_range(page: ActivityPage, idle: Idle) -> None:
    assert not page.filters.span.custom.isVisible()
    choose(page, "span", Span.CUSTOM)
    assert page.filters.span.custom.isVisible()
    now = page.filters.span.since.dateTime().currentDateTime()
    page.filters.span.since.setDateTime(now.addSecs(-3 * 3600))
    page.filters.span.until.setDateTime(now.addSecs(-3600))
    idle()
    assert shown(page, CAMERA) == ["Desk"]


def test_camera_and_result_filters_combine(page: ActivityPage, idle: Idle, desk: Desk) -> None:
    gate = desk.cameras.list()[0].id
    choose(page, "camera", gate)
    idle()
    assert shown(page, CAMERA) == ["Gate", "Gate"]
    choose(page, "band", Band.MATCH)
    idle()
    assert shown(page, PERSON) == ["Ada Example"]
    choose(page, "band", Band.POSSIBLE)
    idle()
    assert page._no_hit.isVisible()
    page._no_hit.action.click()
    idle()
    assert page.model.rowCount() == 5
    assert not page.filters.narrowed


def test_person_filter_searches_by_name(page: ActivityPage, idle: Idle, qtbot: QtBot) -> None:
    picker = page.filters.person
    picker.setFocus()
    qtbot.keyClicks(picker, "ada")
    idle()
    popup = picker.completer().popup()
    assert popup is not None
    assert popup.isVisible()
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    idle()
    assert picker.text() == "Ada Example"
    assert shown(page, PERSON) == ["Ada Example", "Ada Example"]
    picker.clear()
    idle()
    assert page.model.rowCount() == 5


def test_new_sightings_appear_by_themselves(page: ActivityPage, desk: Desk, idle: Idle, qtbot: QtBot) -> None:
    gate = desk.cameras.list()[0].id
    page.table.selectRow(1)
    chosen = page.model.row(1).sighting.id
    desk._vault.sightings.append_many([sighting(gate, Band.UNKNOWN, 0)])
    desk.hub.publish(SightingsAdded(1))
    qtbot.waitUntil(lambda: page.model.rowCount() == 6, timeout=10_000)
    row = page.table.currentIndex().row()
    assert page.model.row(row).sighting.id == chosen  # what was chosen stays chosen


def test_nothing_yet_is_explained(window: MainWindow, idle: Idle) -> None:
    window.show_page("activity")
    idle()
    assert window.activity_page._nothing.isVisible()


def test_a_failing_vault_is_told_and_can_be_asked_again(
    window: MainWindow, desk: Desk, idle: Idle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> list[SightingRow]:
        raise ConsentryError

    with monkeypatch.context() as patch:
        patch.setattr(desk.activity, "list", fails)
        window.show_page("activity")
        idle()
    notice = window.activity_page.notice
    assert notice.isVisible()
    notice.action.click()
    idle()
    assert not notice.isVisible()


def test_removed_cameras_have_a_word(qtbot: QtBot) -> None:
    model = SightingsModel()
    model.set_rows([SightingRow(sighting(CameraId("gone"), Band.UNKNOWN, 1), "", None)])
    assert model.index(0, CAMERA).data() == "Removed camera"
