"""Many threads on one vault."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from desktop.domain.decision import Band
from desktop.domain.ids import CameraId, SightingId
from desktop.domain.sightings import Sighting, SightingFilter
from desktop.vault.vault import Vault
from tests.helpers.vaults import MODEL, new_person

THREADS, TRANSACTIONS = 12, 60


def test_twelve_threads_of_sixty_transactions_make_720_rows(vault: Vault) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(THREADS)

    def work(thread: int) -> None:
        try:
            start.wait(60)
            for number in range(TRANSACTIONS):
                now = datetime.now(UTC)
                row = Sighting(SightingId(f"{thread}-{number}"), CameraId(str(thread)), Band.UNKNOWN, now, now)
                assert vault.sightings.append_many([row]) == 1
                mine = vault.sightings.query(SightingFilter(camera_id=CameraId(str(thread)), limit=100))
                assert len(mine) == number + 1
        except BaseException as error:  # noqa: BLE001 - reported by the main thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert vault.sightings.count() == THREADS * TRANSACTIONS == 720
    assert vault.check_integrity() == []


def test_enrolling_removing_matching_and_listing_at_once_never_shows_half_a_person(vault: Vault) -> None:
    """Readers run while people come and go: what they see is always whole, and nobody reappears."""
    failures: list[BaseException] = []
    stop = threading.Event()
    removed: set[str] = set()
    kept = vault.people.add_many([new_person(number) for number in range(20)])

    def watch() -> None:
        try:
            while not stop.is_set():
                gone = set(removed)
                owners, vectors, _ = vault.templates.for_matching(MODEL, datetime.now(UTC))
                assert len(owners) == len(vectors)
                assert set(kept) <= set(owners)
                assert not gone & set(owners)
                listed = vault.people.list(limit=1000)
                assert all(person.templates == 1 for person in listed)
                assert not gone & {person.id for person in listed}
        except BaseException as error:  # noqa: BLE001 - reported by the main thread
            failures.append(error)

    watchers = [threading.Thread(target=watch) for _ in range(3)]
    for watcher in watchers:
        watcher.start()
    try:
        for number in range(40):
            person = vault.people.add_many([new_person(100 + number)])[0]
            assert vault.people.remove(person)
            removed.add(person)
    finally:
        stop.set()
        for watcher in watchers:
            watcher.join()
    assert failures == []
    assert vault.people.count() == len(kept)
