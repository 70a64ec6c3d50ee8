"""A head on a body, placed in a frame."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.demo import bodies, heads
from desktop.demo.bodies import Body
from desktop.demo.heads import Head
from desktop.demo.pixels import BGRA, Matrix, brightness_table, motion_blur, shrunk, warp
from desktop.demo.roster import Clothes, Look
from desktop.domain.geometry import Box

SHUTTER_SECONDS = 1 / 50
FACE_UNTIL = 90.0
"""Degrees of yaw beyond which no face is seen, only the back of a head with a sliver of cheek."""
_LIGHT_STEP = 0.04


@dataclass(frozen=True, slots=True)
class Pose:
    """Head centre, face width, yaw (degrees), roll (degrees), sideways speed (px/s), light factor, walking phase."""

    x: float
    y: float
    face: float
    yaw: float
    roll: float = 0.0
    speed: float = 0.0
    light: float = 1.0
    step: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A patch of a person at a corner of the frame, and the table of its brightness (None: as it is)."""

    patch: BGRA
    left: int
    top: int
    table: NDArray[np.uint8] | None = None


class Puppet:
    """One person in one look."""

    def __init__(self, look: Look, clothes: Clothes, folder: Path, seed: int) -> None:
        """Raises DemoSourceMissing if the look's picture is not in `folder`."""
        self._head = Head(look, folder)
        self._body = Body(clothes, self._head.skin, seed)
        self._small_head = lru_cache(maxsize=64)(self._shrink_head)
        self._small_body = lru_cache(maxsize=8)(self._shrink_body)

    def layers(self, pose: Pose, size: tuple[int, int]) -> list[Layer]:
        """Body, then head, as they are seen in a picture of `size` (width, height); parts outside are left out."""
        turn = self._head.turn_for(pose.yaw)
        level = 0 if pose.face > heads.FACE * 0.7 else 1 if pose.face > heads.FACE * 0.35 else 2
        low = 0 if pose.face > bodies.FACE * 0.7 else 1
        placed = [
            (self._small_body(pose.step, low), self._body_matrix(pose, low)),
            (self._small_head(turn, level), self._head_matrix(pose, level)),
        ]
        layers = []
        for sprite, matrix in placed:
            warped = warp(sprite, matrix, size)
            if warped is None:
                continue
            patch, left, top = warped
            blurred = motion_blur(patch, abs(pose.speed) * SHUTTER_SECONDS)
            layers.append(Layer(blurred, left, top, _table(pose.light)))
        return layers

    def face(self, pose: Pose) -> tuple[Box, float, bool]:
        """Face box in the frame (not clipped), the yaw as drawn, and whether the face is turned away.

        The box of a face that is turned away is where it would be if the head were glass, together with the cheek that
        is still seen at the edge of the head.
        """
        turn = self._head.turn_for(pose.yaw)
        box, yaw = self._head.face(turn), self._head.shown_yaw(turn)
        away = box is None or abs(yaw) > FACE_UNTIL
        matrix, glass = self._head_matrix(pose, 0), self._head.face(0)
        parts = [part for part in ((box, glass) if away else (box,)) if part is not None]
        left, right = min(part.x for part in parts), max(part.right for part in parts)
        top, bottom = parts[0].y, parts[0].bottom
        corners = np.array([(left, top), (right, top), (left, bottom), (right, bottom)])
        moved = corners @ matrix[:, :2].T + matrix[:, 2]
        centre, scale = moved.mean(axis=0), pose.face / heads.FACE
        width, height = (right - left) * scale, (bottom - top) * scale
        return Box(float(centre[0] - width / 2), float(centre[1] - height / 2), width, height), yaw, away

    def _shrink_head(self, turn: float, level: int) -> BGRA:
        sprite = self._head.sprite(turn)
        return shrunk(sprite, 0.5**level) if level else sprite

    def _shrink_body(self, step: int, level: int) -> BGRA:
        sprite = self._body.sprite(step)
        return shrunk(sprite, 0.5**level) if level else sprite

    def _body_matrix(self, pose: Pose, level: int) -> Matrix:
        """The chin of the body under the chin of the head; the shoulders turn a little with the head."""
        scale = pose.face / bodies.FACE
        across = scale * (1 - 0.22 * abs(math.sin(math.radians(pose.yaw))))
        chin = pose.y + (self._head.chin - self._head.centre[1]) * pose.face / heads.FACE
        matrix = np.array([[across, 0, pose.x - across * bodies.WIDTH / 2], [0, scale, chin - scale * bodies.CHIN]])
        matrix[:, :2] *= 2**level
        return matrix

    def _head_matrix(self, pose: Pose, level: int) -> Matrix:
        scale, angle = pose.face / heads.FACE, math.radians(pose.roll)
        cos, sin = scale * math.cos(angle), scale * math.sin(angle)
        centre = np.array(self._head.centre)
        turned: NDArray[np.float64] = np.array([[cos, -sin], [sin, cos]])
        shift = np.array([pose.x, pose.y]) - turned @ centre
        return np.column_stack([turned * 2**level, shift])


def _table(light: float) -> NDArray[np.uint8] | None:
    gain = round(light / _LIGHT_STEP) * _LIGHT_STEP
    return None if abs(gain - 1) < _LIGHT_STEP / 2 else brightness_table(gain, 1.0)
