"""onnxruntime sessions as every model of this room gets them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import desktop  # noqa: F401 - switches onnxruntime's telemetry off before its first import
from desktop.vision.errors import ModelChanged, ModelForeign, ModelMissing

PROVIDERS = ["CPUExecutionProvider"]


def session_options(threads: int) -> Any:
    """Options for a session of `threads` threads that sleep while they wait: two spinning sessions fight each other."""
    if os.environ.get("ORT_DISABLE_TELEMETRY") != "1":
        raise RuntimeError("onnxruntime's telemetry must be switched off before a model is loaded")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.log_severity_level = 4  # what fails comes back as an exception
    return options


def verified_bytes(path: Path, sha256: str) -> bytes:
    """The file's content. Raises ModelMissing (not there, unreadable) or ModelChanged (another checksum)."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelMissing(file=path) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelChanged(file=path)
    return content


class Network:
    """One model in one session: from the bytes that were checked, not from the file again."""

    def __init__(self, path: Path, sha256: str, threads: int) -> None:
        """Raises ModelMissing, ModelChanged, ModelForeign (onnxruntime cannot load it)."""
        content = verified_bytes(path, sha256)
        options = session_options(threads)
        import onnxruntime

        try:
            self._session = onnxruntime.InferenceSession(content, options, providers=PROVIDERS)
        except Exception as error:  # onnxruntime's exceptions share no base class
            raise ModelForeign(file=path, reason="onnxruntime cannot load it") from error
        self.input = str(self._session.get_inputs()[0].name)
        self.outputs = [str(item.name) for item in self._session.get_outputs()]

    def run(self, blob: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """Outputs by name."""
        return dict(zip(self.outputs, self._session.run(self.outputs, {self.input: blob}), strict=True))
