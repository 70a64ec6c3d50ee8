"""The running whole: readers, detector workers, the embedder and a presenter for each camera.

SKELETON: signatures are settled, bodies follow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.domain.cameras import Camera, CameraStatus
from desktop.domain.ids import CameraId
from desktop.recognition.events import TrackEvent
from desktop.recognition.presenter import Presenter
from desktop.recognition.settings import EngineSettings


@dataclass(frozen=True, slots=True)
class CameraStats:
    """Rates over the last seconds and shares since the start or the last `reset_stats`. `slowed`: analysis is slower
    than wanted because the processor is short (all cameras alike)."""

    captured_fps: float
    analysed_fps: float
    shown_fps: float
    dropped_pct: float
    coarse_pct: float
    delay_ms: float
    slowed: bool
    status: CameraStatus


class RecognitionEngine:
    """Thread-safe. Events are delivered in worker threads, outside of every lock."""

    def __init__(
        self,
        pack,  # desktop.vision.packs.ModelPack
        gallery,  # desktop.recognition.gallery.Gallery
        *,
        settings: EngineSettings = EngineSettings(),
        on_event: Callable[[TrackEvent], None] | None = None,
        on_status: Callable[[CameraId, CameraStatus], None] | None = None,
    ) -> None: ...

    def set_camera(self, camera: Camera) -> None:
        """Add a camera or change one (same id); takes effect at once, restarting its reader only if the source changed."""

    def remove_camera(self, camera_id: CameraId) -> None: ...

    def start(self) -> None: ...

    def stop(self, timeout: float = 5.0) -> None:
        """Stop and join all threads."""

    def presenter(self, camera_id: CameraId) -> Presenter:
        """Raises KeyError for an unknown camera. Stays the same object while the camera exists."""

    def status(self, camera_id: CameraId) -> CameraStatus: ...

    def stats(self, camera_id: CameraId) -> CameraStats: ...

    def reset_stats(self) -> None:
        """Begin counting anew (the demo does after its warm-up)."""
