"""Cameras running at a desk: a real video, the real models, a real vault."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from desktop.domain.cameras import CameraState, SourceKind, SourceSpec, StateReason
from desktop.domain.consent import WatchlistAuthority
from desktop.domain.decision import Band
from desktop.domain.ids import CameraId, PersonId
from desktop.domain.people import PersonDetails
from desktop.recognition.masks import MASK_COLOUR
from desktop.recognition.presenter import OverlayMark, Picture
from desktop.recognition.settings import MaskStyle
from desktop.services.cameras import CameraDraft
from desktop.services.desk import Desk
from desktop.services.hub import CameraStatusChanged, SightingsAdded, TrackSeen
from desktop.services.photo_check import PhotoCheck
from tests.helpers.desks import CONSENT, Heard, enrol, open_desk, picture, store, wait_until
from tests.helpers.vaults import MemoryKeyStore

SIZE = (640, 360)


def portrait_video(path: Path, name: str, seconds: float = 4.0) -> Path:
    """A 720p video in which the photo of one person drifts to and fro."""
    photo = picture(name)
    share = 620 / photo.shape[0]
    photo = cv2.resize(photo, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 25, (1280, 720))
    for number in range(int(seconds * 25)):
        frame = np.full((720, 1280, 3), 90, np.uint8)
        left = 300 + int(120 * np.sin(number / 25 * 2 * np.pi / seconds))
        frame[50 : 50 + photo.shape[0], left : left + photo.shape[1]] = photo
        writer.write(frame)
    writer.release()
    return path


@pytest.fixture
def desk(vault_folder: Path, keystore: MemoryKeyStore) -> Iterator[Desk]:
    with open_desk(vault_folder, keystore) as opened:
        yield opened


def add_video(desk: Desk, path: Path, name: str = "Door", *, notice_posted: bool = True) -> CameraId:
    source = SourceSpec(SourceKind.VIDEO, str(path))
    return desk.cameras.add(CameraDraft(name, source, notice_posted=notice_posted))


def watch(desk: Desk, camera_id: CameraId, until: Callable[[Picture], object], seconds: float = 20.0) -> Picture:
    """Pull pictures as a tile does, until one satisfies `until`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        presenter = desk.live.presenter(camera_id)
        if presenter is not None:
            presenter.set_size(*SIZE)
            shown = presenter.next_picture()
            if shown is not None and until(shown):
                return shown
        time.sleep(0.01)
    raise AssertionError("no such picture was shown")


def mark_of(shown: Picture, person_id: PersonId) -> OverlayMark | None:
    return next((mark for mark in shown.marks if mark.person_id == person_id and mark.band is Band.MATCH), None)


def clear(shown: Picture, person_id: PersonId) -> bool:
    mark = mark_of(shown, person_id)
    return not shown.coarse and mark is not None and not mark.masked


def masked_stranger(shown: Picture) -> bool:
    return not shown.coarse and any(mark.masked and mark.band is Band.UNKNOWN for mark in shown.marks)


def test_enrolled_person_is_named_and_never_shown_again_once_withdrawn(desk: Desk, tmp_path: Path) -> None:
    person = enrol(desk, "Ada", "obama2.jpg", "obama3.jpg")
    camera = add_video(desk, portrait_video(tmp_path / "door.mp4", "obama.jpg"))
    heard = Heard(desk)
    desk.live.start()
    shown = watch(desk, camera, lambda shown: clear(shown, person))
    mark = mark_of(shown, person)
    assert mark is not None
    assert mark.score >= mark.threshold
    assert desk.live.name_of(person) == "Ada"
    assert any(isinstance(event, TrackSeen) and event.event.verdict.person_id == person for event in heard.events)

    desk.withdrawals.withdraw(person)
    pictures = 0
    until = time.monotonic() + 2
    while time.monotonic() < until or not pictures:  # not one more picture shows the person, from this moment on
        presenter = desk.live.presenter(camera)
        assert presenter is not None
        again = presenter.next_picture()
        if again is not None:
            pictures += 1
            assert mark_of(again, person) is None
            assert again.coarse or all(mark.masked for mark in again.marks)
        time.sleep(0.01)
    watch(desk, camera, masked_stranger)


def under_authority(desk: Desk, person: PersonId) -> None:
    """An authority for the next hour, in force at once."""
    now = datetime.now(UTC)
    desk._vault.authorities.add(WatchlistAuthority(person, now - timedelta(minutes=1), now + timedelta(hours=1)))
    desk._feed.refresh()


def test_whoever_only_an_authority_covers_is_matched_and_reported_and_never_shown(desk: Desk, tmp_path: Path) -> None:
    person = enrol(desk, "Ada", "obama2.jpg", "obama3.jpg")
    under_authority(desk, person)
    camera = add_video(desk, portrait_video(tmp_path / "door.mp4", "obama.jpg"))
    heard = Heard(desk)
    desk.live.start()
    watch(desk, camera, lambda shown: clear(shown, person))

    desk.withdrawals.withdraw(person)
    assert desk.gallery_size == 1, "the authority still covers the person"
    heard.events.clear()
    pictures = 0
    until = time.monotonic() + 4
    while time.monotonic() < until or not pictures:
        presenter = desk.live.presenter(camera)
        assert presenter is not None
        shown = presenter.next_picture()
        if shown is not None:
            pictures += 1
            assert mark_of(shown, person) is None
            assert shown.coarse or all(mark.masked and mark.person_id is None for mark in shown.marks)
        time.sleep(0.01)
    desk.live.stop()
    wait_until(lambda: any(row.sighting.person_id == person for row in desk.activity.list()))
    seen = [event.event.verdict for event in heard.of(TrackSeen) if isinstance(event, TrackSeen)]
    assert any(verdict.person_id == person and verdict.band is Band.MATCH for verdict in seen)


