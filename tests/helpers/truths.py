"""Small ground truths and painted pictures for tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from desktop.domain.decision import Band
from desktop.domain.geometry import Box
from desktop.domain.ids import PersonId, TrackId
from desktop.evaluation.truth import Appearance, ClipTruth, FaceTruth, HiddenHead, Standing, TruthPerson
from desktop.recognition.masks import MASK_COLOUR
from desktop.recognition.presenter import CoarseReason, OverlayMark, Picture

WIDTH, HEIGHT, FPS = 320, 180, 25.0
PEOPLE = {
    "ada": TruthPerson(id="ada", name="Ada Example", standing=Standing.ENROLLED),
    "bo": TruthPerson(id="bo", name="Bo Example", standing=Standing.ENROLLED),
    "sid": TruthPerson(id="sid", name="Sid Example", standing=Standing.STRANGER),
    "wim": TruthPerson(id="wim", name="Wim Example", standing=Standing.WITHDRAWN),
}


def face(appearance: int, x: float, **changes: object) -> FaceTruth:
    """A frontal, free face 80 px wide at column `x`."""
    values: dict[str, object] = {"appearance": appearance, "box": (x, 30.0, 80.0, 100.0), "size": 80.0}
    return FaceTruth.model_validate({**values, "visible": 1.0, "yaw": 0.0, **changes})


def turned(appearance: int, x: float, **changes: object) -> HiddenHead:
    """The free back of a head whose face would be where `face` is."""
    values: dict[str, object] = {"appearance": appearance, "box": (x, 30.0, 80.0, 100.0), "size": 80.0}
    return HiddenHead.model_validate({**values, "visible": 1.0, "yaw": 170.0, **changes})


def clip(
    stays: Sequence[tuple[str, int, int]],
    faces: Sequence[Sequence[FaceTruth]],
    hidden: Sequence[Sequence[HiddenHead]] = (),
) -> ClipTruth:
    """A clip of `faces`; each stay is (person, first, last), its id its index."""
    appearances = tuple(
        Appearance(id=number, person=person, first=first, last=last)
        for number, (person, first, last) in enumerate(stays)
    )
    return ClipTruth(
        camera="Door",
        width=WIDTH,
        height=HEIGHT,
        fps=FPS,
        people=tuple(PEOPLE.values()),
        appearances=appearances,
        faces=tuple(tuple(frame) for frame in faces),
        hidden=tuple(tuple(frame) for frame in hidden),
    )


def standing_still(person: str, x: float, frames: int) -> ClipTruth:
    """One person who is in view, and could be named, in every frame."""
    return clip([(person, 0, frames - 1)], [[face(0, x)] for _ in range(frames)])


def mark(x: float, name: str | None = None, *, track: int = 1, scale: float = 1.0, masked: bool = False) -> OverlayMark:
    """A mark on the face that `face` puts at `x`, in a picture scaled by `scale`."""
    box = Box(x, 30.0, 80.0, 100.0).scaled(scale, scale)
    return OverlayMark(
        track_id=TrackId(track),
        box=box,
        masks=(box,) if masked else (),
        band=Band.MATCH if name else Band.UNKNOWN,
        person_id=PersonId(name) if name else None,
        score=0.7,
        threshold=0.4,
        held=False,
    )


def picture(
    position: int | None,
    marks: Sequence[OverlayMark] = (),
    masks: Sequence[Box] = (),
    *,
    scale: float = 1.0,
    coarse: bool = False,
    pass_: int = 0,
) -> Picture:
    """A painted picture of a grey scene; `masks` in frame pixels are filled with the mask colour."""
    pixels = np.full((round(HEIGHT * scale), round(WIDTH * scale), 4), 128, np.uint8)
    for box in masks:
        part = box.scaled(scale, scale)
        pixels[int(part.y) : round(part.bottom), int(part.x) : round(part.right)] = MASK_COLOUR
    return Picture(
        pixels=pixels,
        frame_at=100.0 + (position or 0) / FPS + pass_ * 60,
        seq=position or 0,
        position=position,
        pass_=pass_,
        coarse=coarse,
        coarse_reason=CoarseReason.ANALYSIS_LATE if coarse else CoarseReason.NONE,
        marks=tuple(marks),
    )
