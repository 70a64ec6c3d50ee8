"""A vault that was made and closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.closed_vaults import make
from tests.helpers.vaults import MemoryKeyStore


@pytest.fixture
def closed(vault_folder: Path, keystore: MemoryKeyStore) -> Path:
    """The folder of a closed vault with three people."""
    make(vault_folder, keystore)
    return vault_folder
