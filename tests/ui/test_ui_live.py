"""The wall: pictures 1:1 and only masked ones, marks told apart by more than colour, nothing composed while hidden."""

import time
from collections.abc import Iterator
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from desktop.domain.cameras import CameraState, CameraStatus, StateReason
from desktop.domain.decision import Band
from desktop.domain.geometry import Box
from desktop.domain.ids import CameraId
from desktop.recognition.presenter import CoarseReason, Picture
from desktop.services.live import LiveService
from desktop.ui.live.labels import Label, LabelCache
from desktop.ui.live.losses import RecentLosses
from desktop.ui.live.overlay import Overlay
from desktop.ui.live.tile import Tile
from desktop.ui.live.wall import Wall
from desktop.ui.theme import OVER_VIDEO
from tests.helpers.ui_fakes import GREY, FakeLive, FakePresenter, mark

LOST = CameraStatus(CameraState.LOST, StateReason.UNREACHABLE)


@pytest.fixture
def live() -> FakeLive:
    return FakeLive(4, {"ada": "Ada Example"})


@pytest.fixture
def wall(qtbot: QtBot, live: FakeLive) -> Iterator[Wall]:
    made = Wall(cast(LiveService, live))
    made.resize(900, 700)
    made.set_cameras(live.cameras())
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    made.deleteLater()


def first(wall: Wall, live: FakeLive) -> tuple[Tile, FakePresenter]:
    tile = wall.tiles[0]
    assert tile.camera is not None
    return tile, live.presenters[tile.camera.id]


def show_one(qtbot: QtBot, presenter: FakePresenter) -> None:
    qtbot.waitUntil(lambda: 0 not in presenter.size, timeout=5000)
    presenter.due = 1
    qtbot.waitUntil(lambda: presenter.due == 0, timeout=5000)
    qtbot.wait(30)


def drawn(tile: Tile) -> QImage:
    return tile.grab().toImage()


