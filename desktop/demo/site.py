"""A demo site of its own for one run: fresh vault, own keyring entries, all of it gone afterwards."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop import paths
from desktop.demo.furnish import Furnished, furnish_with
from desktop.demo.roster import Roster
from desktop.demo.scenes import Script
from desktop.domain.progress import Progress
from desktop.services.desk import Desk
from desktop.services.site import Site, SiteKind
from desktop.vault.system_keystore import SystemKeyStore
from desktop.vault.vault import Vault


@contextmanager
def fresh_site(script: Script, roster: Roster, progress: Progress) -> Iterator[tuple[Desk, Furnished]]:
    """An open desk on a furnished site. Raises as `furnish_with` and `Site.open`.

    The desk is closed and the vault with its keyring entries destroyed when the block ends, however it ends.
    """
    furnished: list[Furnished] = []

    def fill(desk: Desk, part: Progress) -> None:
        furnished.append(furnish_with(desk, script, roster, part))

    paths.cache_dir().mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="demo-run-", dir=paths.cache_dir()))
    service = f"consentry-demo-{uuid.uuid4()}"
    site = Site(SiteKind.DEMO, folder / "vault", service, furnish=fill)
    try:
        desk = site.open(progress)
        try:
            yield desk, furnished[0]
        finally:
            desk.close()
    finally:
        if Vault.exists(site.folder):
            Vault.destroy(site.folder, SystemKeyStore(service))
        shutil.rmtree(folder, ignore_errors=True)
