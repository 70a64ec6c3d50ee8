"""Vaults for tests: a keystore in memory, people with invented names, markers to search for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.domain.consent import PlainConsent
from desktop.domain.people import PersonDetails
from desktop.vault.records import NewPerson, NewTemplate

MODEL = "test-model"
DIMENSION = 128
TEST_BALLAST = 64 * 1024


@dataclass
class MemoryKeyStore:
    """A KeyStore in memory. `before` runs before each call with the call's kind and may raise or wait."""

    backend: str = "Memory"
    values: dict[str, str] = field(default_factory=dict)
    before: Callable[[str], None] | None = None
    writes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, name: str, *, timeout: float | None = None) -> str | None:
        self._announce("get")
        with self._lock:
            return self.values.get(name)

    def set(self, name: str, value: str, *, timeout: float | None = None) -> None:
        self._announce("set")
        with self._lock:
            self.writes += 1
            self.values[name] = value

    def delete(self, name: str, *, timeout: float | None = None) -> None:
        self._announce("delete")
        with self._lock:
            self.values.pop(name, None)

    def _announce(self, kind: str) -> None:
        if self.before is not None:
            self.before(kind)


def vector(seed: int, dimension: int = DIMENSION) -> NDArray[np.float32]:
    """A random unit vector (D,) float32."""
    raw = np.random.default_rng(seed).normal(size=dimension).astype(np.float32)
    return raw / np.float32(np.linalg.norm(raw))


def template(seed: int, model_id: str = MODEL) -> NewTemplate:
    return NewTemplate(vector(seed), model_id, 0.9)


def new_person(seed: int, name: str | None = None, photo: bytes | None = None) -> NewPerson:
    return NewPerson(
        PersonDetails(name or f"Person Number {seed}", contact=f"p{seed}@example.org", note=f"note {seed}"),
        PlainConsent("signed form", "en"),
        (template(seed),),
        photo,
    )


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a vault's folder with its content (the ballast left out)."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "ballast"}
