"""The demo's clips take a minute to make: they are made once for all tests, in the checkout's ignored cache."""

from __future__ import annotations

from pathlib import Path

from desktop.demo.generator import make_material
from desktop.demo.roster import load_roster
from desktop.demo.scenes import load_script
from desktop.domain.progress import NoProgress
from desktop.paths import demo_sources_dir

SHARED_CACHE = Path(__file__).resolve().parents[2] / ".cache" / "clips"


def clips_cache() -> Path:
    """A cache folder (for CONSENTRY_CACHE) that holds the finished clips of the demo site."""
    make_material(load_script(), load_roster(), demo_sources_dir(), SHARED_CACHE, NoProgress())
    return SHARED_CACHE
