"""What happens before the demo's cameras, described in resources/demo/scenes.json."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy.interpolate import PchipInterpolator

from desktop.paths import resources_dir

RoomKind = Literal["lobby", "desk", "corridor", "gate"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Waypoint(_Strict):
    """Where a person is `at` seconds after the stay began: head centre `x` and face width in pixels, yaw in degrees."""

    at: float = Field(ge=0)
    x: float
    face: float = Field(gt=0)
    yaw: float = Field(ge=-180, le=180)


class Doorway(_Strict):
    """Until `until` seconds into the stay the person is behind a wall and only seen between `left` and `right`."""

    left: float
    right: float
    until: float


class Stay(_Strict):
    """One stay of one person. `tall` shifts the head up by that many face widths."""

    person: str
    look: str
    start: float = Field(ge=0)
    path: tuple[Waypoint, ...] = Field(min_length=2)
    doorway: Doorway | None = None
    tall: float = 0.0

    @property
    def seconds(self) -> float:
        return self.path[-1].at


class Curve(_Strict):
    """A value over the clip's time: linear between points (seconds, value), equal at both ends so that it loops."""

    points: tuple[tuple[float, float], ...] = Field(min_length=1)

    def at(self, seconds: float) -> float:
        times, values = zip(*self.points, strict=True)
        return float(np.interp(seconds, times, values))


class VideoVisit(_Strict):
    """The real video plays from `first` to `last` (backwards if `last` is smaller) starting at `start` seconds."""

    start: float = Field(ge=0)
    first: int = Field(ge=0)
    last: int = Field(ge=0)


class HeadKey(_Strict):
    """A face box in a frame of the real video, marked by hand: left, top, width, height in the video's pixels."""

    frame: int = Field(ge=0)
    face: tuple[float, float, float, float]
    yaw: float


class VideoWindow(_Strict):
    """A real video shown in part of the picture: the view through a window, empty between the visits.

    `box` is where it is shown; it slides in and out within `slide` seconds.
    """

    person: str
    source: str
    box: tuple[int, int, int, int]
    slide: float = Field(gt=0)
    keys: tuple[HeadKey, ...] = Field(min_length=2)
    visits: tuple[VideoVisit, ...]


class Scene(_Strict):
    """One camera. Heads of people of face width w stand at row `horizon` + `slope` * (w - 60)."""

    id: str
    name: str
    room: RoomKind
    horizon: float
    slope: float
    light: Curve
    gamma: Curve
    defocus: Curve
    noise: float = Field(ge=0)
    stays: tuple[Stay, ...]
    window: VideoWindow | None = None


class Script(_Strict):
    """All scenes. The clip repeats after `seconds`: everybody has left by then."""

    seed: int
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    fps: int = Field(gt=0)
    seconds: float = Field(gt=0)
    scenes: tuple[Scene, ...]

    def shortened(self, seconds: float, scenes: int | None = None) -> Script:
        """The first seconds of the first scenes, for quick tests."""
        return self.model_copy(update={"seconds": seconds, "scenes": self.scenes[:scenes]})


class Movement:
    """A stay's movement: smooth between waypoints, never past them (monotone cubic), standing still outside."""

    def __init__(self, stay: Stay) -> None:
        times = np.array([point.at for point in stay.path])
        values = np.array([(point.x, point.face, point.yaw) for point in stay.path])
        self._end = float(times[-1])
        self._curve = PchipInterpolator(times, values)
        self._speed = self._curve.derivative()

    def place(self, seconds: float) -> tuple[float, float, float]:
        """x, face width and yaw at `seconds` into the stay."""
        x, face, yaw = self._curve(min(max(seconds, 0.0), self._end))
        return float(x), float(face), float(yaw)

    def speed(self, seconds: float) -> float:
        """Sideways speed in pixels a second."""
        return float(self._speed(min(max(seconds, 0.0), self._end))[0])


def load_script(path: Path | None = None) -> Script:
    return Script.model_validate_json((path or resources_dir() / "demo" / "scenes.json").read_bytes())
