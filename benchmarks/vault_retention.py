"""Retention over a million sightings while sightings are being written, as by four cameras.

python -m benchmarks.vault_retention
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from benchmarks.crowd import make_vault
from desktop.domain.decision import Band
from desktop.domain.ids import CameraId, PersonId, SightingId, random_id
from desktop.domain.progress import UNWATCHED
from desktop.domain.retention import Kept
from desktop.domain.retention_run import RetentionRun
from desktop.domain.sightings import Sighting
from desktop.services.retention_engine import RetentionEngine
from desktop.services.settings import SiteSettings
from desktop.vault.models import SightingRow
from desktop.vault.system_keystore import SystemKeyStore
from desktop.vault.vault import Vault

CROWD = 100_000  # ten sightings for each of them
SERVICE = "consentry-bench-retention"
MODEL = "bench"
_ROWS = 20_000
_EVERY = 0.1  # s between two lots of four sightings: one camera writes ten a second

Figure = tuple[str, float, str, str]  # see benchmarks.vault


def measure(crowd: int = CROWD) -> list[Figure]:
    """Half of the sightings are strangers', half of a tenth of the crowd, who are enrolled; all of them are over."""
    people, sightings = max(1, crowd // 10), crowd * 10
    keystore = SystemKeyStore(SERVICE)
    with tempfile.TemporaryDirectory(prefix="consentry-bench-") as name:
        folder = Path(name) / "desk"
        make_vault(folder, keystore, people, MODEL)
        try:
            with Vault.open(folder, keystore) as vault:
                _fill(vault, list(vault.people.names()), sightings)
                return _run(vault, sightings)
        finally:
            Vault.destroy(folder, keystore)


def _run(vault: Vault, amount: int) -> list[Figure]:
    engine = RetentionEngine(vault, None, SiteSettings, lambda: 0, lambda _: 0)  # type: ignore[arg-type]
    now = datetime.now(UTC)
    run = RetentionRun(random_id(), now)
    vault.retention_runs.begin(run)
    waits: list[float] = []
    holds: list[float] = []
    _watch(vault, holds)
    begun, busy = time.perf_counter(), time.process_time()
    with _cameras(vault, waits):
        for category in (Kept.STRANGERS, Kept.SIGHTINGS):
            engine.delete_rows(category, now, run, UNWATCHED)
    took, spent = time.perf_counter() - begun, time.process_time() - busy
    done = vault.retention_runs.get(run.id)
    if done is None or done.total != amount:
        raise AssertionError("not everything that was over has gone")
    size = f"Retention, {amount:,} sightings"
    return [
        (f"{size}: until all are gone", took, " s", "<= 60"),
        (f"{size}: processor time of that", spent, " s", ""),
        (f"{size}: longest hold of the writer, four cameras writing", max(holds) * 1000, " ms", "<= 150"),
        (f"{size}: longest time until a camera's sightings are durable", max(waits) * 1000, " ms", ""),
    ]


def _watch(vault: Vault, holds: list[float]) -> None:
    """`holds` gets how long each transaction kept the writer, in s, its commit and checkpoint included."""
    store = vault._store
    transact = store.transact

    def watched(*arguments: Any, **keywords: Any) -> Any:
        begun = time.perf_counter()
        try:
            return transact(*arguments, **keywords)
        finally:
            holds.append(time.perf_counter() - begun)

    store.transact = watched  # type: ignore[method-assign]


@contextmanager
def _cameras(vault: Vault, waits: list[float]) -> Iterator[None]:
    """Writes sightings meanwhile; `waits` gets how long each lot took to be durable, in s."""
    stop = threading.Event()
    one = Sighting(SightingId(""), CameraId("c"), Band.UNKNOWN, datetime.now(UTC), datetime.now(UTC))

    def write() -> None:
        while True:
            at = datetime.now(UTC)
            lot = [replace(one, id=SightingId(random_id()), started_at=at, ended_at=at) for _ in range(4)]
            begun = time.perf_counter()
            vault.sightings.append_many(lot)
            waits.append(time.perf_counter() - begun)
            if stop.wait(_EVERY):
                return

    thread = threading.Thread(target=write, name="bench-cameras")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _fill(vault: Vault, owners: list[PersonId], amount: int) -> None:
    start = datetime.now(UTC) - timedelta(days=300)
    for first in range(0, amount, _ROWS):
        rows = [_row(owners, start, number) for number in range(first, min(amount, first + _ROWS))]
        vault.write(lambda connection, batch=rows: connection.execute(insert(SightingRow), batch)).result()  # type: ignore[misc]


def _row(owners: list[PersonId], start: datetime, number: int) -> dict[str, object]:
    at = start + timedelta(seconds=10 * number)
    named = number % 2
    return {
        "id": random_id(),
        "camera_id": "c",
        "band": (Band.MATCH if named else Band.UNKNOWN).value,
        "started_at": at,
        "ended_at": at,
        "person_id": owners[number * 7919 % len(owners)] if named else None,
        "score": 0.7 if named else None,
        "threshold": 0.5 if named else None,
    }
