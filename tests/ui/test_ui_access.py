"""Everything is reached by keyboard, has a name for screen readers and is large enough to hit; titles hold no names."""

from collections.abc import Callable, Iterator
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.domain.cameras import SourceKind, SourceSpec
from desktop.services.cameras import CameraDraft
from desktop.services.desk import Desk
from desktop.ui.cameras.edit_dialog import CameraDialog
from desktop.ui.capture.wizard import CaptureWizard
from desktop.ui.look import look
from desktop.ui.main_window import MainWindow
from desktop.ui.theme import Size, ThemeName
from desktop.ui.widgets.dialog import Confirm
from desktop.ui.workplace import NUMBERED
from tests.helpers.conversations import make_ready
from tests.helpers.desks import enrol, source_path

Idle = Callable[[], None]
Opened = Callable[[type[QWidget]], QWidget]
NAME = "Ada Example"


@pytest.fixture
def filled(window: MainWindow, desk: Desk, idle: Idle) -> MainWindow:
    """A window with somebody and something in it."""
    enrol(desk, NAME, "astronaut.png")
    make_ready(desk)
    desk.cameras.add(CameraDraft("Gate", SourceSpec(SourceKind.VIDEO, str(source_path("bikes.mp4")))))
    idle()
    return window


def faces(filled: MainWindow, idle: Idle, opened: Opened) -> Iterator[tuple[str, QWidget]]:
    """Every page, then every dialog, each while it is in front."""
    for key in filled.pages:
        filled.show_page(key)
        idle()
        yield key, filled
    filled.show_page("people")
    idle()
    for open_it, kind in (
        (filled.people_page.add, CaptureWizard),
        (filled.people_page.details.edit.click, QDialog),
        (filled.people_page.details.withdraw.click, Confirm),
        (filled.people_page.details.remove.click, Confirm),
        (filled.cameras_page.add, CameraDialog),
    ):
        open_it()
        idle()  # what an erasure would do is read first
        dialog = opened(kind)
        yield kind.__name__, dialog
        dialog.close()
        idle()


