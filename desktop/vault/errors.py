"""What can go wrong with a vault, in words for the person in front of it."""

from __future__ import annotations

from desktop.domain.errors import ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T


class VaultError(ConsentryError):
    """Base of the vault's errors."""


class VaultMissing(VaultError):
    """A vault belongs here, but its database file is gone. Never answered with a new, empty vault."""

    happened = T("errors", "The database of this desk is not where it was.")
    kept = T("errors", "No new, empty database was made in its place, and the keys were kept.")
    todo = T("errors", "Bring back the folder “{folder}” or connect its disk, then start again.")


class VaultExists(VaultError):
    """`create` was asked for a folder that already holds a vault."""

    happened = T("errors", "There is already a desk in the folder “{folder}”.")
    kept = T("errors", "It was left as it is.")
    todo = T("errors", "Open it, or choose another folder.")


class FolderNotEmpty(VaultError):
    """`create` was asked for a folder with other files in it."""

    happened = T("errors", "The folder “{folder}” is not empty.")
    kept = T("errors", "Nothing was written to it.")
    todo = T("errors", "Choose an empty folder for the desk.")


class VaultInUse(VaultError):
    """Another window or process has this vault open."""

    happened = T("errors", "This desk is already open in another window.")
    kept = T("errors", "The other window goes on undisturbed.")
    todo = T("errors", "Use the other window, or close it and start again.")


class VaultWrongKeyOrDamaged(VaultError):
    """SQLCipher cannot tell a wrong key from a damaged page."""

    happened = T("errors", "The database cannot be read: wrong key or damaged file.")
    kept = T("errors", "The file was not changed.")
    todo = T("errors", "Put back the newest backup of the folder “{folder}”, or ask your administrator.")


class VaultSwapped(VaultError):
    """The files here belong to another vault than the one that was opened from this folder."""

    happened = T("errors", "The files in this folder belong to another desk.")
    kept = T("errors", "Nothing was changed, and nobody is recognised from them.")
    todo = T("errors", "Put the desk's own files back into “{folder}”.")


class VaultEmptied(VaultSwapped):
    """The database file holds nothing, or no longer holds the rows it counted."""

    happened = T("errors", "The database of this desk has been emptied: rows that were counted are gone.")
    kept = T("errors", "Nothing was changed, and no new database was started in its place.")
    todo = T("errors", "Put back the newest backup of the folder “{folder}”.")


class VaultRolledBack(VaultSwapped):
    """The database is older than what the keyring remembers of it."""

    happened = T("errors", "The database of this desk is an older copy of itself.")
    kept = T("errors", "Nothing was changed. Whoever withdrew or was removed since then stays unrecognised.")
    todo = T("errors", "Put back the newest files of the folder “{folder}”.")


class AuditCutOrRewritten(VaultError):
    """The audit log no longer goes through a point that the key place remembers. The vault opens all the same."""

    happened = T("errors", "The audit log was cut or written anew: entry {seq} is not the one that was there before.")
    kept = T("errors", "What is there now was left as it is, and recording goes on after it.")
    todo = T("errors", "Keep a copy of the folder, verify the log on the page Audit and find out who had access.")


class AuditExportUnwritable(VaultError):
    """The file of an export could not be written."""

    happened = T("errors", "The file “{path}” could not be written.")
    kept = T("errors", "The audit log was not changed, and no half file was left.")
    todo = T("errors", "Choose another folder, or free some space, then export again.")


class AuditFileUnreadable(VaultError):
    """The file is no exported audit log, or cannot be read."""

    happened = T("errors", "“{path}” is not an exported audit log, or it cannot be read.")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Choose a file that was exported on the page Audit.")


class VaultTooNew(VaultError):
    """The database was written by a newer version of the program."""

    happened = T("errors", "This database was written by a newer version of Consentry.")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Install the newer version, then start again.")


class MigrationFailed(VaultError):
    """The database could not be brought to this version; it was put back as it was."""

    happened = T("errors", "The database could not be prepared for this version of Consentry.")
    kept = T("errors", "It was put back exactly as it was; the former version still opens it.")
    todo = T("errors", "Start the former version and send the log to your administrator.")


class KeysMissing(VaultError):
    """keys.bin is gone."""

    happened = T("errors", "The file with people's keys (keys.bin) is missing.")
    kept = T("errors", "The database was not changed, and no new keys were made.")
    todo = T("errors", "Put keys.bin back into “{folder}” from the newest backup.")


class KeysDamaged(VaultError):
    """keys.bin cannot be read, or lacks keys of people who are in the database."""

    happened = T("errors", "The file with people's keys (keys.bin) is damaged or too old.")
    kept = T("errors", "The database was not changed, and no new keys were made.")
    todo = T("errors", "Put the newest keys.bin back into “{folder}”.")


class KeyMissing(VaultError):
    """The keyring answers, but has no entry for this vault."""

    happened = T("errors", "The keyring of this computer no longer holds the key of this desk.")
    kept = T("errors", "Nothing was changed, and no new key was made.")
    todo = T("errors", "Sign in as the user who set up the desk, or use the recovery code.")


class KeyringUnavailable(VaultError):
    """No keyring of the allowed kinds can be reached."""

    happened = T("errors", "No safe keyring can be reached on this computer.")
    kept = T("errors", "No key was written anywhere else.")
    todo = T(
        "errors",
        "Start the keyring of your desktop (Secret Service, KWallet, macOS Keychain or Windows Credential Locker), "
        "then try again.",
    )


class KeyringLocked(VaultError):
    """The keyring is there but locked."""

    happened = T("errors", "The keyring of this computer is locked.")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Unlock the keyring, then try again.")


