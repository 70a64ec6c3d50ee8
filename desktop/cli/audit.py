"""`consentry audit verify`: is the audit log whole? Of an exported file, or of a vault beside a running window."""

from __future__ import annotations

import argparse
import getpass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.cli.progress import TerminalProgress
    from desktop.domain.audit_verdict import Verdict

_KEYRING_TIMEOUT = 10.0  # s


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    verify = commands.add_parser("verify", help="check every entry and signature; exit code 1 if something is wrong")
    verify.add_argument(
        "target", type=Path, nargs="?", metavar="FILE|VAULT", help="an exported log, or a vault's folder (your desk's)"
    )
    verify.add_argument(
        "--fingerprint", metavar="F", help="of the site's signing key, as its notice and receipts show it"
    )


def run(options: argparse.Namespace) -> int:
    """Print the verdict; 1 unless the log is intact."""
    from desktop.cli.progress import TerminalProgress
    from desktop.domain.audit_verdict import plain_words

    with TerminalProgress("Verifying") as progress:
        if options.target is not None and not options.target.is_dir():
            from desktop.vault.audit_export import verify_file

            verdict = verify_file(options.target, options.fingerprint, progress)
        else:
            verdict = _vault(options.target, options.fingerprint, progress)
    for sentence in plain_words(verdict):
        print(sentence)
    print(_figures(verdict))
    return 0 if verdict.intact else 1


def _vault(folder: Path | None, fingerprint: str | None, progress: TerminalProgress) -> Verdict:
    from desktop.bootstrap import build_program
    from desktop.vault.audit_beside import verify_beside
    from desktop.vault.audit_export import against
    from desktop.vault.keystore import KeyStore
    from desktop.vault.passphrase_keystore import PassphraseKeyStore, passphrase_file
    from desktop.vault.system_keystore import SystemKeyStore

    site = build_program().desk
    folder = folder or site.folder
    file = passphrase_file(folder)
    keystore: KeyStore
    if file.exists():
        keystore = PassphraseKeyStore.open(file, getpass.getpass("Passphrase: "))
    else:
        keystore = SystemKeyStore(site.service, timeout=_KEYRING_TIMEOUT)
    verdict = verify_beside(folder, keystore, progress)
    return verdict if fingerprint is None else against(verdict, fingerprint)


def _figures(verdict: Verdict) -> str:
    until = f" until {verdict.until:%Y-%m-%d %H:%M} UTC" if verdict.until is not None else ""
    parts = [
        f"{verdict.entries} entries, {verdict.first} to {verdict.last}{until}",
        f"{verdict.checkpoints} signed checkpoints",
        f"signing key {verdict.fingerprint or 'unknown'}",
    ]
    if verdict.pruned:
        parts.insert(1, f"entries up to {verdict.pruned} were let go when their time was over")
    if verdict.anchored is not None:
        parts.append(f"compared with the anchor at entry {verdict.anchored}")
    return "; ".join(parts) + "."
