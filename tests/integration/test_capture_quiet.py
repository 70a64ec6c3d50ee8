"""Native libraries write to file descriptor 2 past Python's logging: nothing of an address may get there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.capture_kit import write_clip
from tests.helpers.rtsp_server import rtsp_server

_LOUD = {"OPENCV_FFMPEG_DEBUG": "1", "OPENCV_FFMPEG_LOGLEVEL": "56", "OPENCV_LOG_LEVEL": "VERBOSE"}

_PLAIN = """
import sys, cv2
for address in sys.argv[1:]:
    cv2.VideoCapture(address, cv2.CAP_FFMPEG, [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 5000]).read()
"""

_READERS = """
import sys, threading
from desktop.capture.mailbox import Mailbox
from desktop.capture.opencv_sources import RtspSource
from desktop.capture.reader import CameraReader
from desktop.capture.source import make_source
from desktop.domain.cameras import CameraState, SourceKind, SourceSpec

def factory(spec):
    return RtspSource(spec, open_timeout=5.0) if spec.kind is SourceKind.RTSP else make_source(spec)

settled = {CameraState.LIVE, CameraState.LOST, CameraState.REFUSED}
for address in sys.argv[1:]:
    done = threading.Event()
    def on_status(camera, status):
        print(camera, status)
        if status.state in settled:
            done.set()
    spec = SourceSpec(SourceKind.RTSP if "://" in address else SourceKind.VIDEO, address)
    reader = CameraReader("cam", spec, mailbox=Mailbox(), tap=None, on_status=on_status, source_factory=factory)
    print(spec)
    reader.start()
    assert done.wait(30), "no answer"
    reader.stop(10)
"""


def output(script: str, addresses: list[str], loud: bool) -> str:
    """What a fresh interpreter writes to descriptors 1 and 2; `loud` asks the libraries for all they can say."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("OPENCV_")} | (
        _LOUD if loud else {}
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *addresses],
        env=env,
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    text = done.stdout.decode(errors="replace")
    assert done.returncode == 0, text
    return text


@pytest.mark.rtsp
def test_no_password_reaches_the_terminal(tmp_path: Path) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(write_clip(tmp_path / "clip.mp4", 20).read_bytes()[:3000])
    with rtsp_server(user="anna", password="gehe1m") as server:
        port = server.port
        addresses = [
            server.url(),
            server.url(password="fal5ch"),
            server.url(path="/kitchen?token=gehe1m"),
            server.url().replace(f":{port}", ":1"),  # nobody listens there
            str(bad),
        ]
        # Without our settings the libraries do say the password: else the rest of this test would prove nothing.
        assert "gehe1m" in output(_PLAIN, addresses, loud=True)
        for loud in (False, True):
            text = output(_READERS, addresses, loud)
            assert "CameraState.REFUSED" in text
            assert "CameraState.LIVE" in text
            for secret in ("gehe1m", "fal5ch", "anna"):
                assert secret not in text, text


def test_a_broken_file_leaves_the_terminal_alone(tmp_path: Path) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(write_clip(tmp_path / "clip.mp4", 20).read_bytes()[:3000])
    assert "moov atom" in output(_PLAIN, [str(bad)], loud=False)
    assert "moov atom" not in output(_READERS, [str(bad)], loud=True)
