"""Made-up face vectors with known cosines, for tests of the gallery and of what decides on its scores."""

from __future__ import annotations

import numpy as np

from desktop.vision.types import Vector

DIMENSION = 32


def unit(seed: int, dimension: int = DIMENSION) -> Vector:
    """A direction of its own for each seed (below the dimension), at right angles to all others."""
    basis = np.linalg.qr(np.random.default_rng(7).standard_normal((dimension, dimension)))[0]
    vector: Vector = basis[:, seed % dimension].astype(np.float32)
    return vector


def near(vector: Vector, cosine: float, seed: int = 0) -> Vector:
    """A vector of length 1 at exactly this cosine to `vector`, in a random direction from it."""
    other = np.random.default_rng(seed).standard_normal(len(vector)).astype(np.float32)
    other -= (other @ vector) * vector
    other /= np.linalg.norm(other)
    mixed: Vector = (cosine * vector + np.sqrt(1 - cosine**2) * other).astype(np.float32)
    return mixed
