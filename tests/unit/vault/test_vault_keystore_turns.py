"""Calls to the keyring that were given up: they never come after one that was made later."""

from __future__ import annotations

import threading

import pytest

from desktop.vault import system_keystore
from desktop.vault.errors import KeyringTimeout
from desktop.vault.system_keystore import SystemKeyStore


class StuckKeyring:
    """Stands for a backend whose calls hang until `go` is set."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.values: dict[str, str] = {}
        self.written: list[str] = []

    def get_password(self, _service: str, name: str) -> str | None:
        return self.values.get(name)

    def set_password(self, _service: str, name: str, value: str) -> None:
        self.go.wait(20)
        self.written.append(value)
        self.values[name] = value


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> StuckKeyring:
    keyring = StuckKeyring()
    monkeypatch.setattr(system_keystore, "_find_backend", lambda: ("Test", keyring))
    return keyring


def test_a_late_write_never_lands_on_a_newer_one(stuck: StuckKeyring) -> None:
    store = SystemKeyStore("service")
    for value in ("first", "given up before its turn"):
        with pytest.raises(KeyringTimeout):
            store.set("key", value, timeout=0.2)
    stuck.go.set()
    store.set("key", "newest", timeout=20)
    assert stuck.written == ["first", "newest"]
    assert store.get("key") == "newest"
