"""Reports of the program's own faults, for the people at the desk: nothing personal in them, and nothing is ever sent.

One JSON file a fault, in a folder of its own: the kinds of the exception and its causes, the places in the code, the
thread, versions, how often and when. No message and no value: messages repeat what was typed. The same fault again
only raises its count. A crash in native code leaves its places in a text file, which the next start makes a report of.
"""

from __future__ import annotations

import contextlib
import faulthandler
import hashlib
import json
import platform
import re
import threading
import time
from builtins import list as List  # noqa: N812 - `list` is a method here
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path, PurePath
from typing import IO

import structlog

from desktop import __version__
from desktop.services.files import write_atomically

log = structlog.get_logger("desktop.services")

FOLDER_NAME = "crash-reports"
MOST = 20  # files; the one that was not met for longest goes first
_NATIVE = "native.txt"
_PAUSE = 1.0  # s between two writes of one report: a fault may come with every frame
_LIBRARIES = ("PySide6-Essentials", "onnxruntime", "opencv-python", "sqlcipher3", "sqlalchemy", "numpy", "cryptography")
_NATIVE_PLACE = re.compile(r'File "(?P<file>[^"]*)", line (?P<line>\d+) in (?P<name>[\w<>]+)')


@dataclass(frozen=True, slots=True)
class CrashReport:
    """One fault. `kinds`: exception classes, the cause last; `at`: places, outermost first; times ISO 8601 in UTC."""

    id: str
    kinds: tuple[str, ...]
    at: tuple[str, ...]
    event: str
    thread: str
    first: str
    last: str
    count: int
    seen: bool
    versions: Mapping[str, str]


class CrashReports:
    """The reports in one folder, which is made with the first of them. Thread-safe; a full disk costs the report."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._written: dict[str, float] = {}
        self._known: dict[str, CrashReport] = {}
        self._native: IO[str] | None = None

    def record(self, event: str, kinds: Sequence[str], at: Sequence[str], thread: str) -> None:
        """Count one fault."""
        with self._lock, contextlib.suppress(OSError):
            self._record(event, kinds, at, thread)

    def list(self) -> List[CrashReport]:
        """Newest first. What cannot be read is left out."""
        with self._lock:
            return self._read_all()

    def unseen(self) -> int:
        """How many reports nobody has looked at since the fault last came."""
        return sum(not report.seen for report in self.list())

    def mark_seen(self) -> None:
        """Somebody has looked at the list."""
        with self._lock, contextlib.suppress(OSError):
            for report in self._read_all():
                if not report.seen:
                    self._write(replace(report, seen=True))

    def delete(self) -> None:
        """Remove every report. Raises OSError."""
        with self._lock:
            for path in self.folder.glob("*.json"):
                path.unlink(missing_ok=True)
            self._known.clear()
            self._written.clear()

    def watch_native_code(self) -> None:
        """From now on a crash in native code leaves its places in the folder; what an earlier one left is reported.

        Without a writable folder such a crash leaves nothing.
        """
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / _NATIVE
            if path.exists() and path.stat().st_size:
                self._report_native(path.read_text(encoding="utf-8", errors="replace"))
            self._native = path.open("a", encoding="utf-8")  # stays open as long as the process
            self._native.truncate(0)
            faulthandler.enable(self._native)

    def _report_native(self, text: str) -> None:
        """A report of what faulthandler wrote, without the folders in it: their names tell who the user is."""
        first, *lines = text.splitlines()
        kind = first.removeprefix("Fatal Python error: ").split(":")[0]
        current = next((number for number, line in enumerate(lines) if line.startswith("Current thread")), -1)
        at: list[str] = []
        for line in lines[current + 1 :]:
            found = _NATIVE_PLACE.search(line)
            if found is None:
                break
            at.append(f"{PurePath(found['file']).name}:{found['line']} {found['name']}")
        self.record("native_crash", [re.sub(r"[^\w ]", "", kind)[:60]], at[::-1], "")

    def _record(self, event: str, kinds: Sequence[str], at: Sequence[str], thread: str) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        digest = hashlib.sha256("|".join((event, *kinds, *at)).encode()).hexdigest()[:16]
        known = self._known.get(digest) or self._read(self.folder / f"{digest}.json")
        if known is None:
            name = re.sub(r"[^\w-]", "", thread)[:60]
            known = CrashReport(digest, tuple(kinds), tuple(at), event, name, now, now, 0, False, _versions())
        report = self._known[digest] = replace(known, last=now, count=known.count + 1, seen=False)
        if time.monotonic() - self._written.get(digest, -_PAUSE) >= _PAUSE:
            self._written[digest] = time.monotonic()
            self._write(report)
            self._drop_oldest()

    def _write(self, report: CrashReport) -> None:
        self._known[report.id] = report
        content = json.dumps(asdict(report), indent=1).encode()
        write_atomically(self.folder / f"{report.id}.json", content)

    def _drop_oldest(self) -> None:
        for report in self._read_all()[MOST:]:
            (self.folder / f"{report.id}.json").unlink(missing_ok=True)
            self._known.pop(report.id, None)

    def _read_all(self) -> List[CrashReport]:
        found = [report for path in self.folder.glob("*.json") if (report := self._read(path)) is not None]
        return sorted(found, key=lambda report: report.last, reverse=True)

    @staticmethod
    def _read(path: Path) -> CrashReport | None:
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            return CrashReport(**{**data, "kinds": tuple(data["kinds"]), "at": tuple(data["at"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None


def _versions() -> dict[str, str]:
    found = {"consentry": __version__, "python": platform.python_version(), "system": platform.system()}
    found["system"] += f" {platform.release()} {platform.machine()}"
    for name in _LIBRARIES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found
