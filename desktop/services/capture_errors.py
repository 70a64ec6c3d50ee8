"""What can go wrong in the conversation with a person, said in three sentences each."""

from __future__ import annotations

from desktop.domain.errors import ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T


class NoticeMissing(ConsentryError):
    happened = T("errors", "No notice is published, so nobody can be asked for their consent.")
    todo = T("errors", "Let the privacy officer publish the notice, then begin again.")


class NoticeOutdated(ConsentryError):
    """Another text was published, or this one taken back, while the person was reading."""

    happened = T("errors", "The notice was changed while the person was reading it.")
    kept = T("errors", "What was typed is kept. The answers are not: they were given to another text.")
    todo = T("errors", "Show the new notice and ask again.")


class ConversationOver(ConsentryError):
    happened = T("errors", "This conversation is over: it was given up, refused, or is more than a day old.")
    kept = T("errors", "Nothing was stored, and its draft was destroyed.")
    todo = T("errors", "Begin again.")


class ConversationIncomplete(ConsentryError):
    happened = T("errors", "Something is still missing: {needs}.")
    kept = T("errors", "What was typed is kept; nobody was enrolled.")
    todo = T("errors", "Go back, complete it and try again.")


class ControllerUnknown(ConsentryError):
    happened = T("errors", "It is not known who answers for this desk, and every consent record must name them.")
    todo = T("errors", "Let the administrator fill in the controller under Settings, then begin again.")


class DraftNotDestroyed(ConsentryError):
    happened = T("errors", "The draft of the conversation could not be destroyed: the disk or the keyring refused.")
    kept = T("errors", "Nobody was enrolled. The draft is sealed, and it is destroyed when it is a day old.")
    todo = T("errors", "Make room on the disk and unlock the keyring.")
