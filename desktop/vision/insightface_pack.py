"""Model packs of InsightFace's formats (buffalo, antelope, raccoon or a customer's own), loaded from a folder.

insightface is imported inside the functions: it takes most of a second, and the default pack does without it. Models
are opened one file at a time by path, never by name, which would download them. Age, gender and other attribute models
are never opened: they are recognised from their graphs beforehand and reported as left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from desktop.vision.align import CROP
from desktop.vision.canvas import Canvas, CanvasCache
from desktop.vision.detector import Detector, YuNetDetector, check_image
from desktop.vision.embedder import Embedder, Vectors
from desktop.vision.errors import ModelForeign, ModelMissing
from desktop.vision.licence import inspect_insightface_folder
from desktop.vision.manifest import CalibrationTable, ModelFile, Normalisation, PackManifest
from desktop.vision.model_folder import FolderContent, FolderFile, check_expected, scan
from desktop.vision.packs import ModelPack
from desktop.vision.sessions import PROVIDERS, Network, session_options, verified_bytes
from desktop.vision.types import BGRImage, DetectedFace

CALIBRATION_FILE = "calibration.json"
UNCALIBRATED = CalibrationTable(
    points=((0.2, 0.42), (0.1, 0.45)),
    note=f"Not measured: only possible matches are declared until {CALIBRATION_FILE} lies in the folder.",
    measured=False,
)


def load_insightface_pack(folder: Path, *, expected: Mapping[str, str] | None = None) -> ModelPack:
    """The pack in `folder`.

    Thresholds come from `calibration.json` there (fields as `CalibrationTable`); without it `UNCALIBRATED` holds, whose
    false match rates are so high that a gallery search never gets beyond "possible match".

    Args:
        folder: ONNX files, and a manifest.json (version 2) and MODEL.LICENSE where the supplier gave them.
        expected: `model_folder.checksums` of the time when the folder was chosen; None at that time.

    Raises ModelMissing, ModelChanged, ModelForeign, ModelPartMissing; each names the file or the folder.
    """
    folder = folder.resolve()
    if expected is not None:
        check_expected(folder, expected)
    descriptors = _descriptors(folder)
    content = scan(folder, {task: item.path for task, item in descriptors.items()} if descriptors is not None else None)
    opener = _Opener(folder, content, descriptors or {})
    opener.detector(1)
    embedder = opener.embedder(1)
    manifest = _manifest(folder, content, embedder)
    licence = inspect_insightface_folder(folder)
    return ModelPack(folder, manifest, licence, opener.detector, opener.embedder, content.left_out)


def _descriptors(folder: Path) -> dict[str, Any] | None:
    """Task descriptors of a version 2 manifest; None without one. Raises ModelMissing, ModelChanged, ModelForeign."""
    from insightface.model_zoo import package_manifest

    if not package_manifest.has_model_package_manifest(folder):
        return None
    try:
        package = package_manifest.load_model_package(folder)
    except (ValueError, TypeError, OSError) as error:
        raise ModelForeign(file=folder / "manifest.json", reason="not a valid model manifest") from error
    wanted = (package_manifest.DETECTION_TASK, package_manifest.RECOGNITION_TASK)
    chosen = {task: package.tasks[task] for task in wanted if task in package.tasks}
    for descriptor in chosen.values():
        if not descriptor.path.is_file():
            raise ModelMissing(file=descriptor.path)
        if descriptor.sha256 is not None:
            verified_bytes(descriptor.path, descriptor.sha256)
    return chosen


@dataclass(frozen=True)
class _Opener:
    """Opens the chosen files, each time after checking that they are still the same."""

    folder: Path
    content: FolderContent
    descriptors: Mapping[str, Any]

    def detector(self, threads: int) -> Detector:
        chosen = self.content.detector
        if chosen.yunet:
            return YuNetDetector(Network(chosen.path, chosen.sha256, threads))
        model = self._model(chosen, "detection", threads, static_shape_sessions=False)
        return InsightFaceDetector(model)

    def embedder(self, threads: int) -> Embedder:
        chosen = self.content.embedder
        model = self._model(chosen, "recognition", threads)
        return InsightFaceEmbedder(model, chosen)

    def _model(self, chosen: FolderFile, task: str, threads: int, **options: Any) -> Any:
        from insightface import model_zoo

        verified_bytes(chosen.path, chosen.sha256)
        descriptor = self.descriptors.get(task)
        if descriptor is not None:
            options |= {"model_task": task, "model_descriptor": descriptor}
        try:
            model = model_zoo.get_model(
                str(chosen.path), providers=PROVIDERS, sess_options=session_options(threads), **options
            )
        except Exception as error:  # onnxruntime's and insightface's exceptions share no base class
            raise ModelForeign(file=chosen.path, reason="insightface cannot load it") from error
        if model is None or model.taskname != task:
            raise ModelForeign(file=chosen.path, reason=f"insightface does not take it for {task}")
        return model


class InsightFaceDetector(Detector):
    """SCRFD or RetinaFace of insightface; `detect` as promised by `Detector`."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._canvases = CanvasCache()

    def detect(self, image: BGRImage, *, width: int = 640, score: float = 0.6, edge: float = 0.0) -> list[DetectedFace]:
        check_image(image)
        canvas: Canvas = self._canvases.get(image, width, edge)
        pixels = canvas.draw_pixels(image)
        size = (pixels.shape[1], pixels.shape[0])
        boxes, points = self._model.detect(pixels, input_size=size, det_thresh=score)
        if not len(boxes):
            return []
        corner, opposite, scores = boxes[:, :2], boxes[:, 2:4], boxes[:, 4:5]
        rows = np.concatenate([corner, opposite - corner, scores, points.reshape(-1, 10)], axis=1)
        return canvas.faces(rows.astype(np.float32), image.shape[1], image.shape[0])


