"""Runs a piece of Python that may mount a file system of a few megabytes, in mounts of its own: no trace is left."""

from __future__ import annotations

import subprocess

from tests.helpers.own_desktop import ROOT


def run(command: list[str]) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def own_mounts() -> list[str] | None:
    """Command that gives a process mounts of its own; None where neither root nor a user namespace is allowed."""
    for command in (["unshare", "--mount"], ["unshare", "--mount", "--user", "--map-root-user"]):
        probe = [*command, "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"]
        try:
            if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
                return command
        except FileNotFoundError:
            return None
    return None
