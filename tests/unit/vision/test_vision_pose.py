"""Angles from five landmarks: exact for the mean face, signs as documented."""

import math

import numpy as np
import pytest

from desktop.vision import pose
from desktop.vision.pose import head_pose


def turned(yaw: float, pitch: float, roll: float) -> np.ndarray:
    y, p, r = (math.radians(angle) for angle in (yaw, pitch, roll))
    about_y = np.array([[math.cos(y), 0, -math.sin(y)], [0, 1, 0], [math.sin(y), 0, math.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(p), -math.sin(p)], [0, math.sin(p), math.cos(p)]])
    about_z = np.array([[math.cos(r), -math.sin(r), 0], [math.sin(r), math.cos(r), 0], [0, 0, 1]])
    return (pose._FACE @ (about_z @ about_x @ about_y).T)[:, :2]


@pytest.mark.parametrize(
    "angles", [(0, 0, 0), (30, 0, 0), (-60, 0, 0), (0, 25, 0), (0, -25, 0), (0, 0, 40), (35, -10, 10), (25, 15, -20)]
)
def test_the_mean_face_turned_is_read_back(angles: tuple[float, float, float]) -> None:
    found = head_pose((turned(*angles) * 1.7 + 250).astype(np.float32))
    neutral = pose._NEUTRAL_PITCH
    assert (found.yaw, found.pitch + neutral, found.roll) == pytest.approx(angles, abs=0.5)


def test_signs() -> None:
    nose_right = turned(30, 0, 0)
    assert nose_right[2, 0] > (nose_right[0, 0] + nose_right[1, 0]) / 2 + 5
    clockwise = turned(0, 0, 20)
    assert clockwise[1, 1] > clockwise[0, 1]  # the eye on the right of the picture is lower


def test_landmarks_on_a_line_count_as_seen_from_the_side() -> None:
    line = np.column_stack([np.full(5, 3.0), np.arange(5.0)]).astype(np.float32)
    assert abs(head_pose(line).yaw) >= 85
