"""One captured picture and where it stands in its stream."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A picture as it left the camera.

    Attributes:
        image: (H, W, 3) uint8 BGR. Marked read-only: display and analysis share it between threads. The size may
            change from frame to frame (picture folders, a camera that was set up anew).
        at: time.monotonic() seconds of the capture; of recordings when the frame was due, at most one period ago.
        seq: rises by one for each frame this reader captured, over reconnects too.
        position: index in the file or folder listing, from 0 in each pass; skipped frames leave gaps. None: live.
        pass_: how often a looped file has begun anew, from 0.
    """

    image: NDArray[np.uint8]
    at: float
    seq: int
    position: int | None = None
    pass_: int = 0
