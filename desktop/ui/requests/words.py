"""The words for requests, acts and grounds; translation context "requests"."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import QCoreApplication

from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.legal_clock import PauseReason
from desktop.domain.requests import (
    Channel,
    IdentityProof,
    Lane,
    LetterKind,
    RefusalGround,
    RequestAct,
    RequestEvent,
    RequestKind,
)
from desktop.services.requests import RequestView

V = TypeVar("V", bound=StrEnum)

KINDS: Mapping[RequestKind, str] = {
    RequestKind.ACCESS: T("requests", "Access and a copy"),
    RequestKind.PORTABILITY: T("requests", "Data to take along"),
    RequestKind.RECTIFICATION: T("requests", "Correction"),
    RequestKind.ERASURE: T("requests", "Erasure"),
    RequestKind.RESTRICTION: T("requests", "Restriction"),
    RequestKind.OBJECTION: T("requests", "Objection"),
    RequestKind.WITHDRAWAL: T("requests", "Withdrawal of consent"),
    RequestKind.COMPLAINT: T("requests", "Complaint"),
}
CHANNELS: Mapping[Channel, str] = {
    Channel.DESK: T("requests", "At the desk"),
    Channel.LETTER: T("requests", "By letter"),
    Channel.EMAIL: T("requests", "By e-mail"),
    Channel.TELEPHONE: T("requests", "By telephone"),
    Channel.FORM: T("requests", "By a form"),
}
PROOFS: Mapping[IdentityProof, str] = {
    IdentityProof.DOCUMENT: T("requests", "Identity document looked at and handed back"),
    IdentityProof.RECEIPT: T("requests", "Code of a receipt"),
    IdentityProof.CONTACT: T("requests", "Answer from the contact on record"),
    IdentityProof.FACE: T("requests", "A look into the camera"),
    IdentityProof.KNOWN: T("requests", "Known in person"),
}
GROUNDS: Mapping[RefusalGround, str] = {
    RefusalGround.IDENTITY: T("requests", "Identity not proven"),
    RefusalGround.AUTHORITY: T("requests", "No authority to ask for somebody else"),
    RefusalGround.UNFOUNDED: T("requests", "Manifestly unfounded"),
    RefusalGround.EXCESSIVE: T("requests", "Excessive"),
    RefusalGround.DUTY: T("requests", "Must be kept by law or for legal claims"),
    RefusalGround.OTHERS: T("requests", "Would harm the rights of others"),
}
PAUSES: Mapping[PauseReason, str] = {
    PauseReason.IDENTITY: T("requests", "Proof of identity is awaited"),
    PauseReason.CLARIFICATION: T("requests", "Clarification is awaited"),
}
LETTERS: Mapping[LetterKind, str] = {
    LetterKind.ACKNOWLEDGEMENT: T("requests", "Acknowledgement"),
    LetterKind.EXTENSION: T("requests", "Extension"),
    LetterKind.ANSWER: T("requests", "Answer"),
    LetterKind.REFUSAL: T("requests", "Refusal"),
}
LANES: Mapping[Lane, str] = {
    Lane.OVERDUE: T("requests", "Overdue"),
    Lane.THIS_WEEK: T("requests", "This week"),
    Lane.LATER: T("requests", "Later"),
    Lane.PAUSED: T("requests", "Paused"),
    Lane.CLOSED: T("requests", "Closed"),
}
_ACTS: Mapping[RequestAct, str] = {
    RequestAct.REGISTERED: T("requests", "Registered"),
    RequestAct.PERSON_FOUND: T("requests", "Person found"),
    RequestAct.NOTHING_FOUND: T("requests", "Statement made: nothing is held"),
    RequestAct.IDENTIFIED: T("requests", "Identity proven"),
    RequestAct.NOT_IDENTIFIED: T("requests", "Identity not proven"),
    RequestAct.AUTHORISED: T("requests", "Authority shown"),
    RequestAct.ASSIGNED: T("requests", "Taken on"),
    RequestAct.PAUSED: T("requests", "Clock stopped"),
    RequestAct.RESUMED: T("requests", "Clock runs again"),
    RequestAct.EXTENDED: T("requests", "Period extended"),
    RequestAct.ANSWERED: T("requests", "Answered"),
    RequestAct.REFUSED: T("requests", "Refused"),
    RequestAct.LETTER: T("requests", "Letter made"),
}
_ICONS: Mapping[RequestAct, tuple[str, str]] = {
    RequestAct.IDENTIFIED: ("check", "calm"),
    RequestAct.AUTHORISED: ("check", "calm"),
    RequestAct.ANSWERED: ("check", "calm"),
    RequestAct.NOTHING_FOUND: ("search", "calm"),
    RequestAct.NOT_IDENTIFIED: ("warning", "attention"),
    RequestAct.REFUSED: ("close", "attention"),
    RequestAct.PAUSED: ("slow", "attention"),
    RequestAct.EXTENDED: ("slow", "attention"),
    RequestAct.PERSON_FOUND: ("person", "muted"),
    RequestAct.LETTER: ("notices", "muted"),
}


def _by_value(table: Mapping[V, str]) -> dict[str, str]:
    return {each.value: text for each, text in table.items()}


_DETAILS: Mapping[RequestAct, Mapping[str, str]] = {
    RequestAct.IDENTIFIED: _by_value(PROOFS),
    RequestAct.PAUSED: _by_value(PAUSES),
    RequestAct.REFUSED: _by_value(GROUNDS),
    RequestAct.LETTER: _by_value(LETTERS),
}


def said(template: str, **values: object) -> str:
    return QCoreApplication.translate("requests", template).format(**values)


def act(event: RequestEvent) -> str:
    """What happened, with which one of its kind."""
    text = said(_ACTS[event.act])
    table = _DETAILS.get(event.act)
    return text if table is None or not event.detail else f"{text}: {said(table[event.detail])}"


def icon(event: RequestEvent) -> tuple[str, str]:
    """Name and colour token."""
    return _ICONS.get(event.act, ("info", "muted"))


def left(view: RequestView) -> str:
    """The days that are left, or what there is instead."""
    if view.lane is Lane.CLOSED:
        return said(LANES[Lane.CLOSED])
    if view.lane is Lane.PAUSED:
        return said(LANES[Lane.PAUSED])
    days = view.days_left
    if days < 0:
        return said(T("requests", "{count} days late"), count=-days)
    return said(T("requests", "today")) if days == 0 else said(T("requests", "{count} days"), count=days)


def colour(view: RequestView) -> str:
    """Token of a lane."""
    found = {Lane.OVERDUE: "danger", Lane.THIS_WEEK: "attention", Lane.CLOSED: "muted", Lane.PAUSED: "muted"}
    return found.get(view.lane, "text")


def mark(view: RequestView) -> tuple[str, str]:
    """Icon and colour token: the lane shows by shape as well as by colour."""
    return {
        Lane.OVERDUE: ("warning", "danger"),
        Lane.THIS_WEEK: ("up", "attention"),
        Lane.LATER: ("right", "muted"),
        Lane.PAUSED: ("slow", "muted"),
        Lane.CLOSED: ("check", "muted"),
    }[view.lane]


def name(view: RequestView) -> str:
    return view.name or said(T("requests", "erased with the person"))
