"""Small events from the services to whoever shows them. No frame, face or vector ever travels here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from desktop.domain.cameras import CameraStatus
from desktop.domain.ids import CameraId
from desktop.recognition.events import TrackEvent

log = structlog.get_logger("desktop.services")


@dataclass(frozen=True, slots=True)
class PeopleChanged:
    """Somebody was added, changed, withdrew or was removed; lists read anew."""


@dataclass(frozen=True, slots=True)
class RequestsChanged:
    """A person's request was registered or went on."""


@dataclass(frozen=True, slots=True)
class CamerasChanged:
    """The configured cameras changed."""


@dataclass(frozen=True, slots=True)
class CameraStatusChanged:
    camera_id: CameraId
    status: CameraStatus


@dataclass(frozen=True, slots=True)
class TrackSeen:
    """A decision about a track was made or changed, or the track ended."""

    event: TrackEvent


@dataclass(frozen=True, slots=True)
class SightingsAdded:
    """`count` sightings have reached the vault."""

    count: int


@dataclass(frozen=True, slots=True)
class GalleryChanged:
    """Another gallery is in force: `people` in it, `revision` of the snapshot."""

    people: int
    revision: int


@dataclass(frozen=True, slots=True)
class HealthChanged:
    """The list of problems changed; read `desk.health.problems()`."""


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """A setting of this site changed."""


@dataclass(frozen=True, slots=True)
class SessionChanged:
    """Somebody signed in or out, the screen was locked, or roles changed; read `desk.access.current`."""


@dataclass(frozen=True, slots=True)
class OperatorsChanged:
    """The list of operators changed."""


@dataclass(frozen=True, slots=True)
class ApprovalsChanged:
    """A request for approval was made or decided, or what takes two people changed."""


@dataclass(frozen=True, slots=True)
class BackupsChanged:
    """A destination or its backups changed; lists read anew."""


@dataclass(frozen=True, slots=True)
class NoticesChanged:
    """A version of the notice was drafted, edited, published, retired or discarded."""


@dataclass(frozen=True, slots=True)
class RetentionChanged:
    """A run has ended."""


DeskEvent = (
    PeopleChanged
    | RequestsChanged
    | CamerasChanged
    | CameraStatusChanged
    | TrackSeen
    | SightingsAdded
    | GalleryChanged
    | HealthChanged
    | SettingsChanged
    | SessionChanged
    | OperatorsChanged
    | ApprovalsChanged
    | BackupsChanged
    | NoticesChanged
    | RetentionChanged
)
Listener = Callable[[DeskEvent], None]


class Hub:
    """Hands each event to every listener, in the thread that publishes it; listeners return at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Start listening; calling the returned function ends it (twice is harmless)."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners = tuple(other for other in self._listeners if other is not listener)

        return unsubscribe

    def publish(self, event: DeskEvent) -> None:
        """Deliver to all; a listener that fails is logged and does not keep the others from hearing."""
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                log.exception("listener_failed", kind=type(event).__name__)
