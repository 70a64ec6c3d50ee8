"""What the program leaves behind besides its vault: no name, no password, no face, however it fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.helpers.failing_program import MARKS
from tests.helpers.own_desktop import ROOT


def run_apart(module: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a helper in a process whose data, cache and temporary files all lie under `folder`."""
    places = {name: folder / name.lower() for name in ("CONSENTRY_DATA", "CONSENTRY_CACHE", "TMPDIR", "HOME")}
    for place in places.values():
        place.mkdir(parents=True)
    variables = {**os.environ, **{name: str(place) for name, place in places.items()}, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", module, str(folder / "desk")]
    (folder / "desk").mkdir()
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, timeout=240, check=False)


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def spellings(mark: str) -> list[bytes]:
    """As a program may write a text: plain, for Windows, and for an address."""
    return [mark.encode(), mark.encode("utf-16-le"), quote(mark).encode()]


def leaks(content: bytes, marks: tuple[str, ...] = MARKS) -> list[str]:
    return [mark for mark in marks if any(spelling in content for spelling in spellings(mark))]


@pytest.mark.timeout(300)
def test_no_failure_tells_a_name_a_password_a_code_or_an_address(tmp_path: Path) -> None:
    done = run_apart("tests.helpers.failing_program", tmp_path)
    told = done.stdout + done.stderr
    assert done.returncode == 0, told.decode()[-3000:]
    result = json.loads(done.stdout.splitlines()[-1])
    met = result["met"]
    for kind in (
        "UnexpectedError",
        "NameInvalid",
        "PersonUnknown",
        "SettingInvalid",
        "AddressInvalid",
        "DiskFull",
        "KeyringFailed",
        "RecoveryCodeMistyped",
        "slot",
        "listener",
        "thread",
        "destructor",
        "gallery",
        "camera",
    ):
        assert met.get(kind), f"{kind} was not met: {met}"
    files = written(tmp_path)
    logged = files["consentry_data/logs/consentry.log"]
    reports = {name: data for name, data in files.items() if name.startswith("consentry_data/crash-reports/")}
    assert logged.count(b"\n") > 20
    assert {json.loads(data)["event"] for name, data in reports.items() if name.endswith(".json")} >= {
        "task_fault",
        "fault",
        "thread_fault",
        "unraisable_fault",
        "listener_failed",
        "gallery_unreadable",
        "capture_failed",
    }
    assert leaks(told) == []
    assert leaks("\n".join(result["titles"]).encode()) == []
    assert {name: found for name, data in files.items() if (found := leaks(data))} == {}
    pieces = [bytes.fromhex(piece) for piece in result["face"]]
    assert len(set(pieces)) == len(pieces) == 12
    assert [name for name, data in files.items() if any(piece in data for piece in pieces)] == []
    assert "desk/vault/vault.db" in files
    assert not any(data.startswith((b"\xff\xd8\xff", b"\x89PNG", b"SQLite format 3")) for data in files.values())


def test_the_search_finds_what_is_there() -> None:
    for mark in MARKS:
        for spelling in spellings(mark):
            assert mark in leaks(b"\0" + spelling + b"\0")
