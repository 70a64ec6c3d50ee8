"""`consentry verify-export`: is a package that was handed to a person whole, and whose is it? On any computer."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.domain.export_verdict import PackageVerdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the package (.zip or .zip.age)")
    parser.add_argument(
        "--fingerprint", metavar="F", help="of the site's signing key, as its notice and receipts show it"
    )
    parser.add_argument(
        "--identity", type=Path, metavar="KEYS", help="file with the private age key, for a package of age"
    )
    parser.add_argument("--password-stdin", action="store_true", help="read the passphrase or key from standard input")


def run(options: argparse.Namespace) -> int:
    """Print the verdict; 1 unless the package is intact."""
    from desktop.cli.progress import TerminalProgress
    from desktop.domain.export_verdict import plain_words
    from desktop.vault.export_verify import verify_package

    secret = _secret(options)
    with TerminalProgress("Verifying") as progress:
        verdict = verify_package(options.file, secret, options.fingerprint, progress)
    for sentence in plain_words(verdict):
        print(sentence)
    print(_figures(verdict))
    return 0 if verdict.intact else 1


def _secret(options: argparse.Namespace) -> str:
    from desktop.cli.prompts import ask_secret
    from desktop.vault.export_verify import Opens, identity_in, opens_with

    opens = opens_with(options.file)
    if opens is Opens.IDENTITY and options.identity is not None:
        return identity_in(options.identity)
    prompt = "Passphrase of the package" if opens is Opens.PASSPHRASE else "Private age key (AGE-SECRET-KEY-1...)"
    return ask_secret(prompt, from_stdin=options.password_stdin).strip()


def _figures(verdict: PackageVerdict) -> str:
    parts = [f"{verdict.files} files"]
    if verdict.kind is not None and verdict.made_at is not None:
        parts.append(f"{verdict.kind.value} package made {verdict.made_at:%Y-%m-%d %H:%M} UTC")
    parts.append(f"signing key {verdict.fingerprint or 'unknown'}")
    return "; ".join(parts) + "."
