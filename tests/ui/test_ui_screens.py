"""Pictures of every page in both themes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from desktop.bridge.tasks import TaskRunner
from desktop.services.desk import Desk
from desktop.ui.look import look
from desktop.ui.main_window import LEAST_HEIGHT, LEAST_WIDTH, MainWindow
from desktop.ui.screens import grab, grab_pages
from desktop.ui.theme import THEMES, ThemeName
from tests.helpers.desks import enrol


def brightness(path: Path) -> float:
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(image.constBits(), np.uint8)
    return float(np.median(pixels))


def test_every_page_in_both_themes(window: MainWindow, desk: Desk, tasks: TaskRunner, tmp_path: Path) -> None:
    enrol(desk, "Ada Example", "astronaut.png")
    window.show_page("cameras")
    made = grab_pages(window, tasks, tmp_path / "new folder")
    assert sorted(path.name for path in made) == sorted(
        f"{page}-{theme.value}.png" for page in window.pages for theme in ThemeName
    )
    for path in made:
        image = QImage(str(path))
        assert (image.width(), image.height()) == (window.width(), window.height())
        bright = brightness(path)
        assert (bright > 200) if "light" in path.name else (bright < 70), path.name
    assert window.page == "cameras"
    assert look().name is ThemeName.DARK
    assert look().tokens is THEMES[ThemeName.DARK]


def test_a_picture_that_cannot_be_written_is_an_error(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "page.png").mkdir()
    with pytest.raises(OSError, match=r"page\.png"):
        grab(window, tmp_path / "page.png")


def test_nothing_is_cut_off_at_the_smallest_size(window: MainWindow, desk: Desk, idle: Callable[[], None]) -> None:
    enrol(desk, "Ada Example", "astronaut.png")
    window.resize(LEAST_WIDTH, LEAST_HEIGHT)
    for key, page in window.pages.items():
        window.show_page(key)
        idle()
        need = page.minimumSizeHint()
        assert need.width() <= page.width(), key
        assert need.height() <= page.height(), key
