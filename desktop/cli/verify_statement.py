"""`consentry verify-statement`: is a statement that nothing is held whole, and whose is it? On any computer."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

_SIGNERS = {
    "known": "signer known",
    "unknown": "signer unknown: compare the key below with the one on the site's notice",
    "other": "but signed by another key than the one that was given",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the JSON file that was handed out with the paper")
    parser.add_argument(
        "--fingerprint", metavar="F", help="of the site's signing key, as its notice and receipts show it"
    )


def run(options: argparse.Namespace) -> int:
    """Print the verdict; 1 unless it is intact and of the given key."""
    from desktop.services.request_errors import StatementUnreadable
    from desktop.vault.nothing_statement import verify_statement

    try:
        verdict = verify_statement(options.file, options.fingerprint)
    except (OSError, ValueError) as error:
        raise StatementUnreadable(path=options.file) from error
    statement = verdict.statement
    if statement is None:
        print("The statement was changed after it was signed.")
        return 1
    print(f"The statement is intact, {_SIGNERS[verdict.signer]}.")
    print(f"{statement.controller} ({statement.site}) found nothing about “{statement.asked}”.")
    print(f"Searched on {statement.at:%Y-%m-%d %H:%M} UTC: " + ", ".join(_searched(statement.searched)) + ".")
    print(f"Number {statement.number}; signing key {verdict.fingerprint}.")
    return int(verdict.signer.value == "other")


def _searched(stores: Mapping[str, int]) -> list[str]:
    return [f"{count} entries of {store}" for store, count in stores.items()]
