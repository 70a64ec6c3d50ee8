"""Erasing one person from a vault of 100,000 people and 1,000,000 sightings: until matching stops, until the result.

python -m benchmarks.vault_erasure
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from benchmarks.crowd import DIMENSION, make_vault
from desktop.domain.decision import Band
from desktop.domain.erasure import ErasureOrder
from desktop.domain.ids import PersonId, random_id
from desktop.domain.progress import UNWATCHED
from desktop.recognition.gallery import Gallery
from desktop.services.gallery_feed import GalleryFeed
from desktop.services.health import Health
from desktop.services.hub import Hub
from desktop.vault.models import SightingRow
from desktop.vault.page_search import MarkerSearch
from desktop.vault.system_keystore import SystemKeyStore
from desktop.vault.vault import Vault

PEOPLE, SIGHTINGS_EACH = 100_000, 10
SERVICE = "consentry-bench-erasure"
MODEL = "bench"
_BATCH = 20_000
_START = datetime(2026, 1, 1, tzinfo=UTC)


Figure = tuple[str, float, str, str]  # see benchmarks.vault


def measure(people: int = PEOPLE) -> list[Figure]:
    """The figures of one erasure among `people` people with ten sightings each; most of the time goes into filling."""
    keystore = SystemKeyStore(SERVICE)
    with tempfile.TemporaryDirectory(prefix="consentry-bench-") as name:
        folder = Path(name) / "desk"
        make_vault(folder, keystore, people, MODEL)
        try:
            with Vault.open(folder, keystore) as vault:
                owners = list(vault.people.names())
                add_sightings(vault, owners, people * SIGHTINGS_EACH)
                return erase_one(vault, owners)
        finally:
            Vault.destroy(folder, keystore)


def erase_one(vault: Vault, owners: list[PersonId]) -> list[Figure]:
    """As at the desk: out of the gallery first."""
    size = f"{len(owners):,} people"
    hub = Hub()
    gallery = Gallery(MODEL, DIMENSION)
    feed = GalleryFeed(gallery, vault.templates, Health(hub), hub)
    feed.refresh()
    person = owners[len(owners) // 2]

    begun, busy = time.perf_counter(), time.process_time()
    with feed.held_out(person):
        stopped = time.perf_counter() - begun
        if person in gallery.snapshot:
            raise AssertionError("the person is still matched")
        result = vault.erasures.erase(ErasureOrder((person,))).result
    took, spent = time.perf_counter() - begun, time.process_time() - busy
    if not result.complete or result.proof is None or not result.proof.holds:
        raise AssertionError(f"the erasure is incomplete: {result.missing}")
    feed.close()
    search = _seconds(lambda: MarkerSearch([b"nowhere at all"]).in_pages(vault._store.pages(), UNWATCHED))
    return [
        (f"Erasure, {size}: until matching stops", stopped, " s", "<= 1"),
        (f"Erasure, {size}: until the signed result", took, " s", "<= 10"),
        (f"Erasure, {size}: processor time of that", spent, " s", ""),
        (f"Erasure, {size}: database searched", result.proof.read / 1e6, " MB", ""),
        (f"Erasure, {size}: one search of it", search, " s", ""),
    ]


def add_sightings(vault: Vault, owners: list[PersonId], amount: int) -> None:
    for start in range(0, amount, _BATCH):
        rows = [_row(owners[number % len(owners)], number) for number in range(start, min(amount, start + _BATCH))]
        vault.write(lambda connection, batch=rows: connection.execute(insert(SightingRow), batch)).result()  # type: ignore[misc]


def _row(person: PersonId, number: int) -> dict[str, object]:
    at = _START + timedelta(seconds=number)
    return {
        "id": random_id(),
        "camera_id": "c",
        "band": Band.MATCH.value,
        "started_at": at,
        "ended_at": at,
        "person_id": person,
        "score": 0.7,
        "threshold": 0.5,
    }


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
