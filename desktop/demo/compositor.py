"""Frames of a scene, and the truth about them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.demo.bodies import STEPS
from desktop.demo.pixels import BGR, BGRA, Plane, blend, brightness_table, overlap, u8
from desktop.demo.puppets import SHUTTER_SECONDS, Layer, Pose, Puppet
from desktop.demo.rooms import build_room
from desktop.demo.roster import Roster
from desktop.demo.scenes import Movement, Scene, Script, Stay
from desktop.demo.window import Window
from desktop.domain.geometry import Box
from desktop.evaluation.truth import GRID, FaceTruth, HiddenHead, pack_cells

_WALK_HZ = 1.7
_NOISE_MARGIN = 64
LEAST_SEEN = 0.02  # visible share of a face below which it counts as covered


@dataclass(frozen=True, slots=True, eq=False)
class DrawnFrame:
    """A frame (H, W, 3) with the faces in it, farthest first, and the heads whose faces cannot be seen."""

    picture: BGR
    faces: tuple[FaceTruth, ...]
    hidden: tuple[HiddenHead, ...]


@dataclass(slots=True, eq=False)
class _Seen:
    """A head while its frame is being drawn: what covers it is found out as later layers come.

    `away`: the face is turned away, `box` is where it would be.
    """

    appearance: int
    box: Box
    away: bool
    size: float
    yaw: float
    blur: float
    light: float
    free: NDArray[np.bool_]  # over the pixels of the clipped box
    left: int
    top: int


class Compositor:
    """Draws the frames of one scene in order of your choice; the same index always gives the same picture."""

    def __init__(self, scene: Scene, script: Script, roster: Roster, folder: Path) -> None:
        """Raises DemoSourceMissing if a source picture is not in `folder`."""
        self._scene, self._script = scene, script
        self._size = (script.width, script.height)
        seed = script.seed + sum(map(ord, scene.id))
        self._room = build_room(scene.room, *self._size, scene.horizon, seed)
        self._front = _bounds(self._room.front)
        self._puppets = _puppets(scene, roster, folder, seed)
        self._moves = [Movement(stay) for stay in scene.stays]
        self._window = Window(scene.window, folder, script.fps, len(scene.stays)) if scene.window else None
        self._rng = np.random.default_rng(seed)
        self._grain = _grain(self._rng, scene.noise, script)

    def frame(self, index: int) -> DrawnFrame:
        seconds = index / self._script.fps
        picture = self._room.back.copy()
        seen: list[_Seen] = []
        if self._window is not None:
            self._window.draw(picture, index)
            shown = self._window.face(index)
            if shown is not None:
                number, box, inside, yaw, size = shown
                seen.append(self._see(number, box, size, yaw, 0.0, seconds, inside))
        for number, pose in sorted(self._present(seconds), key=lambda item: item[1].face):
            self._place(picture, number, pose, seconds, seen)
        if self._front is not None:
            left, top, patch = self._front
            self._cover(seen, blend(picture, patch, left, top), left, top)
        picture = self._developed(picture, seconds, index)
        told = [truth for head in seen if (truth := _truth(head, self._size)) is not None]
        return DrawnFrame(
            picture,
            tuple(truth for truth in told if isinstance(truth, FaceTruth)),
            tuple(truth for truth in told if isinstance(truth, HiddenHead)),
        )

    def _present(self, seconds: float) -> list[tuple[int, Pose]]:
        return [
            (number, self._pose(stay, self._moves[number], seconds - stay.start))
            for number, stay in enumerate(self._scene.stays)
            if stay.start <= seconds <= stay.start + stay.seconds
        ]

    def _pose(self, stay: Stay, move: Movement, at: float) -> Pose:
        x, face, yaw = move.place(at)
        speed = move.speed(at)
        walking = min(1.0, abs(speed) / (1.2 * face))
        swing = 2 * math.pi * _WALK_HZ * at + stay.start
        row = self._scene.horizon + self._scene.slope * (face - 60) - stay.tall * face
        return Pose(
            x=x + walking * 0.015 * face * math.sin(swing),
            y=row + walking * 0.035 * face * abs(math.sin(swing)),
            face=face,
            yaw=yaw,
            roll=2.0 * walking * math.sin(swing) + 1.2 * math.sin(at * 1.1 + stay.start),
            speed=speed,
            light=1 + 0.14 * math.sin(x / 210 + len(self._scene.id)),
            step=int(swing / (2 * math.pi) * STEPS) if walking > 0.15 else 0,
        )

    def _puppet(self, number: int) -> Puppet:
        stay = self._scene.stays[number]
        return self._puppets[stay.person, stay.look]

    def _place(self, picture: BGR, number: int, pose: Pose, seconds: float, seen: list[_Seen]) -> None:
        """Draw a person."""
        stay, puppet = self._scene.stays[number], self._puppet(number)
        door = stay.doorway if stay.doorway is not None and seconds - stay.start < stay.doorway.until else None
        for layer in puppet.layers(pose, self._size):
            shown = _through(layer, door.left, door.right) if door else layer
            alpha = blend(picture, shown.patch, shown.left, shown.top, shown.table)
            self._cover(seen, alpha, shown.left, shown.top)
        box, yaw, away = puppet.face(pose)
        inside = Box(door.left, 0, door.right - door.left, self._size[1]) if door else None
        smear = abs(pose.speed) * SHUTTER_SECONDS / math.sqrt(12)
        seen.append(self._see(number, box, pose.face, yaw, smear, seconds, inside, pose.light, away=away))

    def _see(
        self,
        number: int,
        box: Box,
        size: float,
        yaw: float,
        smear: float,
        seconds: float,
        inside: Box | None = None,
        light: float = 1.0,
        *,
        away: bool = False,
    ) -> _Seen:
        part = box.clipped(*self._size)
        left, top = round(part.x), round(part.y)
        free = np.ones((max(0, round(part.bottom) - top), max(0, round(part.right) - left)), np.bool_)
        if inside is not None:
            columns = np.arange(left, left + free.shape[1])
            rows = np.arange(top, top + free.shape[0])
            free &= ((columns >= inside.x) & (columns < inside.right))[None, :]
            free &= ((rows >= inside.y) & (rows < inside.bottom))[:, None]
        blur = math.hypot(smear, self._scene.defocus.at(seconds))
        gain = self._scene.light.at(seconds) * 0.5 ** (self._scene.gamma.at(seconds) - 1)
        return _Seen(number, box, away, size, yaw, blur, light * gain, free, left, top)

    @staticmethod
    def _cover(seen: list[_Seen], alpha: Plane | None, left: int, top: int) -> None:
        """Take what a layer with that alpha (clipped to the picture) hides from the heads drawn before it."""
        if alpha is None:
            return
        left, top = max(0, left), max(0, top)
        for face in seen:
            x, y = left - face.left, top - face.top
            rows, columns = overlap(face.free.shape, alpha.shape, x, y)
            if rows.start < rows.stop and columns.start < columns.stop:
                part = alpha[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]
                face.free[rows, columns] &= part < 128

    def _developed(self, picture: BGR, seconds: float, index: int) -> BGR:
        """What lens and sensor make of it: focus, exposure, noise."""
        sigma = self._scene.defocus.at(seconds)
        if sigma >= 0.3:
            picture = u8(cv2.GaussianBlur(picture, (0, 0), sigma))
        picture = u8(cv2.LUT(picture, brightness_table(self._scene.light.at(seconds), self._scene.gamma.at(seconds))))
        rng = np.random.default_rng((self._script.seed, index))
        x, y = (int(value) for value in rng.integers(0, _NOISE_MARGIN, 2))
        width, height = self._size
        for sign, grain in zip((1, -1), self._grain, strict=True):
            part = grain[y : y + height, x : x + width]
            picture = u8(cv2.add(picture, part) if sign > 0 else cv2.subtract(picture, part))
        return picture


def _truth(head: _Seen, size: tuple[int, int]) -> FaceTruth | HiddenHead | None:
    """None for a head outside the picture."""
    part = head.box.clipped(*size)
    if part.area < 1:
        return None
    visible = float(np.count_nonzero(head.free)) / max(1.0, head.box.area)
    x, y, w, h = (round(value, 1) for value in (part.x, part.y, part.w, part.h))
    values = {
        "appearance": head.appearance,
        "box": (x, y, w, h),
        "size": round(head.size, 1),
        "visible": round(min(1.0, visible), 3),
        "yaw": round(head.yaw, 1),
        "cells": None if head.free.all() else _cells(head.free),
    }
    if head.away or visible < LEAST_SEEN:
        return HiddenHead.model_validate(values)
    return FaceTruth.model_validate({**values, "blur": round(head.blur, 2), "light": round(head.light, 3)})


def _cells(free: NDArray[np.bool_]) -> str | None:
    """The free pixels in the grid of the truth format."""
    share = cv2.resize(free.astype(np.float32), (GRID, GRID), interpolation=cv2.INTER_AREA)
    return pack_cells(np.asarray(share) > 0.5)


def _puppets(scene: Scene, roster: Roster, folder: Path, seed: int) -> Mapping[tuple[str, str], Puppet]:
    wanted = {(stay.person, stay.look) for stay in scene.stays}
    puppets: dict[tuple[str, str], Puppet] = {}
    for person_id, look_id in sorted(wanted):
        clothes = roster.by_id[person_id].clothes
        if clothes is None:
            raise ValueError(f"{person_id} walks through {scene.id} but has no clothes in people.json")
        puppets[person_id, look_id] = Puppet(roster.looks[look_id], clothes, folder, seed + len(puppets))
    return puppets


def _bounds(front: BGRA) -> tuple[int, int, BGRA] | None:
    """The part of a whole-picture layer that holds anything."""
    rows = np.flatnonzero(front[:, :, 3].any(axis=1))
    columns = np.flatnonzero(front[:, :, 3].any(axis=0))
    if rows.size == 0:
        return None
    top, left = int(rows[0]), int(columns[0])
    return left, top, np.ascontiguousarray(front[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1])


def _through(layer: Layer, left: float, right: float) -> Layer:
    """Only what is seen between two columns of the picture."""
    columns = np.arange(layer.left, layer.left + layer.patch.shape[1])
    hidden = (columns < left) | (columns >= right)
    patch = layer.patch.copy()
    patch[:, hidden, 3] = 0
    return Layer(patch, layer.left, layer.top, layer.table)


def _grain(rng: np.random.Generator, sigma: float, script: Script) -> tuple[BGR, BGR]:
    """Sensor noise to add and to take away; a little larger than the picture, so that each frame takes another part."""
    shape = (script.height + _NOISE_MARGIN, script.width + _NOISE_MARGIN, 3)
    noise = rng.normal(0, sigma, shape).astype(np.float32)
    return np.clip(noise + 0.5, 0, 255).astype(np.uint8), np.clip(-noise + 0.5, 0, 255).astype(np.uint8)
