"""Reports of the program's faults: where and how often, never what was typed."""

from __future__ import annotations

import faulthandler
import json
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.services import crash_reports
from desktop.services.crash_reports import CrashReports
from tests.helpers.own_desktop import ROOT

NATIVE = """
import faulthandler, os, signal, sys
from pathlib import Path
from desktop.services.crash_reports import CrashReports
CrashReports(Path(sys.argv[1])).watch_native_code()
def falls_over():
    os.kill(os.getpid(), signal.SIGSEGV)
falls_over()
"""


@pytest.fixture
def reports(tmp_path: Path) -> CrashReports:
    return CrashReports(tmp_path / "crash-reports")


def test_a_fault_is_one_file_with_place_thread_versions_and_time(reports: CrashReports) -> None:
    reports.record("task_fault", ["ValueError", "KeyError"], ["tasks.py:1 run", "people.py:2 add"], "consentry-task_0")
    (path,) = reports.folder.iterdir()
    data = json.loads(path.read_text())
    assert data["kinds"] == ["ValueError", "KeyError"]
    assert data["at"] == ["tasks.py:1 run", "people.py:2 add"]
    assert (data["event"], data["thread"], data["count"]) == ("task_fault", "consentry-task_0", 1)
    assert {"consentry", "python", "system", "numpy", "sqlcipher3"} <= data["versions"].keys()
    assert data["first"].endswith("+00:00")
    (report,) = reports.list()
    assert report.kinds == ("ValueError", "KeyError")
    assert not report.seen


def test_the_same_fault_again_raises_the_count_and_another_is_another_file(
    reports: CrashReports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crash_reports, "_PAUSE", 0.0)
    for _ in range(3):
        reports.record("fault", ["ValueError"], ["a.py:1 f"], "")
    reports.record("fault", ["ValueError"], ["a.py:2 f"], "")
    assert sorted(report.count for report in reports.list()) == [1, 3]
    again = CrashReports(reports.folder)  # the next start of the program counts on
    again.record("fault", ["ValueError"], ["a.py:1 f"], "")
    assert sorted(report.count for report in again.list()) == [1, 4]


def test_a_fault_with_every_frame_does_not_write_with_every_frame(reports: CrashReports) -> None:
    for _ in range(500):
        reports.record("fault", ["ValueError"], ["a.py:1 f"], "")
    (report,) = reports.list()
    assert report.count == 1
    assert len(list(reports.folder.iterdir())) == 1


def test_only_the_newest_are_kept(reports: CrashReports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash_reports, "MOST", 5)
    for number in range(12):
        reports.record("fault", ["ValueError"], [f"a.py:{number} f"], "")
    assert len(reports.list()) == 5
    assert len(list(reports.folder.glob("*.json"))) == 5


def test_they_are_offered_until_somebody_has_looked(reports: CrashReports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash_reports, "_PAUSE", 0.0)
    reports.record("fault", ["ValueError"], ["a.py:1 f"], "")
    assert reports.unseen() == CrashReports(reports.folder).unseen() == 1
    reports.mark_seen()
    assert reports.unseen() == CrashReports(reports.folder).unseen() == 0
    reports.record("fault", ["ValueError"], ["a.py:1 f"], "")
    assert reports.unseen() == 1
    reports.delete()
    assert reports.list() == []
    assert list(reports.folder.iterdir()) == []


def test_a_crash_in_native_code_is_reported_at_the_next_start_without_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "erika" / "crash-reports"
    script = tmp_path / "erika" / "falls.py"
    script.parent.mkdir()
    script.write_text(NATIVE)
    done = subprocess.run([sys.executable, script, folder], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode < 0
    left = (folder / "native.txt").read_text()
    assert "falls_over" in left
    after = CrashReports(folder)
    monkeypatch.setattr(faulthandler, "enable", lambda file: file.close())
    after.watch_native_code()
    (report,) = after.list()
    assert report.kinds == ("Segmentation fault",)
    assert report.at[-1].startswith("falls.py:")
    assert [place.partition(" ")[2] for place in report.at] == ["<module>", "falls_over"]
    assert "erika" not in json.dumps(report.at)
    assert (folder / "native.txt").read_text() == ""


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"id": 1}', b"\xff"])
def test_a_file_that_is_no_report_is_left_out(reports: CrashReports, content: bytes) -> None:
    reports.folder.mkdir(parents=True)
    (reports.folder / "broken.json").write_bytes(content)
    assert reports.list() == []
    reports.record("fault", ["ValueError"], ["a.py:1 f"], "")
    assert len(reports.list()) == 1


def test_where_nothing_can_be_written_nothing_is_raised(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    reports = CrashReports(tmp_path / "file" / "crash-reports")
    reports.record("fault", ["ValueError"], ["a.py:1 f"], "")
    reports.watch_native_code()
    reports.mark_seen()
    assert reports.list() == []
