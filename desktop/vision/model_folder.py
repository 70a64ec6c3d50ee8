"""What lies in a customer's model folder, told from the graphs alone: nothing is run to find out what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.vision.errors import ModelChanged, ModelForeign, ModelMissing, ModelPartMissing
from desktop.vision.manifest import file_sha256

if TYPE_CHECKING:
    import onnx

CROP = 112
SHORTEST_VECTOR = 64  # attribute models give a handful of numbers, recognition models 128 and more


class ModelKind(StrEnum):
    DETECTION = "detection"
    RECOGNITION = "recognition"
    ATTRIBUTES = "attributes"  # age, gender and the like: never loaded
    LANDMARKS = "landmarks"
    FACE_SWAP = "face_swap"
    OTHER = "other"
    DUPLICATE = "duplicate"
    UNLISTED = "unlisted"  # not named by the folder's manifest


@dataclass(frozen=True, slots=True)
class FolderFile:
    """One chosen file. `yunet`: a detector of the OpenCV Zoo, which insightface cannot decode."""

    path: Path
    sha256: str
    yunet: bool = False


@dataclass(frozen=True, slots=True)
class FolderContent:
    """The chosen detector and recognition model, and the (file name, kind) of everything that is left out."""

    detector: FolderFile
    embedder: FolderFile
    left_out: tuple[tuple[str, str], ...]


def scan(folder: Path, chosen: Mapping[str, Path] | None = None) -> FolderContent:
    """Choose the models of a folder.

    Args:
        folder: holds the ONNX files.
        chosen: task ("detection", "recognition") to file where a manifest says so; otherwise the first file of a
            kind by name is taken, as insightface does.

    Raises ModelMissing (no such folder or file), ModelForeign (an .onnx file that is no ONNX model, or a detector
    without landmarks, or a recognition model of another input), ModelPartMissing.
    """
    if not folder.is_dir():
        raise ModelMissing(file=folder)
    found: dict[ModelKind, FolderFile] = {}
    left_out: list[tuple[str, str]] = []
    paths = sorted({*folder.glob("*.onnx"), *(chosen.values() if chosen is not None else ())})
    for path in paths:
        graph = read_graph(path)
        kind = kind_of(graph)
        if chosen is not None and path not in chosen.values():
            left_out.append((path.name, ModelKind.UNLISTED if kind is not ModelKind.ATTRIBUTES else kind))
        elif kind in found:
            left_out.append((path.name, ModelKind.DUPLICATE))
        elif kind in (ModelKind.DETECTION, ModelKind.RECOGNITION):
            check_usable(path, graph, kind)
            found[kind] = FolderFile(path, file_sha256(path), is_yunet(graph))
        else:
            left_out.append((path.name, kind))
    for kind in (ModelKind.DETECTION, ModelKind.RECOGNITION):
        if kind not in found:
            raise ModelPartMissing(file=folder, part=kind)
    return FolderContent(found[ModelKind.DETECTION], found[ModelKind.RECOGNITION], tuple(left_out))


def check_expected(folder: Path, expected: Mapping[str, str]) -> None:
    """Compare a folder with the paths and SHA-256 it had when it was chosen.

    Raises ModelMissing, ModelChanged, or ModelForeign for an ONNX file that was not there then.
    """
    for name, sha256 in expected.items():
        if file_sha256(folder / name) != sha256:
            raise ModelChanged(file=folder / name)
    for path in sorted(folder.rglob("*.onnx")):
        if path.relative_to(folder).as_posix() not in expected:
            raise ModelForeign(file=path, reason="it was not there when the folder was chosen")


def checksums(folder: Path) -> dict[str, str]:
    """Path and SHA-256 of every ONNX file below `folder`, to be kept with the choice, for `check_expected` later."""
    return {path.relative_to(folder).as_posix(): file_sha256(path) for path in sorted(folder.rglob("*.onnx"))}


def read_graph(path: Path) -> onnx.GraphProto:
    """The graph, weights in other files left where they are. Raises ModelMissing, ModelForeign."""
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    try:
        graph = onnx.load_model(str(path), load_external_data=False).graph
    except OSError as error:
        raise ModelMissing(file=path) from error
    except (DecodeError, ValueError) as error:
        raise ModelForeign(file=path, reason="it is not an ONNX model") from error
    if not graph.node or not fed_inputs(graph) or not graph.output:
        raise ModelForeign(file=path, reason="it is not an ONNX model")
    return graph


def fed_inputs(graph: onnx.GraphProto) -> list[onnx.ValueInfoProto]:
    """Inputs that are fed at run time: old exporters list the weights among them."""
    weights = {item.name for item in graph.initializer}
    return [item for item in graph.input if item.name not in weights]


def shape_of(value: onnx.ValueInfoProto) -> list[int]:
    """Dimensions; 0 for those that may vary."""
    return [int(size.dim_value) for size in value.type.tensor_type.shape.dim]


def kind_of(graph: onnx.GraphProto) -> ModelKind:
    """The kind insightface's ModelRouter would take it for (insightface 2.1, model_zoo/model_zoo.py).

    One thing is stricter: what takes a face crop and gives fewer than 64 numbers describes the face and does not
    recognise it, so it counts as an attribute model.
    """
    inputs = fed_inputs(graph)
    shape = shape_of(inputs[0])
    if len(graph.output) >= 5:
        return ModelKind.DETECTION
    if len(shape) != 4:
        return ModelKind.OTHER
    side = shape[2] if shape[2] == shape[3] else 0
    if side == 192:
        return ModelKind.LANDMARKS
    if side == 96:
        return ModelKind.ATTRIBUTES
    if len(inputs) == 2 and side == 128:
        return ModelKind.FACE_SWAP
    if side < CROP or side % 16:
        return ModelKind.OTHER
    length = (shape_of(graph.output[0]) or [0])[-1]
    return ModelKind.ATTRIBUTES if 0 < length < SHORTEST_VECTOR else ModelKind.RECOGNITION


def is_yunet(graph: onnx.GraphProto) -> bool:
    return {"cls_8", "obj_8", "bbox_8", "kps_8"} <= {output.name for output in graph.output}


def check_usable(path: Path, graph: onnx.GraphProto, kind: ModelKind) -> None:
    """Raises ModelForeign for a model of the right kind that this program cannot use."""
    if kind is ModelKind.DETECTION and not is_yunet(graph) and len(graph.output) not in (9, 15):
        raise ModelForeign(file=path, reason="the detector gives no five landmarks")
    if kind is ModelKind.RECOGNITION and (shape_of(fed_inputs(graph)[0])[2:] != [CROP, CROP] or len(graph.output) != 1):
        raise ModelForeign(file=path, reason="it does not take aligned faces of 112 x 112 pixels")
