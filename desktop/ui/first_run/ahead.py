"""What an open desk needs of the window, imported in a worker so that the GUI thread finds it ready."""

from __future__ import annotations

from desktop.services.loading import load_libraries


def load_window() -> None:
    """Takes about a second the first time: worker thread."""
    load_libraries("desktop.ui.main_window", "desktop.ui.first_run.wizard")
