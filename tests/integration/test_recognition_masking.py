"""Real faces on known ways: no painted picture shows an unmasked face of somebody who is not matched."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from desktop.domain.decision import Band
from desktop.domain.geometry import Box
from desktop.recognition.gallery import Gallery
from desktop.recognition.masks import MASK_COLOUR, head_box
from desktop.recognition.picture import Picture
from desktop.recognition.replay import Pace, Replay
from desktop.recognition.settings import EngineSettings, MaskStyle
from tests.helpers.face_clips import SIZE, Walk, crossing, draw, enrolled, frames, head, room
from tests.helpers.pictures import default_pack

LEAST = 40.0  # px of the frame: smaller faces need not be masked
STANDARD = EngineSettings()
SLOW = EngineSettings(target_fps=5.0)


def still(x: float, y: float, width: float) -> Walk:
    return Walk(head("biden.jpg"), lambda _: (x, y, width))


def replayed(
    walks: list[Walk],
    seconds: float,
    gallery: Gallery | None = None,
    settings: EngineSettings = STANDARD,
    pace: Pace = Pace(),  # noqa: B008 - frozen
) -> Iterator[tuple[Picture, list[Box]]]:
    """Painted pictures, each with the true boxes in its own pixels."""
    truth: list[list[Box]] = []
    replay = Replay(default_pack(), gallery or enrolled(obama="obama.jpg"), settings, pace=pace)
    for picture in replay.run(frames(walks, seconds, truth)):
        scale = picture.pixels.shape[1] / SIZE[0]
        assert picture.position is not None
        yield picture, [box.scaled(scale, scale) for box in truth[picture.position]]


def hidden_share(picture: Picture, box: Box) -> float:
    left, top = int(np.floor(box.x)), int(np.floor(box.y))
    region = picture.pixels[top : int(np.ceil(box.bottom)), left : int(np.ceil(box.right))]
    return float((region == MASK_COLOUR).all(axis=-1).mean())


def unmasked(walks: list[Walk], seconds: float, which: int = 0, **how: object) -> list[tuple[int | None, float]]:
    """Pictures in which face number `which` shows (frame, hidden share); checks that there was something to hide."""
    bad, checked = [], 0
    for picture, boxes in replayed(walks, seconds, **how):  # type: ignore[arg-type]
        box = boxes[which]
        if picture.coarse or box.h < 1 or box.w < LEAST * picture.pixels.shape[1] / SIZE[0]:
            continue
        checked += 1
        share = hidden_share(picture, box)
        if share < 1.0:
            bad.append((picture.position, round(share, 2)))
    assert checked > 20
    return bad


@pytest.mark.parametrize("name", ["astronaut.png", "Tom_Hanks_54745.png", "biden.jpg", "t1.jpg"])
@pytest.mark.parametrize("speed", [300.0, -140.0])
def test_a_stranger_who_crosses_the_picture_is_hidden_from_the_first_picture_to_the_last(
    name: str, speed: float
) -> None:
    assert unmasked([Walk(head(name), crossing(260, 90, speed))], 5.0) == []


@pytest.mark.parametrize("width", [44.0, 60.0, 200.0])
def test_small_and_large_faces_are_hidden(width: float) -> None:
    assert unmasked([Walk(head("astronaut.png"), crossing(260, width, 220.0))], 5.0) == []


def test_slow_analysis_hides_them_too() -> None:
    how = {"settings": SLOW, "pace": Pace(detect=0.12, embed=0.1)}
    assert unmasked([Walk(head("astronaut.png"), crossing(260, 110, 260.0))], 5.0, **how) == []


def test_a_face_that_comes_in_from_below_and_goes_out_again_is_hidden() -> None:
    def bob(second: float) -> tuple[float, float, float]:
        return 500, 720 - 260 * np.sin(np.pi * min(1.0, second / 2.5)), 120

    assert unmasked([Walk(head("Tom_Hanks_54745.png"), bob)], 3.0) == []


def test_somebody_who_comes_nearer_is_hidden() -> None:
    def nearer(second: float) -> tuple[float, float, float]:
        width = 42 * 1.9**second
        return 640 - width / 2, 300 - width / 2, width

    assert unmasked([Walk(head("biden.jpg"), nearer)], 3.5) == []


def test_a_stranger_who_passes_an_enrolled_person_is_hidden_and_never_bears_the_name() -> None:
    enrolled_person = Walk(head("obama2.jpg"), lambda _: (560, 240, 120))
    stranger = Walk(head("Tom_Hanks_54745.png"), crossing(250, 110, 280.0, begin=1.5))
    walks = [enrolled_person, stranger]
    clear = 0
    for picture, (person, passer) in replayed(walks, 7.0):
        named = [mark for mark in picture.marks if mark.band is Band.MATCH]
        clear += any(not mark.masked and mark.box.iou(person) > 0.4 for mark in named)
        if passer.w >= LEAST / 2:
            assert hidden_share(picture, passer) == 1.0, picture.position
            assert not any(mark.box.iou(passer) > max(0.5, mark.box.iou(person)) for mark in named), picture.position
    assert clear > 60


@pytest.mark.parametrize("fps", [4.0, 3.0, 2.0, 1.0])
@pytest.mark.parametrize("name", ["astronaut.png", "Tom_Hanks_54745.png"])
def test_a_stranger_who_takes_an_enrolled_persons_place_while_nobody_looked_is_hidden(fps: float, name: str) -> None:
    """The processor is short: from one analysis to the next somebody else may stand there."""
    away = (-900.0, 240.0, 120.0)
    walks = [
        Walk(head("obama2.jpg"), lambda s: (560 + 20 * np.sin(s), 240, 120) if s < 4 else away),
        Walk(head(name), lambda s: away if s < 4 else (560 + 20 * np.sin(s), 240, 120)),
    ]
    how = {"settings": EngineSettings(target_fps=fps), "pace": Pace(detect=0.2, embed=0.1)}
    named = hidden = 0
    for picture, (_, stranger) in replayed(walks, 7.0, **how):  # type: ignore[arg-type]
        if stranger.w < 1:
            named += any(not mark.masked for mark in picture.marks)
        elif not picture.coarse:
            hidden += 1
            assert hidden_share(picture, stranger) == 1.0, picture.position
    assert hidden > 3
    assert named > 3 or fps < 3, "there was a name to lose"


def test_an_enrolled_person_is_named_and_shown_soon_and_stays_so() -> None:
    walks = [Walk(head("obama2.jpg"), lambda _: (560, 240, 120))]
    pictures = [picture for picture, _ in replayed(walks, 4.0)]
    first = next(p.frame_at for p in pictures if any(m.person_id == "obama" and not m.masked for m in p.marks))
    assert first - pictures[0].frame_at < 0.9
    assert all(not m.masked for p in pictures if p.frame_at > first for m in p.marks)


def test_nobody_is_shown_before_a_name_was_found() -> None:
    for picture, (box,) in replayed([still(560, 240, 120)], 2.0):
        assert picture.coarse or hidden_share(picture, box) == 1.0
        assert all(mark.person_id is None for mark in picture.marks)


def test_pixelated_masks_leave_no_more_than_four_by_four_cells() -> None:
    settings = EngineSettings(mask_style=MaskStyle.PIXELATED)
    for picture, (box,) in replayed([still(560, 240, 160)], 1.0, settings=settings):
        inside = head_box(box).clipped(640, 360)
        region = picture.pixels[int(inside.y) : int(inside.bottom), int(inside.x) : int(inside.right)]
        assert len(np.unique(region.reshape(-1, 4), axis=0)) <= 16


def test_a_pixelated_face_is_found_by_no_detector() -> None:
    detector = default_pack().new_detector()
    settings = EngineSettings(mask_style=MaskStyle.PIXELATED)
    *_, (picture, _) = replayed([still(560, 240, 160)], 1.0, settings=settings)
    assert detector.detect(np.ascontiguousarray(picture.pixels[..., :3]), score=0.6) == []


def test_the_mask_holds_the_hair() -> None:
    """The heads of the pictures as cut out with hair, throat and ears lie inside the head box, as far as they go."""
    image, (box,) = draw(room(1), [still(560, 240, 160)], 0.0)
    (found,) = default_pack().new_detector().detect(image)
    hull = head_box(found.box)
    assert hull.x <= box.x - 0.25 * box.w
    assert hull.right >= box.right + 0.25 * box.w
    assert hull.y <= box.y - 0.35 * box.h
    assert hull.bottom >= box.bottom + 0.1 * box.h
