"""What reaches the log file, and what must not."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from desktop.services import logs

SECRET = "Erika Mustermann"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    root, own = logging.getLogger(), logging.getLogger("desktop")
    levels = (root.level, own.level)
    hooks = (sys.excepthook, threading.excepthook)
    logs.set_up_logging(tmp_path / "logs")
    yield tmp_path / "logs"
    logs.close_logging()
    structlog.reset_defaults()
    root.setLevel(levels[0])
    own.setLevel(levels[1])
    sys.excepthook, threading.excepthook = hooks


def fail(error: Exception, cause: Exception | None = None) -> None:
    raise error from cause


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / logs.FILE_NAME).read_text(encoding="utf-8").splitlines()]


def test_events_are_json_lines_with_their_values(folder: Path) -> None:
    structlog.get_logger("desktop.services").info("camera_added", camera="1234", count=2)
    (line,) = lines(folder)
    assert line["event"] == "camera_added"
    assert (line["camera"], line["count"], line["level"], line["logger"]) == ("1234", 2, "info", "desktop.services")
    assert line["timestamp"].endswith("Z")


def test_debug_is_left_out(folder: Path) -> None:
    structlog.get_logger("desktop.services").debug("detail")
    assert lines(folder) == []


def test_addresses_lose_their_passwords(folder: Path) -> None:
    structlog.get_logger("desktop.capture").warning("lost", address="rtsp://guard:secret@host/live?token=abc")
    text = (folder / logs.FILE_NAME).read_text()
    assert "rtsp://host/live" in text
    assert "secret" not in text
    assert "abc" not in text


def test_exceptions_are_logged_by_kind_and_place_only(folder: Path) -> None:
    log = structlog.get_logger("desktop.services")
    try:
        fail(ValueError(f"cannot store {SECRET}"), cause=KeyError(SECRET))
    except ValueError:
        log.exception("failed")
    (line,) = lines(folder)
    assert line["error"] == ["ValueError", "KeyError"]
    assert "test_services_logs.py" in line["at"][-1]
    assert SECRET not in json.dumps(line)


def test_of_other_libraries_only_the_origin_is_kept(folder: Path) -> None:
    logging.getLogger("sqlalchemy.pool").warning("cannot insert %s", SECRET)
    logging.getLogger("PIL").info("opened %s.jpg", SECRET)
    (line,) = lines(folder)
    assert (line["event"], line["logger"], line["level"]) == ("library_record", "sqlalchemy.pool", "warning")
    assert "test_services_logs.py" in line["at"][0]
    assert SECRET not in json.dumps(line)


def test_other_libraries_exceptions_are_kept_without_words(folder: Path) -> None:
    try:
        fail(OSError(SECRET))
    except OSError:
        logging.getLogger("keyring").exception("failed for %s", SECRET)
    (line,) = lines(folder)
    assert line["error"] == ["OSError"]
    assert SECRET not in json.dumps(line)


def test_the_log_is_turned_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = structlog.get_logger("desktop.services")
    for _ in range(logs.MAX_BYTES // 900 * 8):
        log.info("event", filler="x" * 800)
    files = sorted(folder.iterdir())
    assert len(files) == logs.BACKUPS + 1
    assert all(file.stat().st_size <= logs.MAX_BYTES for file in files)


def test_setting_up_again_moves_the_log(folder: Path, tmp_path: Path) -> None:
    logs.set_up_logging(tmp_path / "other")
    structlog.get_logger("desktop.services").info("moved")
    assert lines(folder) == []
    assert [line["event"] for line in lines(tmp_path / "other")] == ["moved"]


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        logs.set_up_logging(tmp_path / "file" / "logs")


def test_what_nobody_caught_is_logged_and_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up_fault_hooks()
    try:
        fail(ValueError(SECRET))
    except ValueError:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]

    def faulty() -> None:
        raise RuntimeError(SECRET)

    thread = threading.Thread(target=faulty, name="worker-7")
    thread.start()
    thread.join()
    main, worker = lines(folder)
    assert (main["event"], main["error"]) == ("fault", ["ValueError"])
    assert (worker["event"], worker["thread"], worker["error"]) == ("thread_fault", "worker-7", ["RuntimeError"])
    assert SECRET not in (folder / logs.FILE_NAME).read_text()
    told = capsys.readouterr().err
    assert "ValueError" in told
    assert SECRET not in told


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full")
def test_a_line_that_has_no_room_is_left_out_and_printed_nowhere(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.close_logging()
    (folder / logs.FILE_NAME).unlink()
    (folder / logs.FILE_NAME).symlink_to("/dev/full")
    logs.set_up_logging(folder)
    structlog.get_logger("desktop.test").warning("camera", address="rtsp://anna:geheim@host/live")
    logging.getLogger("library").warning("met %s", SECRET)
    logs.close_logging()
    captured = capsys.readouterr()
    assert captured.out + captured.err == ""
