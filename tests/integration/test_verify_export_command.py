"""`consentry verify-export` on any computer: what it says, and its exit codes."""

from __future__ import annotations

import io
from pathlib import Path

import pyrage
import pytest

from desktop.cli.main import run
from desktop.domain.export import Protection
from desktop.vault.export_package import Package, Seal, draft_of, publish, write_package
from desktop.vault.signing import SigningKey

KEY = SigningKey.new()
SECRET = "k7mf-9q2x"


def package(folder: Path, seal: Seal) -> Path:
    def fill(made: Package) -> None:
        made.add("data.json", b"{}")
        facts = {"kind": "access", "made_at": "2026-05-04T08:00:00+00:00", "package": "p"}
        made.finish(dict(facts), KEY)

    target = folder / f"p{seal.protection.suffix}"
    with draft_of(target) as draft:
        write_package(draft, seal, fill)
        publish(draft, target)
    return target


def verify(monkeypatch: pytest.MonkeyPatch, target: Path, *more: str, secret: str = SECRET) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{secret}\n"))
    return run(["verify-export", str(target), "--password-stdin", *more])


def test_what_it_says_and_how_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    target = package(folder, Seal(Protection.ZIP, SECRET))
    assert verify(monkeypatch, target) == 0
    said = capsys.readouterr().out
    assert "Intact, signer unknown." in said
    assert f"1 files; access package made 2026-05-04 08:00 UTC; signing key {KEY.fingerprint}." in said
    assert verify(monkeypatch, target, "--fingerprint", KEY.fingerprint) == 0
    assert "Intact, signer known." in capsys.readouterr().out
    assert verify(monkeypatch, target, "--fingerprint", "0000") == 1
    assert "another key than the one you named" in capsys.readouterr().out
    assert verify(monkeypatch, target, secret="wrong") == 1
    assert "does not open" in capsys.readouterr().err
    raw = target.read_bytes()
    target.write_bytes(raw[:-30] + bytes([raw[-30] ^ 1]) + raw[-29:])
    assert verify(monkeypatch, target) == 1
    assert "Not intact: do not rely on this export." in capsys.readouterr().out
    target.write_bytes(b"hello")
    assert verify(monkeypatch, target) == 1
    assert "is not an export of Consentry" in capsys.readouterr().err
    assert [each.name for each in folder.iterdir()] == ["p.zip"], "nothing of it is unpacked to the disk"


def test_a_package_for_the_owner_of_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    owner = pyrage.x25519.Identity.generate()
    target = package(tmp_path, Seal.new(Protection.AGE_RECIPIENT, str(owner.to_public())))
    assert verify(monkeypatch, target, secret=str(owner)) == 0
    assert verify(monkeypatch, target) == 1
    assert "does not open" in capsys.readouterr().err
    keys = tmp_path / "keys.txt"
    keys.write_text("# made by age-keygen\n")
    assert verify(monkeypatch, target, "--identity", str(keys)) == 1
    keys.write_text(f"# made by age-keygen\n{owner}\n")
    assert verify(monkeypatch, target, "--identity", str(keys)) == 0
    assert "Intact" in capsys.readouterr().out
