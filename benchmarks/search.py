"""Gallery search time at 10k, 100k and 1M templates, against a plain numpy matrix product in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from desktop.domain.ids import PersonId
from desktop.recognition.gallery import Gallery, GallerySnapshot

DIMENSION = 128
SIZES = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class SearchTime:
    """Medians in milliseconds for one probe."""

    templates: int
    search_ms: float
    numpy_ms: float


def measure() -> list[dict[str, float]]:
    """One row a gallery size; random vectors of norm 1, one template a person."""
    return [asdict(_measure(size)) for size in SIZES]


def _measure(size: int) -> SearchTime:
    random = np.random.default_rng(size)
    vectors = random.standard_normal((size, DIMENSION), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    owners = tuple(PersonId(f"p{i}") for i in range(size))
    gallery = Gallery("bench", DIMENSION)
    gallery.swap(GallerySnapshot.build("bench", owners, vectors))
    probe = vectors[size // 2] + random.standard_normal(DIMENSION).astype(np.float32) * 0.02
    probe /= np.linalg.norm(probe)
    repeats = max(15, 3_000_000 // size)
    found = gallery.search(probe, top=2)
    if found[0].person_id != owners[size // 2]:
        raise AssertionError("the search did not find the probe's own person")
    return SearchTime(
        templates=size,
        search_ms=_median_ms(lambda: gallery.search(probe, top=2), repeats),
        numpy_ms=_median_ms(lambda: int(np.argmax(vectors @ probe)), repeats),
    )


def _median_ms(action: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    return float(np.median(times))
