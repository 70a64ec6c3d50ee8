"""Sightings with names joined in memory, and their end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.cameras import Camera, CameraState, CameraStatus, SourceKind, SourceSpec
from desktop.domain.decision import Band
from desktop.domain.ids import CameraId, PersonId, SightingId, random_id
from desktop.domain.progress import Progress
from desktop.domain.sightings import Sighting, SightingFilter
from desktop.recognition.engine import CameraStats
from desktop.services import keeper
from desktop.services.cameras import CameraDraft
from desktop.services.desk import Desk
from desktop.services.health import ProblemKind
from desktop.services.live import CameraView
from desktop.vault.errors import DiskFull, KeyringLocked
from tests.helpers.desks import enrol, open_desk, wait_until
from tests.helpers.vaults import MemoryKeyStore


def sighting(camera: CameraId, hours_ago: float, person: PersonId | None = None) -> Sighting:
    ended = datetime.now(UTC) - timedelta(hours=hours_ago)
    named = person is not None
    return Sighting(
        SightingId(random_id()),
        camera,
        Band.MATCH if named else Band.UNKNOWN,
        ended - timedelta(seconds=30),
        ended,
        person,
        0.6 if named else None,
        0.45 if named else None,
    )


def camera(desk: Desk, name: str) -> CameraId:
    return desk.cameras.add(CameraDraft(name, SourceSpec(SourceKind.USB, "0"), enabled=False))


def test_rows_carry_names_and_filters_work(desk: Desk) -> None:
    person = enrol(desk, "Ada", "obama.jpg")
    door, gate = camera(desk, "Door"), camera(desk, "Gate")
    desk._vault.sightings.append_many([sighting(door, 1, person), sighting(gate, 2), sighting(door, 3)])
    rows = desk.activity.list()
    assert [(row.camera_name, row.person_name) for row in rows] == [("Door", "Ada"), ("Gate", None), ("Door", None)]
    assert len(desk.activity.list(SightingFilter(camera_id=door))) == 2
    assert len(desk.activity.list(SightingFilter(band=Band.UNKNOWN))) == 2
    assert len(desk.activity.list(SightingFilter(person_id=person))) == 1
    assert len(desk.activity.list(SightingFilter(since=datetime.now(UTC) - timedelta(hours=2.5)))) == 2
    assert len(desk.activity.list(SightingFilter(limit=1))) == 1


def test_names_of_what_is_gone(desk: Desk) -> None:
    person = enrol(desk, "Ada", "obama.jpg")
    door = camera(desk, "Door")
    desk._vault.sightings.append_many([sighting(door, 1, person), sighting(door, 2)])
    desk.cameras.remove(door)
    assert [row.camera_name for row in desk.activity.list()] == ["", ""]
    desk.erasures.erase([person])
    assert [row.person_name for row in desk.activity.list()] == [None]


def test_strangers_are_forgotten_after_hours_and_others_after_days(desk: Desk) -> None:
    person = enrol(desk, "Ada", "obama.jpg")
    ages = (1, 23, 25, 29 * 24, 31 * 24)
    desk._vault.sightings.append_many([sighting(CameraId("door"), age, person) for age in ages])
    desk._vault.sightings.append_many([sighting(CameraId("door"), age) for age in ages])
    assert desk.retention.run().total == 4
    left = [(row.sighting.band, row.sighting.person_id) for row in desk.activity.list()]
    assert left.count((Band.UNKNOWN, None)) == 2
    assert left.count((Band.MATCH, person)) == 4
    desk.settings.change(stranger_hours=2, sighting_days=1)
    assert desk._purge() == 3, "shorter periods are in force at once"
    assert desk._purge() == 0


def run_keeper(desk: Desk, tmp_path: Path) -> keeper.Keeper:
    made = keeper.Keeper(tmp_path, desk.live, desk.health, desk._purge, desk.erasures.finish, lambda: False, look=0.01)
    made.start()
    return made


def test_the_keeper_purges_by_itself(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "FIRST", 0.0)
    monkeypatch.setattr(keeper, "PURGE", 0.05)
    desk._vault.sightings.append_many([sighting(CameraId("door"), 30)])
    running = run_keeper(desk, tmp_path)
    wait_until(lambda: desk.activity.list() == [])
    desk._vault.sightings.append_many([sighting(CameraId("door"), 30)])
    wait_until(lambda: desk.activity.list() == [])
    running.close()


def test_the_keeper_survives_a_purge_that_fails(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "FIRST", 0.0)
    monkeypatch.setattr(keeper, "PURGE", 0.01)
    tries = []

    def fails(_: Progress) -> int:
        tries.append(1)
        raise DiskFull

    running = keeper.Keeper(tmp_path, desk.live, desk.health, fails, desk.erasures.finish, lambda: False, look=0.01)
    running.start()
    wait_until(lambda: len(tries) > 3)
    running.close()


def test_the_keeper_warns_of_a_disk_that_fills_up(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = {"free": 120_000_000}

    class Usage:
        @property
        def free(self) -> int:
            return room["free"]

    monkeypatch.setattr(keeper.shutil, "disk_usage", lambda _: Usage())
    running = run_keeper(desk, tmp_path)
    wait_until(lambda: [(p.kind, p.count) for p in desk.health.problems()] == [(ProblemKind.DISK_LOW, 100)])
    room["free"] = 10_000_000_000
    wait_until(lambda: not desk.health.problems())
    running.close()


def test_a_keyring_that_is_locked_meanwhile_is_a_problem_until_it_is_open_again(
    vault_folder: Path, keystore: MemoryKeyStore
) -> None:
    def locked(kind: str) -> None:
        raise KeyringLocked

    with open_desk(vault_folder, keystore) as desk:
        wait_until(lambda: keystore.writes > 5)  # what opening writes is written
        keystore.before = locked
        enrol(desk, "Ada", "obama.jpg")
        wait_until(lambda: [problem.kind for problem in desk.health.problems()] == [ProblemKind.KEYRING])
        keystore.before = None
        enrol(desk, "Bea", "biden.jpg")
        wait_until(lambda: not desk.health.problems())


def test_the_keeper_says_when_analysis_is_slowed(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slowed = {"now": True}
    door = Camera(CameraId("door"), "Door", SourceSpec(SourceKind.USB, "0"))

    def views() -> tuple[CameraView, ...]:
        status = CameraStatus(CameraState.LIVE)
        return (CameraView(door, status, CameraStats(25, 3, 25, 0, 0, 100, slowed["now"], status)),)

    monkeypatch.setattr(desk.live, "views", views)
    running = run_keeper(desk, tmp_path)
    wait_until(lambda: [(p.kind, p.camera_id) for p in desk.health.problems()] == [(ProblemKind.SLOWED, door.id)])
    slowed["now"] = False
    wait_until(lambda: not desk.health.problems())
    running.close()
