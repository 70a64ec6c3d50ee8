"""Configuring cameras: list, add, change, remove, test."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.cameras import Camera, SourceSpec, StateReason
from desktop.domain.geometry import Point
from desktop.domain.ids import CameraId
from desktop.domain.progress import NoProgress, Progress
from desktop.vision.types import BGRImage


@dataclass(frozen=True, slots=True)
class CameraDraft:
    """A camera as typed, before it has an id."""

    name: str
    source: SourceSpec
    area: tuple[Point, ...] = ()
    notice_posted: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class CameraTest:
    """What a test found. `preview` (BGR, at most 640 px wide) has every face masked, or is coarse altogether."""

    ok: bool
    reason: StateReason
    width: int = 0
    height: int = 0
    fps: float = 0.0
    faces: int = 0
    preview: BGRImage | None = None


class CameraService:
    """All calls read or write the vault or a camera: worker thread. A running engine follows every change."""

    def list(self) -> list[Camera]:
        """All cameras, in the order they were added."""
        raise NotImplementedError

    def get(self, camera_id: CameraId) -> Camera:
        """Raises CameraGone."""
        raise NotImplementedError

    def add(self, draft: CameraDraft) -> CameraId:
        """Raises CameraNameInvalid, CameraNameTaken, AreaInvalid, AddressInvalid."""
        raise NotImplementedError

    def update(self, camera: Camera) -> None:
        """As `add`, and CameraGone. An address equal to the old one's `shown` keeps the old one with its password."""
        raise NotImplementedError

    def remove(self, camera_id: CameraId) -> None:
        """The camera's sightings go with it. Raises CameraGone."""
        raise NotImplementedError

    def test(self, source: SourceSpec, progress: Progress = NoProgress()) -> CameraTest:
        """Open the camera for up to 10 s and look at a picture. Raises AddressInvalid, Cancelled."""
        raise NotImplementedError

    def test_saved(self, camera_id: CameraId, progress: Progress = NoProgress()) -> CameraTest:
        """The same for a stored camera, with its stored password."""
        raise NotImplementedError
