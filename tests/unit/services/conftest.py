"""A desk for each test: a real vault, the real models, no camera running."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services.desk import Desk
from tests.helpers.desks import open_desk
from tests.helpers.vaults import MemoryKeyStore


@pytest.fixture
def desk(vault_folder: Path, keystore: MemoryKeyStore) -> Iterator[Desk]:
    with open_desk(vault_folder, keystore) as opened:
        yield opened