def activate(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitActive(window, timeout=10_000):
        window.activateWindow()


def reachable(root: QWidget) -> list[QWidget]:
    """Visible, enabled widgets that take the keyboard."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.isVisibleTo(root)
        and widget.isEnabledTo(root)
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(widget.parent(), QAbstractSpinBox)  # the inner editor: the box itself takes the keyboard
        and not (isinstance(widget.parent(), QComboBox | QAbstractScrollArea) and not widget.accessibleName())
    ]


def spoken(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else widget.accessibleName()


def test_every_control_has_a_name(filled: MainWindow, idle: Idle, opened: Opened) -> None:
    for place, root in faces(filled, idle, opened):
        widgets = reachable(root)
        assert len(widgets) > 1, place
        for widget in widgets:
            assert spoken(widget).strip(), f"{place}: {type(widget).__name__} {widget.objectName()}"


def test_every_button_is_large_enough_to_hit(filled: MainWindow, idle: Idle, opened: Opened) -> None:
    for place, root in faces(filled, idle, opened):
        for widget in root.findChildren(QAbstractButton):
            inside_field = isinstance(widget.parent(), QLineEdit)
            if widget.isVisibleTo(root) and not inside_field:
                size = min(widget.width(), widget.height())
                assert size >= Size.TARGET, f"{place}: {widget.text() or widget.accessibleName()} is {size} px"


def test_what_is_touched_at_the_desk_is_larger(filled: MainWindow) -> None:
    for key in filled.pages:
        button = filled.workplace.rail.button(key)
        assert min(button.width(), button.height()) >= Size.TOUCH


def test_tab_reaches_every_control_of_every_page(filled: MainWindow, idle: Idle, qtbot: QtBot) -> None:
    activate(filled, qtbot)
    for key in filled.pages:
        filled.show_page(key)
        idle()
        wanted = {id(widget) for widget in reachable(filled) if not in_group(widget)}
        seen: set[int] = set()
        for _ in range(120):
            current = QApplication.focusWidget()
            if current is not None:
                seen.add(id(current))
            qtbot.keyClick(current or filled, Qt.Key.Key_Tab)
        missing = [type(w).__name__ + " " + spoken(w) for w in reachable(filled) if id(w) in wanted - seen]
        assert not missing, f"{key}: {missing}"


def in_group(widget: QWidget) -> bool:
    """Of a group of exclusive buttons Tab reaches the chosen one; arrow keys move within."""
    return isinstance(widget, QToolButton) and widget.group() is not None and not widget.isChecked()


def test_labels_of_fields_belong_to_them(filled: MainWindow, idle: Idle, opened: Opened) -> None:
    for place, root in faces(filled, idle, opened):
        buddies = {id(label.buddy()) for label in root.findChildren(QLabel) if label.buddy() is not None}
        for field in [*root.findChildren(QComboBox), *root.findChildren(QLineEdit)]:
            alone = field is filled.people_page.search or isinstance(field.parent(), QComboBox)
            inside = "spinbox" in field.objectName()
            if field.isVisibleTo(root) and not alone and not inside:
                assert id(field) in buddies, f"{place}: {spoken(field)}"


def test_no_title_ever_holds_a_name(filled: MainWindow, idle: Idle, opened: Opened) -> None:
    for place, root in faces(filled, idle, opened):
        titles = [widget.windowTitle() for widget in QApplication.topLevelWidgets()]
        assert not any(NAME in title or "Ada" in title for title in titles), place
        assert "Consentry" in filled.windowTitle()
        assert root.windowTitle()


def test_pages_by_keyboard(filled: MainWindow, qtbot: QtBot, idle: Idle) -> None:
    activate(filled, qtbot)
    for number, key in enumerate(list(filled.pages)[:NUMBERED], 1):
        qtbot.keyClick(filled, getattr(Qt.Key, f"Key_{number % 10}"), Qt.KeyboardModifier.ControlModifier)
        assert filled.page == key
        assert filled.workplace.rail.button(key).isChecked()
        idle()


def test_full_screen_by_keyboard(filled: MainWindow, qtbot: QtBot) -> None:
    activate(filled, qtbot)
    qtbot.keyClick(filled, Qt.Key.Key_F11)
    assert filled.isFullScreen()
    qtbot.keyClick(filled, Qt.Key.Key_F11)
    assert not filled.isFullScreen()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_F])
@pytest.mark.parametrize("was_full", [False, True])
def test_a_tile_full_screen_and_back(filled: MainWindow, qtbot: QtBot, key: Qt.Key, was_full: bool) -> None:
    activate(filled, qtbot)
    if was_full:
        filled.toggle_full_screen()
    filled.show_page("live")
    tile = filled.live_page.wall.tiles[0]
    qtbot.keyClick(tile, key)
    assert filled.isFullScreen()
    assert not filled.workplace.rail.isVisible()
    assert not filled.workplace.strip.isVisible()
    qtbot.keyClick(filled.live_page.wall.tiles[0], Qt.Key.Key_Escape)
    assert filled.isFullScreen() is was_full
    assert filled.workplace.rail.isVisible()
    assert filled.workplace.strip.isVisible()


def test_wall_by_keyboard(window: MainWindow, desk: Desk, qtbot: QtBot, idle: Idle) -> None:
    for number in range(6):
        desk.cameras.add(CameraDraft(f"Camera {number + 1}", SourceSpec(SourceKind.USB, str(40 + number))))
    idle()
    activate(window, qtbot)
    window.show_page("live")
    wall = window.live_page.wall
    assert wall.pages == 2
    assert QApplication.focusWidget() is wall.tiles[0]
    qtbot.keyClick(wall.tiles[0], Qt.Key.Key_Right)
    assert QApplication.focusWidget() is wall.tiles[1]
    qtbot.keyClick(wall.tiles[1], Qt.Key.Key_Down)
    assert QApplication.focusWidget() is wall.tiles[3]
    qtbot.keyClick(wall.tiles[3], Qt.Key.Key_Right)  # at the edge: the next page
    assert wall.page == 1
    qtbot.keyClick(wall.tiles[0], Qt.Key.Key_PageUp)
    assert wall.page == 0
    qtbot.keyClick(wall.tiles[0], Qt.Key.Key_9)
    assert (wall.count, wall.pages) == (9, 1)
    qtbot.keyClick(wall.tiles[0], Qt.Key.Key_1)
    assert wall.count == 1


def test_enter_presses_the_button_with_the_focus(filled: MainWindow, idle: Idle, opened: Opened, qtbot: QtBot) -> None:
    filled.show_page("people")
    idle()
    filled.people_page.details.remove.click()
    idle()
    dialog = cast(Confirm, opened(Confirm))
    qtbot.keyClick(dialog.no, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    idle()
    assert filled.people_page.model.rowCount() == 1


def test_shortcuts_of_the_pages(filled: MainWindow, idle: Idle, opened: Opened, qtbot: QtBot) -> None:
    activate(filled, qtbot)
    filled.show_page("people")
    idle()
    page = filled.people_page
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is page.search
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    idle()
    opened(Confirm).close()
    idle()
    activate(filled, qtbot)
    qtbot.keyClick(page.list, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    idle()
    assert opened(CaptureWizard).isVisible()


def test_theme_is_switched_for_all_and_named_for_what_it_does(filled: MainWindow) -> None:
    assert "light" in filled.theme_button.accessibleName()
    filled.theme_button.click()
    assert look().name is ThemeName.LIGHT
    assert "dark" in filled.theme_button.accessibleName()
    assert QApplication.palette().window().color().lightness() > 200
    filled.theme_button.click()
    assert look().name is ThemeName.DARK
