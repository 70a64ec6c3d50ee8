"""Runs a piece of Python that writes to a vault, and kills it with -9 at a moment of the test's choosing."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import time

import pytest

from tests.helpers.own_desktop import ROOT

SILENCE = 120.0  # s without any sign of life: a machine under load is slow, but not that silent

# Comes before every import that takes long, so that a child which only waits for the processor still gives signs.
PRELUDE = """
import os, threading
started = threading.Event()
def breathe():
    while not started.wait(0.5):
        os.write(1, b"alive\\n")
threading.Thread(target=breathe, daemon=True).start()
def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())
def ready():
    started.set()
    say("ready")
"""


def killed(script: str, arguments: list[str], after: float) -> list[list[str]]:
    """What `script` said after it was `ready()`, line by line as words; it is killed `after` seconds later.

    It may end by itself before. Fails the test, with its standard error, if it dies of something else or gives no sign
    of life any more.
    """
    command = [sys.executable, "-c", PRELUDE + script, *arguments]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, cwd=ROOT, bufsize=0) as process,
    ):
        assert process.stdout is not None
        try:
            said = _listen(process.stdout.fileno(), after)
        finally:
            process.send_signal(signal.SIGKILL)
        said += process.stdout.read()
        code = process.wait()
        errors.seek(0)
        lines = [line.split() for line in said[: said.rfind(b"\n") + 1].decode().splitlines()]
        if ["ready"] not in lines or code not in (0, -signal.SIGKILL):
            pytest.fail(f"the child ended with {code}: {errors.read().decode(errors='replace')[-4000:] or 'no word'}")
    return [words for words in lines[lines.index(["ready"]) + 1 :] if words != ["alive"]]


def _listen(stream: int, after: float) -> bytes:
    """Everything said until `after` seconds past "ready", the end of the stream, or too long a silence."""
    said = b""
    deadline: float | None = None
    while deadline is None or time.monotonic() < deadline:
        wait = SILENCE if deadline is None else max(0.0, deadline - time.monotonic())
        if not select.select([stream], [], [], wait)[0]:
            break
        chunk = os.read(stream, 65536)
        if not chunk:
            break
        said += chunk
        if deadline is None and b"ready\n" in said:
            deadline = time.monotonic() + after
    return said
