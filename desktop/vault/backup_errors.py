"""What can go wrong with a backup, its destination and a restore, in words for the person in front of it."""

from __future__ import annotations

from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.vault.errors import VaultError

_NOTHING_LEFT = T("errors", "No half-made backup was left behind, and the backups made before are as they were.")
_NOT_RESTORED = T("errors", "Nothing was restored and nothing was changed.")


class DestinationUnreachable(VaultError):
    happened = T("errors", "The backup destination “{path}” cannot be reached.")
    kept = _NOTHING_LEFT
    todo = T("errors", "Connect the disk or the network folder, then back up again.")


class DestinationFull(VaultError):
    happened = T("errors", "The backup destination “{path}” is full.")
    kept = _NOTHING_LEFT
    todo = T("errors", "Free some space there or keep fewer backups, then back up again.")


class DestinationRefused(VaultError):
    happened = T("errors", "This user may not write to the backup destination “{path}”.")
    kept = _NOTHING_LEFT
    todo = T("errors", "Correct the permissions or remove the write protection, or choose another folder.")


class DestinationAhead(VaultError):
    """A companion there was written by this desk in a time that the restored backup knows nothing of."""

    happened = T("errors", "The destination “{path}” knows of erasures that this desk does not, since it was restored.")
    kept = T("errors", "Nothing was written there, so that nobody who was erased is forgotten to be.")
    todo = T("errors", "Take over its erasures on the page Backup, with the recovery code.")


class DestinationInvalid(VaultError):
    happened = T("errors", "“{path}” cannot be a backup destination.")
    kept = T("errors", "Nothing was written there.")
    todo = T("errors", "Choose a folder with its full path, outside the folder of the desk's database.")


class DestinationTaken(VaultError):
    happened = T("errors", "The folder “{path}” holds the backups of another desk.")
    kept = T("errors", "Nothing was written there.")
    todo = T("errors", "Choose another folder: each desk needs one of its own.")


class RecoveryCodeNeeded(VaultError):
    """Without a recovery code nobody could open a backup elsewhere."""

    happened = T("errors", "This desk has no recovery code yet, and without one no backup could ever be opened.")
    kept = T("errors", "No backup was made.")
    todo = T("errors", "Make a recovery code first, then back up.")


class DestinationUnknown(VaultError):
    happened = T("errors", "This backup destination is no longer in the list.")
    todo = T("errors", "Refresh the list.")


class BackupNotProven(VaultError):
    """The copy was made but does not read back as what was written."""

    happened = T("errors", "The backup in “{path}” could not be read back as it was written.")
    kept = _NOTHING_LEFT
    todo = T("errors", "Check the disk there, or choose another destination.")


class BackupMissing(VaultError):
    happened = T("errors", "There is no backup of Consentry in “{path}”.")
    kept = _NOT_RESTORED
    todo = T("errors", "Choose the folder of one backup: it holds vault.db and manifest.json.")


class BackupDamaged(VaultError):
    """Cut, changed, or signed by somebody else. `what` names the part."""

    happened = T("errors", "The backup in “{path}” is damaged or was changed ({what}).")
    kept = _NOT_RESTORED
    todo = T("errors", "Choose another backup.")


class BackupTooNew(VaultError):
    happened = T("errors", "The backup in “{path}” was made by a newer version of Consentry.")
    kept = _NOT_RESTORED
    todo = T("errors", "Install the newer version, then restore again.")


class BackupOfOtherSite(VaultError):
    happened = T("errors", "The backup in “{path}” belongs to another desk than the one on this computer.")
    kept = _NOT_RESTORED
    todo = T("errors", "Choose a backup of this desk, or restore it where no desk is set up.")


class BackupKeyUnknown(VaultError):
    happened = T("errors", "The key of the backup in “{path}” is known to neither the companion nor this code.")
    kept = _NOT_RESTORED
    todo = T("errors", "Choose a newer backup, or use the recovery code that was valid when it was made.")


class CompanionMissing(VaultError):
    happened = T("errors", "There is no companion file with the keys beside “{path}”.")
    kept = _NOT_RESTORED
    todo = T("errors", "Choose the newest companion.bin of your backup destinations.")


class CompanionDamaged(VaultError):
    happened = T("errors", "The companion file “{path}” is damaged or was changed.")
    kept = _NOT_RESTORED
    todo = T("errors", "Choose the companion.bin of another backup destination.")


class CompanionOutdated(VaultError):
    """Older keys than this computer remembers: whoever was erased since then would come back."""

    happened = T("errors", "The companion file “{path}” is older than what this computer remembers of the desk.")
    kept = T("errors", "Nothing was restored: people who were erased since then stay erased.")
    todo = T("errors", "Choose the companion.bin of the destination that was written last.")
