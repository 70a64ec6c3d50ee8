"""Adding, changing, removing and testing cameras on a real vault and real files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop.capture.probe import ProbeResult
from desktop.domain.cameras import Camera, SourceKind, SourceSpec, StateReason
from desktop.domain.errors import Cancelled
from desktop.domain.ids import CameraId, random_id
from desktop.recognition.masks import MASK_COLOUR
from desktop.services import camera_tester
from desktop.services.cameras import CameraDraft
from desktop.services.desk import Desk
from desktop.services.errors import AddressInvalid, AreaInvalid, CameraNameTaken
from desktop.services.face_tools import FaceTools
from desktop.services.hub import CamerasChanged
from desktop.vault.errors import CameraUnknown
from tests.helpers.desks import Heard, default_pack, open_desk, source_path
from tests.helpers.vaults import MemoryKeyStore

AREA = ((0.1, 0.1), (0.9, 0.1), (0.5, 0.9))
RTSP = SourceSpec(SourceKind.RTSP, "rtsp://guard:secret@127.0.0.1:9/live")


def draft(name: str, source: SourceSpec = RTSP) -> CameraDraft:
    return CameraDraft(name, source)


def test_cameras_are_kept_in_order(vault_folder: Path, keystore: MemoryKeyStore) -> None:
    with open_desk(vault_folder, keystore) as desk:
        heard = Heard(desk)
        ids = [desk.cameras.add(draft(name)) for name in ("Gate", " Door  2 ", "Átrium")]
        desk.cameras.update(replace(desk.cameras.get(ids[1]), area=AREA, notice_posted=True))
        assert len(heard.of(CamerasChanged)) == 4
    with open_desk(vault_folder, keystore) as desk:
        assert [camera.id for camera in desk.cameras.list()] == ids
        assert desk.cameras.get(ids[1]) == Camera(ids[1], "Door 2", RTSP, AREA, notice_posted=True)
        assert [camera.id for camera in desk.live.cameras()] == ids
        desk.cameras.remove(ids[0])
        assert [camera.id for camera in desk.cameras.list()] == ids[1:]
        assert [camera.id for camera in desk.live.cameras()] == ids[1:]


def test_live_shows_enabled_cameras_in_the_order_of_the_list(desk: Desk) -> None:
    first, second = desk.cameras.add(draft("A")), desk.cameras.add(draft("B"))
    desk.cameras.update(replace(desk.cameras.get(first), enabled=False))
    assert [camera.id for camera in desk.live.cameras()] == [second]
    desk.cameras.update(replace(desk.cameras.get(first), enabled=True, name="Z"))
    assert [camera.name for camera in desk.live.cameras()] == ["Z", "B"]
    assert desk.live.camera_name(first) == "Z"
    assert desk.live.camera_name(CameraId("gone")) == ""


def test_what_is_wrong_is_not_stored(desk: Desk) -> None:
    camera_id = desk.cameras.add(draft("Door"))
    desk.cameras.add(draft("Gate"))
    before = desk.cameras.list()
    with pytest.raises(CameraNameTaken):
        desk.cameras.add(draft("DOOR"))
    with pytest.raises(CameraNameTaken):
        desk.cameras.update(replace(before[0], name="gate"))
    with pytest.raises(AreaInvalid):
        desk.cameras.update(replace(before[0], area=AREA[:2]))
    with pytest.raises(AddressInvalid):
        desk.cameras.update(replace(before[0], source=SourceSpec(SourceKind.RTSP, "nonsense")))
    assert desk.cameras.list() == before
    desk.cameras.update(replace(before[0], name="door"))  # its own name in other letters is free
    assert desk.cameras.get(camera_id).name == "door"


def test_cameras_that_are_gone(desk: Desk) -> None:
    ghost = Camera(CameraId(random_id()), "Ghost", RTSP)
    for action in (
        lambda: desk.cameras.get(ghost.id),
        lambda: desk.cameras.update(ghost),
        lambda: desk.cameras.remove(ghost.id),
        lambda: desk.cameras.test(RTSP, of=ghost.id),
    ):
        with pytest.raises(CameraUnknown):
            action()
    assert desk.live.cameras() == ()


def test_the_password_survives_an_edit_that_never_saw_it(desk: Desk) -> None:
    camera_id = desk.cameras.add(draft("Door"))
    camera = desk.cameras.get(camera_id)
    assert "secret" not in repr(camera)
    desk.cameras.update(replace(camera, name="Front", source=replace(RTSP, address=RTSP.shown)))
    assert desk.cameras.get(camera_id).source.address == RTSP.address


def test_a_video_with_a_face_comes_back_masked(desk: Desk) -> None:
    found = desk.cameras.test(SourceSpec(SourceKind.VIDEO, str(source_path("carphone_pristine.mp4"))))
    assert (found.ok, found.reason, found.width, found.height, found.faces) == (True, StateReason.NONE, 176, 144, 1)
    assert found.fps > 0
    assert found.preview is not None
    masked = (found.preview == MASK_COLOUR[:3]).all(axis=2)
    assert 0.1 < masked.mean() < 0.9
    assert default_pack().new_detector().detect(found.preview, width=640, score=0.3) == []


def test_several_faces_are_counted_and_all_masked(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "Bilder vom Büro"
    folder.mkdir()
    (folder / "t1.jpg").write_bytes(source_path("t1.jpg").read_bytes())
    found = desk.cameras.test(SourceSpec(SourceKind.FOLDER, str(folder)))
    assert (found.ok, found.faces, found.width, found.height) == (True, 6, 1280, 886)
    assert found.preview is not None
    assert found.preview.shape == (443, 640, 3)
    assert default_pack().new_detector().detect(found.preview, width=640, score=0.5) == []


def test_when_the_detector_fails_the_whole_preview_is_coarse(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: FaceTools, image: object, *, score: float) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(FaceTools, "detect_all", broken)
    found = desk.cameras.test(SourceSpec(SourceKind.VIDEO, str(source_path("carphone_pristine.mp4"))))
    assert found.ok
    assert found.faces == 0
    assert found.preview is not None
    assert len(np.unique(found.preview.reshape(-1, 3), axis=0)) <= 12


def test_cameras_that_do_not_work_say_why(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("not a video")
    (tmp_path / "nothing").mkdir()
    wanted = {
        SourceSpec(SourceKind.VIDEO, str(tmp_path / "absent.mp4")): StateReason.NOT_FOUND,
        SourceSpec(SourceKind.VIDEO, str(tmp_path / "empty.mp4")): StateReason.EMPTY_FILE,
        SourceSpec(SourceKind.VIDEO, str(tmp_path / "text.mp4")): StateReason.NOT_A_VIDEO,
        SourceSpec(SourceKind.FOLDER, str(tmp_path / "nothing")): StateReason.NO_PICTURES,
        SourceSpec(SourceKind.USB, "97"): StateReason.NOT_FOUND,
        RTSP: StateReason.UNREACHABLE,
    }
    for source, reason in wanted.items():
        found = desk.cameras.test(source)
        assert (found.ok, found.reason, found.preview) == (False, reason, None), source
    with pytest.raises(AddressInvalid):
        desk.cameras.test(SourceSpec(SourceKind.RTSP, "nonsense"))


def test_a_test_can_be_cancelled(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stop:
        shares: list[float] = []  # noqa: RUF012

        def report(self, share: float) -> None:
            self.shares.append(share)

        def cancelled(self) -> bool:
            return len(self.shares) > 2

    def endless(spec: object, cancel: object, timeout: float) -> None:
        while not cancel():  # type: ignore[operator]
            assert len(Stop.shares) < 1000
        raise Cancelled

    monkeypatch.setattr(camera_tester, "probe_camera", endless)
    with pytest.raises(Cancelled):
        desk.cameras.test(RTSP, Stop())
    assert Stop.shares


def test_a_saved_camera_is_tested_with_its_password(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    camera_id = desk.cameras.add(draft("Door"))
    tried = []

    def probe(spec: SourceSpec, cancel: object, timeout: float) -> ProbeResult:
        tried.append(spec.address)
        return ProbeResult(False, StateReason.BAD_PASSWORD)

    monkeypatch.setattr(camera_tester, "probe_camera", probe)
    found = desk.cameras.test(replace(RTSP, address=RTSP.shown), of=camera_id)
    assert tried == [RTSP.address]
    assert found.reason is StateReason.BAD_PASSWORD
