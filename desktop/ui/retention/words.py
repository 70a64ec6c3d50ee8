"""Plain words for what is kept, how long, and why it goes or stays."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.domain.audit import SYSTEM
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.retention import Decision, Due, Keeper, Kept, Period, Rule, Since, Unit
from desktop.domain.retention_run import RetentionRun
from desktop.ui import texts

CATEGORIES: Mapping[StrEnum, str] = {
    Kept.STRANGERS: T("retention", "Sightings of strangers"),
    Kept.SIGHTINGS: T("retention", "Sightings of enrolled people"),
    Kept.PHOTOS: T("retention", "Pictures"),
    Kept.PEOPLE: T("retention", "People"),
    Kept.ARCHIVE: T("retention", "Proof of ended consents"),
    Kept.DRAFTS: T("retention", "Unfinished conversations"),
    Kept.PASSES: T("retention", "Visitor passes"),
    Kept.AUDIT: T("retention", "Audit log"),
}

KEEPERS: Mapping[StrEnum, str] = {
    Keeper.HOLD: T("retention", "Kept: legal hold"),
    Keeper.CATEGORY_HOLD: T("retention", "Kept: hold on the category"),
    Keeper.RESTRICTION: T("retention", "Kept: restricted"),
}

UNITS: Mapping[StrEnum, tuple[str, str]] = {
    Unit.HOURS: (T("retention", "1 hour"), T("retention", "{amount} hours")),
    Unit.DAYS: (T("retention", "1 day"), T("retention", "{amount} days")),
    Unit.MONTHS: (T("retention", "1 month"), T("retention", "{amount} months")),
}

SINCE: Mapping[StrEnum, str] = {
    Since.STORED: T("retention", "{period} after it arose"),
    Since.CONSENT_END: T("retention", "{period} after the consent's end"),
    Since.WITHDRAWAL: T("retention", "at once after a withdrawal"),
    Since.CONTACT: T("retention", "{period} after the last contact"),
    Since.FIXED_DAY: T("retention", "on the day that was fixed"),
}

WHY: Mapping[StrEnum, str] = {
    Since.CONSENT_END: T("retention", "End of the consent: {since}"),
    Since.WITHDRAWAL: T("retention", "Consent taken back: {since}"),
    Since.CONTACT: T("retention", "Last contact: {since}"),
}


def said(text: str) -> str:
    return QCoreApplication.translate("retention", text)


def category(value: Kept) -> str:
    return said(CATEGORIES[value])


def period(value: Period) -> str:
    if value.amount == 0:
        return said(T("retention", "at once"))
    one, many = UNITS[value.unit]
    return said(one) if value.amount == 1 else said(many).format(amount=QLocale().toString(value.amount))


def rule(value: Rule) -> str:
    """How long, and from when on."""
    if value.since is Since.CONSENT_END and value.period.amount == 0:
        return said(T("retention", "at once when the consent has ended"))
    return said(SINCE[value.since]).format(period=period(value.period))


def source(value: Rule) -> str:
    """Who set it."""
    if value.notice is not None:
        return said(T("retention", "promised in the notice, version {version}")).format(version=value.notice)
    if value.category is Kept.DRAFTS:
        return said(T("retention", "fixed"))
    return said(T("retention", "set here"))


def why(due: Due) -> str:
    """Which rule, and from which day."""
    text = WHY.get(due.rule.since, "")
    told = said(text).format(since=texts.day(due.since))
    if due.rule.period.amount:
        told += said(T("retention", ", kept for {period}")).format(period=period(due.rule.period))
    if due.rule.notice is not None:
        told += said(T("retention", " (notice version {version})")).format(version=due.rule.notice)
    return told


def fate(decision: Decision) -> str:
    """The day, or why not."""
    if decision.keeper is not None:
        return said(KEEPERS[decision.keeper])
    return "" if decision.due is None else texts.day(decision.due.at)


def counts(run: RetentionRun) -> str:
    """What went, by category; never a name."""
    found = [f"{category(kept)}: {QLocale().toString(run.counts[kept])}" for kept in Kept if run.counts.get(kept)]
    return ", ".join(found) or said(T("retention", "Nothing was due"))


def remarks(run: RetentionRun) -> str:
    number = QLocale().toString
    found = []
    if run.kept:
        found.append(said(T("retention", "kept by a hold or a restriction: {count}")).format(count=number(run.kept)))
    if run.waits:
        found.append(said(T("retention", "waiting for keyring or disk: {count}")).format(count=number(run.waits)))
    if run.interruptions:
        found.append(said(T("retention", "cut short and carried on: {count}")).format(count=number(run.interruptions)))
    if run.ended_at is None:
        found.append(said(T("retention", "not finished yet")))
    return ", ".join(found)


def who(run: RetentionRun) -> str:
    return said(T("retention", "by itself")) if run.started_by == SYSTEM else said(T("retention", "by an operator"))
