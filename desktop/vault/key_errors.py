"""What can go wrong with the vault's keys beyond the keyring itself, in words for the person in front of it."""

from __future__ import annotations

from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.vault.errors import VaultError


class RecoveryCodeWrong(VaultError):
    """A well-formed code, but not the one of this vault."""

    happened = T("errors", "This recovery code does not belong to this desk.")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Use the newest recovery sheet of this desk, and type its groups in their order.")


class SealedFileDamaged(VaultError):
    """Sealed to the right code, but changed, cut, or made for another purpose or vault."""

    happened = T("errors", "The sealed file that the recovery code opens is damaged or belongs to something else.")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Put back the newest copy of the file, or restore a backup.")
