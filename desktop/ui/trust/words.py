"""Plain words for the figures of the page Trust."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.domain.consent import ConsentState
from desktop.domain.erasure import ErasureReason
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.requests import RequestKind
from desktop.domain.retention import Kept, Period, Unit
from desktop.domain.trust import TrustFigure, TrustPart, TrustReport, TrustUnit
from desktop.ui import texts
from desktop.ui.retention import words as retention

PARTS: Mapping[TrustPart, str] = {
    TrustPart.CONSENTS: T("trust", "Consents to recognition"),
    TrustPart.REQUESTS: T("trust", "Requests about data"),
    TrustPart.ERASURES: T("trust", "People erased"),
    TrustPart.RETENTION: T("trust", "Deleted because its time was over"),
    TrustPart.PERIODS: T("trust", "How long data is kept"),
}

_NAMES: Mapping[tuple[TrustPart, str], str] = {
    (TrustPart.REQUESTS, "received"): T("trust", "Received in the last year"),
    (TrustPart.REQUESTS, "open"): T("trust", "Open now"),
    (TrustPart.REQUESTS, "overdue"): T("trust", "Overdue now"),
    (TrustPart.REQUESTS, "answered"): T("trust", "Answered"),
    (TrustPart.REQUESTS, "refused"): T("trust", "Refused"),
    (TrustPart.REQUESTS, "middle_response"): T("trust", "Middle response time"),
    (TrustPart.REQUESTS, "longest_response"): T("trust", "Longest response time"),
    (TrustPart.REQUESTS, RequestKind.ACCESS): T("trust", "Access"),
    (TrustPart.REQUESTS, RequestKind.PORTABILITY): T("trust", "Portability"),
    (TrustPart.REQUESTS, RequestKind.RECTIFICATION): T("trust", "Rectification"),
    (TrustPart.REQUESTS, RequestKind.ERASURE): T("trust", "Erasure"),
    (TrustPart.REQUESTS, RequestKind.RESTRICTION): T("trust", "Restriction"),
    (TrustPart.REQUESTS, RequestKind.OBJECTION): T("trust", "Objection"),
    (TrustPart.REQUESTS, RequestKind.WITHDRAWAL): T("trust", "Withdrawal"),
    (TrustPart.REQUESTS, RequestKind.COMPLAINT): T("trust", "Complaint"),
    (TrustPart.ERASURES, ErasureReason.REQUEST): T("trust", "At their request"),
    (TrustPart.ERASURES, ErasureReason.WITHDRAWAL): T("trust", "After a withdrawal"),
    (TrustPart.ERASURES, ErasureReason.RETENTION): T("trust", "Because their time was over"),
    (TrustPart.ERASURES, ErasureReason.MISTAKE): T("trust", "Stored by mistake"),
    (TrustPart.ERASURES, ErasureReason.REPEATED): T("trust", "Once more, after a restored backup"),
    (TrustPart.ERASURES, "incomplete"): T("trust", "Of these, something is still missing"),
    (TrustPart.RETENTION, "runs"): T("trust", "Runs"),
    (TrustPart.PERIODS, "people_after_contact"): T("trust", "People, after the last contact"),
    (TrustPart.PERIODS, Kept.PEOPLE): T("trust", "People, after the end of the consent"),
    (TrustPart.PERIODS, Kept.PHOTOS): T("trust", "Pictures, after the end of the consent"),
}
_UNITS = {TrustUnit.HOURS: Unit.HOURS, TrustUnit.DAYS: Unit.DAYS, TrustUnit.MONTHS: Unit.MONTHS}


def said(text: str) -> str:
    return QCoreApplication.translate("trust", text)


def part(value: TrustPart) -> str:
    return said(PARTS[value])


def name(figure: TrustFigure) -> str:
    text = _NAMES.get((figure.part, figure.name))
    if text is not None:
        return said(text)
    if figure.part is TrustPart.CONSENTS:
        return texts.consent(ConsentState(figure.name))
    return retention.category(Kept(figure.name))


def value(figure: TrustFigure, *, public: bool = False) -> str:
    """The number with its unit; for the public, that it is too small."""
    if figure.value is None:
        return said(T("trust", "fewer than 5")) if public else said(T("trust", "none yet"))
    if figure.unit is TrustUnit.COUNT:
        return QLocale().toString(int(figure.value))
    if figure.part is TrustPart.PERIODS:
        return retention.period(Period(int(figure.value), _UNITS[figure.unit]))
    return said(T("trust", "{days} days")).format(days=QLocale().toString(figure.value, "f", 0))


def span(report: TrustReport) -> str:
    text = T("trust", "From {since} to {until}. Counts only.")
    return said(text).format(since=texts.day(report.since), until=texts.day(report.at))
