"""What people can get wrong at the desk, said in three sentences each."""

from __future__ import annotations

from desktop.domain.errors import ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T


class DeskClosed(ConsentryError):
    """Something was asked of a desk that was closed in the meantime."""

    happened = T("errors", "The desk was closed while the action was running.")
    todo = T("errors", "Open the program again and repeat the action.")


class PassphraseNeeded(ConsentryError):
    """The keys of this desk are in a file that only its passphrase opens."""

    happened = T("errors", "This desk opens with its passphrase.")
    todo = T("errors", "Type the passphrase that was chosen when the desk was set up.")


class NameInvalid(ConsentryError):
    """`reason` is "empty" or "long"."""

    happened = T("errors", "The name is empty or longer than 200 characters.")
    kept = T("errors", "Nothing was stored; what you typed is still in the form.")
    todo = T("errors", "Type a name and try again.")


class DetailsTooLong(ConsentryError):
    happened = T("errors", "The contact has more than 200 characters, or the note more than 2,000.")
    kept = T("errors", "Nothing was stored; what you typed is still in the form.")
    todo = T("errors", "Shorten it and try again.")


class ConsentMissing(ConsentryError):
    happened = T("errors", "There is no valid consent: how it was given is missing, or its end lies in the past.")
    kept = T("errors", "Nothing was computed from the face and nothing was stored.")
    todo = T("errors", "Record how and until when the person agreed, then try again.")


class NotRenewable(ConsentryError):
    """There is no consent to this purpose that could be given anew: it was refused, taken back or never asked for."""

    happened = T("errors", "There is no consent that could be renewed: it was refused, or taken back meanwhile.")
    todo = T("errors", "Ask the person anew, beginning with the notice.")


class ReasonMissing(ConsentryError):
    happened = T("errors", "A reason is needed: it is kept in the audit log.")
    todo = T("errors", "Type the reason and repeat the action.")


class HoldEndInvalid(ConsentryError):
    happened = T("errors", "A legal hold ends in the future, within ten years.")
    kept = T("errors", "Nothing was stored; what you typed is still in the form.")
    todo = T("errors", "Choose another end and repeat the action.")


class ClockNotBelieved(ConsentryError):
    happened = T("errors", "The computer's clock was changed, so nothing is deleted for being old for now.")
    kept = T("errors", "Nothing was deleted.")
    todo = T("errors", "Set the clock right; deleting goes on by itself a day later.")


class NoUsablePhoto(ConsentryError):
    happened = T("errors", "None of the pictures can be used.")
    kept = T("errors", "Nothing was stored.")
    todo = T("errors", "Add a sharp picture that shows the face from the front, alone and well lit.")


class PhotosDiffer(ConsentryError):
    happened = T("errors", "The pictures do not seem to show the same person.")
    kept = T("errors", "Nothing was stored.")
    todo = T("errors", "Remove the pictures of other people and try again.")


class NoLongerMatchedOnly(ConsentryError):
    """Out of the gallery, but the vault could not be written."""

    happened = T("errors", "The change could not be written to the vault.")
    kept = T("errors", "The person is no longer recognised in this session, but is still stored.")
    todo = T("errors", "Make room on the disk and repeat the action before you close the program.")


class ErasureNotBegun(ConsentryError):
    """Out of the gallery, but disk or keyring refused before anything was destroyed."""

    happened = T("errors", "The erasure could not begin: the disk or the keyring refused.")
    kept = T("errors", "The person is no longer recognised in this session, but is still stored.")
    todo = T("errors", "Make room on the disk, unlock the keyring, and repeat it before you close the program.")


class ErasureRunning(ConsentryError):
    happened = T("errors", "Another order to erase several people is being carried out.")
    kept = T("errors", "Nobody was erased by this one.")
    todo = T("errors", "Wait until it has ended and try again.")


class ResultNotSaved(ConsentryError):
    happened = T("errors", "The result could not be written to “{path}”.")
    kept = T("errors", "What was done stands; the result itself is kept in the vault.")
    todo = T("errors", "Choose another folder and save it again.")


class CameraNameInvalid(ConsentryError):
    happened = T("errors", "The camera's name is empty or longer than 200 characters.")
    todo = T("errors", "Type a name and try again.")


class CameraNameTaken(ConsentryError):
    happened = T("errors", "Another camera already has this name.")
    todo = T("errors", "Choose a name that no other camera has.")


class AreaInvalid(ConsentryError):
    """`reason`: "few" corners, "outside" the picture, "crossing" lines or "thin"."""

    happened = T("errors", "The recognition area cannot be used ({reason}).")
    todo = T("errors", "Draw at least three corners inside the picture, with lines that do not cross.")


class AddressInvalid(ConsentryError):
    """The address does not fit the kind of camera. It is not repeated here: it may hold a password."""

    happened = T("errors", "The camera's address does not fit its kind.")
    todo = T(
        "errors",
        "Give a device number for a USB camera, an address that begins with rtsp:// or rtsps:// for a network camera, "
        "a file for a video, or a folder for pictures.",
    )


class PreferencesNotSaved(ConsentryError):
    happened = T(
        "errors", "The choice could not be saved: the disk is full, or the program's folder cannot be written."
    )
    kept = T("errors", "The former choice is kept for the next start; nothing else was changed.")
    todo = T("errors", "Make room on the disk, then choose again.")


class ChosenModelsUnusable(ConsentryError):
    """The site's own model pack is not what it was when it was chosen. `reason` is a technical phrase."""

    happened = T("errors", "The chosen recognition models cannot be loaded: {file} ({reason}).")
    kept = T("errors", "People, cameras and settings are untouched; no other models were loaded in their place.")
    todo = T("errors", "Put the folder back as it was, or open with the built-in models and choose again under Models.")


