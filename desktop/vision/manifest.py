"""What is known of a model pack: files and checksums, source, licence, normalisation, thresholds."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from desktop import paths
from desktop.domain.decision import Calibration
from desktop.vision.errors import ModelForeign, ModelMissing

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
DEFAULT_PACK = "opencv-zoo"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileSource(_Part):
    """Where a model file comes from: a member of an installed package, unchanged."""

    package: str
    version: str
    member: str
    sha256: Sha256
    origin: str = ""


class ModelFile(_Part):
    """One ONNX file of the pack as it lies in the pack's folder. `source` None: the customer put it there."""

    file: str
    sha256: Sha256
    bytes: int = Field(gt=0)
    licence: str = ""
    licence_url: str = ""
    source: FileSource | None = None


class Normalisation(_Part):
    """What the recognition model is fed: (pixel - mean) / std, channel order, side of the aligned crop in pixels."""

    channels: Literal["RGB", "BGR"] = "RGB"
    mean: float = 0.0
    std: float = Field(default=1.0, gt=0)
    crop: int = 112


class CalibrationTable(_Part):
    """Measured (false match rate, cosine threshold) pairs and where they come from."""

    points: tuple[tuple[float, float], ...]
    note: str = ""
    measured: bool = True

    def calibration(self) -> Calibration:
        return Calibration(self.points)


class PackManifest(_Part):
    """A model pack. Templates belong to one `model_id`: with another one people are enrolled again.

    `dimension` is the length of a face vector.
    """

    schema_version: Literal[1] = 1
    id: str
    title: str
    version: str
    model_id: str
    dimension: int = Field(gt=0)
    licence: str
    detector: ModelFile
    embedder: ModelFile
    normalisation: Normalisation
    calibration: CalibrationTable

    @property
    def files(self) -> tuple[ModelFile, ModelFile]:
        return (self.detector, self.embedder)


def read_manifest(path: Path) -> PackManifest:
    """Read and check a manifest. Raises ModelMissing or ModelForeign, naming the file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelMissing(file=path) from error
    try:
        return PackManifest.model_validate_json(content)
    except ValidationError as error:
        raise ModelForeign(file=path, reason="not a valid model manifest") from error


def default_manifest() -> PackManifest:
    """The manifest of the pack that comes with the program."""
    return read_manifest(paths.resources_dir() / "models" / f"{DEFAULT_PACK}.json")


def file_sha256(path: Path) -> str:
    """SHA-256 of a file in lower-case hex. Raises ModelMissing if it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelMissing(file=path) from error
