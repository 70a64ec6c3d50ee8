"""An access package of a person with 10,000 sightings and 20 photos: time, memory, and the window meanwhile.

    python -m benchmarks.vault_export SIGHTINGS FILE

measures it in a process of its own, as the program has.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import psutil

from desktop.domain.consent import PlainConsent
from desktop.domain.controller import Controller
from desktop.domain.decision import Band
from desktop.domain.export import ExportKind, ExportOrder, MadeExport, Protection
from desktop.domain.ids import CameraId, PersonId, SightingId, random_id
from desktop.domain.operators import OperatorDraft
from desktop.domain.people import PersonDetails
from desktop.domain.permissions import Role
from desktop.domain.sightings import Sighting
from desktop.paths import models_dir
from desktop.services.desk import Desk
from desktop.vault.passphrase_keystore import PassphraseKeyStore
from desktop.vault.passwords import HashCost
from desktop.vault.records import NewPerson, NewTemplate
from desktop.vault.vault import Vault
from desktop.vision.packs import load_default_pack

ROOT = Path(__file__).resolve().parent.parent
SIGHTINGS, PHOTOS = 10_000, 20
PHOTO_SIDE = 640  # px; a kept picture, the face alone, is smaller
CHEAP = HashCost(8 * 1024, 1, 1)  # passwords are not what is measured
_LOOK_EVERY = 0.005  # s
_LIMIT = 60.0  # s

Figure = tuple[str, float, str, str]  # see benchmarks.vault


def measure(people: int) -> list[Figure]:
    """Name, value, unit and goal of each figure; 10,000 sightings from 100,000 people on."""
    sightings = min(SIGHTINGS, people // 10)
    with tempfile.TemporaryDirectory(prefix="consentry-bench-") as name:
        out = Path(name) / "figures.json"
        command = [sys.executable, "-m", "benchmarks.vault_export", str(sightings), str(out)]
        subprocess.run(command, check=True, cwd=ROOT, timeout=_LIMIT * 4)
        return [tuple(figure) for figure in json.loads(out.read_text(encoding="utf-8"))]


def _measured(sightings: int) -> list[Figure]:
    """With both kinds of lock; a first package warms up what every later one finds loaded."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from desktop.bootstrap import prepare_process

    prepare_process()
    with tempfile.TemporaryDirectory(prefix="consentry-bench-") as name:
        folder = Path(name)
        keys = PassphraseKeyStore.create(folder / "keys", "a passphrase for the benchmark", CHEAP)
        Vault.create(folder / "desk", keys, ballast_bytes=0).close()
        desk = Desk.open(folder / "desk", keys, pack=load_default_pack(models_dir()), cost=CHEAP)
        try:
            person_id = _furnish(desk, sightings)
            figures = []
            for protection in (Protection.ZIP, Protection.AGE_KEY):
                order = ExportOrder(person_id, ExportKind.ACCESS, "en", protection)
                figures += _one(desk, order, folder, f"{sightings:,} sightings")
            return figures
        finally:
            desk.close()


def _furnish(desk: Desk, sightings: int) -> PersonId:
    desk.operators.create_first(OperatorDraft("Bench Example", "bench", "violet-teapot-orbit-9", frozenset(Role)))
    desk.access.sign_in("bench", "violet-teapot-orbit-9")
    desk.controller.begin_with(
        Controller("Bench", "Example Works", "1 Mill Lane", "x@example.org", "", "Authority", "Europe/Berlin", "DE")
    )
    vault, consent = desk._vault, PlainConsent("signed form", "en")
    vector = np.ones(128, np.float32) / np.float32(128**0.5)
    template = NewTemplate(vector, "bench", 0.9)
    owners = vault.people.add_many(
        [NewPerson(PersonDetails(f"Person {number}"), consent, (template,), _photo(number)) for number in range(PHOTOS)]
    )
    person_id = owners[0]
    vault.write(lambda live: live.exec_driver_sql("UPDATE photos SET person_id = ?", (person_id,))).result()
    now = datetime.now(UTC)
    match = [
        Sighting(
            SightingId(random_id()),
            CameraId(f"camera {number % 4}"),
            Band.MATCH,
            now - timedelta(minutes=4 * number),
            now - timedelta(minutes=4 * number - 1),
            person_id,
            0.6,
            0.4,
        )
        for number in range(sightings)
    ]
    vault.sightings.append_many(match)
    return person_id


def _photo(seed: int) -> bytes:
    import cv2

    small = np.random.default_rng(seed).integers(0, 255, (40, 40, 3), np.uint8)
    return cv2.imencode(".jpg", cv2.resize(small, (PHOTO_SIDE, PHOTO_SIDE)))[1].tobytes()


def _one(desk: Desk, order: ExportOrder, folder: Path, size: str) -> list[Figure]:
    title = f"Access package, {size} and {PHOTOS} photos, {order.protection.value}"
    _made(desk, order, folder / "warm")
    idle = psutil.Process().memory_info().rss
    watch = _Memory()
    with watch:
        seconds, pause, made = _made(desk, order, folder / "package")
    if made.size < 100_000:
        raise AssertionError("the package is too small to hold it all")
    return [
        (title, seconds, " s", "<= 3"),
        (f"{title}: memory above idle", (watch.peak - idle) / 1e6, " MB", "<= 150"),
        (f"{title}: longest pause of the window", pause, " ms", "<= 50"),
        (f"{title}: size", made.size / 1e6, " MB", ""),
    ]


def _made(desk: Desk, order: ExportOrder, target: Path) -> tuple[float, float, MadeExport]:
    """Seconds, the longest gap of the window's timer in ms, and the package: made in a worker as the window does."""
    from PySide6.QtCore import QEventLoop, QTimer

    from desktop.bridge.heartbeat import Heartbeat
    from desktop.bridge.tasks import TaskRunner
    from desktop.ui.app import make_application
    from desktop.ui.papers.pages import QtExportPrinter

    make_application()
    runner, loop, beat = TaskRunner(), QEventLoop(), Heartbeat()
    found: list[MadeExport] = []
    printer = QtExportPrinter()
    beat.start()
    begun = time.perf_counter()

    def end(made: MadeExport) -> None:
        found.append(made)
        loop.quit()

    runner.run(lambda progress: desk.exports.export(order, target, progress, printer), end, lambda _error: loop.quit())
    QTimer.singleShot(int(_LIMIT * 1000), loop.quit)
    loop.exec()
    seconds = time.perf_counter() - begun
    beat.stop()
    runner.close()
    return seconds, beat.report().longest, found[0]


class _Memory:
    """The largest resident size meanwhile, in bytes."""

    def __init__(self) -> None:
        self.peak = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        process = psutil.Process()
        while not self._stop.wait(_LOOK_EVERY):
            self.peak = max(self.peak, process.memory_info().rss)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(_measured(int(sys.argv[1]))), encoding="utf-8")
