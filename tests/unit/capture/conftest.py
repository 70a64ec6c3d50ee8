from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop.capture.reader import CameraReader
from tests.helpers.capture_kit import Recorder


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def readers() -> Iterator[list[CameraReader]]:
    """Readers put in here are stopped at the end, whatever the test did."""
    started: list[CameraReader] = []
    yield started
    for reader in started:
        reader.stop()
