"""Pictures of the window: every page in both themes, as somebody at the desk sees them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.ui.look import look
from desktop.ui.main_window import MainWindow
from desktop.ui.theme import ThemeName

SETTLE_S = 0.4  # for timers that gather changes before they ask
_LONGEST_S = 10.0


def settle(tasks: TaskRunner, seconds: float = SETTLE_S) -> None:
    """Let the window work for `seconds`, then until no task runs any more (10 s at most)."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
    tasks.wait_idle(_LONGEST_S)
    QApplication.processEvents()


def grab(widget: QWidget, target: Path) -> Path:
    """Write what the widget shows as PNG. Raises OSError if it cannot be written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not widget.grab().save(str(target), "PNG"):
        raise OSError(f"the picture {target.name} could not be written")
    return target


def grab_pages(
    window: MainWindow,
    tasks: TaskRunner,
    folder: Path,
    *,
    themes: Sequence[ThemeName] = (ThemeName.DARK, ThemeName.LIGHT),
    pages: Sequence[str] = (),
    wait: Callable[[], None] | None = None,
) -> list[Path]:
    """Show each page in each theme and write `<page>-<theme>.png` into `folder`; theme and page are put back.

    `wait` is called before each picture instead of the usual short pause.
    """
    before_theme, before_page = look().name, window.page
    made = []
    for theme in themes:
        look().apply(theme)
        for page in pages or tuple(window.pages):
            window.show_page(page)
            (wait or (lambda: settle(tasks)))()
            made.append(grab(window, folder / f"{page}-{theme.value}.png"))
    look().apply(before_theme)
    window.show_page(before_page)
    return made
