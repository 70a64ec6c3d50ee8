"""What can go wrong with records, receipts and passes, said in three sentences each."""

from __future__ import annotations

from desktop.domain.errors import ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T


class RecordNotValid(ConsentryError):
    """It does not fit its schema."""

    happened = T("errors", "The consent record is not complete, so it was not given out.")
    kept = T("errors", "What was recorded is kept as it is.")
    todo = T("errors", "Tell your administrator: the log says which field it is.")


class RecordIncomplete(ConsentryError):
    happened = T("errors", "It is not known who answers for this desk, or how the consent was given.")
    kept = T("errors", "What was recorded is kept as it is.")
    todo = T("errors", "Let the administrator fill in the controller under Settings, then try again.")


class NoticeDamaged(ConsentryError):
    """The stored text of a published notice is not the one whose hash stands in a proof."""

    happened = T("errors", "The stored text of the notice is not the one that was shown: it was changed or is damaged.")
    kept = T("errors", "Nothing was given out as a proof. The hash of what was shown is kept with the consent.")
    todo = T("errors", "Check the vault, and restore the notice from a backup of before.")


class NothingAgreed(ConsentryError):
    happened = T("errors", "Nothing was agreed to in this conversation, and this kind of receipt is about agreement.")
    kept = T("errors", "What was recorded is kept as it is.")
    todo = T("errors", "Give the readable receipt instead.")


class ReceiptUnknown(ConsentryError):
    happened = T("errors", "This receipt is no longer in the vault.")
    todo = T("errors", "Look the person up and make another receipt.")


class PaperUnwritable(ConsentryError):
    happened = T("errors", "The file “{path}” could not be written.")
    kept = T("errors", "The receipt or pass is kept in the vault.")
    todo = T("errors", "Choose another folder and save it again.")


class NoPrinter(ConsentryError):
    happened = T("errors", "This computer has no printer.")
    kept = T("errors", "The receipt or pass is kept in the vault.")
    todo = T("errors", "Save it as a file or show it on the screen; or add a printer to this computer and try again.")


class PassTimeInvalid(ConsentryError):
    happened = T("errors", "A pass must end in the future, and within a month.")
    kept = T("errors", "No pass was made.")
    todo = T("errors", "Choose another end.")


class PassUnknown(ConsentryError):
    happened = T("errors", "This pass is not in the vault.")
    todo = T("errors", "Make a new one.")


class CameraSilent(ConsentryError):
    happened = T("errors", "The camera gives no picture right now.")
    todo = T("errors", "Choose another camera, or type or scan the code into the field.")
