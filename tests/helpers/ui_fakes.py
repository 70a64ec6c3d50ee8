"""Stand-ins for the live cameras, for tests that are about painting and keys alone."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from desktop.domain.cameras import Camera, CameraState, CameraStatus, SourceKind, SourceSpec
from desktop.domain.decision import Band
from desktop.domain.geometry import Box
from desktop.domain.ids import CameraId, PersonId, TrackId
from desktop.recognition.engine import CameraStats
from desktop.recognition.presenter import CoarseReason, OverlayMark, Picture, PresenterStats

LIVE = CameraStatus(CameraState.LIVE)
GREY = 90


def camera(number: int) -> Camera:
    return Camera(CameraId(f"cam-{number}"), f"Camera {number}", SourceSpec(SourceKind.VIDEO, "clip.mp4"))


def mark(
    band: Band,
    box: Box,
    *,
    masked: bool = True,
    person: str | None = None,
) -> OverlayMark:
    return OverlayMark(
        TrackId(1), box, (box,) if masked else (), band, PersonId(person) if person else None, 0.5, 0.4, False
    )


class FakePresenter:
    """Gives a flat grey picture of the size that was asked for, whenever `due` says so."""

    def __init__(self) -> None:
        self.sizes: list[tuple[int, int]] = []
        self.due = 0
        self.marks: tuple[OverlayMark, ...] = ()
        self.coarse = CoarseReason.NONE
        self.seq = 0

    @property
    def size(self) -> tuple[int, int]:
        return self.sizes[-1] if self.sizes else (0, 0)

    def set_size(self, width: int, height: int) -> None:
        self.sizes.append((width, height))

    def next_picture(self, _now: float | None = None) -> Picture | None:
        if self.due == 0 or 0 in self.size:
            return None
        self.due -= 1
        self.seq += 1
        pixels = np.full((self.size[1], self.size[0], 4), GREY, np.uint8)
        coarse = self.coarse is not CoarseReason.NONE
        return Picture(pixels, 0.0, self.seq, None, 0, coarse, self.coarse, self.marks)

    def stats(self) -> PresenterStats:
        return PresenterStats(100, 98, 2, 0, 200.0, 25.0)


@dataclass
class FakeLive:
    """As many cameras as asked for, all live."""

    count: int = 4
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.all = [camera(number) for number in range(1, self.count + 1)]
        self.presenters = {one.id: FakePresenter() for one in self.all}
        self.statuses = {one.id: LIVE for one in self.all}

    def cameras(self) -> tuple[Camera, ...]:
        return tuple(self.all)

    def presenter(self, camera_id: CameraId) -> FakePresenter | None:
        return self.presenters.get(camera_id)

    def status(self, camera_id: CameraId) -> CameraStatus:
        return self.statuses[camera_id]

    def stats(self, camera_id: CameraId) -> CameraStats | None:
        return CameraStats(25.0, 12.0, 25.0, 0.0, 0.0, 200.0, False, self.statuses[camera_id])

    def name_of(self, person_id: PersonId) -> str | None:
        return self.names.get(person_id)
