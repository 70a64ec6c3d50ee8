"""The recognition models of a site: which are in use, checking a folder of others, choosing what is loaded next time.

Templates belong to one model: with another pack people are matched only once they are enrolled again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from desktop import paths
from desktop.domain.permissions import Permission
from desktop.domain.progress import UNWATCHED, Progress, checkpoint
from desktop.services.access import Access
from desktop.services.errors import ChosenModelsUnusable
from desktop.services.settings import ModelChoice, SettingsService
from desktop.vault.vault import Vault
from desktop.vision.errors import ModelChanged, ModelError, ModelLicenceRefused, ModelMissing, ModelPartMissing
from desktop.vision.insightface_pack import load_insightface_pack
from desktop.vision.licence import LicenceState
from desktop.vision.manifest import DEFAULT_PACK, default_manifest
from desktop.vision.model_folder import ModelKind, checksums
from desktop.vision.packs import ModelPack, load_default_pack

log = structlog.get_logger("desktop.services")


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model pack as the window shows it.

    Attributes:
        id: what templates are bound to.
        package: carrier of the built-in pack, name and version; empty for a folder of the site's own.
        dimension: length of a face vector.
        thresholds: (false match rate, cosine threshold) pairs, the highest rate first.
        measured: whether the thresholds were; otherwise nobody is named, only possible matches are declared.
        left_out: name and kind of the folder's files that are not loaded.
    """

    id: str
    title: str
    version: str
    folder: Path
    package: str
    dimension: int
    licence: LicenceState
    thresholds: tuple[tuple[float, float], ...]
    measured: bool
    left_out: tuple[tuple[str, ModelKind], ...]

    @property
    def built_in(self) -> bool:
        return bool(self.package)


@dataclass(frozen=True, slots=True)
class PackCheck:
    """A folder that was found usable. `enrol_again`: people who have templates, but none of these models.

    `files` is what the folder held, path and SHA-256.
    """

    info: ModelInfo
    enrol_again: int
    files: Mapping[str, str]


class ModelService:
    """Every call reads files or the vault (worker thread), the properties come from memory."""

    def __init__(self, vault: Vault, access: Access, pack: ModelPack, settings: SettingsService) -> None:
        self._vault = vault
        self._access = access
        self._settings = settings
        self.in_use = model_info(pack)

    @property
    def chosen(self) -> Path | None:
        """Folder of the pack that the next opening loads; None: the built-in one."""
        choice = self._settings.current.models
        return Path(choice.folder) if choice is not None else None

    def check(self, folder: Path, progress: Progress = UNWATCHED) -> PackCheck:
        """Load an InsightFace pack once, to see whether it can be used. Nothing is changed (seconds).

        Raises the model errors, each naming the file; Cancelled.
        """
        self._access.demand(Permission.MODELS)
        folder = folder.expanduser().resolve()
        checkpoint(progress, 0.0)
        files = checksums(folder)
        checkpoint(progress, 0.3)
        pack = load_insightface_pack(folder, expected=files)
        checkpoint(progress, 0.9)
        return PackCheck(model_info(pack), self._vault.templates.people_without(pack.model_id), files)

    def use(self, checked: PackCheck, *, commercial: bool) -> None:
        """Let the next opening load this pack. Raises ModelLicenceRefused where its licence forbids the use."""
        self._access.demand(Permission.MODELS)
        info = checked.info
        info.licence.require(info.folder, commercial=commercial)
        choice = ModelChoice(
            folder=str(info.folder), model_id=info.id, files=dict(checked.files), commercial=commercial
        )
        self._settings.change(models=choice)
        log.info("models_chosen", model=info.id, commercial=commercial)

    def use_built_in(self) -> None:
        """Let the next opening load the models that come with the program."""
        self._access.demand(Permission.MODELS)
        self._settings.change(models=None)
        log.info("models_chosen", model=DEFAULT_PACK)

    def enrol_again(self) -> int:
        """People who are not matched by the models in use until they are enrolled again."""
        self._access.demand(Permission.MODELS)
        return self._vault.templates.people_without(self.in_use.id)

    def enrol_again_built_in(self) -> int:
        """The same for the built-in models."""
        self._access.demand(Permission.MODELS)
        return self._vault.templates.people_without(default_manifest().model_id)


def load_pack(choice: ModelChoice | None) -> ModelPack:
    """The chosen models, or those that come with the program.

    Raises ChosenModelsUnusable if the folder is not what it was when it was chosen, or its licence has ended; the model
    errors for the built-in pack.
    """
    if choice is None:
        return load_default_pack(paths.models_dir())
    folder = Path(choice.folder)
    try:
        pack = load_insightface_pack(folder, expected=choice.files)
        pack.licence.require(folder, commercial=choice.commercial)
        if pack.model_id != choice.model_id:
            raise ModelChanged(file=folder)
    except ModelError as error:
        log.warning("chosen_models_unusable", error=error.code)
        raise ChosenModelsUnusable(file=error.params["file"], reason=_reason(error)) from error
    return pack


def _reason(error: ModelError) -> str:
    match error:
        case ModelMissing():
            return "missing"
        case ModelChanged():
            return "changed"
        case ModelPartMissing():
            return f"no model for {error.params['part']}"
        case ModelLicenceRefused():
            return "licence refused"
        case _:
            return error.params["reason"]


def model_info(pack: ModelPack) -> ModelInfo:
    """What there is to say of a loaded pack."""
    manifest = pack.manifest
    source = manifest.embedder.source
    return ModelInfo(
        id=manifest.model_id,
        title=manifest.title,
        version=manifest.version,
        folder=pack.folder,
        package=f"{source.package} {source.version}" if source is not None else "",
        dimension=manifest.dimension,
        licence=pack.licence,
        thresholds=manifest.calibration.points,
        measured=manifest.calibration.measured,
        left_out=tuple((name, ModelKind(kind)) for name, kind in pack.left_out),
    )
