"""Cameras that refuse, die, freeze and come back at a running desk: each says why, and none troubles another."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from desktop.domain.cameras import CameraState, CameraStatus, SourceKind, SourceSpec, StateReason
from desktop.domain.ids import CameraId
from desktop.services.cameras import CameraDraft
from desktop.services.desk import Desk
from desktop.services.hub import CameraStatusChanged
from tests.helpers.capture_kit import write_clip
from tests.helpers.desks import Heard, open_desk, wait_until
from tests.helpers.rtsp_server import RtspServer, rtsp_server
from tests.helpers.vaults import MemoryKeyStore

pytestmark = pytest.mark.rtsp

SIZE = (320, 180)
PASSWORD = "geh/eim#9"
SOON = 60.0  # s; the waits are the product's own, the machine may be busy


@pytest.fixture
def desk(vault_folder: Path, keystore: MemoryKeyStore) -> Iterator[Desk]:
    with open_desk(vault_folder, keystore) as opened:
        yield opened


@pytest.fixture
def server() -> Iterator[RtspServer]:
    with rtsp_server(user="desk", password=PASSWORD) as made:
        yield made


def add(desk: Desk, name: str, kind: SourceKind, address: str) -> CameraId:
    return desk.cameras.add(CameraDraft(name, SourceSpec(kind, address, loop=True), notice_posted=True))


def shown(desk: Desk, camera: CameraId) -> int:
    """Pictures that a tile would be given within a second."""
    presenter = desk.live.presenter(camera)
    assert presenter is not None
    presenter.set_size(*SIZE)
    pictures, until = 0, time.monotonic() + 1
    while time.monotonic() < until:
        pictures += presenter.next_picture() is not None
        time.sleep(0.005)
    return pictures


def is_live(desk: Desk, camera: CameraId) -> bool:
    return desk.live.status(camera).state is CameraState.LIVE


def heard_of(heard: Heard, camera: CameraId, state: CameraState) -> list[CameraStatus]:
    changes = [event for event in heard.of(CameraStatusChanged) if isinstance(event, CameraStatusChanged)]
    return [change.status for change in changes if change.camera_id == camera and change.status.state is state]


def test_a_server_that_dies_and_one_that_freezes_come_back_and_a_file_plays_on(
    desk: Desk, server: RtspServer, tmp_path: Path
) -> None:
    gate = add(desk, "Gate", SourceKind.RTSP, server.url())
    file = add(desk, "File", SourceKind.VIDEO, str(write_clip(tmp_path / "clip.mp4", 50)))
    heard = Heard(desk)
    desk.live.start()
    wait_until(lambda: is_live(desk, gate) and is_live(desk, file), SOON)
    wait_until(lambda: shown(desk, gate) > 5, SOON)

    server.kill()
    wait_until(lambda: heard_of(heard, gate, CameraState.LOST), SOON)
    wait_until(lambda: desk.live.status(gate).reason is StateReason.UNREACHABLE, SOON)
    wait_until(lambda: shown(desk, gate) == 0, SOON)  # what was captured just before is shown late, nothing twice
    assert shown(desk, file) > 5
    server.start()
    wait_until(lambda: is_live(desk, gate), SOON)
    wait_until(lambda: shown(desk, gate) > 5, SOON)

    heard.events.clear()
    server.freeze()
    # Whether the watchdog notices first or FFmpeg gives up first is a matter of tenths of a second.
    wait_until(lambda: heard_of(heard, gate, CameraState.STALLED) or heard_of(heard, gate, CameraState.LOST), SOON)
    assert desk.live.status(gate).reason is StateReason.NO_FRAMES
    assert shown(desk, file) > 5
    server.resume()
    wait_until(lambda: is_live(desk, gate), SOON)
    wait_until(lambda: shown(desk, gate) > 5, SOON)
    assert is_live(desk, file)
    assert not heard_of(heard, file, CameraState.LOST)


def test_a_refused_password_is_said_and_the_right_one_brings_the_picture(desk: Desk, server: RtspServer) -> None:
    with structlog.testing.capture_logs() as logged:
        gate = add(desk, "Gate", SourceKind.RTSP, server.url(password="wro/ng7"))
        desk.live.start()
        wait_until(lambda: desk.live.status(gate).state is CameraState.REFUSED, SOON)
        status = desk.live.status(gate)
        assert status.reason is StateReason.BAD_PASSWORD
        assert status.retry_at is not None
        camera = desk.cameras.get(gate)
        desk.cameras.update(replace(camera, source=SourceSpec(SourceKind.RTSP, server.url())))
        wait_until(lambda: is_live(desk, gate), SOON)
        wait_until(lambda: shown(desk, gate) > 5, SOON)
    for secret in ("wro", "ng7", "geh/eim", "eim#9", "eim%239"):
        assert secret not in repr(logged)


def test_files_that_are_no_video_say_so_beside_one_that_is(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "Aufnahmen vom Büro 録画"
    folder.mkdir()
    (folder / "leer.mp4").touch()
    (folder / "brief.mp4").write_text("Dear all, " * 500, encoding="utf-8")
    wanted = {
        add(desk, "Empty", SourceKind.VIDEO, str(folder / "leer.mp4")): StateReason.EMPTY_FILE,
        add(desk, "Letter", SourceKind.VIDEO, str(folder / "brief.mp4")): StateReason.NOT_A_VIDEO,
        add(desk, "Absent", SourceKind.VIDEO, str(folder / "fehlt.mp4")): StateReason.NOT_FOUND,
        add(desk, "Unplugged", SourceKind.USB, "97"): StateReason.NOT_FOUND,
    }
    good = add(desk, "Good", SourceKind.VIDEO, str(write_clip(folder / "gut 1.mp4", 50)))
    desk.live.start()
    wait_until(lambda: is_live(desk, good), SOON)
    for camera, reason in wanted.items():
        wait_until(lambda camera=camera, reason=reason: desk.live.status(camera).reason is reason, SOON)
    assert shown(desk, good) > 5
