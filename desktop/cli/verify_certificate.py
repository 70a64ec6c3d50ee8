"""`consentry verify-certificate`: is a certificate of erasure whole, and whose? On any computer, without a vault."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.domain.certificate_verdict import CertificateVerdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the certificate (.pdf or .json)")
    parser.add_argument(
        "--fingerprint", metavar="F", help="of the site's signing key, as its notice and receipts show it"
    )


def run(options: argparse.Namespace) -> int:
    """Print the verdict; 1 unless the certificate is intact."""
    from desktop.domain.certificate_verdict import plain_words
    from desktop.vault.certificates import verify_file

    verdict = verify_file(options.file, options.fingerprint)
    for sentence in plain_words(verdict):
        print(sentence)
    print(_figures(verdict))
    return 0 if verdict.intact else 1


def _figures(verdict: CertificateVerdict) -> str:
    parts = []
    if verdict.certificate is not None:
        result = verdict.certificate.result
        parts.append(f"erasure {result.id} of {len(result.subjects)}, {result.ended_at:%Y-%m-%d %H:%M} UTC")
        if result.proof is not None:
            parts.append(f"{result.proof.markers} markers searched for, {result.proof.found} found")
        if result.missing:
            parts.append("still missing: " + ", ".join(each.value for each in result.missing))
    parts.append(f"signing key {verdict.fingerprint or 'unknown'}")
    return "; ".join(parts) + "."
