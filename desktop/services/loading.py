"""Importing what an open desk needs. It takes longer than a window may wait, so it is done behind the first one."""

from __future__ import annotations

import gc
import importlib
import os
import threading

_QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
_one_at_a_time = threading.Lock()  # OpenCV's loader is not made for two threads


def load_libraries(*modules: str) -> None:
    """Import OpenCV, the desk and these modules (worker thread; a second or two the first time)."""
    with _one_at_a_time:
        gc.disable()  # it would look through all that is imported again and again, and every thread would wait
        try:
            import_opencv_beside_qt()
            for name in ("desktop.services.desk", *modules):
                importlib.import_module(name)
        finally:
            gc.freeze()
            gc.enable()


def import_opencv_beside_qt() -> None:
    """Import OpenCV without letting it point Qt, here or in a child process, to plug-ins and fonts of its own.

    What the user had set stays.
    """
    before = {name: os.environ.get(name) for name in _QT_VARIABLES}
    import cv2

    cv2.setNumThreads(1)  # every camera and worker has a thread of its own; a pool beside them only makes them wait
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
