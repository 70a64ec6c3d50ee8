"""From track events to sightings, with a disk that fills up and people who withdraw meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.decision import Band, Verdict
from desktop.domain.ids import CameraId, PersonId, TrackId
from desktop.domain.sightings import Sighting
from desktop.recognition.events import TrackEvent, TrackEventKind
from desktop.services import recorder as recorder_module
from desktop.services.health import Health, ProblemKind
from desktop.services.hub import DeskEvent, Hub, SightingsAdded
from desktop.services.recorder import SightingRecorder
from desktop.vault.errors import DiskFull
from tests.helpers.desks import wait_until

DOOR, GATE = CameraId("door"), CameraId("gate")
ADA, BEA = PersonId("ada"), PersonId("bea")
NAMED = Verdict(Band.MATCH, ADA, 0.61, 0.45, 0.3, 4)


class Scene:
    def __init__(self) -> None:
        self.written: list[Sighting] = []
        self.batches: list[int] = []
        self.fault: Exception | None = None
        self.poison: str = ""
        self.matchable = {ADA, BEA}
        self.hub = Hub()
        self.events: list[DeskEvent] = []
        self.hub.subscribe(self.events.append)
        self.health = Health(self.hub)
        self.recorder = SightingRecorder(
            self.write, lambda person: person in self.matchable, self.health, self.hub, retry=0.02, waiting_limit=50
        )
        self.began = time.monotonic() - 20

    def write(self, batch: Sequence[Sighting]) -> None:
        if self.fault is not None:
            raise self.fault
        if any(sighting.camera_id == self.poison for sighting in batch):
            raise ValueError("a bug")
        self.batches.append(len(batch))
        self.written.extend(batch)

    def say(
        self,
        track: int,
        kind: TrackEventKind,
        verdict: Verdict = Verdict(),  # noqa: B008 - frozen
        camera: CameraId = DOOR,
        after: float = 5.0,
    ) -> None:
        event = TrackEvent(camera, TrackId(track), kind, verdict, self.began, self.began + after)
        self.recorder.take(event)

    def problems(self) -> list[tuple[ProblemKind, int]]:
        return [(problem.kind, problem.count) for problem in self.health.problems()]


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setattr(recorder_module, "BATCH_WAIT", 0.01)
    made = Scene()
    made.recorder.start()
    yield made
    made.fault = None
    made.recorder.close()


def test_a_match_is_written_when_its_track_has_ended(scene: Scene) -> None:
    scene.say(1, TrackEventKind.DECIDED, NAMED, after=1)
    time.sleep(0.1)
    assert scene.written == []
    scene.say(1, TrackEventKind.ENDED, NAMED, after=5)
    wait_until(lambda: len(scene.written) == 1)
    (sighting,) = scene.written
    assert (sighting.camera_id, sighting.band, sighting.person_id) == (DOOR, Band.MATCH, ADA)
    assert (sighting.score, sighting.threshold) == (0.61, 0.45)
    assert sighting.ended_at - sighting.started_at == timedelta(seconds=5)
    assert abs((datetime.now(UTC) - sighting.started_at).total_seconds() - 20) < 5
    wait_until(lambda: any(isinstance(event, SightingsAdded) for event in scene.events))


def test_of_a_stranger_only_time_and_place_remain(scene: Scene) -> None:
    scene.say(1, TrackEventKind.ENDED, Verdict(Band.UNKNOWN, None, 0.2, 0.45))
    scene.say(2, TrackEventKind.ENDED, Verdict(Band.POSSIBLE, ADA, 0.41, 0.45))
    wait_until(lambda: len(scene.written) == 2)
    for sighting in scene.written:
        assert (sighting.band, sighting.person_id) == (Band.UNKNOWN, None)
        assert sighting.score is None
        assert sighting.threshold is None


def test_one_sighting_a_track_by_its_last_verdict(scene: Scene) -> None:
    scene.say(1, TrackEventKind.DECIDED, Verdict(Band.MATCH, BEA, 0.5, 0.45))
    scene.say(1, TrackEventKind.CHANGED, Verdict())
    scene.say(1, TrackEventKind.CHANGED, NAMED)
    scene.say(1, TrackEventKind.ENDED, NAMED)
    scene.say(1, TrackEventKind.ENDED, Verdict(), camera=GATE)  # the same number, another camera
    wait_until(lambda: len(scene.written) == 2)
    assert {(sighting.camera_id, sighting.person_id) for sighting in scene.written} == {(DOOR, ADA), (GATE, None)}


def test_whoever_withdrew_meanwhile_is_not_named(scene: Scene) -> None:
    scene.say(1, TrackEventKind.DECIDED, NAMED)
    scene.matchable.discard(ADA)
    scene.say(1, TrackEventKind.ENDED, NAMED)
    wait_until(lambda: len(scene.written) == 1)
    assert scene.written[0].person_id is None
    assert scene.written[0].score is None


def test_whoever_withdraws_while_the_sighting_waits_is_not_named_either(scene: Scene) -> None:
    scene.fault = DiskFull()
    scene.say(1, TrackEventKind.ENDED, NAMED)
    wait_until(lambda: scene.recorder.waiting == 1)
    scene.matchable.discard(ADA)
    scene.fault = None
    wait_until(lambda: len(scene.written) == 1)
    assert (scene.written[0].person_id, scene.written[0].band) == (None, Band.UNKNOWN)


def test_on_a_full_disk_sightings_wait_and_are_written_later(scene: Scene) -> None:
    scene.fault = DiskFull()
    for track in range(7):
        scene.say(track, TrackEventKind.ENDED, NAMED)
    wait_until(lambda: scene.problems() == [(ProblemKind.SIGHTINGS_WAITING, 7)])
    assert scene.recorder.waiting == 7
    scene.fault = None
    wait_until(lambda: len(scene.written) == 7)
    wait_until(lambda: scene.problems() == [])
    assert len({sighting.id for sighting in scene.written}) == 7


def test_memory_is_bounded_and_what_is_lost_is_counted(scene: Scene) -> None:
    scene.fault = DiskFull()
    for track in range(60):
        scene.say(track, TrackEventKind.ENDED)
    wait_until(lambda: (ProblemKind.SIGHTINGS_LOST, 10) in scene.problems())
    assert scene.recorder.waiting == 50
    scene.fault = None
    wait_until(lambda: len(scene.written) == 50)
    wait_until(lambda: scene.problems() == [(ProblemKind.SIGHTINGS_LOST, 10)])


def test_one_sighting_that_cannot_be_written_does_not_hold_up_the_others(scene: Scene) -> None:
    scene.poison = "broken"
    scene.say(1, TrackEventKind.ENDED)
    scene.say(2, TrackEventKind.ENDED, camera=CameraId("broken"))
    scene.say(3, TrackEventKind.ENDED)
    wait_until(lambda: len(scene.written) == 2)
    wait_until(lambda: scene.problems() == [(ProblemKind.SIGHTINGS_LOST, 1)])
    scene.say(4, TrackEventKind.ENDED)
    wait_until(lambda: len(scene.written) == 3)


def test_sightings_share_transactions(scene: Scene) -> None:
    scene.fault = DiskFull()
    for track in range(40):
        scene.say(track, TrackEventKind.ENDED)
    wait_until(lambda: scene.recorder.waiting == 40)
    scene.fault = None
    wait_until(lambda: len(scene.written) == 40)
    assert len(scene.batches) <= 3


def test_closing_writes_the_tracks_that_are_still_open(scene: Scene) -> None:
    scene.say(1, TrackEventKind.DECIDED, NAMED, after=3)
    scene.say(2, TrackEventKind.DECIDED, Verdict(), camera=GATE, after=4)
    scene.recorder.close()
    assert {(sighting.camera_id, sighting.person_id) for sighting in scene.written} == {(DOOR, ADA), (GATE, None)}


def test_a_stopped_camera_ends_its_own_tracks_only(scene: Scene) -> None:
    scene.say(1, TrackEventKind.DECIDED, NAMED)
    scene.say(2, TrackEventKind.DECIDED, NAMED, camera=GATE)
    scene.recorder.end_tracks(GATE)
    wait_until(lambda: len(scene.written) == 1)
    assert scene.written[0].camera_id == GATE


def test_a_recorder_that_never_started_can_be_closed() -> None:
    hub = Hub()
    SightingRecorder(lambda _: None, lambda _: True, Health(hub), hub).close()
