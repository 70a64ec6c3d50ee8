"""The running program, watched from outside: which connections it opens and which files it writes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.demo_clips import clips_cache

_CONNECT = re.compile(r"\b(?:connect|sendto|sendmsg|bind)\(.*?sa_family=(AF_\w+)")
_PATHS = re.compile(r'"((?:[^"\\]|\\.)*)"')
_WRITING = re.compile(r"\b(?:openat|open|creat)\(.*(?:O_WRONLY|O_RDWR|O_CREAT)")
_MAKING = re.compile(r"\b(?:creat|mkdir|mkdirat|rename|renameat|renameat2|link|linkat|symlink|symlinkat)\(")
_CALLS = "connect,sendto,sendmsg,bind,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink"


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[Path]]:
    """System calls of one demo run, and the folders that it may write to."""
    if shutil.which("strace") is None:
        pytest.fail("strace is missing; scripts/setup installs it")
    root = tmp_path_factory.mktemp("quiet")
    home, data, out, log = root / "home", root / "data", root / "out", root / "trace.txt"
    home.mkdir()
    cache = clips_cache()
    environment = {
        **os.environ,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "CONSENTRY_DATA": str(data),
        "CONSENTRY_CACHE": str(cache),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    program = [sys.executable, "-m", "desktop", "demo", "--seconds", "3", "--out", str(out)]
    strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-s", "512", "-e", f"trace={_CALLS}", "-o", str(log)]
    done = subprocess.run(
        [*strace, *program], env=environment, capture_output=True, text=True, timeout=280, check=False
    )
    # Exit code 1 says that checks of the report failed, which under strace they may; 0 and 1 are complete runs.
    assert done.returncode in (0, 1), done.stderr[-2000:]
    assert (out / "report.json").is_file()
    assert not any(home.rglob("*")), sorted(home.rglob("*"))
    return log.read_text(encoding="utf-8", errors="replace").splitlines(), [data, cache, out]


@pytest.mark.secret_service
def test_opens_no_network_connection(trace: tuple[list[str], list[Path]]) -> None:
    lines, _ = trace
    families = {family for line in lines if (found := _CONNECT.search(line)) for family in [found.group(1)]}
    assert "AF_UNIX" in families  # the session bus: the trace does see connections
    assert families <= {"AF_UNIX", "AF_NETLINK"}


@pytest.mark.secret_service
def test_writes_only_to_its_own_folders(trace: tuple[list[str], list[Path]]) -> None:
    lines, allowed = trace
    written = set()
    for line in lines:
        if " = -1 " in line or not (_WRITING.search(line) or _MAKING.search(line)):
            continue
        written.update(Path(path) for path in _PATHS.findall(line))
    inside = [path for path in written if any(path.is_relative_to(folder) for folder in allowed)]
    outside = sorted(str(path) for path in written if path not in inside and not _harmless(path))
    assert inside
    assert outside == []


def _harmless(path: Path) -> bool:
    """Devices, the kernel's own files, and memory that only looks like a file (it is never on a disk)."""
    return path.is_relative_to("/dev") or path.is_relative_to("/proc") or path.is_relative_to("/sys")
