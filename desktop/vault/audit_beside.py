"""Checking the audit log of a vault that may be open in a window: reads only, and takes no lock."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from desktop.domain.audit_verdict import Verdict
from desktop.domain.progress import UNWATCHED, Progress
from desktop.vault import cipher, layout
from desktop.vault.audit_verify import Expected, verify_database
from desktop.vault.errors import KeyMissing
from desktop.vault.failures import translated
from desktop.vault.key_material import wipe
from desktop.vault.keystore import KeyStore
from desktop.vault.opening import vault_files
from desktop.vault.opening_keys import read_secrets


def verify_beside(folder: Path, keystore: KeyStore, progress: Progress = UNWATCHED) -> Verdict:
    """Check the audit log in `folder` against its signatures and the key place's anchor.

    Raises what opening the vault raises about files and keys, Cancelled.
    """
    header = vault_files(folder).header
    secrets = read_secrets(folder, keystore, header)
    wipe(secrets.wrapping_key)
    if secrets.signing_key is None:
        raise KeyMissing
    with translated(folder):
        connection = cipher.connect(folder / layout.DATABASE, secrets.database_key, read_only=True)

        def query(sql: str, values: tuple[object, ...]) -> Sequence[tuple[Any, ...]]:
            return connection.execute(sql, values).fetchall()

        try:
            expected = Expected(header.vault_id, secrets.signing_key.public_key, secrets.anchor.audit_points)
            return verify_database(query, expected, progress)
        finally:
            connection.close()
