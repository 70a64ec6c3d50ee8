"""What can go wrong with a package for a person, in words for whoever is in front of it."""

from __future__ import annotations

import errno
from pathlib import Path

from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.vault.errors import VaultError

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NOTHING_LEFT = T("errors", "No half-written file was left there, and nothing in the database was changed.")
_NOTHING_DONE = T("errors", "The file was not changed and nothing of it was written to the disk.")


class ExportTargetFull(VaultError):
    happened = T("errors", "There is not enough room for “{path}”.")
    kept = _NOTHING_LEFT
    todo = T("errors", "Make room there, or choose another disk, then export again.")


class ExportTargetRefused(VaultError):
    happened = T("errors", "This user may not write “{path}”, or the disk is write-protected.")
    kept = _NOTHING_LEFT
    todo = T("errors", "Choose another folder, then export again.")


class ExportTargetLost(VaultError):
    """Unplugged, out of reach, or failing."""

    happened = T("errors", "The disk or folder of “{path}” cannot be written any more.")
    kept = T(
        "errors", "The export is not complete, so its passphrase was never shown, and nothing there can be opened."
    )
    todo = T("errors", "Connect the disk again, or choose another folder, then export again.")


class RecipientInvalid(VaultError):
    happened = T("errors", "This is no public key of age: it begins with “age1” and has 62 characters.")
    kept = T("errors", "Nothing was exported; what you typed is still in the form.")
    todo = T("errors", "Ask the person for their public key, or choose another lock.")


class PackageUnreadable(VaultError):
    """Not a package of this program, or nothing could be read of it."""

    happened = T("errors", "“{path}” is not an export of Consentry, or it cannot be read.")
    kept = _NOTHING_DONE
    todo = T("errors", "Choose the file that the desk handed out: its name ends in .zip or .zip.age.")


class PackageLocked(VaultError):
    """Wrong passphrase or key; a file changed in the place where that is checked looks the same."""

    happened = T("errors", "This passphrase or key does not open “{path}”.")
    kept = _NOTHING_DONE
    todo = T("errors", "Type it as it was handed out. If it is right, the file was changed: do not trust it.")


def unwritable(error: OSError, target: Path) -> VaultError:
    """Which of the three it is."""
    if error.errno in _NO_ROOM:
        return ExportTargetFull(path=target)
    return ExportTargetRefused(path=target) if error.errno in _REFUSED else ExportTargetLost(path=target)


class IdentityUnreadable(VaultError):
    happened = T("errors", "There is no private key of age in “{path}”.")
    kept = _NOTHING_DONE
    todo = T("errors", "Name the file with the key, a line that begins with AGE-SECRET-KEY-1.")
