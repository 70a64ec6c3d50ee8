"""A new face is found again in the pictures that wait, by its look."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.capture.frame import Frame
from desktop.domain.geometry import Box
from desktop.domain.ids import TrackId
from desktop.recognition.masks import MASK_COLOUR
from desktop.recognition.presenter import Presenter
from desktop.recognition.timeline import AnalysisRecord, TrackMark
from desktop.recognition.trace import trace_back

RANDOM = np.random.default_rng(3)


def smooth(height: int, width: int, grain: int) -> np.ndarray:
    """Blobs about `grain` pixels large, (H, W, 4)."""
    coarse = RANDOM.integers(40, 220, (height // grain + 2, width // grain + 2), dtype=np.uint8)
    grey = np.kron(coarse, np.ones((grain, grain), np.uint8))[:height, :width]
    return np.dstack([grey, grey, grey, np.full_like(grey, 255)])


ROOM = smooth(180, 320, 24)
HEAD = smooth(40, 32, 4)


def picture(x: int, y: int = 60) -> np.ndarray:
    room = ROOM.copy()
    left, right = max(0, x), min(320, x + 32)
    if left < right:
        room[y : y + 40, left:right] = HEAD[:, left - x : right - x]
    return room


def test_a_moving_face_is_followed_back_to_where_it_was() -> None:
    places = [150 - 5 * i for i in range(8)]  # 125 px/s in a picture 320 px wide
    pictures = [(1.0 - 0.04 * i, picture(x)) for i, x in enumerate(places)]
    fixes = trace_back(pictures, (1.0, Box(150, 60, 32, 40)))
    assert [at for at, _ in fixes] == pytest.approx([1.0 - 0.04 * i for i in range(1, 8)])
    assert [box.x for _, box in fixes] == pytest.approx(places[1:], abs=2)


def test_the_trace_ends_where_the_face_was_not_there() -> None:
    pictures = [(1.0, picture(150)), (0.96, picture(147)), (0.92, ROOM), (0.88, ROOM)]
    assert len(trace_back(pictures, (1.0, Box(150, 60, 32, 40)))) == 1


def test_a_face_larger_than_the_patch_is_followed_too() -> None:
    big = [np.kron(picture(150 - 4 * i), np.ones((3, 3, 1), np.uint8)) for i in range(4)]
    fixes = trace_back([(1.0 - 0.04 * i, p) for i, p in enumerate(big)], (1.0, Box(450, 180, 96, 120)))
    assert [box.x for _, box in fixes] == pytest.approx([438, 426, 414], abs=5)


@pytest.mark.parametrize(
    ("pictures", "box"),
    [
        ([(1.0, picture(150))], Box(150, 60, 32, 40)),  # nothing earlier
        ([(1.0, ROOM * 0), (0.96, ROOM * 0)], Box(150, 60, 32, 40)),  # nothing to see
        ([(1.0, picture(-20)), (0.96, picture(-24))], Box(-20, 60, 32, 40)),  # cut off too far
    ],
)
def test_where_nothing_can_be_compared_nothing_is_claimed(pictures: list[tuple[float, np.ndarray]], box: Box) -> None:
    assert trace_back(pictures, (1.0, box)) == []


def test_the_presenter_masks_the_traced_places() -> None:
    """Faster than an untraced face is allowed for: 400 px/s in a picture 320 px wide."""
    presenter = Presenter(allowed=lambda _: False, clock=lambda: 1.0)
    presenter.set_size(320, 180)
    places = {i: 200 - 10 * (9 - i) for i in range(10)}
    for i, x in places.items():
        bgr = np.ascontiguousarray(picture(x)[..., :3])
        presenter.offer(Frame(bgr, i * 0.025, i))
    found = TrackMark(TrackId(1), Box(places[9], 60, 32, 40), 0.9)
    presenter.add_analysis(AnalysisRecord(9 * 0.025, (320, 180), (found,)), 0.05)
    shown = 0
    for tick in range(60, 120):
        made = presenter.next_picture(tick * 0.005)
        if made is None:
            continue
        x = places[made.seq]
        assert (made.pixels[60:100, x : x + 32] == MASK_COLOUR).all()
        shown += 1
    assert shown == 10
