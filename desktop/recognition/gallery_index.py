"""A small copy of a large gallery in int8, to leave out most rows before the exact scores are computed.

A search of 100,000 float32 templates is bound by reading 51 MB. The copy is a quarter of that. It gives every score up
to a proven error; only the people who can still be among the best are then scored in float32, so the result is that of
the plain product.

**The bound.** With a probe q and a row g, let q = s*a + d and g = t*c + e, where c holds integers of -127..127, t is
one step for the whole gallery, a holds integers of -63..63, s is the probe's step, and d and e are what rounding left:

    q.g = s*t*(a.c) + s*(a.e) + d.g

By Cauchy-Schwarz |q.g - s*t*(a.c)| <= s*|a|*|e| + |d|*|g|. |d| and |a| are computed for the probe, |g| is 1, and for
|e| stands the largest of the gallery: call the sum E. If k people have a row with s*t*(a.c) >= L, then k people score
at least L - E, and a row with s*t*(a.c) < L - 2*E scores less than that: it is not listed. What float32 arithmetic can
be off, 6e-8 for each of a score's D products, here and in the plain product, is added to E.

**The product.** onnxruntime multiplies a uint8 vector and an int8 matrix on x86-64 where the matrix lies, without
packing a copy; elsewhere it would pack, so there is no index there. The vector must not be negative: it is a + 64, and
64 * sum(c), stored for each row, is subtracted. No value above 127 keeps processors without VNNI from saturating their
16-bit sums of two products.
"""

from __future__ import annotations

import functools
import math
import platform
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.vision.sessions import PROVIDERS, session_options
from desktop.vision.types import Vector

SMALLEST = 20_000  # rows; below, the plain product is as quick
_SHIFT = 64  # makes the probe's integers positive
_GONE = 1 << 30  # subtracted from the sums of removed rows, beyond every sum of up to 60,000 dimensions
_MOST = 0.005  # of the rows: a longer list costs as much as the plain product
_BLOCK = 4096  # rows
_TRIALS = 9


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Rows worth an exact score, rising; every other row scores less than `floor`."""

    rows: NDArray[np.intp]
    floor: float


class GalleryIndex:
    """The int8 copy of a gallery's vectors. Make it with `build`; `forget` overwrites rows in place.

    Attributes:
        codes: int8 (D, N).
        offsets: int32 (N,), 64 times the sum of a row's codes; `_GONE` for removed rows, whoever they were.
    """

    def __init__(
        self, codes: NDArray[np.int8], offsets: NDArray[np.int32], starts: NDArray[np.intp], step: float, error: float
    ) -> None:
        self.codes = codes
        self.offsets = offsets
        self._starts = starts
        self._step = step
        self._error = error  # largest length of what rounding left of a row

    @staticmethod
    def build(columns: NDArray[np.float32], starts: NDArray[np.intp]) -> GalleryIndex | None:
        """Index of vectors of length 1, as columns (D, N); `starts` is the first column of each person.

        None where it would not pay: for few rows, for faces so alike that hardly any can be left out, and on other
        processors than x86-64.
        """
        if columns.shape[1] < SMALLEST or platform.machine().lower() not in ("x86_64", "amd64"):
            return None
        index = _quantised(columns, starts)
        trials = np.linspace(0, columns.shape[1] - 1, _TRIALS, dtype=np.intp)
        top = min(2, len(starts))
        useful = sum(index.shortlist(probe, top) is not None for probe in columns.T[trials])
        return index if useful > _TRIALS // 2 else None

    def shortlist(self, probe: Vector, top: int) -> Shortlist | None:
        """Rows among which are the best rows of the `top` best people, who must be that many; None if the rows would be
        too many to save time."""
        peak = float(np.abs(probe).max())
        if not 0.0 < peak < math.inf:
            return None
        step = peak / (_SHIFT - 1)
        whole = np.rint(probe / step)
        sums: NDArray[np.int32] = _product().run(None, {"probe": _shifted(whole), "codes": self.codes})[0][0]
        sums -= self.offsets
        rest = probe.astype(np.float64) - step * whole
        rounding = 1.2e-7 * (len(probe) + 16)
        error = step * float(np.linalg.norm(whole)) * self._error + float(np.linalg.norm(rest)) + rounding
        unit = step * self._step
        best = self._best_sum(sums, top)
        rows: NDArray[np.intp] = np.flatnonzero(sums >= best - math.ceil(2.0 * error / unit))
        if best < -_GONE // 2 or len(rows) > _MOST * len(sums):
            return None
        return Shortlist(rows, best * unit - error)

    def forget(self, rows: slice) -> None:
        """Overwrite everything that is held about these rows; no shortlist names them from then on."""
        self.offsets[rows] = _GONE
        self.codes[:, rows] = 0

    def _best_sum(self, sums: NDArray[np.int32], place: int) -> int:
        """The best sum of the person in this place, counted from 1. `sums` is the same again afterwards."""
        best, taken = 0, []
        for _ in range(place):
            row = int(sums.argmax())
            best = int(sums[row])
            rows = self._rows_of_owner(row)
            taken.append((rows, sums[rows].copy()))
            sums[rows] = -2 * _GONE
        for rows, kept in taken:
            sums[rows] = kept
        return best

    def _rows_of_owner(self, row: int) -> slice:
        following = int(self._starts.searchsorted(row, side="right"))
        end = int(self._starts[following]) if following < len(self._starts) else len(self.offsets)
        return slice(int(self._starts[following - 1]), end)


def _quantised(columns: NDArray[np.float32], starts: NDArray[np.intp]) -> GalleryIndex:
    """Block by block, so that what is at work fits into the processor's cache."""
    step = float(max(columns.max(), -columns.min())) / 127.0
    codes = np.empty(columns.shape, dtype=np.int8)
    offsets = np.empty(columns.shape[1], dtype=np.int32)
    error = 0.0
    for start in range(0, columns.shape[1], _BLOCK):
        block = slice(start, start + _BLOCK)
        whole = np.rint(columns[:, block] / step)
        codes[:, block] = whole
        offsets[block] = _SHIFT * whole.sum(axis=0)
        rest = columns[:, block] - step * whole
        error = max(error, math.sqrt(float(np.einsum("dn,dn->n", rest, rest).max())))
    return GalleryIndex(codes, offsets, starts, step, error)


def _shifted(whole: NDArray[np.float32]) -> NDArray[np.uint8]:
    return (whole + _SHIFT).astype(np.uint8)[None, :]


@functools.cache
def _product() -> Any:
    """Session of the one operator: uint8 (1, D) times int8 (D, N), exact, int32 (1, N). May be run by many threads."""
    import onnxruntime
    from onnx import TensorProto, helper

    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["probe", "codes"], ["sums"])],
        "product",
        [
            helper.make_tensor_value_info("probe", TensorProto.UINT8, [1, "D"]),
            helper.make_tensor_value_info("codes", TensorProto.INT8, ["D", "N"]),
        ],
        [helper.make_tensor_value_info("sums", TensorProto.INT32, [1, "N"])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 10)], ir_version=8)
    return onnxruntime.InferenceSession(model.SerializeToString(), session_options(1), providers=PROVIDERS)
