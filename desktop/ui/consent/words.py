"""Plain words for the register of consents, and the consequences of what can be done there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.domain.consent import MATCHABLE_STATES, ConsentState
from desktop.domain.consent_register import RegisterEntry, RegisterView
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.purposes import PHOTO, RECOGNITION, PurposeKey
from desktop.domain.renewal import RenewalNeed
from desktop.domain.withdrawal import Withdrawal
from desktop.ui import texts

VIEWS: Mapping[RegisterView, str] = {
    RegisterView.ALL: T("consent", "All consents"),
    RegisterView.ENDING: T("consent", "Ending soon"),
    RegisterView.RENEWAL: T("consent", "To be asked again"),
    RegisterView.RESTRICTED: T("consent", "Restricted"),
    RegisterView.ARCHIVED: T("consent", "Archived (taken back)"),
}
STATES: Mapping[ConsentState, str] = {
    ConsentState.UNKNOWN: T("consent", "Unknown"),
    ConsentState.REQUESTED: T("consent", "Asked for"),
    ConsentState.REQUEST_DEFERRED: T("consent", "Put off"),
    ConsentState.REFUSED: T("consent", "Refused"),
    ConsentState.GIVEN: T("consent", "Given"),
    ConsentState.RENEWED: T("consent", "Renewed"),
    ConsentState.WITHDRAWN: T("consent", "Withdrawn"),
    ConsentState.EXPIRED: T("consent", "Expired"),
    ConsentState.TERMINATED: T("consent", "Ended"),
    ConsentState.INVALIDATED: T("consent", "Invalid"),
}
NEEDS: Mapping[RenewalNeed, str] = {
    RenewalNeed.EXPIRED: T("consent", "Expired: ask again, or let it end."),
    RenewalNeed.NOTICE: T("consent", "A newer version of the notice asks everybody again."),
}
PURPOSES: Mapping[PurposeKey, str] = {
    RECOGNITION: T("consent", "Recognition"),
    PHOTO: T("consent", "Keeping the picture"),
}


def said(text: str, **gaps: object) -> str:
    return QCoreApplication.translate("consent", text).format(**gaps)


def state(value: ConsentState) -> str:
    return said(STATES[value])


def purpose(key: PurposeKey, titles: Mapping[PurposeKey, str]) -> str:
    """The program's own purposes in its words, the site's by the title in the notice."""
    if key in PURPOSES:
        return said(PURPOSES[key])
    return titles.get(key) or key


def until(entry: RegisterEntry) -> str:
    if entry.until is None:
        return said(T("consent", "No end"))
    return texts.day(entry.until)


def notice(version: int | None) -> str:
    return said(T("consent", "Version {number}"), number=version) if version is not None else "–"


def mark(entry: RegisterEntry) -> tuple[str, str]:
    """Icon and colour token of an entry."""
    if entry.archived:
        return "folder", "muted"
    if entry.restricted or entry.ends_soon or entry.need is not None:
        return "warning", "attention"
    return ("check", "calm") if entry.state in MATCHABLE_STATES else ("close", "muted")


def remarks(entry: RegisterEntry) -> list[str]:
    """What somebody should know of an entry beyond its columns."""
    found = []
    if entry.restricted:
        found.append(said(T("consent", "Restricted: kept, and not recognised.")))
    if entry.ends_soon:
        found.append(said(T("consent", "Ends soon.")))
    if entry.need is not None:
        found.append(said(NEEDS[entry.need]))
    if entry.archived and entry.until is not None:
        day = texts.day(entry.until)
        found.append(
            said(T("consent", "Only what proves the consent is kept, sealed, until {day}. Then it is erased."), day=day)
        )
    return found


def consequences(key: PurposeKey | None, kept_days: int) -> list[str]:
    """What taking consent back does; None: of all purposes."""
    if key == PHOTO:
        return [
            said(T("consent", "Every kept picture of the person is erased for good, also for old backups.")),
            said(T("consent", "The person stays enrolled and is recognised as before.")),
        ]
    if key not in (None, RECOGNITION):
        return [
            said(T("consent", "It is recorded that this purpose has ended.")),
            said(T("consent", "The other purposes, and recognition, stay as they are.")),
        ]
    return [
        said(T("consent", "The person is masked on every camera, from this moment on.")),
        said(T("consent", "Name, pictures and what was computed from the face are erased for good. No way back.")),
        said(T("consent", "The other purposes end with it.")),
        said(T("consent", "What proves the consent stays, sealed, for {days} days."), days=kept_days),
    ]


def outcome(done: Withdrawal, name: str) -> str:
    """One sentence on what came of it."""
    if done.waits:
        text = T(
            "consent",
            "The consent of {name} is taken back and nobody is recognised by it any more. The erasure waits for the "
            "keyring or for room on the disk and is tried again every minute.",
        )
    elif done.held:
        text = T(
            "consent",
            "The consent of {name} is taken back and nobody is recognised by it any more. A legal hold keeps what is "
            "stored; it is erased by itself when the hold ends.",
        )
    elif done.covered:
        text = T(
            "consent",
            "The consent of {name} is taken back. A watchlist authority still covers the person: matched, never shown.",
        )
    elif not done.ended and done.erasure is None:
        text = T("consent", "The consent of {name} had been taken back already.")
    elif done.erasure is not None and not done.erasure.result.complete:
        text = T(
            "consent",
            "The consent of {name} is taken back and the data destroyed. The strip below says what is still missing.",
        )
    else:
        text = T("consent", "The consent of {name} is taken back.")
    return said(text, name=name)


def day_or_never(value: datetime | None) -> str:
    return said(T("consent", "without an end")) if value is None else texts.day(value)
