"""The command line's end of the desk's line (desktop.services.desk_line)."""

from __future__ import annotations

import json
import select
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.domain.errors import Cancelled
from desktop.domain.progress import Progress
from desktop.services.desk_line import LONGEST, address, available
from desktop.services.errors import DeskBusy


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk said. `refused`: why not, in words for a person; `code` is the error's name then."""

    done: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    refused: str = ""


def ask(folder: Path, request: Mapping[str, Any], progress: Progress) -> Answer | None:
    """Send a request to the window that has the vault in `folder` open; its answer, None if no window has.

    Raises DeskBusy, Cancelled.
    """
    if not available():
        return None
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        try:
            with address(folder) as where:
                line.connect(where)
        except OSError:
            return None
        line.sendall(json.dumps({"v": 1, **request}).encode() + b"\n")
        return _listened(line, progress)


def _listened(line: socket.socket, progress: Progress) -> Answer:
    buffer = b""
    while not progress.cancelled():
        if not select.select([line], [], [], 0.2)[0]:
            continue
        chunk = line.recv(LONGEST)
        if not chunk:
            raise DeskBusy
        *lines, buffer = (buffer + chunk).split(b"\n")
        for text in lines:
            told = json.loads(text)
            if "done" in told:
                return Answer(done=told["done"])
            if "refused" in told:
                return Answer(code=told["refused"]["code"], refused=told["refused"]["text"])
            progress.report(float(told["progress"]))
    raise Cancelled
