"""The files of a vault's folder."""

from __future__ import annotations

from pathlib import Path

from desktop.vault import ballast, keyfile, lockfile

DATABASE = "vault.db"
KEYS = keyfile.FILE_NAME
NEW_KEYS = str(Path(KEYS).with_suffix(keyfile.NEW_SUFFIX))
NEW_DATABASE = f"{DATABASE}.new"
ESCROW = "escrow.bin"
RUN = "run"  # folder of what exists only while a window has the vault open
NEW_ESCROW = "escrow.new"
PASSPHRASE = "passphrase.keys"  # noqa: S105 - on its way out, see desktop.vault.key_place

ALL_FILES = (
    DATABASE,
    f"{DATABASE}-wal",
    f"{DATABASE}-shm",
    f"{DATABASE}-journal",
    NEW_DATABASE,
    KEYS,
    NEW_KEYS,
    ESCROW,
    NEW_ESCROW,
    PASSPHRASE,
    ballast.FILE_NAME,
    lockfile.FILE_NAME,
)


def passphrase_file(folder: Path) -> Path:
    """Where the key file of the vault in `folder` lies: beside it, so that it is not copied along with it."""
    return folder.with_name(f"{folder.name}.keys")


def restored_folder(folder: Path) -> Path:
    """Where a complete restored vault waits for its turn (desktop.vault.restore_place)."""
    return folder.parent / f".{folder.name}.restored"


def holds_escrow(folder: Path) -> bool:
    """Whether there is something that a recovery code could open."""
    return (folder / ESCROW).exists() or (folder / NEW_ESCROW).exists()


def holds_vault(folder: Path) -> bool:
    """Whether any file that a vault cannot do without is there, or waits to be put there."""
    return (folder / DATABASE).exists() or (folder / KEYS).exists() or restored_folder(folder).exists()


def under_passphrase(folder: Path) -> bool:
    """Whether the keys of the vault in `folder` are in a passphrase file, beside it or still inside after a crash."""
    there = folder if folder.exists() else restored_folder(folder)
    return passphrase_file(folder).exists() or (there / PASSPHRASE).exists()
