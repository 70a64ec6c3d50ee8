"""The five-point crop."""

import numpy as np
import pytest

from desktop.vision.align import TEMPLATE, align, similarity


def moved(points: np.ndarray, angle: float, scale: float, shift: tuple[float, float]) -> np.ndarray:
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (points @ turn.T + shift).astype(np.float32)


@pytest.mark.parametrize(("angle", "scale"), [(0.0, 1.0), (0.5, 0.4), (-2.5, 3.0)])
def test_similarity_takes_moved_landmarks_back_to_the_template(angle: float, scale: float) -> None:
    landmarks = moved(TEMPLATE, angle, scale, (300.0, -40.0))
    matrix = similarity(landmarks)
    back = np.column_stack([landmarks, np.ones(5)]) @ matrix.T
    np.testing.assert_allclose(back, TEMPLATE, atol=1e-3)


def test_similarity_is_the_least_squares_solution() -> None:
    landmarks = (TEMPLATE * 2 + np.random.default_rng(3).normal(0, 4, (5, 2))).astype(np.float32)
    matrix = similarity(landmarks)

    def error(candidate: np.ndarray) -> float:
        return float(np.square(np.column_stack([landmarks, np.ones(5)]) @ candidate.T - TEMPLATE).sum())

    a, b = matrix[0, 0], matrix[1, 0]
    for da, db, dx, dy in 1e-3 * np.array([[1, 0, 0, 0], [-1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 100, 0], [0, 0, 0, -100]]):
        other = np.array([[a + da, -(b + db), matrix[0, 2] + dx], [b + db, a + da, matrix[1, 2] + dy]])
        assert error(other) > error(matrix)


def test_landmarks_in_one_place_are_refused() -> None:
    with pytest.raises(ValueError, match="do not span"):
        similarity(np.full((5, 2), 7, np.float32))


def test_what_lies_beyond_the_picture_is_black() -> None:
    image = np.full((112, 112, 3), 200, np.uint8)
    crop = align(
        image, (TEMPLATE + np.array([0, 40])).astype(np.float32)
    )  # face 40 px lower: the crop's bottom is outside
    assert crop.shape == (112, 112, 3)
    assert crop.dtype == np.uint8
    assert (crop[:70] == 200).all()
    assert (crop[80:] == 0).all()
