"""Where the program keeps and finds its files. Nothing is written outside `data_dir()` and `cache_dir()`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

_APP = "consentry"


def data_dir() -> Path:
    """The vault and prepared models; CONSENTRY_DATA overrides."""
    return Path(os.environ.get("CONSENTRY_DATA") or platformdirs.user_data_dir(_APP, appauthor=False))


def cache_dir() -> Path:
    """What can be made again (demo clips); CONSENTRY_CACHE overrides."""
    return Path(os.environ.get("CONSENTRY_CACHE") or platformdirs.user_cache_dir(_APP, appauthor=False))


def bundle_dir() -> Path | None:
    """Folder of the packaged program's files; None when run from a checkout."""
    folder = getattr(sys, "_MEIPASS", None)
    return Path(folder) if folder else None


def _checkout() -> Path:
    return Path(__file__).resolve().parent.parent


def resources_dir() -> Path:
    return (bundle_dir() or _checkout()) / "resources"


def models_dir() -> Path:
    """Prepared model pack: in the bundle, or made by scripts/prepare_resources.py in the checkout."""
    bundle = bundle_dir()
    return bundle / "models" if bundle else _checkout() / ".cache" / "models"


def demo_sources_dir() -> Path:
    """Real pictures and video that the demo site is made from, extracted from pinned packages."""
    bundle = bundle_dir()
    return bundle / "demo-sources" if bundle else _checkout() / ".cache" / "demo-sources"
