"""Turns aligned crops into face vectors."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from desktop.vision.align import CROP
from desktop.vision.sessions import Network
from desktop.vision.types import BGRImage

Vectors = NDArray[np.float32]  # (N, D)


class Embedder(ABC):
    """A recognition model. One instance a thread.

    Attributes:
        model_id: names model and version; vectors of different ids must never be compared.
        dimension: length D of a vector.
    """

    model_id: str
    dimension: int

    def embed(self, crops: Sequence[BGRImage]) -> Vectors:
        """Vectors of shape (N, D), rows of L2 norm 1, for N aligned crops (112, 112, 3) BGR uint8."""
        for crop in crops:
            if crop.shape != (CROP, CROP, 3) or crop.dtype != np.uint8:
                raise ValueError(f"an aligned crop of {CROP} x {CROP} is needed, not {crop.dtype} of {crop.shape}")
        if not len(crops):
            return np.empty((0, self.dimension), np.float32)
        return normalised(self._features(rgb_blob(crops)))

    def embed_with_mirror(self, crops: Sequence[BGRImage]) -> Vectors:
        """As `embed`, with the vector of the mirrored crop averaged in: a little better, at twice the work."""
        mirrored = [crop[:, ::-1] for crop in crops]
        both = self.embed([*crops, *mirrored])
        return normalised(both[: len(crops)] + both[len(crops) :])

    @abstractmethod
    def _features(self, blob: NDArray[np.float32]) -> Vectors:
        """Raw features (N, D) of RGB crops (N, 3, 112, 112), 0 to 255."""


class SFaceEmbedder(Embedder):
    """OpenCV Zoo's SFace: RGB 0 to 255; the network subtracts the mean itself."""

    def __init__(self, network: Network, model_id: str, dimension: int) -> None:
        self._network = network
        self.model_id = model_id
        self.dimension = dimension

    def _features(self, blob: NDArray[np.float32]) -> Vectors:
        return np.asarray(self._network.run(blob)[self._network.outputs[0]], np.float32)


def rgb_blob(crops: Sequence[BGRImage]) -> NDArray[np.float32]:
    """float32 of shape (N, 3, 112, 112), red first, 0 to 255."""
    blob = np.empty((len(crops), 3, CROP, CROP), np.float32)
    for row, crop in zip(blob, crops, strict=True):
        for channel in range(3):
            row[channel] = crop[:, :, 2 - channel]
    return blob


def normalised(features: Vectors) -> Vectors:
    """Rows scaled to L2 norm 1. Raises ValueError for a zero or non-finite row, which no face gives."""
    norms = np.sqrt(np.einsum("nd,nd->n", features, features))
    if not all(1e-9 < norm < math.inf for norm in norms.tolist()):
        raise ValueError("the recognition model gave no usable vector")
    return np.asarray(features / norms[:, None], np.float32)