class BackupPlanInvalid(ConsentryError):
    happened = T("errors", "The number of backups to keep or the hour is outside its range.")
    kept = T("errors", "Nothing was stored; what you typed is still in the form.")
    todo = T("errors", "Keep between {least} and {most} backups, and choose a full hour of the day.")


class RequestInvalid(ConsentryError):
    """The other end of the desk's line does not speak its language."""

    happened = T("errors", "The open window does not understand this command.")
    todo = T("errors", "Use the command line of the same version of Consentry.")


class DeskBusy(ConsentryError):
    """The line ended without an answer."""

    happened = T("errors", "The open window ended the conversation before it was done.")
    kept = T("errors", "What was under way was undone or is carried on by the window.")
    todo = T("errors", "Look at the window, or close it and repeat the command.")


class AuditLogStuck(ConsentryError):
    """So many entries wait for the audit log that nothing more may be looked at."""

    happened = T("errors", "The audit log has not been written for a while, so that nothing more is shown.")
    kept = T("errors", "What was recorded waits in memory; recognition and withdrawals go on.")
    todo = T("errors", "Free some disk space, then try again.")


class SettingInvalid(ConsentryError):
    """`field` is the name of the setting."""

    happened = T("errors", "The value for {field} is outside its range.")
    kept = T("errors", "The old value is still in force.")
    todo = T("errors", "Choose a value inside the range that the help names.")


class NotSignedIn(ConsentryError):
    happened = T("errors", "Nobody is signed in.")
    todo = T("errors", "Sign in and repeat the action.")


class ScreenLocked(ConsentryError):
    happened = T("errors", "The screen is locked.")
    todo = T("errors", "Unlock it with your password and repeat the action.")


class NotPermitted(ConsentryError):
    happened = T("errors", "Your role does not include this action.")
    todo = T("errors", "Ask a colleague whose role does, or ask an administrator for the role.")


class NotConfirmed(ConsentryError):
    """The password has to be typed once more; the window asks for it and repeats the action."""

    happened = T("errors", "This action needs your password once more.")
    todo = T("errors", "Type your password and repeat the action.")


class SignInFailed(ConsentryError):
    """Which of the two was wrong is not said. `seconds` until the next try counts: 0, or more after the third."""

    happened = T("errors", "The sign-in name or the password is not right.")
    todo = T("errors", "Check both and try again; an administrator can set a new password.")

    @property
    def seconds(self) -> int:
        return int(self.params["seconds"])


class SignInWait(ConsentryError):
    """`seconds` until the next try counts."""

    happened = T("errors", "The password was wrong several times.")
    kept = T("errors", "Nothing was changed; this try was not looked at.")
    todo = T("errors", "Wait {seconds} seconds and try again.")

    @property
    def seconds(self) -> int:
        return int(self.params["seconds"])


class LoginInvalid(ConsentryError):
    happened = T("errors", "The sign-in name is empty or longer than 64 characters.")
    kept = T("errors", "Nothing was stored; what you typed is still in the form.")
    todo = T("errors", "Type a sign-in name and try again.")


class RoleMissing(ConsentryError):
    happened = T("errors", "An operator needs at least one role.")
    todo = T("errors", "Choose a role and try again.")


class PasswordRefused(ConsentryError):
    """`problem` is a PasswordProblem."""

    happened = T("errors", "This password cannot be used ({problem}).")
    kept = T("errors", "The old password, if there was one, is still in force.")
    todo = T(
        "errors", "Choose 15 characters or more that others would not guess: several unrelated words, for example."
    )


class ApprovalNeeded(ConsentryError):
    """`act` is a TwoPersonAct, `object_id` what it is about; the window asks for the second person."""

    happened = T("errors", "This action needs the agreement of a second person.")
    todo = T("errors", "Ask a colleague with the same permission to agree, here or later from their own session.")


class OwnApproval(ConsentryError):
    happened = T("errors", "You asked for this yourself: somebody else has to agree.")
    todo = T("errors", "Ask a colleague with the same permission.")


class TooFewForTwo(ConsentryError):
    """`act` is a TwoPersonAct, `count` how many operators could take part in it."""

    happened = T("errors", "Two people are asked for, but fewer than two operators could take part ({act}: {count}).")
    todo = T("errors", "Give another operator the role first, or switch the two-person rule off for this action.")


class ControllerMissing(ConsentryError):
    happened = T("errors", "It is not recorded yet who answers for this desk, which the notice has to say.")
    kept = T("errors", "Nothing was published; the draft is as it was.")
    todo = T("errors", "Ask an administrator to fill in the controller under Settings, then publish again.")


class NoticeTooLong(ConsentryError):
    happened = T("errors", "A title, an explanation or the whole text is longer than a notice can be.")
    kept = T("errors", "Nothing was stored; what you typed is still in the form.")
    todo = T("errors", "Shorten what is marked and save again.")


class PurposesInvalid(ConsentryError):
    happened = T("errors", "The purposes cannot be stored: a short name or a number of days is not allowed.")
    kept = T("errors", "Nothing was stored; what you typed is still in the form.")
    todo = T("errors", "Correct what is marked under Purposes and save again.")


class NoticeUnfinished(ConsentryError):
    happened = T("errors", "The draft is not complete in every language it has.")
    kept = T("errors", "Nothing was published; the draft is as it was.")
    todo = T("errors", "Fill in what the page lists, or remove the language, then publish again.")


class ControllerIncomplete(ConsentryError):
    """`field` names what is missing or not known."""

    happened = T("errors", "The details of the controller are incomplete: {field}.")
    kept = T("errors", "The former details are still in force.")
    todo = T("errors", "Fill in what is missing and save again.")
