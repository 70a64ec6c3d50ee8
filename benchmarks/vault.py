"""The vault at 100,000 people: opening, loading, writing, rotating, and how soon nobody matches any more.

Needs a session bus with a Secret Service (scripts/with_desktop). Further figures of the vault are added to `PARTS`.

    python -m benchmarks.vault PART FILE

measures one of them in a process of its own, as the program has: in one that has measured a million templates before,
loading takes a third longer.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import vault_audit, vault_backup, vault_erasure, vault_export, vault_retention, vault_window, withdrawal
from benchmarks.crowd import DIMENSION, make_vault
from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.decision import Band
from desktop.domain.ids import CameraId, ConsentId, PersonId, SightingId, random_id
from desktop.domain.sightings import Sighting
from desktop.paths import models_dir
from desktop.recognition.gallery import Gallery
from desktop.services.gallery_feed import GalleryFeed
from desktop.services.health import Health
from desktop.services.hub import Hub
from desktop.vault.system_keystore import SystemKeyStore
from desktop.vault.vault import Vault
from desktop.vision.packs import load_default_pack

Figure = tuple[str, float, str, str]
"""What was measured, the value, its unit, and the goal ("<= 2.5", ">= 1000" or "": none)."""

PEOPLE = 100_000
EVENTS, BATCH = 20_000, 200
SERVICE = "consentry-bench-vault"


def _crowd(people: int) -> list[Figure]:
    size = f"{people:,} people"
    keystore, model = SystemKeyStore(SERVICE), load_default_pack(models_dir()).model_id
    with tempfile.TemporaryDirectory(prefix="consentry-bench-") as name:
        folder = Path(name) / "desk"
        make_vault(folder, keystore, people, model)
        try:
            return [*vault_window.measure(Path(name), SERVICE, size), *_open(folder, keystore, people, model, size)]
        finally:
            Vault.destroy(folder, keystore)


def _open(folder: Path, keystore: SystemKeyStore, people: int, model: str, size: str) -> list[Figure]:
    started = time.perf_counter()
    with Vault.open(folder, keystore) as vault:
        opened = time.perf_counter()
        feed = _feed(vault, model)
        feed.refresh()
        loaded = time.perf_counter()
        if len(vault.people.names()) != people or feed._gallery.people != people:
            raise AssertionError("not everybody was loaded")
        return [
            (f"{size}: vault checked, names indexed", opened - started, " s", ""),
            (f"{size}: templates unsealed into the gallery", loaded - opened, " s", ""),
            (f"{size}: both", loaded - started, " s", "<= 2.5"),
            *_writing(vault, size),
            *_leaving(vault, model, size),
            *_rotating(vault, size),
        ]


def _feed(vault: Vault, model: str) -> GalleryFeed:
    hub = Hub()
    return GalleryFeed(Gallery(model, DIMENSION), vault.templates, Health(hub), hub)


def _writing(vault: Vault, size: str) -> list[Figure]:
    """Sightings as the recorder writes them, half of them of somebody known."""
    people = list(vault.people.names())
    now = datetime.now(UTC)
    one = Sighting(SightingId(""), CameraId("c"), Band.UNKNOWN, now, now)
    match = replace(one, band=Band.MATCH, score=0.6, threshold=0.4)
    events = [
        replace(match, id=SightingId(random_id()), person_id=people[number % len(people)])
        if number % 2
        else replace(one, id=SightingId(random_id()))
        for number in range(EVENTS)
    ]
    started = time.perf_counter()
    for start in range(0, EVENTS, BATCH):
        vault.sightings.append_many(events[start : start + BATCH])
    rate = EVENTS / (time.perf_counter() - started)
    if vault.sightings.count() != EVENTS:
        raise AssertionError("sightings were lost")
    return [(f"{size}: sightings written in batches of {BATCH}", rate, "/s", ">= 1000")]


def _leaving(vault: Vault, model: str, size: str) -> list[Figure]:
    """From a withdrawal, and from the end of a consent, until the gallery no longer finds the person."""
    withdrawn, ending = list(vault.people.names())[:2]
    until = datetime.now(UTC) + timedelta(seconds=8)
    renewed = ConsentEvent(ConsentId(random_id()), ending, ConsentState.RENEWED, datetime.now(UTC), until)
    vault.consents.append(renewed)
    feed = _feed(vault, model)
    feed.start()
    try:
        started = time.perf_counter()
        with feed.held_out(withdrawn):
            vault.consents.append(replace(renewed, person_id=withdrawn, state=ConsentState.WITHDRAWN, valid_until=None))
        if withdrawn in feed._gallery.snapshot:
            raise AssertionError("still matched after withdrawing")
        left = time.perf_counter() - started
        ended = _until_gone(feed, ending, until)
    finally:
        feed.close()
    return [
        (f"{size}: withdrawal until nobody matches", left, " s", "<= 1"),
        (f"{size}: end of a consent until nobody matches", ended, " s", "<= 1"),
    ]


def _until_gone(feed: GalleryFeed, person: PersonId, until: datetime) -> float:
    """Seconds from the instant `until` to the one at which the gallery no longer has the person."""
    while person in feed._gallery.snapshot:
        if datetime.now(UTC) > until + timedelta(seconds=30):
            raise AssertionError("still matched after the consent's end")
        time.sleep(0.01)
    return max(0.0, (datetime.now(UTC) - until).total_seconds())


def _rotating(vault: Vault, size: str) -> list[Figure]:
    started = time.perf_counter()
    vault.rotate_epoch()
    return [(f"{size}: every key under a new epoch", time.perf_counter() - started, " s", "<= 1")]


PARTS: dict[str, Callable[[int], list[Figure]]] = {
    "people": _crowd,
    "erasure": vault_erasure.measure,
    "audit": vault_audit.measure,
    "backup": vault_backup.measure,
    "withdrawal": withdrawal.measure,
    "export": vault_export.measure,
    "retention": vault_retention.measure,
}


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(PARTS[sys.argv[1]](PEOPLE)), encoding="utf-8")