class InsightFaceEmbedder(Embedder):
    """ArcFace-like model of insightface, which knows its normalisation; vectors and mirroring as in `Embedder`."""

    def __init__(self, model: Any, chosen: FolderFile) -> None:
        """Raises ModelForeign if the model cannot be run on a crop."""
        self._model = model
        self._single = model.input_shape[0] == 1  # exported for one face at a time
        self.model_id = f"insightface-{chosen.sha256[:16]}"
        try:
            probe = self._features(np.full((1, 3, CROP, CROP), 127, np.float32))
        except Exception as error:  # as above
            raise ModelForeign(file=chosen.path, reason="it cannot be run on a face crop") from error
        self.dimension = int(probe.shape[1])

    def _features(self, blob: NDArray[np.float32]) -> Vectors:
        parts = np.split(blob, len(blob)) if self._single else [blob]
        return np.concatenate([np.asarray(self._model.forward(part), np.float32) for part in parts])

    @property
    def normalisation(self) -> Normalisation:
        return Normalisation(mean=float(self._model.input_mean), std=float(self._model.input_std), crop=CROP)


def _manifest(folder: Path, content: FolderContent, embedder: Embedder) -> PackManifest:
    assert isinstance(embedder, InsightFaceEmbedder)

    def part(file: FolderFile) -> ModelFile:
        return ModelFile(file=file.path.name, sha256=file.sha256, bytes=file.path.stat().st_size)

    return PackManifest(
        id="insightface",
        title=folder.name,
        version=content.embedder.sha256[:16],
        model_id=embedder.model_id,
        dimension=embedder.dimension,
        licence="as stated by MODEL.LICENSE, otherwise non-commercial research only",
        detector=part(content.detector),
        embedder=part(content.embedder),
        normalisation=embedder.normalisation,
        calibration=_calibration(folder / CALIBRATION_FILE),
    )


def _calibration(path: Path) -> CalibrationTable:
    if not path.exists():
        return UNCALIBRATED
    try:
        table = CalibrationTable.model_validate_json(path.read_text(encoding="utf-8"))
        table.calibration()
    except OSError as error:
        raise ModelMissing(file=path) from error
    except (ValidationError, ValueError) as error:
        raise ModelForeign(file=path, reason="not a valid calibration") from error
    return table
