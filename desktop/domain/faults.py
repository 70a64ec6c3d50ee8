"""What may be kept of an exception: kinds and places, never its words, which repeat what was typed."""

from __future__ import annotations

import traceback
from pathlib import Path
from types import TracebackType

_MOST_KINDS, _MOST_PLACES = 5, 8


def places(trace: TracebackType | None) -> list[str]:
    """Where an exception came by: file name, line and function, outermost first. No values."""
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def without_message(error: BaseException) -> dict[str, list[str]]:
    """For a log line: `error`, its kind and those of its causes, and `at`, the last places it came by."""
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < _MOST_KINDS:
        kinds.append(type(cause).__name__)
        cause = cause.__cause__
    return {"error": kinds, "at": places(error.__traceback__)[-_MOST_PLACES:]}
