"""`consentry audit verify`: is the audit log whole? Of an exported file, or of a vault beside a running window."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.cli.progress import TerminalProgress
    from desktop.domain.audit_verdict import Verdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    verify = commands.add_parser("verify", help="check every entry and signature; exit code 1 if something is wrong")
    verify.add_argument(
        "target", type=Path, nargs="?", metavar="FILE|VAULT", help="an exported log, or a vault's folder (your desk's)"
    )
    verify.add_argument(
        "--fingerprint", metavar="F", help="of the site's signing key, as its notice and receipts show it"
    )
    verify.add_argument("--password-stdin", action="store_true", help="read the desk's passphrase from standard input")


def run(options: argparse.Namespace) -> int:
    """Print the verdict; 1 unless the log is intact."""
    from desktop.cli.progress import TerminalProgress
    from desktop.domain.audit_verdict import plain_words

    with TerminalProgress("Verifying") as progress:
        if options.target is not None and not options.target.is_dir():
            from desktop.vault.audit_export import verify_file

            verdict = verify_file(options.target, options.fingerprint, progress)
        else:
            verdict = _vault(options, progress)
    for sentence in plain_words(verdict):
        print(sentence)
    print(_figures(verdict))
    return 0 if verdict.intact else 1


def _vault(options: argparse.Namespace, progress: TerminalProgress) -> Verdict:
    from desktop.bootstrap import build_program
    from desktop.cli.prompts import ask_secret
    from desktop.services.site import KeyPlace, Site, SiteKind
    from desktop.vault.audit_export import against
    from desktop.vault.inspection import Inspection

    site = build_program().desk
    if options.target is not None:
        site = Site(SiteKind.DESK, options.target.absolute(), site.service)
    passphrase = None
    if site.place() is KeyPlace.PASSPHRASE:
        passphrase = ask_secret("Passphrase of the desk", from_stdin=options.password_stdin)
    with Inspection(site.folder, site.keystore(passphrase=passphrase)) as look:
        verdict = look.audit(progress)
    return verdict if options.fingerprint is None else against(verdict, options.fingerprint)


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