def count(image: QImage, colour: str) -> int:
    flat = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(flat.constBits(), np.uint32).reshape(flat.height(), flat.bytesPerLine() // 4)
    return int((pixels[:, : flat.width()] & 0xFFFFFF == QColor(colour).rgb() & 0xFFFFFF).sum())


def test_picture_is_drawn_one_to_one(qtbot: QtBot, wall: Wall, live: FakeLive) -> None:
    tile, presenter = first(wall, live)
    show_one(qtbot, presenter)
    assert count(drawn(tile), QColor(GREY, GREY, GREY).name()) == presenter.size[0] * presenter.size[1]


def test_painted_hook_gets_each_picture_once_after_painting(qtbot: QtBot, wall: Wall, live: FakeLive) -> None:
    seen: list[tuple[CameraId, int]] = []

    def note(camera_id: CameraId, picture: Picture) -> None:
        seen.append((camera_id, picture.seq))

    wall.painted = note
    tile, presenter = first(wall, live)
    show_one(qtbot, presenter)
    tile.repaint()
    assert seen == [("cam-1", 1)]
    show_one(qtbot, presenter)
    assert seen == [("cam-1", 1), ("cam-1", 2)]


@pytest.mark.parametrize("state", [state for state in CameraState if state is not CameraState.LIVE])
def test_a_camera_that_is_not_live_shows_no_old_picture(
    qtbot: QtBot, wall: Wall, live: FakeLive, state: CameraState
) -> None:
    tile, presenter = first(wall, live)
    show_one(qtbot, presenter)
    wall.set_status(CameraId("cam-1"), CameraStatus(state, StateReason.NO_FRAMES))
    assert count(drawn(tile), QColor(GREY, GREY, GREY).name()) == 0
    presenter.due = 1
    qtbot.wait(50)
    assert presenter.due == 1  # and none is pulled


def test_hidden_wall_lets_every_presenter_rest(qtbot: QtBot, wall: Wall, live: FakeLive) -> None:
    _, presenter = first(wall, live)
    qtbot.waitUntil(lambda: 0 not in presenter.size, timeout=5000)
    wall.hide()
    assert all(one.size == (0, 0) for one in live.presenters.values())
    presenter.due = 1
    qtbot.wait(50)
    assert presenter.due == 1
    wall.show()
    qtbot.waitUntil(lambda: 0 not in presenter.size, timeout=5000)


def test_cameras_out_of_sight_are_not_composed(qtbot: QtBot, wall: Wall, live: FakeLive) -> None:
    wall.set_count(1)
    assert live.presenters[CameraId("cam-1")].size != (0, 0)
    assert all(live.presenters[CameraId(f"cam-{number}")].size == (0, 0) for number in (2, 3, 4))
    wall.turn(1)
    assert live.presenters[CameraId("cam-1")].size == (0, 0)
    assert live.presenters[CameraId("cam-2")].size != (0, 0)


def test_resizing_asks_for_the_new_size_once_it_rests(qtbot: QtBot, wall: Wall, live: FakeLive) -> None:
    _, presenter = first(wall, live)
    qtbot.wait(200)
    before = len(presenter.sizes)
    for width in range(900, 1000, 10):
        wall.resize(width, 700)
        qtbot.wait(5)
    qtbot.waitUntil(lambda: len(presenter.sizes) > before, timeout=5000)
    qtbot.wait(200)
    assert len(presenter.sizes) - before <= 2
    tile = wall.tiles[0]
    assert presenter.size[0] <= tile.width()
    assert presenter.size[0] > tile.width() - 12


def test_a_new_presenter_of_the_same_camera_is_taken_over(qtbot: QtBot, wall: Wall, live: FakeLive) -> None:
    _, old = first(wall, live)
    fresh = FakePresenter()
    live.presenters[CameraId("cam-1")] = fresh
    qtbot.waitUntil(lambda: fresh.size != (0, 0), timeout=5000)
    assert old.size == (0, 0)


def test_bands_differ_by_line_and_words(qtbot: QtBot, wall: Wall, live: FakeLive) -> None:
    tile, presenter = first(wall, live)
    box = Box(120, 120, 80, 80)
    solid = dashed = thin = 0
    presenter.marks = (mark(Band.MATCH, box, masked=False, person="ada"),)
    show_one(qtbot, presenter)
    solid = count(drawn(tile), OVER_VIDEO.match)
    presenter.marks = (mark(Band.POSSIBLE, box, person="ada"),)
    show_one(qtbot, presenter)
    picture = drawn(tile)
    dashed = count(picture, OVER_VIDEO.possible)
    presenter.marks = (mark(Band.UNKNOWN, box),)
    show_one(qtbot, presenter)
    thin = count(drawn(tile), OVER_VIDEO.unknown)
    assert solid > 2 * 4 * 76  # two pixels wide all around, and more for the label
    assert 0 < thin < 4 * 84
    assert dashed > 24 * 100  # the label's ground
    assert count(picture, OVER_VIDEO.match) == 0


def test_labels_name_matches_only(qtbot: QtBot, live: FakeLive) -> None:
    overlay = Overlay(LabelCache(Tile(live.presenter, live.name_of).font()), live.name_of)  # type: ignore[arg-type]
    box = Box(10, 10, 50, 50)
    match = overlay._label(mark(Band.MATCH, box, person="ada"))
    possible = overlay._label(mark(Band.POSSIBLE, box, person="ada"))
    assert match is not None
    assert match.text == "Ada Example"
    assert match.icon == "check"
    assert possible is not None
    assert possible.text == "Possible match: compare"
    assert possible.detail == "0.50 / 0.40"
    assert "Ada" not in str(possible)
    assert overlay._label(mark(Band.UNKNOWN, box)) is None
    gone = overlay._label(mark(Band.MATCH, box, person="nobody"))
    assert gone is not None
    assert gone.text == "Match"


@pytest.mark.parametrize("reason", [CoarseReason.STARTING, CoarseReason.ANALYSIS_LATE])
def test_a_coarse_picture_says_why(qtbot: QtBot, wall: Wall, live: FakeLive, reason: CoarseReason) -> None:
    tile, presenter = first(wall, live)
    presenter.coarse = reason
    show_one(qtbot, presenter)
    assert count(drawn(tile), OVER_VIDEO.chip) > 24 * 100


def test_labels_are_drawn_once_and_forgotten_in_the_end(qtbot: QtBot, wall: Wall) -> None:
    cache = LabelCache(wall.font())
    one = cache.get(Label("Ada"), 200, 1.0)
    assert cache.get(Label("Ada"), 203, 1.0) is one  # a few pixels more or less make no new pixmap
    for number in range(400):
        cache.get(Label(str(number)), 200, 1.0)
    assert len(cache._made) == 256
    assert cache.get(Label("A very long name that cannot fit"), 60, 1.0).width() <= 64


def test_paging_keeps_the_first_camera_in_sight(qtbot: QtBot) -> None:
    live = FakeLive(11)
    wall = Wall(cast(LiveService, live))
    wall.set_cameras(live.cameras())
    assert (wall.count, wall.pages) == (4, 3)
    wall.turn(1)
    wall.set_count(1)
    assert wall.tiles[0].camera == live.all[4]
    wall.set_count(9)
    assert wall.pages == 2
    wall.turn(5)
    assert [tile.camera for tile in wall.tiles[:3]] == [live.all[9], live.all[10], None]
    wall.set_cameras(live.cameras()[:2])
    assert wall.page == 0
    wall.deleteLater()


def test_double_click_fills_the_wall_and_back(qtbot: QtBot, wall: Wall) -> None:
    changes: list[bool] = []
    wall.maximised.connect(changes.append)
    qtbot.mouseDClick(wall.tiles[1], Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert wall.single == "cam-2"
    assert len(wall.tiles) == 1
    qtbot.mouseDClick(wall.tiles[0], Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert wall.single is None
    assert changes == [True, False]


def test_removing_the_full_screen_camera_goes_back(qtbot: QtBot, wall: Wall, live: FakeLive) -> None:
    wall.maximise(CameraId("cam-2"))
    wall.set_cameras([one for one in live.cameras() if one.id != "cam-2"])
    assert wall.single is None


def test_retry_is_counted_down_in_words(qtbot: QtBot, wall: Wall) -> None:
    status = CameraStatus(CameraState.LOST, StateReason.UNREACHABLE, retry_at=time.monotonic() + 30)
    wall.set_status(CameraId("cam-1"), status)
    message = wall.tiles[0]._message()
    assert message.title == "Connection lost"
    assert message.sentence.startswith("The camera does not answer.")
    assert message.step == "Trying again in 30 s"
    assert wall.tiles[0].accessibleDescription().startswith("Connection lost. The camera does not answer.")


def test_losses_are_those_of_the_last_seconds() -> None:
    losses = RecentLosses()
    assert losses.note(100, 50) == 0.0
    assert losses.note(200, 60) == 10.0
    for step in range(1, 12):
        share = losses.note(200 + 100 * step, 60)
    assert share == 0.0
    assert losses.note(10, 0) == 0.0  # counted anew
