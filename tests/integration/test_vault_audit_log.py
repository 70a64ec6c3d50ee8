"""The audit log of a whole vault: its anchor in the key place, its break and what becomes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.domain.audit import Actor, AuditAction, AuditDraft, AuditFilter
from desktop.domain.audit_verdict import Fault, Finding
from desktop.domain.ids import random_id
from desktop.vault import cipher
from desktop.vault.anchor import Anchor
from desktop.vault.keystore import anchor_name, database_key_name
from desktop.vault.vault import Vault
from tests.helpers.vaults import MemoryKeyStore

OFFICER = Actor("11111111-1111-4111-8111-111111111111")


@pytest.fixture
def filled(vault: Vault, vault_folder: Path, keystore: MemoryKeyStore) -> Vault:
    """Ten entries, and closed: the key place remembers them."""
    vault.audit.append([AuditDraft(AuditAction.PERSON_VIEWED, OFFICER, random_id()) for _ in range(10)])
    vault.close()
    return vault


def remembered(filled: Vault, keystore: MemoryKeyStore) -> Anchor:
    return Anchor.from_text(keystore.values[anchor_name(filled.id)])


def tamper(filled: Vault, keystore: MemoryKeyStore, *statements: str) -> None:
    """As somebody who has taken the database key out of the key place."""
    key = bytes.fromhex(keystore.values[database_key_name(filled.id)])
    connection = cipher.connect(filled.path / "vault.db", key)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_closing_signs_the_log_and_the_key_place_remembers_it(filled: Vault, keystore: MemoryKeyStore) -> None:
    anchor = remembered(filled, keystore)
    assert anchor.audit is not None
    assert (anchor.audit.seq, anchor.disputed, anchor.epoch) == (10, None, 1)
    with Vault.open(filled.path, keystore) as again:
        assert again.audit.broken is None
        assert again.audit.point() == anchor.audit
        verdict = again.verify_audit()
        assert verdict.intact
        assert (verdict.entries, verdict.checkpoints, verdict.anchored) == (10, 1, 10)


def test_closing_again_without_an_entry_writes_nothing(filled: Vault, keystore: MemoryKeyStore) -> None:
    before = remembered(filled, keystore)
    Vault.open(filled.path, keystore).close()
    assert remembered(filled, keystore) == before


def test_a_cut_log_opens_and_says_so_until_somebody_takes_note(filled: Vault, keystore: MemoryKeyStore) -> None:
    tamper(filled, keystore, "DELETE FROM audit_entries WHERE seq > 8", "DELETE FROM audit_checkpoints")
    for _ in range(2):  # the first closing must not make the shorter log the remembered one
        with Vault.open(filled.path, keystore) as again:
            assert again.audit.broken is not None
            assert "entry 10" in again.audit.broken.text()
            again.audit.append(AuditDraft(AuditAction.VAULT_OPENED))
            assert not again.verify_audit().intact
    with Vault.open(filled.path, keystore) as again:
        assert again.audit.broken is not None
        again.audit.acknowledge(OFFICER, "disk was restored by hand")
        assert again.audit.broken is None
        again.audit.acknowledge(OFFICER, "once more")
        (note,) = again.audit.list(AuditFilter(action=AuditAction.AUDIT_BREAK_ACKNOWLEDGED), 0, 5)
        assert (note.actor, note.reason, note.detail["entry"]) == (OFFICER.id, "disk was restored by hand", 10)
    assert remembered(filled, keystore).disputed is None
    with Vault.open(filled.path, keystore) as again:
        assert again.audit.broken is None
        assert again.verify_audit().intact


def test_a_log_begun_anew_is_noticed(filled: Vault, keystore: MemoryKeyStore) -> None:
    tamper(filled, keystore, "DELETE FROM audit_entries", "DELETE FROM audit_checkpoints")
    with Vault.open(filled.path, keystore) as again:
        assert again.audit.broken is not None
        assert again.verify_audit().findings == (Finding(Fault.CUT, 10),)


def test_an_anchor_of_an_earlier_version_is_read(filled: Vault, keystore: MemoryKeyStore) -> None:
    name = anchor_name(filled.id)
    fields = json.loads(keystore.values[name])
    keystore.values[name] = json.dumps({"v": 1, **{key: fields[key] for key in ("id", "n", "m", "rows")}})
    with Vault.open(filled.path, keystore) as again:
        assert again.audit.broken is None
    assert remembered(filled, keystore).audit is not None


def test_the_anchor_fits_the_smallest_key_place(filled: Vault, keystore: MemoryKeyStore) -> None:
    tamper(filled, keystore, "DELETE FROM audit_entries WHERE seq > 8")
    Vault.open(filled.path, keystore).close()
    assert len(keystore.values[anchor_name(filled.id)]) < 900
