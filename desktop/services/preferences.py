"""What the window needs to know before the vault is open: theme and language. No personal data.

Kept as a small JSON file in the data folder. A damaged or foreign file means defaults, never a failed start.
"""

from __future__ import annotations

import json
import threading
from enum import StrEnum
from pathlib import Path
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from desktop.services.errors import PreferencesNotSaved
from desktop.services.files import write_atomically

log = structlog.get_logger("desktop.services")
FILE_NAME = "preferences.json"


class ThemeChoice(StrEnum):
    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"


class Preferences(BaseModel):
    """Of this computer, not of the site."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    theme: ThemeChoice = Field(default=ThemeChoice.SYSTEM, description="Colours of the window.")
    language: str = Field(default="", max_length=35, description="BCP 47 tag; empty follows the computer.")


class PreferencesStore:
    """Reads once, writes on change. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._lock = threading.Lock()
        self._current = self._read()

    @property
    def current(self) -> Preferences:
        return self._current

    def change(self, **values: Any) -> Preferences:
        """New values by field name, in force and on disk. Raises pydantic.ValidationError, PreferencesNotSaved."""
        with self._lock:
            fresh = Preferences.model_validate({**self._current.model_dump(), **values})
            try:
                write_atomically(self._path, fresh.model_dump_json(indent=2).encode())
            except OSError as error:
                raise PreferencesNotSaved from error
            self._current = fresh
        return fresh

    def _read(self) -> Preferences:
        try:
            return Preferences.model_validate(json.loads(self._path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return Preferences()
        except (OSError, UnicodeDecodeError, json.JSONDecodeError, ValidationError) as error:
            log.warning("preferences_unreadable", error=type(error).__name__)
            return Preferences()
