"""An open desk: the vault, the models, the gallery and the engine under one roof."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.domain.progress import NoProgress, Progress
from desktop.services.activity import ActivityService
from desktop.services.cameras import CameraService
from desktop.services.enrolment import EnrolmentService
from desktop.services.health import Health
from desktop.services.hub import Hub
from desktop.services.live import LiveService
from desktop.services.people import PeopleService
from desktop.services.settings import SettingsService
from desktop.vault.keystore import KeyStore


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What the window says about the model pack."""

    id: str
    title: str
    dimension: int
    licence: str  # LicenceState.text
    commercial_use: bool


@dataclass(frozen=True, slots=True)
class VaultInfo:
    cipher_version: str
    keyring_backend: str


class Desk:
    """Everything a window needs. Made by `open`, given back by `close`; nothing works on a closed desk.

    Cameras do not run yet: call `live.start()`.
    """

    people: PeopleService
    enrolment: EnrolmentService
    cameras: CameraService
    activity: ActivityService
    live: LiveService
    settings: SettingsService
    health: Health
    hub: Hub
    model: ModelInfo
    vault: VaultInfo
    folder: Path

    @classmethod
    def open(cls, folder: Path, keystore: KeyStore, progress: Progress = NoProgress(), *, models: Path | None = None) -> Desk:
        """Open the vault in `folder` and load the models (worker thread, about a second).

        Raises the vault's and the model pack's errors, Cancelled; nothing stays open then.
        """
        raise NotImplementedError

    @property
    def closed(self) -> bool:
        raise NotImplementedError

    def close(self) -> None:
        """Stop the cameras, write what waits, close the vault; every thread has ended. Again: nothing happens."""
        raise NotImplementedError
