"""Events and the list of problems."""

from __future__ import annotations

from desktop.domain.ids import CameraId
from desktop.services.health import Health, ProblemKind, Severity
from desktop.services.hub import CamerasChanged, DeskEvent, HealthChanged, Hub, PeopleChanged


def test_everybody_hears_until_they_stop_listening() -> None:
    hub = Hub()
    one: list[DeskEvent] = []
    other: list[DeskEvent] = []
    stop = hub.subscribe(one.append)
    hub.subscribe(other.append)
    hub.publish(PeopleChanged())
    stop()
    stop()
    hub.publish(CamerasChanged())
    assert one == [PeopleChanged()]
    assert other == [PeopleChanged(), CamerasChanged()]


def test_a_listener_that_fails_does_not_silence_the_others() -> None:
    hub = Hub()
    heard: list[DeskEvent] = []

    def fails(event: DeskEvent) -> None:
        raise RuntimeError("a bug")

    hub.subscribe(fails)
    hub.subscribe(heard.append)
    hub.publish(PeopleChanged())
    assert heard == [PeopleChanged()]


def test_problems_are_ordered_kept_and_cleared() -> None:
    hub = Hub()
    heard: list[DeskEvent] = []
    hub.subscribe(heard.append)
    health = Health(hub)
    health.report(ProblemKind.SLOWED, camera_id=CameraId("a"))
    health.report(ProblemKind.SIGHTINGS_WAITING, count=3)
    health.report(ProblemKind.GALLERY_STALE)
    assert [problem.severity for problem in health.problems()] == [Severity.URGENT, Severity.WARNING, Severity.NOTICE]

    since = health.problems()[1].since
    health.report(ProblemKind.SIGHTINGS_WAITING, count=3)
    assert heard == [HealthChanged()] * 3, "nothing new was announced"
    health.report(ProblemKind.SIGHTINGS_WAITING, count=9)
    assert (health.problems()[1].count, health.problems()[1].since) == (9, since)

    health.clear(ProblemKind.SLOWED, camera_id=CameraId("b"))
    assert len(health.problems()) == 3
    health.clear(ProblemKind.SLOWED, camera_id=CameraId("a"))
    health.clear(ProblemKind.SIGHTINGS_WAITING)
    health.clear(ProblemKind.GALLERY_STALE)
    assert health.problems() == ()
    assert len(heard) == 7
