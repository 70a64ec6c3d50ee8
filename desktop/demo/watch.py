"""Measures while the demo's window runs: pictures in the GUI thread, rates and connections beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import psutil

from desktop.demo.report import CameraFigures
from desktop.domain.decision import Band
from desktop.domain.ids import CameraId
from desktop.evaluation.witness import Witness
from desktop.recognition.presenter import Picture
from desktop.services.live import LiveService

_EVERY = 0.5  # s


@dataclass
class PictureWatch:
    """The window's `painted` hook: gives each picture to its camera's witness while it is on."""

    witnesses: Mapping[CameraId, Witness]
    on: bool = True
    begun: set[CameraId] = field(default_factory=set)
    named: dict[CameraId, int] = field(default_factory=dict)  # names in the newest picture of each camera

    def __call__(self, camera_id: CameraId, picture: Picture) -> None:
        self.named[camera_id] = sum(mark.band is Band.MATCH and not mark.masked for mark in picture.marks)
        if not self.on:
            return
        self.begun.add(camera_id)
        self.witnesses[camera_id].see(picture, time.monotonic())

    @property
    def all_begun(self) -> bool:
        return self.begun >= set(self.witnesses)


@dataclass
class _Samples:
    captured: list[float] = field(default_factory=list)
    analysed: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    delay: list[float] = field(default_factory=list)
    dropped_pct: float = 0.0
    coarse_pct: float = 0.0


class RateWatch:
    """Looks twice a second, in a thread of its own, at the cameras' rates and at the process's connections.

    `foreign` collects the process's Internet sockets; a camera that is a file has none.
    """

    def __init__(self, live: LiveService, connections: Callable[[], set[str]] | None = None) -> None:
        self._live = live
        self._connections = connections or internet_connections
        self._stop = threading.Event()
        self._samples: dict[CameraId, _Samples] = {}
        self._thread = threading.Thread(target=self._run, name="demo-rates", daemon=True)
        self.foreign: set[str] = set()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take a last look and end the thread."""
        self._stop.set()
        self._thread.join()
        self._look()

    def figures(self) -> tuple[CameraFigures, ...]:
        """In the order in which the cameras were added."""
        return tuple(_figures(camera.name, self._samples.get(camera.id, _Samples())) for camera in self._live.cameras())

    def _run(self) -> None:
        while not self._stop.wait(_EVERY):
            self._look()

    def _look(self) -> None:
        for view in self._live.views():
            if view.stats is None:
                continue
            samples = self._samples.setdefault(view.camera.id, _Samples())
            samples.captured.append(view.stats.captured_fps)
            samples.analysed.append(view.stats.analysed_fps)
            samples.shown.append(view.stats.shown_fps)
            samples.delay.append(view.stats.delay_ms)
            samples.dropped_pct = view.stats.dropped_pct
            samples.coarse_pct = view.stats.coarse_pct
        self.foreign |= self._connections()


def internet_connections() -> set[str]:
    """This process's IPv4 and IPv6 sockets, open or listening: local end, remote end and state of each."""
    return {f"{c.laddr} {c.raddr} {c.status}" for c in psutil.Process().net_connections(kind="inet")}


def _figures(name: str, samples: _Samples) -> CameraFigures:
    # The rates are means over the last seconds: the first looks would count the time before the start.
    return CameraFigures(
        name=name,
        captured_fps=_mean(samples.captured),
        analysed_fps=_mean(samples.analysed),
        shown_fps=_mean(samples.shown),
        dropped_pct=round(samples.dropped_pct, 2),
        coarse_pct=round(samples.coarse_pct, 2),
        delay_ms=_mean(samples.delay),
    )


def _mean(values: list[float]) -> float:
    later = values[4:] or values
    return round(sum(later) / len(later), 2) if later else 0.0