class KeyringTimeout(VaultError):
    """The keyring did not answer in time. Says nothing about what it holds."""

    happened = T("errors", "The keyring of this computer did not answer within {seconds} seconds.")
    kept = T("errors", "Nothing was changed, and no new key was made.")
    todo = T("errors", "Look for a question of the keyring on the screen, answer it and try again.")


class KeyringFailed(VaultError):
    """The keyring answered with an error, or gave back something else than was stored."""

    happened = T("errors", "The keyring of this computer reported an error.")
    kept = T("errors", "Nothing was changed, and no key was written anywhere else.")
    todo = T("errors", "Restart the keyring or sign in again, then try again.")


class KeyringChanged(VaultError):
    """The vault's keys were stored in another kind of keyring."""

    happened = T("errors", "The keys of this desk are kept in {recorded}, but this session offers {found}.")
    kept = T("errors", "Nothing was changed, and no new key was made.")
    todo = T("errors", "Start a session with {recorded}, or use the recovery code to keep the keys here.")


class DiskFull(VaultError):
    """No room for a write; it was rolled back as a whole."""

    happened = T("errors", "The disk is full.")
    kept = T("errors", "The last action was undone; everything stored before it is safe.")
    todo = T("errors", "Free some space and try again. Removing people still works.")


class DiskFailed(VaultError):
    """The operating system reported a read or write error."""

    happened = T("errors", "The disk reported an error.")
    kept = T("errors", "The last action was undone as far as the disk allowed.")
    todo = T("errors", "Check the disk and its cable, and make a copy of the folder “{folder}” now.")


class FolderRefused(VaultError):
    """The operating system does not let this user read or write the folder."""

    happened = T("errors", "This user may not read or write the folder “{folder}”.")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Sign in as the user who set up the desk, or correct the folder's permissions.")


class VaultClosed(VaultError):
    """The vault was closed meanwhile."""

    happened = T("errors", "The database of this desk is closed.")
    kept = T("errors", "Everything stored before is safe.")
    todo = T("errors", "Start Consentry again.")


class PersonUnknown(VaultError):
    """The person was removed meanwhile, or never existed."""

    happened = T("errors", "This person is no longer in the database.")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Refresh the list.")


class DraftUnknown(VaultError):
    """The conversation was finished or given up meanwhile."""

    happened = T("errors", "This conversation is no longer in the database.")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Begin a new one.")


class ArchiveUnknown(VaultError):
    happened = T("errors", "This archived consent record is no longer in the database.")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Refresh the list.")


class NoticeUnknown(VaultError):
    """The draft was discarded meanwhile, or never existed."""

    happened = T("errors", "This version of the notice is no longer in the database.")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Look at the list of versions again.")


class NoticeChanged(VaultError):
    """Somebody else edited, published, retired or discarded it since it was read."""

    happened = T("errors", "This version of the notice was changed meanwhile.")
    kept = T("errors", "The other change is in force; what you typed is still in the form.")
    todo = T("errors", "Copy what you still need, load the version again and repeat your change.")


class DraftExists(VaultError):
    happened = T("errors", "There is already a draft of the notice.")
    kept = T("errors", "It was left as it is.")
    todo = T("errors", "Edit that draft, or discard it first.")


class PhotoUnknown(VaultError):
    """The picture was erased meanwhile, or never existed."""

    happened = T("errors", "This picture is not in the database any more.")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Look at the person again.")


class SubjectHeld(VaultError):
    """A legal hold keeps at least one of those who were to be erased."""

    happened = T("errors", "A legal hold keeps this data: it must not be erased now ({count}).")
    kept = T("errors", "Nothing was erased. Whoever withdrew consent stays unrecognised all the same.")
    todo = T("errors", "Wait until the hold has ended, or have the privacy officer release it on the page Retention.")


class HoldUnknown(VaultError):
    """It was released meanwhile, or went with its person."""

    happened = T("errors", "This legal hold is not in force any more.")
    todo = T("errors", "Look at the list of holds again.")


class RequestUnknown(VaultError):
    """No request has this number."""

    happened = T("errors", "This request is not in the register.")
    todo = T("errors", "Look at the list of requests again.")


class RequestChanged(VaultError):
    """Somebody else went on with it since it was read."""

    happened = T("errors", "This request was changed meanwhile, in another window or by another officer.")
    kept = T("errors", "Nothing was stored; what you typed is still in the form.")
    todo = T("errors", "Look at the request again and repeat the action if it is still needed.")


class CameraUnknown(VaultError):
    """The camera was removed meanwhile, or never existed."""

    happened = T("errors", "This camera is no longer in the database.")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Refresh the list.")


class OperatorUnknown(VaultError):
    happened = T("errors", "This operator is not there any more.")
    todo = T("errors", "Look at the list of operators again.")


class OperatorsExist(VaultError):
    """A first administrator was to be made where there is one already."""

    happened = T("errors", "This desk already has operators.")
    todo = T("errors", "Sign in; an administrator can add further operators.")


class LoginTaken(VaultError):
    happened = T("errors", "Another operator already has this sign-in name.")
    kept = T("errors", "Nothing was stored; what you typed is still in the form.")
    todo = T("errors", "Choose another sign-in name.")


class LastAdministrator(VaultError):
    happened = T("errors", "This is the last administrator: without one nobody could manage this desk.")
    todo = T("errors", "Make somebody else an administrator first.")


class ApprovalGone(VaultError):
    """Decided already, or asked for by the very person who would decide."""

    happened = T("errors", "This request cannot be decided by you: it is decided already, or it is your own.")
    todo = T("errors", "Look at the list of requests again, or ask another person.")
