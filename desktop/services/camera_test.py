"""What a test of a camera found."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.cameras import StateReason
from desktop.vision.types import BGRImage


@dataclass(frozen=True, slots=True, eq=False)
class CameraTest:
    """`preview` (BGR, at most 640 px wide) has every face masked, or is coarse altogether."""

    ok: bool
    reason: StateReason
    width: int = 0
    height: int = 0
    fps: float = 0.0
    faces: int = 0
    preview: BGRImage | None = None
