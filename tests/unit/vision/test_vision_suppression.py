"""One box a face, and two faces one behind the other stay two."""

import numpy as np

from desktop.vision.suppression import keep_best


def row(x: float, y: float, w: float, h: float, score: float, nose: tuple[float, float] | None = None) -> list[float]:
    nose = nose or (x + w / 2, y + h * 0.6)
    return [x, y, w, h, score, *[0.0] * 4, *nose, *[0.0] * 4]


def kept(*rows: list[float]) -> list[int]:
    return keep_best(np.array(rows, np.float32).reshape(-1, 15))


def test_nothing_in_nothing_out() -> None:
    assert kept() == []


def test_the_best_of_overlapping_boxes_stays() -> None:
    assert kept(row(0, 0, 100, 130, 0.9), row(8, 4, 100, 130, 0.8), row(400, 0, 50, 65, 0.4)) == [0, 2]


def test_a_box_dropped_for_one_face_does_not_drop_others() -> None:
    chain = kept(row(0, 0, 100, 100, 0.9), row(25, 0, 100, 100, 0.8), row(50, 0, 100, 100, 0.7, nose=(140, 60)))
    assert chain == [0, 2]  # the third overlaps the dropped second by 60%, the first by 33% with its nose elsewhere


def test_doubtful_overlap_is_decided_by_the_noses() -> None:
    front = row(0, 0, 100, 130, 0.9)
    assert kept(front, row(45, 10, 100, 130, 0.7, nose=(110, 80))) == [0, 1]
    assert kept(front, row(45, 10, 100, 130, 0.7, nose=(60, 80))) == [0]
