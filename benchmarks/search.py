"""Gallery search time at 10k, 100k and 1M templates (one and three a person), against a plain numpy matrix product."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.domain.ids import PersonId
from desktop.recognition.gallery import Gallery, GallerySnapshot
from desktop.vision.types import Vector

DIMENSION = 128
SIZES = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class SearchTime:
    """Medians in milliseconds for one probe."""

    templates: int
    search_ms: float
    search_three_ms: float  # with three templates a person
    numpy_ms: float


def measure() -> list[dict[str, float]]:
    """One row a gallery size; random vectors of norm 1, one template a person."""
    return [asdict(_measure(size)) for size in SIZES]


def _measure(size: int) -> SearchTime:
    random = np.random.default_rng(size)
    vectors = random.standard_normal((size, DIMENSION), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    probe = vectors[size // 2] + random.standard_normal(DIMENSION).astype(np.float32) * 0.02
    probe /= np.linalg.norm(probe)
    repeats = max(15, 3_000_000 // size)
    return SearchTime(
        templates=size,
        search_ms=_search_ms(vectors, probe, 1, repeats),
        search_three_ms=_search_ms(vectors, probe, 3, repeats),
        numpy_ms=_median_ms(lambda: int(np.argmax(vectors @ probe)), repeats),
    )


def _search_ms(vectors: NDArray[np.float32], probe: Vector, templates: int, repeats: int) -> float:
    owners = tuple(PersonId(f"p{row // templates}") for row in range(len(vectors)))
    gallery = Gallery("bench", DIMENSION)
    gallery.swap(GallerySnapshot.build("bench", owners, vectors))
    if gallery.search(probe, top=2)[0].person_id != owners[len(vectors) // 2]:
        raise AssertionError("the search did not find the probe's own person")
    return _median_ms(lambda: gallery.search(probe, top=2), repeats)


def _median_ms(action: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    return float(np.median(times))
