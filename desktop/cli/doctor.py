"""`consentry doctor`: does this computer have what the program needs? No secret and no person's data is printed."""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from desktop import __version__, paths
from desktop.cli.findings import print_findings
from desktop.domain.errors import ConsentryError
from desktop.domain.findings import Finding, State

_PACKAGES = ("PySide6-Essentials", "opencv-python", "onnxruntime", "numpy", "SQLAlchemy", "sqlcipher3", "keyring")
_KEYRING_TIMEOUT = 10.0  # s
_ROOM = 500  # MB


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--deep", action="store_true", help="also read every page of the vault")


def run(options: argparse.Namespace) -> int:
    """Print the findings; 1 if something is wrong."""
    return print_findings(examine(deep=options.deep), as_json=options.json)


def examine(*, deep: bool = False) -> list[Finding]:
    """All findings, in the order in which they are best repaired."""
    checks: list[tuple[str, Callable[[], tuple[State, str]]]] = [
        ("program", _program),
        ("packages", _packages),
        ("window", _window),
        ("display", _display),
        ("video", _video),
        ("models", _models),
        ("data folder", lambda: _folder(paths.data_dir())),
        ("cache folder", lambda: _folder(paths.cache_dir())),
        ("keyring", _keyring),
        ("vault", lambda: _vault(deep=deep)),
    ]
    return [_finding(name, check) for name, check in checks]


def _finding(name: str, check: Callable[[], tuple[State, str]]) -> Finding:
    try:
        return Finding(name, *check())
    except ConsentryError as error:
        return Finding(name, State.WRONG, error.text())
    except (ImportError, OSError) as error:
        return Finding(name, State.WRONG, f"{type(error).__name__}: {error}")


def _program() -> tuple[State, str]:
    python = ".".join(map(str, sys.version_info[:3]))
    return State.OK, f"Consentry {__version__}, Python {python}, {sys.platform}"


def _packages() -> tuple[State, str]:
    found, missing = [], []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing and paths.bundle_dir() is None:
        return State.WRONG, f"missing: {', '.join(missing)}"
    return State.OK, ", ".join(found) or "in the bundle"


def _window() -> tuple[State, str]:
    importlib.import_module("PySide6.QtWidgets")  # fails where a system library is missing, and says which
    return State.OK, "Qt loads with its system libraries"


def _display() -> tuple[State, str]:
    from desktop.cli.main import NO_DISPLAY, has_display

    if not has_display():
        return State.NOTE, NO_DISPLAY
    names = [name for name in ("WAYLAND_DISPLAY", "DISPLAY", "QT_QPA_PLATFORM") if os.environ.get(name)]
    return State.OK, ", ".join(f"{name}={os.environ[name]}" for name in names) or "the desktop's own"


def _video() -> tuple[State, str]:
    import cv2

    registry = cv2.videoio_registry
    present = [backend for backend in registry.getBackends() if registry.hasBackend(backend)]
    names = list(dict.fromkeys(registry.getBackendName(backend) for backend in present))
    if not registry.hasBackend(cv2.CAP_FFMPEG):
        return State.WRONG, f"OpenCV has no FFmpeg: network cameras and video files do not open ({', '.join(names)})"
    return State.OK, f"OpenCV {cv2.__version__} with {', '.join(names)}"


def _models() -> tuple[State, str]:
    from desktop.vision.packs import load_default_pack

    pack = load_default_pack(paths.models_dir())
    count = len(pack.manifest.files)
    return State.OK, f"{pack.manifest.title}: {count} files, checksums as they should be; {pack.licence.text}"


def _folder(folder: Path) -> tuple[State, str]:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        free = shutil.disk_usage(folder).free // 1_000_000
    state = State.OK if free >= _ROOM else State.WRONG
    return state, f"{folder}, {free} MB free"


def _keyring() -> tuple[State, str]:
    from desktop.bootstrap import build_program
    from desktop.vault.system_keystore import SystemKeyStore

    store = SystemKeyStore(build_program().desk.service, timeout=_KEYRING_TIMEOUT)
    store.get("doctor")  # an entry that is never made: asks whether the keyring answers and is unlocked
    return State.OK, f"{store.backend}, unlocked"


def _vault(*, deep: bool) -> tuple[State, str]:
    from desktop.bootstrap import build_program
    from desktop.services.site import KeyPlace
    from desktop.vault.errors import VaultInUse
    from desktop.vault.system_keystore import SystemKeyStore
    from desktop.vault.vault import Vault

    site = build_program().desk
    if not Vault.exists(site.folder):
        return State.NOTE, "none yet; the window offers to set one up"
    if site.place() is KeyPlace.PASSPHRASE:
        return State.NOTE, "its keys are locked by a passphrase, which only the window asks for"
    try:
        with Vault.open(site.folder, SystemKeyStore(site.service, timeout=_KEYRING_TIMEOUT)) as vault:
            problems = vault.check_integrity() if deep else []
            if vault.plaintext_header:
                problems.append("the file begins like an unencrypted database")
            opened = f"opens, SQLCipher {vault.cipher_version}, keys in {vault.keyring_backend}"
    except VaultInUse:
        return State.NOTE, "open in another window"
    if problems:
        return State.WRONG, "; ".join(problems)
    return State.OK, opened + (", every page intact" if deep else "")
