"""How the command line reaches the desk that a window has open: a socket that only this user can reach.

`run/desk.sock` in the vault's folder (mode 0600 in a folder of mode 0700); the system says which user the other end
is. One request a connection, one JSON object a line:

    {"v": 1, "do": "backup", "login": ..., "password": ..., "with": {...}}
    {"progress": 0.4} ...  and at the end  {"done": {...}}  or  {"refused": {"code": ..., "text": ...}}

Every request is signed in anew and the services check what that operator may do; the session at the window is not
touched. Hanging up cancels. Windows has no such sockets in Python: there the command line waits for the window to be
closed.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import structlog

from desktop.domain.errors import ConsentryError
from desktop.domain.progress import Progress
from desktop.services.backup import Gate
from desktop.services.errors import RequestInvalid
from desktop.vault import layout

log = structlog.get_logger("desktop.services")

SOCKET = "desk.sock"
LONGEST = 64 * 1024  # bytes of a line
PATIENCE = 10.0  # s for a request to arrive
_AT_ONCE = 4
_LONGEST_ADDRESS = 100  # bytes that fit into a socket's address on every system
_STEP = 0.01  # progress is told in steps of one percent

Act = Callable[[Gate, Mapping[str, Any], Progress], dict[str, Any]]
"""Carries a request out for whoever signed in; the result goes back as JSON."""

Authenticate = Callable[[str, str], Gate]
"""Login name and password to a gate. Raises SignInFailed, SignInWait."""


def available() -> bool:
    return hasattr(socket, "AF_UNIX")


@contextlib.contextmanager
def address(folder: Path) -> Iterator[str]:
    """The socket's address for a moment. A path that is too long for one is reached through an open folder."""
    path = folder / layout.RUN / SOCKET
    if len(os.fsencode(path)) <= _LONGEST_ADDRESS or not sys.platform.startswith("linux"):
        yield str(path)
        return
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)


class DeskLine:
    """Listens between `start` and `close`. A desk whose line cannot be opened works all the same.

    Args:
        acts: what can be asked for, by name.
    """

    def __init__(self, folder: Path, authenticate: Authenticate, acts: Mapping[str, Act]) -> None:
        self._folder = folder
        self._authenticate = authenticate
        self._acts = acts
        self._stop = threading.Event()
        self._room = threading.BoundedSemaphore(_AT_ONCE)
        self._talking: set[threading.Thread] = set()
        self._listener: socket.socket | None = None
        self._thread = threading.Thread(target=self._listen, name="desk-line", daemon=True)

    def start(self) -> None:
        if not available():
            return
        try:
            self._listener = _bound(self._folder)
        except OSError as error:
            log.warning("desk_line_closed", error=type(error).__name__)
            return
        self._thread.start()

    def close(self) -> None:
        """Cancel what is under way and wait for it."""
        self._stop.set()
        if self._listener is None:
            return
        self._thread.join()
        for thread in list(self._talking):
            thread.join()
        self._listener.close()
        with contextlib.suppress(OSError):
            (self._folder / layout.RUN / SOCKET).unlink()
            (self._folder / layout.RUN).rmdir()

    def _listen(self) -> None:
        assert self._listener is not None
        while not self._stop.is_set():
            ready, _, _ = select.select([self._listener], [], [], 0.2)
            if not ready:
                continue
            with contextlib.suppress(OSError):
                line, _ = self._listener.accept()
                self._welcome(line)

    def _welcome(self, line: socket.socket) -> None:
        if not _is_own_user(line) or not self._room.acquire(blocking=False):
            line.close()
            return
        thread = threading.Thread(target=self._talk, args=(line,), name="desk-line-talk", daemon=True)
        self._talking.add(thread)
        thread.start()

    def _talk(self, line: socket.socket) -> None:
        try:
            with line:
                line.settimeout(PATIENCE)
                try:
                    answer = {"done": self._answer(line)}
                except ConsentryError as error:
                    answer = {"refused": {"code": error.code, "text": error.text()}}
                _send(line, answer)
        except OSError as error:  # hung up
            log.info("desk_line_hung_up", error=type(error).__name__)
        finally:
            self._room.release()
            self._talking.discard(threading.current_thread())

    def _answer(self, line: socket.socket) -> dict[str, Any]:
        request = _request(_receive(line))
        act = self._acts.get(request["do"])
        if act is None:
            raise RequestInvalid
        gate = self._authenticate(request["login"], request["password"])
        log.info("desk_line_request", act=request["do"])
        return act(gate, request["with"], _LineProgress(line, self._stop))


class _LineProgress:
    """Tells the other end; it is cancelled when that end hangs up or the desk is closed."""

    def __init__(self, line: socket.socket, stop: threading.Event) -> None:
        self._line = line
        self._stop = stop
        self._told = 0.0

    def report(self, share: float) -> None:
        if share - self._told >= _STEP:
            self._told = share
            with contextlib.suppress(OSError):
                _send(self._line, {"progress": round(share, 3)})

    def cancelled(self) -> bool:
        return self._stop.is_set() or _hung_up(self._line)


def _bound(folder: Path) -> socket.socket:
    """A listening socket in the place of one that a crash left: the vault's lock is held, so nobody listens there."""
    run = folder / layout.RUN
    run.mkdir(mode=0o700, exist_ok=True)
    run.chmod(0o700)
    (run / SOCKET).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with address(folder) as where:
            listener.bind(where)
        (run / SOCKET).chmod(0o600)
        listener.listen(_AT_ONCE)
    except OSError:
        listener.close()
        raise
    return listener


def _is_own_user(line: socket.socket) -> bool:
    """Whether the other end belongs to this user. Where the system cannot say, the folder's mode has to do."""
    if hasattr(socket, "SO_PEERCRED"):
        credentials = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return bool(struct.unpack("3i", credentials)[1] == os.getuid())
    if sys.platform == "darwin":  # LOCAL_PEERCRED: struct xucred begins with a version and the user's id
        return bool(struct.unpack_from("=II", line.getsockopt(0, 1, 76))[1] == os.getuid())
    return True


def _receive(line: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\n"):
        chunk = line.recv(LONGEST)
        data += chunk
        if not chunk or len(data) > LONGEST:
            raise RequestInvalid
    return data


def _request(data: bytes) -> dict[str, Any]:
    try:
        request = json.loads(data)
        fields = {name: request[name] for name in ("do", "login", "password")}
        if request["v"] != 1 or not all(isinstance(value, str) for value in fields.values()):
            raise RequestInvalid
        return {**fields, "with": dict(request.get("with", {}))}
    except (ValueError, KeyError, TypeError):
        raise RequestInvalid from None


def _send(line: socket.socket, fields: Mapping[str, Any]) -> None:
    line.sendall(json.dumps(fields).encode() + b"\n")


def _hung_up(line: socket.socket) -> bool:
    try:
        ready, _, _ = select.select([line], [], [], 0)
        return bool(ready) and line.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True
