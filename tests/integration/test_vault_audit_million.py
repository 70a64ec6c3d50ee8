"""A log of a million entries: verified in seconds, and one changed entry in it is found."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from benchmarks.vault_audit import fill
from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.audit_verdict import Fault, Finding
from desktop.vault import cipher
from desktop.vault.keystore import database_key_name
from desktop.vault.vault import Vault
from tests.helpers.vaults import MemoryKeyStore

ENTRIES = 1_000_000


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_million_entries(vault: Vault, vault_folder: Path, keystore: MemoryKeyStore) -> None:
    fill(vault, ENTRIES)
    vault.close()
    with Vault.open(vault_folder, keystore) as again:
        began = time.perf_counter()
        verdict = again.verify_audit()
        took = time.perf_counter() - began
        assert verdict.intact
        assert (verdict.entries, verdict.checkpoints) == (ENTRIES, ENTRIES // 1000)
        assert took <= 10.0, "alone on the machine it takes 4 s (make bench)"
        logins = again.audit.count(AuditFilter(action=AuditAction.LOGIN))
        assert len(again.audit.list(AuditFilter(action=AuditAction.LOGIN), logins - 50, 200)) == 50
    key = bytes.fromhex(keystore.values[database_key_name(vault.id)])
    connection = cipher.connect(vault_folder / "vault.db", key)
    connection.execute("DROP TRIGGER audit_entries_no_update")
    connection.execute("UPDATE audit_entries SET body = replace(body, 'officer', 'guard') WHERE seq = 654321")
    connection.close()
    with Vault.open(vault_folder, keystore) as again:
        assert again.verify_audit().findings == (Finding(Fault.EDITED, 654_321),)
