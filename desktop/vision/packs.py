"""Model packs: checked files, and the detectors and embedders made from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.domain.decision import Calibration
from desktop.vision.detector import Detector, YuNetDetector
from desktop.vision.embedder import Embedder, SFaceEmbedder
from desktop.vision.errors import ModelForeign
from desktop.vision.licence import LicenceKind, LicenceState
from desktop.vision.manifest import PackManifest, default_manifest
from desktop.vision.sessions import Network, verified_bytes


@dataclass(frozen=True, slots=True)
class ModelPack:
    """A pack whose files were found and checked.

    Attributes:
        folder: where the files lie.
        manifest: names, checksums, dimension, thresholds.
        licence: what the models may be used for.
        left_out: files of the folder that were not loaded (attribute and other models), with their kind.
    """

    folder: Path
    manifest: PackManifest
    licence: LicenceState
    detector_factory: Callable[[int], Detector]
    embedder_factory: Callable[[int], Embedder]
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def calibration(self) -> Calibration:
        return self.manifest.calibration.calibration()

    @property
    def model_id(self) -> str:
        return self.manifest.model_id

    def new_detector(self, threads: int = 1) -> Detector:
        """A detector for one thread, its session using `threads`. Raises the model errors if a file changed since."""
        return self.detector_factory(threads)

    def new_embedder(self, threads: int = 1) -> Embedder:
        """An embedder for one thread; as `new_detector`."""
        return self.embedder_factory(threads)


def load_default_pack(folder: Path) -> ModelPack:
    """The pack that comes with the program, every file's checksum verified (some 0.05 s).

    Raises ModelMissing, ModelChanged, or ModelForeign for an ONNX file that is none of the pack's; each names the file.
    """
    manifest = default_manifest()
    known = {part.file for part in manifest.files}
    for part in manifest.files:
        verified_bytes(folder / part.file, part.sha256)
    for path in sorted(folder.glob("*.onnx")):
        if path.name not in known:
            raise ModelForeign(file=path, reason="it does not belong to this model pack")

    def detector(threads: int) -> Detector:
        part = manifest.detector
        return YuNetDetector(Network(folder / part.file, part.sha256, threads))

    def embedder(threads: int) -> Embedder:
        part = manifest.embedder
        network = Network(folder / part.file, part.sha256, threads)
        return SFaceEmbedder(network, manifest.model_id, manifest.dimension)

    licence = LicenceState(LicenceKind.PERMISSIVE, manifest.licence, commercial_use=True)
    return ModelPack(folder, manifest, licence, detector, embedder)
