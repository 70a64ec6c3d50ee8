"""`consentry vault passphrase` on a desk whose keys lie under one."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from desktop import paths
from desktop.cli.main import run
from desktop.domain.audit import AuditAction, AuditFilter
from desktop.vault.key_errors import PassphraseWrong
from desktop.vault.layout import passphrase_file
from desktop.vault.passphrase_keystore import PassphraseKeyStore
from tests.helpers.desks import CHEAP, LOGIN, PASSWORD, open_desk

FIRST, NEXT = "seven small green boats", "ten slow yellow trams"


@pytest.fixture
def folder() -> Path:
    return paths.data_dir() / "vault"


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> list[str]:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    return ["vault", "passphrase", "--login", LOGIN, "--password-stdin"]


def test_through_the_window_and_without_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = PassphraseKeyStore.create(passphrase_file(folder), FIRST, CHEAP)
    with open_desk(folder, keys) as desk:
        assert run(typed(monkeypatch, "passwordpassword", PASSWORD)) == 1
        assert "too easy to guess" in capsys.readouterr().err
        assert run(typed(monkeypatch, NEXT, "not the password at all")) == 1
        PassphraseKeyStore.open(passphrase_file(folder), FIRST)
        assert run(typed(monkeypatch, NEXT, PASSWORD)) == 0
        assert len(desk._vault.audit.list(AuditFilter(action=AuditAction.PASSPHRASE_CHANGED), 0, 9)) == 1
    with pytest.raises(PassphraseWrong):
        PassphraseKeyStore.open(passphrase_file(folder), FIRST)
    assert run(typed(monkeypatch, FIRST, PASSWORD, NEXT)) == 0  # the last line opens the desk
    assert "in force" in capsys.readouterr().out
    PassphraseKeyStore.open(passphrase_file(folder), FIRST)
