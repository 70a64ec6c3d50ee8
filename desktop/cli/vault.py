"""`consentry vault`: status, verify and doctor read beside a running window; the others go through it.

Without a running window those take the vault's lock themselves, after the same sign-in.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli.progress import TerminalProgress

if TYPE_CHECKING:
    from desktop.vault.inspection import Inspection, VaultStatus


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parts = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _reading(parts, "status", "what lies in the vault, and when it was backed up", _status)
    _reading(parts, "verify", "read every page, every reference and the whole audit log", _verify)
    made = _signed_in(parts, "backup", "back up to the desk's destinations")
    made.add_argument("--to", type=Path, metavar="DIR", help="only to this destination")
    turned = _signed_in(parts, "rotate", "put the persons' keys, or the database, under a new key")
    turned.add_argument("what", choices=("epoch", "database"))
    _signed_in(parts, "passphrase", "change the passphrase that the desk's keys lie under")
    back = _signed_in(parts, "restore", "restore a backup in the place of this computer's desk")
    back.add_argument("backup", type=Path, help="folder of the backup")
    back.add_argument("--keys", type=Path, metavar="FILE", help="companion.bin (default: the one beside the backup)")
    _reading(parts, "doctor", "a table of the vault's protections; fails when one does not hold", _doctor)


def run(options: argparse.Namespace) -> int:
    """0 when all is well, 1 when something is wrong."""
    return int(options.act(options))


def _part(parts: Any, name: str, text: str, act: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    part: argparse.ArgumentParser = parts.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    part.add_argument(
        "--password-stdin", action="store_true", help="read each secret as a line of standard input, in the asked order"
    )
    part.set_defaults(act=act)
    return part


def _signed_in(parts: Any, name: str, text: str) -> argparse.ArgumentParser:
    def start(options: argparse.Namespace) -> int:
        from desktop.cli import vault_writing

        return int(getattr(vault_writing, name)(options))

    part = _part(parts, name, text, start)
    part.add_argument("--login", metavar="NAME", help="sign-in name of an administrator")
    return part


def _reading(parts: Any, name: str, text: str, act: Callable[[argparse.Namespace], int]) -> None:
    _part(parts, name, text, act).add_argument("--json", action="store_true", help="print JSON")


def _inspection(options: argparse.Namespace) -> Inspection:
    from desktop.bootstrap import build_program
    from desktop.cli.prompts import ask_secret
    from desktop.services.site import KeyPlace
    from desktop.vault.inspection import Inspection

    site = build_program().desk
    passphrase = None
    if site.place() is KeyPlace.PASSPHRASE:
        passphrase = ask_secret("Passphrase of the desk", from_stdin=options.password_stdin)
    return Inspection(site.folder, site.keystore(passphrase=passphrase))


def _status(options: argparse.Namespace) -> int:
    with _inspection(options) as look:
        status = look.status()
    if options.json:
        print(json.dumps(asdict(status), indent=2, default=str))
    else:
        print("\n".join(_status_lines(status)))
    return 0


def _status_lines(status: VaultStatus) -> list[str]:
    newest = "" if status.newest_revision else " (older than this program: opening the window brings it up to date)"
    lines = [
        f"vault        {status.vault_id}",
        f"cipher       SQLCipher {status.cipher_version}, {status.size / 1e6:.1f} MB",
        f"tables       revision {status.revision}{newest}",
        f"keys         epoch {status.epoch}, {status.keys} of people and operators, in {status.key_place}",
    ]
    lines += [f"rows         {name}: {amount}" for name, amount in sorted(status.counts.items())]
    for destination, backups in status.destinations:
        lines.append(f"destination  {destination.plan.path}: {destination.plan.schedule.value}, {len(backups)} backups")
        lines.append(f"             last backup {_at(destination.last_success)}")
        if destination.last_error:
            lines.append(f"             the newest attempt failed: {destination.last_error}")
    return lines


def _at(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC" if instant else "never"


def _verify(options: argparse.Namespace) -> int:
    with _inspection(options) as look, TerminalProgress("Verifying") as progress:
        problems = look.integrity()
        progress.report(0.6)
        verdict = look.audit()
        progress.report(1.0)
    problems += [f"audit log: {finding.fault.value} at entry {finding.seq}" for finding in verdict.findings]
    if options.json:
        print(json.dumps({"problems": problems, "audit_entries": verdict.entries}, indent=2))
    else:
        print("\n".join(problems) or f"Every page is authentic, {verdict.entries} audit entries are intact.")
    return int(bool(problems))


def _doctor(options: argparse.Namespace) -> int:
    from desktop.cli.findings import print_findings
    from desktop.services.protections import examine

    with _inspection(options) as look:
        return print_findings(examine(look), as_json=options.json)
