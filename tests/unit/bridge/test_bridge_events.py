"""Desk events from any thread arrive as signals on the GUI thread."""

import threading

import pytest
from pytestqt.qtbot import QtBot

from desktop.bridge.events import DeskEvents
from desktop.domain.cameras import CameraState, CameraStatus
from desktop.domain.ids import CameraId
from desktop.services.hub import (
    CamerasChanged,
    CameraStatusChanged,
    DeskEvent,
    GalleryChanged,
    HealthChanged,
    Hub,
    PeopleChanged,
    SettingsChanged,
    SightingsAdded,
)

STATUS = CameraStatus(CameraState.LIVE)


@pytest.mark.parametrize(
    ("event", "signal", "arguments"),
    [
        (PeopleChanged(), "people_changed", []),
        (CamerasChanged(), "cameras_changed", []),
        (CameraStatusChanged(CameraId("c"), STATUS), "camera_status", ["c", STATUS]),
        (SightingsAdded(3), "sightings_added", [3]),
        (GalleryChanged(7, 2), "gallery_changed", [7]),
        (HealthChanged(), "health_changed", []),
        (SettingsChanged(), "settings_changed", []),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str | list) else "",
)
def test_each_event_has_its_signal(qtbot: QtBot, event: DeskEvent, signal: str, arguments: list[object]) -> None:
    hub = Hub()
    events = DeskEvents(hub)
    with qtbot.waitSignal(getattr(events, signal), timeout=5000) as blocker:
        hub.publish(event)
    assert blocker.args == arguments
    events.close()


def test_events_of_a_worker_arrive_on_the_gui_thread(qtbot: QtBot) -> None:
    hub = Hub()
    events = DeskEvents(hub)
    threads: list[int] = []
    events.people_changed.connect(lambda: threads.append(threading.get_ident()))
    worker = threading.Thread(target=lambda: [hub.publish(PeopleChanged()) for _ in range(50)])
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: len(threads) == 50, timeout=5000)
    assert set(threads) == {threading.get_ident()}
    events.close()


def test_nothing_arrives_after_close(qtbot: QtBot) -> None:
    hub = Hub()
    events = DeskEvents(hub)
    got: list[int] = []
    events.people_changed.connect(lambda: got.append(1))
    hub.publish(PeopleChanged())  # under way
    events.close()
    events.close()
    hub.publish(PeopleChanged())
    qtbot.wait(50)
    assert got == []
