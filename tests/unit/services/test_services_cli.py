"""The command line: which command runs, what it prints, which code it ends with."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import structlog

from desktop import __version__, bootstrap, paths
from desktop.__main__ import main
from desktop.cli import doctor
from desktop.cli import main as cli
from desktop.domain.errors import Cancelled
from desktop.services import logs
from desktop.services.crash_reports import CrashReports
from desktop.services.loading import import_opencv_beside_qt
from desktop.services.site import Program, SiteKind
from desktop.vault.errors import KeyringLocked
from desktop.vault.system_keystore import SystemKeyStore
from desktop.vault.vault import Vault
from desktop.vision.errors import ModelChanged
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore


@pytest.fixture(autouse=True)
def process_as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What `prepare_process` changes for the whole process is put back."""
    hooks, interval = (sys.excepthook, threading.excepthook), sys.getswitchinterval()
    root, own = logging.getLogger(), logging.getLogger("desktop")
    levels = (root.level, own.level)
    monkeypatch.setattr(CrashReports, "watch_native_code", lambda _: None)  # the test run has a watch of its own
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    yield
    logs.close_logging()
    structlog.reset_defaults()
    root.setLevel(levels[0])
    own.setLevel(levels[1])
    sys.excepthook, threading.excepthook = hooks
    sys.setswitchinterval(interval)


@pytest.fixture
def memory_keyring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyStore:
    store = MemoryKeyStore()
    monkeypatch.setattr("desktop.vault.system_keystore.SystemKeyStore", lambda *_, **__: store)
    return store


def use_command(monkeypatch: pytest.MonkeyPatch, name: str, run: object) -> None:
    """Put a command of the test's own in place of a module."""

    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--seconds", type=int, default=20)

    monkeypatch.setitem(sys.modules, f"desktop.cli.{name}", SimpleNamespace(add_arguments=add_arguments, run=run))


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == f"consentry {__version__}"


def test_help_names_every_command_and_imports_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("demo", "doctor", "bench", "evaluate"))


def test_wrong_usage_is_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["dance"])
    assert ended.value.code == 2
    assert "dance" in capsys.readouterr().err


def test_a_command_gets_its_options_and_gives_its_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = []

    def run(options: argparse.Namespace) -> int:
        seen.append((options.seconds, paths.data_dir(), sys.getswitchinterval()))
        return 7

    use_command(monkeypatch, "demo", run)
    assert main(["--data", str(tmp_path / "here"), "demo", "--seconds", "5"]) == 7
    assert seen == [(5, tmp_path / "here", pytest.approx(bootstrap.SWITCH_INTERVAL))]
    assert (tmp_path / "here" / "logs" / logs.FILE_NAME).exists()


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (ModelChanged(file="a.onnx"), 1, "a.onnx"),
        (Cancelled(), 130, ""),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_errors_end_in_words_and_a_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    told: str,
) -> None:
    def run(_: argparse.Namespace) -> int:
        raise error

    use_command(monkeypatch, "demo", run)
    assert main(["demo"]) == code
    assert told in capsys.readouterr().err


def test_without_a_display_the_window_is_not_tried(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "consentry demo" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_with_a_display_the_window_opens(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    opened: list[Program] = []

    def run_app(arguments: list[str], program: Program) -> int:
        opened.append(program)
        return 3

    monkeypatch.setenv(name, "x")
    monkeypatch.setitem(sys.modules, "desktop.ui.app", SimpleNamespace(run_app=run_app))
    assert main([]) == 3
    assert opened[0].site(SiteKind.DESK).folder == paths.data_dir() / "vault"
    assert opened[0].site(SiteKind.DEMO).folder == paths.cache_dir() / "demo-site"
    assert opened[0].demo.available


def test_a_log_that_cannot_be_written_does_not_stop_the_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    use_command(monkeypatch, "demo", lambda _: 0)
    assert main(["--data", str(tmp_path / "file"), "demo"]) == 0
    assert "without it" in capsys.readouterr().err


def test_opencv_leaves_qt_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_FONTDIR", "/chosen/by/the/user")
    monkeypatch.delenv("QT_QPA_PLATFORM_PLUGIN_PATH", raising=False)
    import_opencv_beside_qt()
    assert os.environ["QT_QPA_FONTDIR"] == "/chosen/by/the/user"
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ


def states(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    return {finding["name"]: finding["state"] for finding in json.loads(capsys.readouterr().out)}


def test_doctor_finds_a_computer_in_order(memory_keyring: MemoryKeyStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    found = states(capsys)
    assert {name for name, state in found.items() if state == "note"} == {"display", "vault"}
    assert {name for name, state in found.items() if state == "ok"} == {
        "program", "packages", "window", "video", "models", "data folder", "cache folder", "keyring",
    }  # fmt: skip


def test_doctor_opens_the_vault_and_reads_every_page(
    memory_keyring: MemoryKeyStore, capsys: pytest.CaptureFixture[str]
) -> None:
    Vault.create(paths.data_dir() / "vault", memory_keyring, ballast_bytes=TEST_BALLAST).close()
    assert main(["doctor", "--deep"]) == 0
    out = capsys.readouterr().out
    assert "every page intact" in out
    assert not any(secret in out for secret in memory_keyring.values.values())


def test_doctor_lets_an_open_desk_be(memory_keyring: MemoryKeyStore, capsys: pytest.CaptureFixture[str]) -> None:
    with Vault.create(paths.data_dir() / "vault", memory_keyring, ballast_bytes=TEST_BALLAST):
        capsys.readouterr()  # logging is set up by `main` only
        assert main(["doctor", "--json"]) == 0
    assert states(capsys)["vault"] == "note"


def test_doctor_reports_what_is_wrong(
    memory_keyring: MemoryKeyStore,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def locked(_: str) -> None:
        raise KeyringLocked

    memory_keyring.before = locked
    monkeypatch.setattr(paths, "models_dir", lambda: tmp_path / "nowhere")
    (tmp_path / "file").touch()
    monkeypatch.setenv("CONSENTRY_CACHE", str(tmp_path / "file"))
    assert main(["doctor", "--json"]) == 1
    found = states(capsys)
    assert [name for name, state in found.items() if state == "wrong"] == ["models", "cache folder", "keyring"]


def test_doctor_names_a_missing_system_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(name: str) -> None:
        raise ImportError("libEGL.so.1: cannot open shared object file")

    monkeypatch.setattr(doctor.importlib, "import_module", fails)
    finding = doctor._finding("window", doctor._window)
    assert finding.state is doctor.State.WRONG
    assert "libEGL" in finding.text


@pytest.mark.secret_service
def test_doctor_asks_the_real_keyring(system_keystore: SystemKeyStore) -> None:
    assert doctor._finding("keyring", doctor._keyring).text == "Secret Service, unlocked"


def test_every_command_is_described() -> None:
    verifying = {"audit", "verify-export", "verify-certificate", "verify-statement"}
    assert set(cli.COMMANDS) == {"demo", "doctor", "bench", "evaluate", "vault"} | verifying