def test_a_person_enrolled_while_cameras_run_is_named_at_once(desk: Desk, tmp_path: Path) -> None:
    camera = add_video(desk, portrait_video(tmp_path / "door.mp4", "biden.jpg"))
    desk.live.start()
    watch(desk, camera, masked_stranger)

    check: list[PhotoCheck] = []

    def usable() -> bool:
        check[:] = [desk.enrolment.check_camera(camera, CONSENT)]
        return check[0].ok

    wait_until(usable)
    person = store(desk, PersonDetails("Bea"), check)
    watch(desk, camera, lambda shown: clear(shown, person))


def test_sightings_of_known_and_unknown_reach_the_vault(desk: Desk, tmp_path: Path) -> None:
    person = enrol(desk, "Ada", "obama2.jpg", "obama3.jpg")
    door = add_video(desk, portrait_video(tmp_path / "door.mp4", "obama.jpg"), "Door")
    gate = add_video(desk, portrait_video(tmp_path / "gate.mp4", "biden.jpg"), "Gate")
    heard = Heard(desk)
    desk.live.start()
    watch(desk, door, lambda shown: clear(shown, person))
    watch(desk, gate, masked_stranger)
    wait_until(lambda: any(isinstance(e, TrackSeen) and e.event.camera_id == gate for e in heard.events))
    desk.live.stop()
    wait_until(lambda: len(desk.activity.list()) >= 2)
    rows = desk.activity.list()
    assert {(row.camera_name, row.person_name, row.sighting.band) for row in rows} == {
        ("Door", "Ada", Band.MATCH),
        ("Gate", None, Band.UNKNOWN),
    }
    assert all(row.sighting.started_at <= row.sighting.ended_at for row in rows)
    wait_until(lambda: heard.of(SightingsAdded))


def test_without_a_posted_notice_nobody_is_recognised(desk: Desk, tmp_path: Path) -> None:
    person = enrol(desk, "Ada", "obama2.jpg", "obama3.jpg")
    camera = add_video(desk, portrait_video(tmp_path / "door.mp4", "obama.jpg"), notice_posted=False)
    desk.live.start()
    watch(desk, camera, masked_stranger)
    until = time.monotonic() + 3
    while time.monotonic() < until:
        presenter = desk.live.presenter(camera)
        assert presenter is not None
        shown = presenter.next_picture()
        assert shown is None or mark_of(shown, person) is None
        time.sleep(0.01)
    desk.cameras.update(replace(desk.cameras.get(camera), notice_posted=True))
    watch(desk, camera, lambda shown: clear(shown, person))


def test_running_cameras_follow_every_change(desk: Desk, tmp_path: Path) -> None:
    video = portrait_video(tmp_path / "door.mp4", "obama.jpg", 2)
    heard = Heard(desk)
    desk.live.start()
    desk.live.start()
    assert desk.live.views() == ()
    camera = add_video(desk, video)
    wait_until(lambda: desk.live.status(camera).state is CameraState.LIVE)
    watch(desk, camera, lambda shown: not shown.coarse)
    stats = desk.live.stats(camera)
    assert stats is not None
    assert stats.captured_fps > 0
    assert [view.camera.id for view in desk.live.views()] == [camera]

    desk.cameras.update(replace(desk.cameras.get(camera), enabled=False))
    assert desk.live.presenter(camera) is None
    assert desk.live.stats(camera) is None
    assert desk.live.status(camera).state is CameraState.STOPPED

    absent = SourceSpec(SourceKind.VIDEO, str(tmp_path / "absent.mp4"))
    desk.cameras.update(replace(desk.cameras.get(camera), enabled=True, source=absent))
    wait_until(lambda: desk.live.status(camera).reason is StateReason.NOT_FOUND)
    wait_until(lambda: any(isinstance(e, CameraStatusChanged) and e.camera_id == camera for e in heard.events))

    desk.cameras.remove(camera)
    assert desk.live.presenter(camera) is None
    assert desk.live.cameras() == ()
    desk.live.stop()
    desk.live.stop()
    assert not desk.live.running


def test_settings_take_effect_while_cameras_run(desk: Desk, tmp_path: Path) -> None:
    camera = add_video(desk, portrait_video(tmp_path / "door.mp4", "obama.jpg", 2))
    desk.live.start()
    opaque = watch(desk, camera, masked_stranger)
    assert (opaque.pixels == MASK_COLOUR).all(axis=2).any()
    desk.settings.change(mask_style=MaskStyle.PIXELATED)
    assert desk.live.running
    pixelated = watch(desk, camera, masked_stranger)
    assert not (pixelated.pixels == MASK_COLOUR).all(axis=2).any()
    before = desk.live.presenter(camera)
    desk.settings.change(stranger_hours=3)
    assert desk.live.presenter(camera) is before, "a setting of the vault does not restart the cameras"
