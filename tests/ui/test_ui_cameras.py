"""Cameras: secrets stay out of sight, tests answer in plain words, the area can be drawn by hand and by keyboard."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.cameras import Camera, SourceKind, SourceSpec, StateReason
from desktop.domain.errors import Cancelled
from desktop.domain.ids import CameraId
from desktop.domain.progress import Progress
from desktop.services.camera_test import CameraTest
from desktop.services.cameras import CameraDraft
from desktop.services.desk import Desk
from desktop.ui import texts
from desktop.ui.cameras.address import join_credentials, split_credentials
from desktop.ui.cameras.area_editor import AreaEditor
from desktop.ui.cameras.edit_dialog import CameraDialog
from desktop.ui.cameras.source_form import SourceForm
from desktop.ui.errors import ErrorDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.widgets.dialog import Confirm
from tests.helpers.desks import source_path

Idle = Callable[[], None]
Opened = Callable[[type[QWidget]], QWidget]
SECRET = SourceSpec(SourceKind.RTSP, "rtsp://guard:p%40ss%2Fword@10.0.0.9:554/bay")
SQUARE = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))


@pytest.mark.parametrize(
    ("user", "password"), [("guard", "secret"), ("a@b", "p@ss/w:rd?"), ("guard", ""), ("ü", "пароль")]
)
def test_credentials_go_in_and_come_out_again(user: str, password: str) -> None:
    joined = join_credentials("rtsp://10.0.0.9:554/bay?x=1", user, password)
    assert split_credentials(joined) == ("rtsp://10.0.0.9:554/bay?x=1", user, password)


def test_addresses_without_credentials_stay_as_they_are() -> None:
    assert split_credentials("rtsp://10.0.0.9/a@b") == ("rtsp://10.0.0.9/a@b", "", "")
    assert split_credentials("rtsp://[broken/x") == ("rtsp://[broken/x", "", "")
    assert join_credentials("rtsp://10.0.0.9/x", "", "") == "rtsp://10.0.0.9/x"
    assert join_credentials("nonsense", "u", "p") == "nonsense"


def texts_in(widget: QWidget) -> str:
    found = [child.text() for child in widget.findChildren(QLabel)]
    found += [child.displayText() for child in widget.findChildren(QLineEdit)]
    found += [child.accessibleName() + child.accessibleDescription() for child in widget.findChildren(QWidget)]
    return " ".join(found)


def test_a_stored_password_is_never_shown(qtbot: QtBot) -> None:
    form = SourceForm()
    form.fill(SECRET)
    assert form.url.text() == "rtsp://10.0.0.9:554/bay"
    assert form.password.text() == form.user.text() == ""
    assert form.password.echoMode() is QLineEdit.EchoMode.Password
    assert "p@ss" not in texts_in(form)
    assert "guard" not in texts_in(form)
    assert form.source() == replace(SECRET, address=SECRET.shown)  # by which the service keeps the stored one
    form.deleteLater()


def test_a_pasted_password_moves_out_of_sight(qtbot: QtBot) -> None:
    form = SourceForm()
    form.kind.button(SourceKind.RTSP).click()
    form.url.setText(SECRET.address)
    form.url.editingFinished.emit()
    assert form.url.text() == "rtsp://10.0.0.9:554/bay"
    assert form.user.text() == "guard"
    assert form.password.text() == "p@ss/word"
    assert "p@ss" not in texts_in(form)
    assert form.source().address == SECRET.address
    form.deleteLater()


def test_each_kind_says_what_it_needs(qtbot: QtBot) -> None:
    form = SourceForm()
    assert form.problem() == ""
    for kind, word in ((SourceKind.RTSP, "rtsp://"), (SourceKind.VIDEO, "video"), (SourceKind.FOLDER, "folder")):
        form.kind.button(kind).click()
        assert word in form.problem()
    form.kind.button(SourceKind.RTSP).click()
    form.url.setText("rtsp://10.0.0.9/x")
    assert form.problem() == ""
    form.password.setText("x")
    assert "user name" in form.problem()
    form.deleteLater()


@pytest.fixture
def page(window: MainWindow, idle: Idle) -> MainWindow:
    window.show_page("cameras")
    idle()
    return window


@pytest.fixture
def dialog(page: MainWindow, opened: Opened) -> CameraDialog:
    page.cameras_page.add()
    return cast(CameraDialog, opened(CameraDialog))


def choose_video(dialog: CameraDialog, path: Path, name: str = "Gate 2") -> None:
    dialog.name.setText(name)
    dialog.source.kind.button(SourceKind.VIDEO).click()
    dialog.source.video.setText(str(path))


def test_adding_a_camera_end_to_end(dialog: CameraDialog, page: MainWindow, desk: Desk, idle: Idle) -> None:
    assert not dialog.save.isEnabled()
    assert "name" in dialog.problem()
    assert not dialog.notice_posted.isChecked()  # to be confirmed by a person, never presumed
    choose_video(dialog, source_path("carphone_pristine.mp4"))
    dialog.notice_posted.setChecked(True)
    dialog.area.set_area(SQUARE)
    dialog.save.click()
    idle()
    stored = desk.cameras.list()
    assert [(one.name, one.area, one.notice_posted) for one in stored] == [("Gate 2", SQUARE, True)]
    details = page.cameras_page.details
    assert details.camera is not None
    assert details.camera.id == stored[0].id
    assert details.isVisible()


def test_a_test_shows_a_masked_picture_and_says_it_plainly(dialog: CameraDialog, idle: Idle) -> None:
    choose_video(dialog, source_path("carphone_pristine.mp4"))
    dialog.test.click()
    assert not dialog.test.isEnabled()
    idle()
    assert "176 × 144" in dialog.verdict.text()
    assert not dialog.area.empty
    dialog.source.video.setText("/somewhere/else.mp4")  # another source: picture and verdict no longer belong to it
    assert dialog.area.empty
    assert dialog.verdict.isHidden()


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", StateReason.EMPTY_FILE), (b"no video" * 99, StateReason.NOT_A_VIDEO)]
)
def test_a_test_that_fails_says_why(
    dialog: CameraDialog, idle: Idle, tmp_path: Path, content: bytes, reason: StateReason
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    choose_video(dialog, path)
    dialog.test.click()
    idle()
    assert dialog.verdict.text() == texts.reason(reason)
    assert dialog.area.empty


def test_a_test_can_be_cancelled(
    dialog: CameraDialog, idle: Idle, desk: Desk, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def waits(_: SourceSpec, progress: Progress, **__: object) -> CameraTest:
        while not progress.cancelled():
            progress.report(0.5)
        raise Cancelled

    monkeypatch.setattr(desk.cameras, "test", waits)
    choose_video(dialog, source_path("bikes.mp4"))
    dialog.test.click()
    qtbot.waitUntil(lambda: dialog.busy.isVisible(), timeout=5000)
    dialog.busy.cancel.click()
    idle()
    assert "cancelled" in dialog.verdict.text()
    assert dialog.test.isEnabled()
    assert not dialog.busy.busy


def test_a_taken_name_is_an_error_and_the_form_stays(
    dialog: CameraDialog, desk: Desk, idle: Idle, opened: Opened
) -> None:
    desk.cameras.add(CameraDraft("Gate 2", SourceSpec(SourceKind.USB, "7"), enabled=False))
    choose_video(dialog, source_path("bikes.mp4"), "gate 2")
    dialog.save.click()
    idle()
    error = cast(ErrorDialog, opened(ErrorDialog))
    assert "already has this name" in error.heading.text()
    error.close()
    assert dialog.name.text() == "gate 2"
    assert dialog.save.isEnabled()


def test_switching_off_and_on_keeps_the_password(page: MainWindow, desk: Desk, idle: Idle) -> None:
    desk.cameras.add(CameraDraft("Bay", SECRET))
    idle()
    details = page.cameras_page.details
    assert "guard" not in texts_in(page)
    details.switch.click()
    idle()
    assert not desk.cameras.list()[0].enabled
    details.switch.click()
    idle()
    stored = desk.cameras.list()[0]
    assert stored.enabled
    assert stored.source.address == SECRET.address


def test_removing_asks_first(page: MainWindow, desk: Desk, idle: Idle, opened: Opened) -> None:
    desk.cameras.add(CameraDraft("Bay", SECRET, enabled=False))
    idle()
    page.cameras_page.details.remove.click()
    question = cast(Confirm, opened(Confirm))
    assert "password" in question.accessibleDescription()
    question.yes.click()
    idle()
    assert desk.cameras.list() == []
    assert page.cameras_page._nothing.isVisible()


def test_editing_leaves_what_was_not_touched(page: MainWindow, desk: Desk, idle: Idle, opened: Opened) -> None:
    source = SourceSpec(SourceKind.VIDEO, str(source_path("bikes.mp4")), loop=False, fps=12.0)
    camera_id = desk.cameras.add(CameraDraft("Gate", source, SQUARE, notice_posted=True, enabled=False))
    idle()
    page.cameras_page.details.edit.click()
    dialog = cast(CameraDialog, opened(CameraDialog))
    dialog.name.setText("Gate 3")
    dialog.save.click()
    idle()
    assert desk.cameras.get(camera_id) == Camera(CameraId(camera_id), "Gate 3", source, SQUARE, True, False)


@pytest.fixture
def editor(qtbot: QtBot) -> AreaEditor:
    made = AreaEditor()
    made.resize(400, 300)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def at(editor: AreaEditor, x: float, y: float) -> QPointF:
    return editor._to_screen((x, y))


def test_area_is_drawn_by_clicks_and_drags(editor: AreaEditor, qtbot: QtBot) -> None:
    left = Qt.MouseButton.LeftButton
    for x, y in SQUARE:
        qtbot.mouseClick(editor, left, pos=at(editor, x, y).toPoint())
    assert len(editor.area()) == 4
    assert editor.problem() == ""
    qtbot.mousePress(editor, left, pos=at(editor, 0.8, 0.8).toPoint())
    qtbot.mouseMove(editor, at(editor, 0.9, 0.95).toPoint())
    qtbot.mouseRelease(editor, left)
    assert editor.area()[2] == pytest.approx((0.9, 0.95), abs=0.01)
    assert len(editor.area()) == 4


def test_area_is_drawn_by_keyboard(editor: AreaEditor, qtbot: QtBot) -> None:
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_Insert)
    assert editor.problem() == ""
    before = editor.area()
    qtbot.keyClick(editor, Qt.Key.Key_N)
    assert editor.selected == 1
    qtbot.keyClick(editor, Qt.Key.Key_Left)
    qtbot.keyClick(editor, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert editor.area()[1] == pytest.approx((before[1][0] - 0.01, before[1][1] + 0.05))
    qtbot.keyClick(editor, Qt.Key.Key_Insert)
    assert len(editor.area()) == 5
    assert "corner 3" in editor.accessibleDescription()
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    assert len(editor.area()) == 4
    for _ in range(4):
        qtbot.keyClick(editor, Qt.Key.Key_Delete)
    assert editor.area() == ()
    assert editor.problem() == ""


def test_corners_stay_inside_the_picture(editor: AreaEditor, qtbot: QtBot) -> None:
    editor.set_area(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))
    qtbot.keyClick(editor, Qt.Key.Key_Left)
    qtbot.keyClick(editor, Qt.Key.Key_Up)
    assert editor.area()[0] == (0.0, 0.0)


@pytest.mark.parametrize(
    ("area", "words"),
    [
        (((0.1, 0.1), (0.9, 0.9)), "at least three"),
        (((0.2, 0.2), (0.8, 0.8), (0.8, 0.2), (0.2, 0.8)), "cross"),
        (((0.1, 0.1), (0.5, 0.5), (0.9, 0.9)), "thin"),
    ],
)
def test_unusable_areas_are_explained_and_cannot_be_saved(
    dialog: CameraDialog, area: tuple[tuple[float, float], ...], words: str
) -> None:
    choose_video(dialog, source_path("bikes.mp4"))
    dialog.area.set_area(area)
    assert words in dialog.problem()
    assert not dialog.save.isEnabled()
    dialog.whole.click()
    assert dialog.problem() == ""
