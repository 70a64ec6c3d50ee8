"""What a camera is, where its picture comes from and what state it is in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.geometry import Point
from desktop.domain.ids import CameraId
from desktop.domain.redact import redact_address


class SourceKind(StrEnum):
    USB = "usb"
    RTSP = "rtsp"
    VIDEO = "video"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """Where frames come from.

    `address` is a device index ("0"), an RTSP URL (may hold credentials: never show or log it, use `shown`), or a
    path. `loop` and `fps` matter to files only; `fps` 0 means the file's own rate (folders: 1 picture a second).
    """

    kind: SourceKind
    address: str
    loop: bool = True
    fps: float = 0.0

    @property
    def shown(self) -> str:
        """The address as it may appear on screen and in logs."""
        return redact_address(self.address) if self.kind is SourceKind.RTSP else self.address

    def __repr__(self) -> str:  # a repr ends up in logs and tracebacks
        return f"SourceSpec({self.kind.value}, {self.shown!r})"


@dataclass(frozen=True, slots=True)
class Camera:
    """A configured camera. `area` is the recognition area, a normalised polygon; empty means the whole picture.

    Only faces whose centre lies in the area are ever embedded, and only once `notice_posted` says that the
    privacy notice hangs where people see it before they enter the area.
    """

    id: CameraId
    name: str
    source: SourceSpec
    area: tuple[Point, ...] = ()
    notice_posted: bool = False
    enabled: bool = True


class CameraState(StrEnum):
    CONNECTING = "connecting"
    LIVE = "live"
    STALLED = "stalled"  # open, but no frame within the watchdog's time
    LOST = "lost"  # was live, or could not be reached; being retried
    REFUSED = "refused"  # the camera said no (password, not a video): retried slowly, a person must act
    ENDED = "ended"  # a file played once to its end
    STOPPED = "stopped"


class StateReason(StrEnum):
    """Why a camera is in its state; the window has a sentence for each."""

    NONE = ""
    STARTING = "starting"
    NOT_FOUND = "not_found"
    UNREACHABLE = "unreachable"
    BAD_PASSWORD = "bad_password"  # noqa: S105 - a reason, not a password
    NOT_A_VIDEO = "not_a_video"
    EMPTY_FILE = "empty_file"
    NO_FRAMES = "no_frames"
    STREAM_ENDED = "stream_ended"
    BUSY = "busy"
    NO_PICTURES = "no_pictures"


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """State with its reason; `since` and `retry_at` are monotonic seconds (`retry_at` None: no retry planned)."""

    state: CameraState
    reason: StateReason = StateReason.NONE
    since: float = 0.0
    attempt: int = 0
    retry_at: float | None = None
