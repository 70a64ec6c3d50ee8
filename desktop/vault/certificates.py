"""Certificates of erasures as files: JSON, or a PDF that carries the same signed text behind its last page.

Every byte counts: a file is intact only where it is, to the byte, what this program writes for the content it holds.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from rfc8785 import CanonicalizationError

from desktop.domain.audit_verdict import Signer
from desktop.domain.certificate import Certificate
from desktop.domain.certificate_verdict import CertificateFault, CertificateVerdict
from desktop.vault.audit_statement import Statement, StatementKind
from desktop.vault.certificate_errors import CertificateUnreadable
from desktop.vault.signing import SigningKey, canonical_json, fingerprint, verify

_PDF: Final = b"%PDF-"
_MARK: Final = b"%consentry-certificate "  # a comment, as every line that begins with a percent sign
_XREF: Final = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_KEYS: Final = {"certificate", "signature", "public_key", "fingerprint"}
_LARGEST: Final = 64_000_000  # bytes


def json_file(certificate: Certificate, key: SigningKey) -> bytes:
    """The certificate with its signature over the canonical JSON (RFC 8785) of "certificate"."""
    return _text(_signed(certificate.to_values(), key))


def pdf_file(certificate: Certificate, pdf: bytes, key: SigningKey) -> bytes:
    """The readable certificate with the signed text, which also holds its SHA-256, behind it. ValueError: no PDF."""
    pdf = pdf if pdf.endswith(b"\n") else pdf + b"\n"
    values = {**certificate.to_values(), "pdf_sha256": hashlib.sha256(pdf).hexdigest()}
    return _with_text(pdf, _text(_signed(values, key)))


def verify_file(source: Path, known: str | None = None) -> CertificateVerdict:
    """Check a certificate. `known`: the fingerprint on the site's notice or receipts. Raises CertificateUnreadable."""
    try:
        with source.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise CertificateUnreadable(path=source) from error
    verdict = verify_bytes(content)
    if known is None or not verdict.fingerprint:
        return verdict
    return replace(verdict, signer=Signer.KNOWN if _digits(known) == _digits(verdict.fingerprint) else Signer.OTHER)


def verify_bytes(content: bytes) -> CertificateVerdict:
    """The verdict without anybody to compare the signer with."""
    try:
        text, pdf = _parts(content)
        values = json.loads(text)
        if not isinstance(values, dict) or values.keys() != _KEYS:
            return _refused(CertificateFault.NONE_THERE)
        return _verdict(content, values, pdf)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, CanonicalizationError):
        return _refused(CertificateFault.NONE_THERE)


def _refused(fault: CertificateFault, of: str = "") -> CertificateVerdict:
    return CertificateVerdict(None, (fault,), Signer.UNKNOWN, of)


def _verdict(content: bytes, values: dict[str, Any], pdf: bytes | None) -> CertificateVerdict:
    signed = values["certificate"]
    key, signature = bytes.fromhex(values["public_key"]), bytes.fromhex(values["signature"])
    whose = fingerprint(key)
    certificate = Certificate.from_values(signed)
    told = certificate.to_values() | ({} if pdf is None else {"pdf_sha256": hashlib.sha256(pdf).hexdigest()})
    rebuilt = _text({**values, "public_key": key.hex(), "signature": signature.hex(), "fingerprint": whose})
    whole = rebuilt if pdf is None else _with_text(pdf, rebuilt)
    if whole != content or canonical_json(told) != canonical_json(signed):
        return _refused(CertificateFault.CHANGED, whose)
    if not (verify(key, signature, canonical_json(signed)) and _result_and_anchor_are_of(certificate, key)):
        return _refused(CertificateFault.FORGED, whose)
    return CertificateVerdict(certificate, (), Signer.UNKNOWN, whose)


def _result_and_anchor_are_of(certificate: Certificate, key: bytes) -> bool:
    anchor = Statement.from_text(certificate.anchor)
    return (
        verify(key, certificate.result_signature, canonical_json(certificate.result.to_values()))
        and verify(key, certificate.anchor_signature, certificate.anchor.encode())
        and anchor.kind is StatementKind.ANCHOR
        and anchor.vault_id == certificate.result.vault_id
    )


def _signed(values: Mapping[str, Any], key: SigningKey) -> dict[str, Any]:
    return {
        "certificate": dict(values),
        "signature": key.sign(canonical_json(values)).hex(),
        "public_key": key.public_key.hex(),
        "fingerprint": key.fingerprint,
    }


def _text(values: Mapping[str, Any]) -> bytes:
    """The one way in which it is written."""
    return f"{json.dumps(values, ensure_ascii=False, indent=2, sort_keys=True)}\n".encode()


def _with_text(pdf: bytes, text: bytes) -> bytes:
    """An incremental update without objects (ISO 32000-1, 7.5.6): readers see the same pages."""
    found = _XREF.search(pdf[-2048:])
    if found is None:
        raise ValueError("no end of a PDF")
    return pdf + _MARK + b64encode(text) + b"\nstartxref\n" + found[1] + b"\n%%EOF\n"


def _parts(content: bytes) -> tuple[bytes, bytes | None]:
    """The signed text, and the PDF before it."""
    if not content.startswith(_PDF):
        return content, None
    place = content.rindex(_MARK)
    return b64decode(content[place + len(_MARK) :].partition(b"\n")[0], validate=True), content[:place]


def _digits(text: str) -> str:
    return "".join(text.split()).replace(":", "").lower()
