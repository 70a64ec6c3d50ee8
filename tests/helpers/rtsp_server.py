"""A real RTSP server on loopback: GStreamer's, run by the system's Python (which has its bindings) as a process.

Imported, this file gives `RtspServer` to tests; run by /usr/bin/python3 it is the server.
"""

from __future__ import annotations

import argparse
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

SYSTEM_PYTHON = "/usr/bin/python3"
_START_TIMEOUT = 60.0  # s; a server that died is noticed at once


class RtspServer:
    """Serves H.264 at /live; other paths are 404.

    Args:
        user, password: asked for if given.
        auth: "digest" or "basic".
        file: played once to its end for each first viewer (must be decodable by GStreamer's good plugins, e.g. MJPG
            in AVI); without it an endless moving test picture.
        size, fps: of the test picture.
        port: 0 picks a free one, which stays the same over `kill` and `start`.
    """

    def __init__(
        self,
        *,
        user: str = "",
        password: str = "",
        auth: str = "digest",
        file: Path | None = None,
        size: tuple[int, int] = (640, 360),
        fps: int = 25,
        port: int = 0,
    ) -> None:
        self.user = user
        self.password = password
        self.auth = auth
        self.file = file
        self.size = size
        self.fps = fps
        self.port = port
        self._process: subprocess.Popen[str] | None = None
        self._frozen = False

    def url(self, *, password: str | None = None, path: str = "/live") -> str:
        """The address with the right credentials, or with another `password`."""
        login = ""
        if self.user:
            login = f"{quote(self.user, safe='')}:{quote(self.password if password is None else password, safe='')}@"
        return f"rtsp://{login}127.0.0.1:{self.port}{path}"

    def start(self) -> None:
        """Run the server and wait until it listens."""
        command = [SYSTEM_PYTHON, "-I", __file__, "--port", str(self.port), "--auth", self.auth]
        command += ["--width", str(self.size[0]), "--height", str(self.size[1]), "--fps", str(self.fps)]
        if self.user:
            command += ["--user", self.user, "--password", self.password]
        if self.file is not None:
            command += ["--file", str(self.file)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], _START_TIMEOUT)
        line = self._process.stdout.readline() if ready else ""
        if not line.startswith("listening "):
            self.kill()
            raise RuntimeError("the RTSP server did not start; are the packages of scripts/setup installed?")
        self.port = int(line.split()[1])

    def kill(self) -> None:
        """End the server the hard way; viewers see their connection reset."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        self._frozen = False

    def freeze(self) -> None:
        """Stop the process in its tracks: connections stay open, nothing answers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        self._frozen = True

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)
        self._frozen = False


@contextmanager
def rtsp_server(**options: Any) -> Iterator[RtspServer]:
    """A running `RtspServer`, gone afterwards."""
    server = RtspServer(**options)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def _serve() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--auth", choices=("digest", "basic"), default="digest")
    parser.add_argument("--file", default="")
    parser.add_argument("--width", type=int, default=640)
    parser.add_argument("--height", type=int, default=360)
    parser.add_argument("--fps", type=int, default=25)
    options = parser.parse_args()

    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtsp", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtsp, GstRtspServer

    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(options.port))
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(_pipeline(options))
    factory.set_shared(True)
    factory.set_protocols(GstRtsp.RTSPLowerTrans.TCP)
    if options.user:
        _protect(server, factory, options, GstRtsp, GstRtspServer)
    server.get_mount_points().add_factory("/live", factory)
    if not server.attach(None):
        sys.exit("cannot listen")
    print(f"listening {server.get_bound_port()}", flush=True)  # noqa: T201
    loop = GLib.MainLoop()
    # Not to be left behind when the tests are killed.
    parent = os.getppid()
    GLib.timeout_add_seconds(1, lambda: os.getppid() == parent or loop.quit())
    loop.run()


def _pipeline(options: argparse.Namespace) -> str:
    shape = f"video/x-raw,width={options.width},height={options.height},framerate={options.fps}/1"
    source = f"videotestsrc is-live=true pattern=ball ! {shape}"
    if options.file:
        source = f'filesrc location="{options.file}" ! decodebin ! videoconvert ! video/x-raw,format=I420'
    encoder = f"x264enc tune=zerolatency speed-preset=ultrafast key-int-max={options.fps}"
    return f"( {source} ! {encoder} ! rtph264pay name=pay0 pt=96 config-interval=1 )"


def _protect(server: Any, factory: Any, options: argparse.Namespace, rtsp: Any, rtsp_server: Any) -> None:
    token = rtsp_server.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth = rtsp_server.RTSPAuth()
    if options.auth == "digest":
        auth.set_supported_methods(rtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(options.user, options.password, token)
    else:
        auth.add_basic(rtsp_server.RTSPAuth.make_basic(options.user, options.password), token)
    server.set_auth(auth)
    permissions = rtsp_server.RTSPPermissions()
    permissions.add_permission_for_role("viewer", "media.factory.access", True)
    permissions.add_permission_for_role("viewer", "media.factory.construct", True)
    factory.set_permissions(permissions)


if __name__ == "__main__":
    _serve()
