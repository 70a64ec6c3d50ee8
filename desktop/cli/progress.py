"""Progress of a long action on the terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self, TextIO


class TerminalProgress:
    """Rewrites one line where a person watches (a terminal); writes every tenth to a log. Thread-safe enough: lines
    may only be repeated."""

    def __init__(self, title: str, stream: TextIO | None = None) -> None:
        self._title = title
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._shown = -1

    def report(self, share: float) -> None:
        step = int(share * 100) if self._live else int(share * 10) * 10
        if step <= self._shown:
            return
        self._shown = step
        end = "\r" if self._live and step < 100 else "\n"
        self._stream.write(f"{self._title}: {step}%{end}")
        self._stream.flush()

    def cancelled(self) -> bool:
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live and 0 <= self._shown < 100:
            self._stream.write("\n")
