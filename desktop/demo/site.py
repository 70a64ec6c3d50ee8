"""A demo site of its own for one run: fresh vault, own keyring entries, all of it gone afterwards."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from desktop import paths
from desktop.demo.furnish import Furnished, furnish_with
from desktop.demo.roster import Roster
from desktop.demo.scenes import Script
from desktop.domain.errors import ConsentryError
from desktop.domain.progress import Progress
from desktop.services.desk import Desk
from desktop.services.site import Site, SiteKind
from desktop.vault.system_keystore import SystemKeyStore
from desktop.vault.vault import Vault

_PREFIX = "demo-run-"
_LEFT_AFTER = 6 * 3600.0  # s: no run lasts that long; what is older was left by one that was killed

_log = structlog.get_logger("desktop.demo")


@contextmanager
def fresh_site(script: Script, roster: Roster, progress: Progress) -> Iterator[tuple[Desk, Furnished]]:
    """An open desk on a furnished site. Raises as `furnish_with` and `Site.open`.

    The desk is closed and the vault with its keyring entries destroyed when the block ends, however it ends. A run
    that was killed leaves them behind; the next one removes them.
    """
    cache = paths.cache_dir()
    cache.mkdir(parents=True, exist_ok=True)
    sweep(cache)
    furnished: list[Furnished] = []

    def fill(desk: Desk, part: Progress) -> None:
        furnished.append(furnish_with(desk, script, roster, part))

    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=cache))
    site = Site(SiteKind.DEMO, folder / "vault", _service(folder), furnish=fill)
    try:
        desk = site.open(progress)
        try:
            yield desk, furnished[0]
        finally:
            desk.close()
    finally:
        _destroy(folder)


def sweep(cache: Path) -> None:
    """Remove the sites of runs that were killed."""
    for folder in cache.glob(f"{_PREFIX}*"):
        if time.time() - folder.stat().st_mtime < _LEFT_AFTER:
            continue
        try:
            _destroy(folder)
        except ConsentryError as error:  # in use after all, or the keyring is locked: next time
            _log.warning("demo_site_left", code=error.code)


def _service(folder: Path) -> str:
    """Keyring service of a run: found again by the folder's name."""
    return f"consentry-{folder.name}"


def _destroy(folder: Path) -> None:
    if Vault.exists(folder / "vault"):
        Vault.destroy(folder / "vault", SystemKeyStore(_service(folder)))
    shutil.rmtree(folder, ignore_errors=True)
