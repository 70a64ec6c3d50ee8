"""What can go wrong with the vault's keys beyond the keyring itself, in words for the person in front of it."""

from __future__ import annotations

from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.vault.errors import DiskFull, VaultError, VaultSwapped


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


class KeysOutdated(VaultError):
    """keys.bin is of an earlier epoch, whose wrapping key was destroyed."""

    happened = T("errors", "The file with people's keys (keys.bin) is an older copy; its key was destroyed.")
    kept = T("errors", "The database was not changed. Whoever was erased since then stays unreadable.")
    todo = T("errors", "Put the newest keys.bin back into “{folder}”, or restore a backup.")


class KeysOfAnotherVault(VaultSwapped):
    """keys.bin belongs to another vault than the database or the keyring's memory of this folder."""

    happened = T("errors", "The file with people's keys (keys.bin) belongs to another desk.")
    kept = T("errors", "Nothing was changed, and nobody is recognised from it.")
    todo = T("errors", "Put the desk's own keys.bin back into “{folder}”.")


class RotationUnfinished(VaultError):
    """The new key is in force everywhere, but the keyring did not let go of the old one."""

    happened = T("errors", "The old key of this desk could not be destroyed yet.")
    kept = T("errors", "Everybody who stays is safe under the new key.")
    todo = T("errors", "Unlock the keyring and start Consentry again: it destroys the old key by itself.")


class EscrowMissing(VaultError):
    """No recovery code was ever set, the vault erases strictly, or the file was deleted."""

    happened = T("errors", "This desk holds nothing that a recovery code could open (escrow.bin is missing).")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Put escrow.bin back into “{folder}”, or restore a backup.")


class EscrowOutdated(VaultError):
    """escrow.bin is of an earlier epoch than keys.bin, or holds an earlier database key."""

    happened = T("errors", "The sealed keys (escrow.bin) are an older copy and no longer open this desk.")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Put the newest escrow.bin back into “{folder}”, or restore a backup.")


class PassphraseWrong(VaultError):
    """The file is whole, but another passphrase locks it."""

    happened = T("errors", "This is not the passphrase of this desk.")
    kept = T("errors", "Nothing was changed, however often a passphrase is tried.")
    todo = T("errors", "Type it again; mind capital letters and the keyboard's language.")


class PassphraseUnfit(VaultError):
    """Too short, too long, or one that others would guess."""

    happened = T("errors", "This passphrase cannot be used: it is too short, too long or too easy to guess.")
    kept = T("errors", "Nothing was changed, and no key was written.")
    todo = T("errors", "Choose {least} to {most} characters; several unrelated words are best.")


class NoPassphrase(VaultError):
    """The keys are in the keyring, which has a password of its own."""

    happened = T("errors", "The keys of this desk are in the keyring of this computer, not under a passphrase.")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Change the password of this computer's user instead: it is what locks the keyring.")


class KeyPlaceDamaged(VaultError):
    """The passphrase file is missing, cut or changed."""

    happened = T("errors", "The file that keeps the keys of this desk under its passphrase is missing or damaged.")
    kept = T("errors", "Nothing was changed, and no new key was made.")
    todo = T("errors", "Put back the newest copy of “{file}”, or use the recovery code.")


class NoRoomToRotate(DiskFull):
    """Found out before anything was written: the copy would not fit."""

    happened = T("errors", "A new database key needs {needed} MB for a copy of the database, and {free} MB are free.")
    kept = T("errors", "Nothing was written; the key in force stays.")
    todo = T("errors", "Free some space on the disk of the desk's folder, then try again.")


class DatabaseBusy(VaultError):
    """A reader did not leave in time, so the file could not be exchanged."""

    happened = T("errors", "Another action is still reading the database.")
    kept = T("errors", "Nothing was changed; the key in force stays.")
    todo = T("errors", "Wait until it has finished, then try again.")
