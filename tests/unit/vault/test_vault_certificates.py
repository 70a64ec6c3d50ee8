"""A certificate file is what was signed, to the byte; whoever changes one is found out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.cli.main import run
from desktop.domain.audit_verdict import Signer
from desktop.domain.certificate import Certificate
from desktop.domain.certificate_verdict import CertificateFault, plain_words
from desktop.vault.certificate_errors import CertificateUnreadable
from desktop.vault.certificates import json_file, pdf_file, verify_bytes, verify_file
from desktop.vault.signing import SigningKey
from tests.helpers.example_certificate import KEY, certificate, incomplete

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\nxref\n0 1\ntrailer\n<<>>\nstartxref\n29\n%%EOF"


def files() -> dict[str, bytes]:
    return {"json": json_file(certificate(), KEY), "pdf": pdf_file(certificate(), PDF, KEY)}


@pytest.mark.parametrize("form", ["json", "pdf"])
def test_it_is_intact_and_the_signer_is_known_by_the_fingerprint(form: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(files()[form])
    assert verify_file(path).signer is Signer.UNKNOWN
    verdict = verify_file(path, KEY.fingerprint.replace(" ", ":").upper())
    assert verdict.intact
    assert verdict.signer is Signer.KNOWN
    assert verdict.certificate == certificate()
    other = verify_file(path, SigningKey.new().fingerprint)
    assert not other.intact
    assert other.signer is Signer.OTHER


@pytest.mark.parametrize("form", ["json", "pdf"])
def test_every_changed_byte_is_found(form: str) -> None:
    whole = files()[form]
    assert verify_bytes(whole).intact
    passed = []
    for place in range(len(whole)):
        changed = whole[place] ^ (1 if place % 2 else 0x20)
        if verify_bytes(whole[:place] + bytes([changed]) + whole[place + 1 :]).intact:
            passed.append(place)
    assert passed == []


@pytest.mark.parametrize("form", ["json", "pdf"])
def test_what_is_added_or_cut_is_found(form: str) -> None:
    whole = files()[form]
    for other in (whole + b"\n", b" " + whole, whole[:-1], whole[: len(whole) // 2], b"", b"{}", b"[]", b"%PDF-1.4"):
        assert not verify_bytes(other).intact


def forged(made: Certificate, key: SigningKey = KEY) -> tuple[CertificateFault, ...]:
    return verify_bytes(json_file(made, key)).faults


def test_parts_of_another_site_are_not_taken() -> None:
    other = SigningKey.new()
    foreign = certificate(key=other)
    assert forged(foreign, other) == ()
    assert forged(foreign) == (CertificateFault.FORGED,)
    assert forged(replace(certificate(), anchor_signature=foreign.anchor_signature)) == (CertificateFault.FORGED,)
    result = replace(certificate().result, subjects=("somebody else",))
    assert forged(replace(certificate(), result=result)) == (CertificateFault.FORGED,)


def test_of_an_incomplete_erasure_it_says_so() -> None:
    verdict = verify_bytes(json_file(incomplete(), KEY))
    assert verdict.intact
    assert plain_words(verdict)[1:] == ["When it was issued, the erasure itself was not complete yet."]


def test_the_command_says_it_by_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "certificate.json"
    path.write_bytes(files()["json"])
    assert run(["verify-certificate", str(path), "--fingerprint", KEY.fingerprint]) == 0
    assert "Intact, signer known.\nerasure 7777" in capsys.readouterr().out
    assert run(["verify-certificate", str(path)]) == 0
    assert "signer unknown" in capsys.readouterr().out
    assert run(["verify-certificate", str(path), "--fingerprint", "9f3c"]) == 1
    assert "another key" in capsys.readouterr().out
    path.write_bytes(files()["json"].replace(b"214", b"215"))
    assert run(["verify-certificate", str(path)]) == 1
    assert "Not intact" in capsys.readouterr().out
    assert run(["verify-certificate", str(tmp_path / "none")]) == 1
    assert "cannot be read" in capsys.readouterr().err
    with pytest.raises(CertificateUnreadable):
        verify_file(tmp_path)
