"""The running cameras: start, stop, pictures, states."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from desktop.domain.cameras import Camera, CameraState, CameraStatus
from desktop.domain.ids import CameraId, PersonId
from desktop.domain.permissions import Permission
from desktop.recognition.engine import CameraStats, RecognitionEngine
from desktop.recognition.events import TrackEvent
from desktop.recognition.gallery import Gallery
from desktop.recognition.presenter import Presenter
from desktop.recognition.settings import EngineSettings
from desktop.services.access import Access
from desktop.services.errors import DeskClosed
from desktop.services.hub import CameraStatusChanged, Hub, TrackSeen
from desktop.services.recorder import SightingRecorder
from desktop.vision.packs import ModelPack
from desktop.vision.types import BGRImage


@dataclass(frozen=True, slots=True)
class CameraView:
    """One camera as Live shows it. `stats` None: not running."""

    camera: Camera
    status: CameraStatus
    stats: CameraStats | None


class LiveService:
    """Owns the engine while cameras run. Calls return at once unless they say otherwise; any thread.

    Cameras run whoever is signed in, or nobody. Pictures and names are given only to eyes that may see them.
    """

    def __init__(
        self,
        access: Access,
        pack: ModelPack,
        gallery: Gallery,
        recorder: SightingRecorder,
        hub: Hub,
        *,
        cameras: Iterable[Camera],
        engine_settings: Callable[[], EngineSettings],
        name_of: Callable[[PersonId], str | None],
        may_be_shown: Callable[[PersonId], bool],
    ) -> None:
        self._access = access
        self._pack = pack
        self._gallery = gallery
        self._recorder = recorder
        self._hub = hub
        self._engine_settings = engine_settings
        self._name_of = name_of
        self._may_be_shown = may_be_shown
        self._control = threading.RLock()  # starting, stopping and changing cameras, one after the other
        self._engine: RecognitionEngine | None = None
        self._cameras: dict[CameraId, Camera] = {camera.id: camera for camera in cameras}
        self._closed = False

    @property
    def running(self) -> bool:
        return self._engine is not None

    def start(self) -> None:
        """Start the enabled cameras (loads the models into the workers: worker thread). Again: nothing happens.

        Raises DeskClosed, the model pack's errors.
        """
        with self._control:
            if self._closed:
                raise DeskClosed
            if self._engine is not None:
                return
            engine = RecognitionEngine(
                self._pack,
                self._gallery,
                settings=self._engine_settings(),
                on_event=self._on_event,
                on_status=self._on_status,
                may_be_shown=self._may_be_shown,
            )
            for camera in self.cameras():
                engine.set_camera(camera)
            engine.start()
            self._engine = engine

    def stop(self) -> None:
        """Stop them and wait until every thread has ended (up to seconds: worker thread)."""
        with self._control:
            engine, self._engine = self._engine, None
            if engine is not None:
                engine.stop()
                self._recorder.end_tracks()

    def close(self) -> None:
        """Stop for good: a `start` that comes late (from a window that is closing) is refused."""
        with self._control:
            self._closed = True
            self.stop()

    def restart(self) -> None:
        """Take new settings into force, if running. Every presenter is a new one then (worker thread)."""
        with self._control:
            if self.running:
                self.stop()
                self.start()

    def camera_saved(self, camera: Camera) -> None:
        """A camera was added or changed."""
        with self._control:
            self._cameras = {**self._cameras, camera.id: camera}
            if self._engine is None:
                return
            if camera.enabled:
                self._engine.set_camera(camera)
            else:
                self._engine.remove_camera(camera.id)
                self._recorder.end_tracks(camera.id)

    def camera_removed(self, camera_id: CameraId) -> None:
        """A camera was removed: its reader ends."""
        with self._control:
            self._cameras = {key: camera for key, camera in self._cameras.items() if key != camera_id}
            if self._engine is not None:
                self._engine.remove_camera(camera_id)
            self._recorder.end_tracks(camera_id)

    def cameras(self) -> tuple[Camera, ...]:
        """The enabled cameras in the order they were added, from memory."""
        return tuple(camera for camera in self._cameras.values() if camera.enabled)

    def camera_name(self, camera_id: CameraId) -> str:
        """Name from memory; empty for a camera that is no longer there."""
        camera = self._cameras.get(camera_id)
        return camera.name if camera is not None else ""

    def presenter(self, camera_id: CameraId) -> Presenter | None:
        """Where a tile pulls its pictures; None if this camera is not running (any more), or not for these eyes.

        Ask again at every tick: after `restart` or a change of the camera it may be another one.
        """
        engine = self._engine
        if engine is None or not self._seen:
            return None
        try:
            return engine.presenter(camera_id)
        except KeyError:
            return None

    def status(self, camera_id: CameraId) -> CameraStatus:
        engine = self._engine
        if engine is None:
            return CameraStatus(CameraState.STOPPED)
        try:
            return engine.status(camera_id)
        except KeyError:
            return CameraStatus(CameraState.STOPPED)

    def stats(self, camera_id: CameraId) -> CameraStats | None:
        """Rates of a running camera; None if it is not running."""
        engine = self._engine
        if engine is None:
            return None
        try:
            return engine.stats(camera_id)
        except KeyError:
            return None

    def reset_stats(self) -> None:
        """Begin counting anew, for a measurement after the warm-up."""
        engine = self._engine
        if engine is not None:
            engine.reset_stats()

    def views(self) -> tuple[CameraView, ...]:
        return tuple(CameraView(camera, self.status(camera.id), self.stats(camera.id)) for camera in self.cameras())

    def name_of(self, person_id: PersonId) -> str | None:
        """Name for an overlay label, from memory; None for eyes that may not see it."""
        return self._name_of(person_id) if self._seen else None

    def newest_frame(self, camera_id: CameraId) -> BGRImage | None:
        """The newest unmasked picture (BGR, read-only): for enrolment, inside the services only."""
        engine = self._engine if self._access.allows(Permission.ENROL) else None
        frame = engine.newest_frame(camera_id) if engine is not None else None
        return frame.image if frame is not None else None

    @property
    def _seen(self) -> bool:
        """Whoever enrols from a camera sees its masked picture, too."""
        return self._access.allows(Permission.LIVE) or self._access.allows(Permission.ENROL)

    def _on_event(self, event: TrackEvent) -> None:
        self._recorder.take(event)
        self._hub.publish(TrackSeen(event))

    def _on_status(self, camera_id: CameraId, status: CameraStatus) -> None:
        self._hub.publish(CameraStatusChanged(camera_id, status))
