"""What can go wrong with people's requests, said in three sentences each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from desktop.domain.errors import ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.requests import ActProblem


class RequestClosed(ConsentryError):
    happened = T("errors", "This request was answered or refused already.")
    todo = T("errors", "Register a new request if the person asks again.")


class IdentityNotProven(ConsentryError):
    happened = T("errors", "It has not been made sure who asks.")
    kept = T("errors", "Nothing was given out; the request is unchanged.")
    todo = T("errors", "Record the identity check first, or refuse the request for this reason.")


class AuthorityNotShown(ConsentryError):
    happened = T("errors", "Somebody asks in another person's place, and no authority was shown.")
    kept = T("errors", "Nothing was given out; the request is unchanged.")
    todo = T("errors", "Record the authority first, or refuse the request for this reason.")


class PauseNotPossible(ConsentryError):
    happened = T("errors", "The clock cannot be stopped: it stands already, or this jurisdiction knows no such pause.")
    todo = T("errors", "Look at the request's timeline.")


class NotPaused(ConsentryError):
    happened = T("errors", "The clock of this request is running.")
    todo = T("errors", "Look at the request's timeline.")


class ExtensionNotPossible(ConsentryError):
    happened = T(
        "errors",
        "The period cannot be extended: it was already, the first one is over, or this law knows no extension.",
    )
    todo = T("errors", "Answer the request, or refuse it with reasons.")


class ReceivedInFuture(ConsentryError):
    happened = T("errors", "A request cannot have come in after today.")
    kept = T("errors", "Nothing was stored; what you typed is still in the form.")
    todo = T("errors", "Correct the day on which it came.")


class LetterNotDue(ConsentryError):
    happened = T("errors", "There is nothing yet that this letter could tell.")
    todo = T("errors", "Extend, answer or refuse the request first.")


class LetterUnwritable(ConsentryError):
    happened = T("errors", "The file “{path}” could not be written.")
    kept = T("errors", "The request is kept as it is.")
    todo = T("errors", "Choose another folder and save it again.")


class SomethingHeld(ConsentryError):
    happened = T("errors", "Something was found, so it cannot be stated that nothing is held.")
    kept = T("errors", "No statement was made.")
    todo = T("errors", "Look at what was found, and link the person to the request.")


class SearchNameMissing(ConsentryError):
    happened = T("errors", "There is no name to search for.")
    todo = T("errors", "Type the person's name and search again.")


class StatementUnreadable(ConsentryError):
    happened = T("errors", "“{path}” is no statement of this program, or it is damaged.")
    kept = T("errors", "The file is unchanged.")
    todo = T("errors", "Check the JSON file that was handed out together with the paper.")


class FaceNotSeen(ConsentryError):
    happened = T("errors", "No single clear face was in front of the camera.")
    kept = T("errors", "Nothing of the pictures was kept.")
    todo = T("errors", "Ask the person to stand alone in front of the camera, look into it, and try again.")


class LookNotAgreed(ConsentryError):
    happened = T("errors", "The person has not agreed to be looked for by their face.")
    kept = T("errors", "Nothing was computed from a face.")
    todo = T("errors", "Ask them first, or search by name or receipt.")


PROBLEMS: Final[Mapping[ActProblem, type[ConsentryError]]] = {
    ActProblem.CLOSED: RequestClosed,
    ActProblem.NOT_IDENTIFIED: IdentityNotProven,
    ActProblem.NOT_AUTHORISED: AuthorityNotShown,
    ActProblem.PAUSED_ALREADY: PauseNotPossible,
    ActProblem.NO_SUCH_PAUSE: PauseNotPossible,
    ActProblem.NOT_PAUSED: NotPaused,
    ActProblem.EXTENDED_ALREADY: ExtensionNotPossible,
    ActProblem.TOO_LATE: ExtensionNotPossible,
    ActProblem.NO_EXTENSION: ExtensionNotPossible,
}
