"""What every test gets: folders of its own, a keyring service of its own, and no thread that outlives it."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

# The same examples at every run of CI: a red run is then about the change, not about luck. Locally they vary.
hypothesis.settings.register_profile("ci", derandomize=True, print_blob=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

if TYPE_CHECKING:
    from desktop.vault.system_keystore import SystemKeyStore
    from desktop.vault.vault import Vault
    from tests.helpers.vaults import MemoryKeyStore

# Threads of libraries that live as long as the process.
_FOREIGN_THREADS = ("pydevd", "QThread", "Dummy", "TMonitor", "asyncio_")
_THREADS_END_WITHIN = 5.0


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing a test does reaches the user's data, cache or keyring entries."""
    monkeypatch.setenv("CONSENTRY_DATA", str(tmp_path / "consentry-data"))
    monkeypatch.setenv("CONSENTRY_CACHE", str(tmp_path / "consentry-cache"))
    monkeypatch.setenv("CONSENTRY_KEYRING_SERVICE", f"consentry-test-{uuid.uuid4()}")


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _THREADS_END_WITHIN
    leaked = _new_threads(before)
    while leaked and time.monotonic() < deadline:
        time.sleep(0.01)
        leaked = _new_threads(before)
    if leaked:
        pytest.fail(f"threads outlive the test: {sorted(thread.name for thread in leaked)}")


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    return [
        thread
        for thread in threading.enumerate()
        if thread not in before and thread.is_alive() and not thread.name.startswith(_FOREIGN_THREADS)
    ]


@pytest.fixture
def vault_folder(tmp_path: Path) -> Path:
    """Where a test's vault goes; not made yet."""
    return tmp_path / "desk" / "vault"


@pytest.fixture
def keystore() -> MemoryKeyStore:
    from tests.helpers.vaults import MemoryKeyStore

    return MemoryKeyStore()


@pytest.fixture
def vault(vault_folder: Path, keystore: MemoryKeyStore) -> Iterator[Vault]:
    """A fresh, open, empty vault with its keys in memory."""
    from desktop.vault.vault import Vault
    from tests.helpers.vaults import TEST_BALLAST

    with Vault.create(vault_folder, keystore, ballast_bytes=TEST_BALLAST) as fresh:
        yield fresh


@pytest.fixture
def system_keystore() -> SystemKeyStore:
    """The session's real keyring under a service name of this test. Only inside scripts/with_desktop."""
    if os.environ.get("CONSENTRY_TEST_DESKTOP") != "1":
        pytest.fail("needs a Secret Service of its own: run through scripts/with_desktop")
    from desktop.vault.system_keystore import SystemKeyStore

    return SystemKeyStore(timeout=20)
