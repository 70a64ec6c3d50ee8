"""A KeyStore in a file, for tests that kill the process: a keyring outlives the program too. Never part of it."""

from __future__ import annotations

import json
import threading
from pathlib import Path


class FileKeyStore:
    def __init__(self, path: Path) -> None:
        self.backend = "Test file"
        self._path = path
        self._writing = threading.Lock()  # the anchor is kept by a thread of its own

    def values(self) -> dict[str, str]:
        return dict(json.loads(self._path.read_text())) if self._path.exists() else {}

    def get(self, name: str, *, timeout: float | None = None) -> str | None:
        return self.values().get(name)

    def set(self, name: str, value: str, *, timeout: float | None = None) -> None:
        with self._writing:
            self._write({**self.values(), name: value})

    def delete(self, name: str, *, timeout: float | None = None) -> None:
        with self._writing:
            self._write({other: value for other, value in self.values().items() if other != name})

    def _write(self, values: dict[str, str]) -> None:
        temporary = self._path.with_name(f"{self._path.name}.new")
        temporary.write_text(json.dumps(values))
        temporary.replace(self._path)
