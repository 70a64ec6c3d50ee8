"""`consentry audit verify` on files and on a vault, also while a window has it open."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.cli.main import run
from desktop.domain.audit import AuditAction, AuditDraft
from desktop.vault import cipher
from desktop.vault.keystore import database_key_name
from desktop.vault.layout import passphrase_file
from desktop.vault.passphrase_keystore import PassphraseKeyStore
from desktop.vault.vault import Vault
from tests.helpers.vaults import TEST_BALLAST

PASSPHRASE = "a long passphrase of some words"


@pytest.fixture
def keys(vault_folder: Path, monkeypatch: pytest.MonkeyPatch) -> PassphraseKeyStore:
    vault_folder.parent.mkdir(parents=True)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: PASSPHRASE)
    return PassphraseKeyStore.create(passphrase_file(vault_folder), PASSPHRASE)


def test_a_file_and_an_open_vault(
    vault_folder: Path, keys: PassphraseKeyStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "log.jsonl"
    with Vault.create(vault_folder, keys, ballast_bytes=TEST_BALLAST) as vault:
        vault.audit.append([AuditDraft(AuditAction.PERSON_VIEWED) for _ in range(5)])
        vault.audit.export(file)
        known = vault.signing_key.fingerprint
        assert run(["audit", "verify", str(vault_folder)]) == 0
        assert "Intact, signer known.\n5 entries, 1 to 5 until " in capsys.readouterr().out
        assert run(["audit", "verify", str(vault_folder), "--fingerprint", known]) == 0
        assert run(["audit", "verify", str(vault_folder), "--fingerprint", "0123"]) == 1
        capsys.readouterr()
        vault.audit.append(AuditDraft(AuditAction.LOGOUT))  # the window was not disturbed
    assert run(["audit", "verify", str(file)]) == 0
    assert "Intact, signer unknown." in capsys.readouterr().out
    assert run(["audit", "verify", str(file), "--fingerprint", known]) == 0
    assert "Intact, signer known." in capsys.readouterr().out
    file.write_bytes(file.read_bytes().replace(b"person_viewed", b"person_erased", 1))
    assert run(["audit", "verify", str(file), "--fingerprint", known]) == 1
    assert "Not intact" in capsys.readouterr().out


def test_a_cut_vault(vault_folder: Path, keys: PassphraseKeyStore, capsys: pytest.CaptureFixture[str]) -> None:
    with Vault.create(vault_folder, keys, ballast_bytes=TEST_BALLAST) as vault:
        vault.audit.append([AuditDraft(AuditAction.PERSON_VIEWED) for _ in range(5)])
        name = database_key_name(vault.id)
    key = keys.get(name)
    assert key is not None
    connection = cipher.connect(vault_folder / "vault.db", bytes.fromhex(key))
    connection.execute("DROP TRIGGER audit_entries_no_delete")
    connection.execute("DELETE FROM audit_entries WHERE seq = 5")
    connection.close()
    assert run(["audit", "verify", str(vault_folder)]) == 1
    assert "The end of the log was cut off: entry 5 must be there." in capsys.readouterr().out


def test_no_such_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "verify", str(tmp_path / "none.jsonl")]) == 1
    assert "not an exported audit log" in capsys.readouterr().err
