"""`consentry vault backup`, `rotate`, `passphrase`, `restore`: through the window that has the vault open, or alone."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli.progress import TerminalProgress
from desktop.cli.prompts import ask, ask_secret

if TYPE_CHECKING:
    from desktop.domain.backups import RestoreReport
    from desktop.services.site import Site


def backup(options: argparse.Namespace) -> int:
    """Back up to one destination of the desk, or to all."""
    wish = {} if options.to is None else {"path": str(options.to.absolute())}
    done = _acted("backup", wish, "Backing up", options)
    if done is None:
        return 1
    for made in done["backups"]:
        print(f"{Path(made['path']) / made['folder']}: {made['bytes'] / 1e6:.1f} MB, checked")
    return 0


def rotate(options: argparse.Namespace) -> int:
    """Rotate the epoch of the persons' keys, or the database's key."""
    done = _acted("rotate", {"what": options.what}, "Rotating", options)
    if done is None:
        return 1
    for path in done["out_of_reach"]:
        print(f"out of reach, still with the former keys: {path}")
    print("Rotated.")
    return 0


def passphrase(options: argparse.Namespace) -> int:
    """Lock the desk's keys with another passphrase."""
    from_stdin = options.password_stdin
    chosen = ask_secret("New passphrase", from_stdin=from_stdin)
    if not from_stdin and ask_secret("New passphrase again", from_stdin=False) != chosen:
        print("The two passphrases differ. Nothing was changed.", file=sys.stderr)
        return 1
    if _acted("passphrase", {"passphrase": chosen}, "Changing the passphrase", options) is None:
        return 1
    print("The new passphrase is in force.")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Restore a backup in the place of this computer's desk. Not beside a window: it has the vault open."""
    from desktop.domain.recovery_code import RecoveryCode

    site = _site()
    passphrase = _passphrase(site, options)
    if not _may_restore(site, passphrase, options):
        return 1
    code = RecoveryCode.parse(ask_secret("Recovery code", from_stdin=options.password_stdin))
    with TerminalProgress("Restoring") as progress:
        report = site.restore(options.backup.absolute(), code, progress, keys=options.keys, passphrase=passphrase)
    print("\n".join(_report_lines(report)))
    return 0


def _site() -> Site:
    from desktop.bootstrap import build_program

    return build_program().desk


def _passphrase(site: Site, options: argparse.Namespace) -> str | None:
    from desktop.services.site import KeyPlace

    if site.place() is KeyPlace.KEYRING:
        return None
    return ask_secret("Passphrase of the desk", from_stdin=options.password_stdin)


def _acted(act: str, wish: Mapping[str, Any], title: str, options: argparse.Namespace) -> Mapping[str, Any] | None:
    """The result; None after the refusal was printed."""
    from desktop.services.desk_call import ask as ask_desk

    site = _site()
    login = options.login or ask("Sign-in name")
    password = ask_secret("Password", from_stdin=options.password_stdin)
    request = {"do": act, "login": login, "password": password, "with": dict(wish)}
    with TerminalProgress(title) as progress:
        answer = ask_desk(site.folder, request, progress)
        if answer is None:
            return _acted_alone(site, act, wish, (login, password), progress, options)
    if answer.refused:
        print(answer.refused, file=sys.stderr)
        return None
    return answer.done


def _acted_alone(
    site: Site,
    act: str,
    wish: Mapping[str, Any],
    credentials: tuple[str, str],
    progress: TerminalProgress,
    options: argparse.Namespace,
) -> Mapping[str, Any]:
    """No window has the vault open: open it here, under its lock."""
    from desktop.services.offline import OfflineVault

    with OfflineVault(site.folder, site.keystore(passphrase=_passphrase(site, options))) as offline:
        return offline.acts[act](offline.sign_in(*credentials), wish, progress)


def _may_restore(site: Site, passphrase: str | None, options: argparse.Namespace) -> bool:
    """Whoever may back up, where there is a vault that opens; with a broken one, or none, the recovery code will do."""
    from desktop.domain.permissions import Permission
    from desktop.services.offline import OfflineVault
    from desktop.services.site import SiteState
    from desktop.vault.errors import KeyMissing, KeysDamaged, KeysMissing, VaultMissing, VaultSwapped
    from desktop.vault.errors import VaultWrongKeyOrDamaged as Damaged

    if site.state() is SiteState.NONE:
        return True
    try:
        offline = OfflineVault(site.folder, site.keystore(passphrase=passphrase))
    except (Damaged, KeyMissing, KeysDamaged, KeysMissing, VaultMissing, VaultSwapped) as error:
        print(f"The vault in place does not open ({error.code}).", file=sys.stderr)
        return True
    with offline:
        if offline.without_operators:
            return True
        login = options.login or ask("Sign-in name")
        gate = offline.sign_in(login, ask_secret("Password", from_stdin=options.password_stdin))
        gate.demand(Permission.BACKUP)
        if offline.restore_takes_two:
            print("Restoring takes two people on this desk: use the window.", file=sys.stderr)
            return False
    return True


def _report_lines(report: RestoreReport) -> list[str]:
    keys = f"companion of {report.keys_at:%Y-%m-%d %H:%M} UTC" if report.keys_at else "the desk's own folder"
    lines = [f"Restored the backup of {report.made_at:%Y-%m-%d %H:%M} UTC with the keys of {keys}."]
    lines += [f"  back: {name}: {amount}" for name, amount in sorted(report.came_back.items()) if amount]
    lines += [f"  missing since the backup: {name}: {amount}" for name, amount in sorted(report.missing.items())]
    lines.append(f"  erased again: {report.erased_again}")
    if report.unreadable:
        lines.append(f"  without a key, deleted: {report.unreadable}")
    if report.operators_lost:
        lines.append(f"  operators without a key: {report.operators_lost}")
    lines.append("  audit log: " + ("whole" if report.audit_intact else "NOT the known one: verify it"))
    lines += [f"  destination in the list again: {path}" for path in report.destinations_added]
    if report.unlisted is not None:
        lines.append(
            f"  erasures do not reach {report.unlisted}: add it as a destination, or destroy its companion.bin"
        )
    if report.moved_aside is not None:
        lines.append(f"  the former vault lies in {report.moved_aside}")
    lines.append(f"  signing key: {report.signer} (compare it with the site's notice)")
    return lines
