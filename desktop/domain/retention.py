"""What is kept, for how long, and why it goes (GDPR 5(1)(e); Illinois BIPA 740 ILCS 14/15(a)).

Every rule gives a period and what it counts from. Where several rules meet one thing the earliest end wins, a hold or a
restriction wins over all of them, and a decision says which rule with which dates it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from desktop.domain.audit import months_before
from desktop.domain.consent import MATCHABLE_STATES, ConsentState
from desktop.domain.ids import PersonId
from desktop.domain.purposes import PHOTO, RECOGNITION, PurposeKey


class Kept(StrEnum):
    """What is kept, as the rules of retention tell it apart."""

    STRANGERS = "strangers"  # sightings of nobody enrolled: a time and a place
    SIGHTINGS = "sightings"  # of enrolled people
    PHOTOS = "photos"
    PEOPLE = "people"  # a person with everything about them
    ARCHIVE = "archive"  # what proves a consent that has ended
    DRAFTS = "drafts"  # conversations about consent that nobody finished
    PASSES = "passes"  # of visitors
    AUDIT = "audit"


CONTACT_MONTHS: Final = 36  # BIPA: at the latest three years after the last interaction
DRAFT_HOURS: Final = 24


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    MONTHS = "months"  # by the calendar; in a shorter month its last day


class Since(StrEnum):
    """What a period counts from."""

    STORED = "stored"  # when it arose, or when its own time was over
    CONSENT_END = "consent_end"  # when consent to the purpose ended, and any authority with it
    WITHDRAWAL = "withdrawal"  # the same where it was taken back: there is nothing to wait for
    CONTACT = "contact"  # when the person last came by, agreed or renewed
    FIXED_DAY = "fixed_day"  # the day was fixed when it was stored


class Keeper(StrEnum):
    """Why something stays although its time is over."""

    HOLD = "hold"  # a legal hold on the person
    CATEGORY_HOLD = "category_hold"
    RESTRICTION = "restriction"  # kept and not used (GDPR 18)


@dataclass(frozen=True, slots=True)
class Period:
    amount: int
    unit: Unit

    def after(self, at: datetime) -> datetime:
        if self.unit is Unit.MONTHS:
            return months_before(at, -self.amount)
        return at + (timedelta(hours=self.amount) if self.unit is Unit.HOURS else timedelta(days=self.amount))

    def before(self, at: datetime) -> datetime:
        """What is older than this is over at `at`."""
        if self.unit is Unit.MONTHS:
            return months_before(at, self.amount)
        return at - (timedelta(hours=self.amount) if self.unit is Unit.HOURS else timedelta(days=self.amount))


@dataclass(frozen=True, slots=True)
class Rule:
    """How long a category is kept.

    Attributes:
        purpose: for which purpose; None: whatever the purpose.
        notice: the version of the notice that promises it; None: the site's settings do, or the law.
    """

    category: Kept
    since: Since
    period: Period
    purpose: PurposeKey | None = None
    notice: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When one rule ends the time of one thing. `since`: what it counts from. Times are timezone-aware UTC."""

    rule: Rule
    since: datetime

    @property
    def at(self) -> datetime:
        return self.rule.period.after(self.since)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say of one person's data, and why.

    Attributes:
        due: the rule that wins; None: none of them names an end yet.
        others: what the others would have said, earliest first.
        keeper: why it stays all the same; None: nothing keeps it.
    """

    person_id: PersonId
    category: Kept
    due: Due | None
    others: tuple[Due, ...] = ()
    keeper: Keeper | None = None

    def over(self, now: datetime) -> bool:
        """Whether it is to be deleted."""
        return self.keeper is None and self.due is not None and self.due.at <= now


@dataclass(frozen=True, slots=True)
class Standing:
    """Where consent to one purpose stands. `at`: when that was recorded; `valid_until` None: no end was agreed.

    `promises`: by version of the notice, how many days the purpose's data may be kept after the end: as in the one the
    person agreed under, and as in the one in force.
    """

    state: ConsentState
    at: datetime
    valid_until: datetime | None
    promises: tuple[tuple[int, int], ...] = ()

    @property
    def end(self) -> datetime | None:
        """When it ended or will end by itself; None: it goes on."""
        if self.state in MATCHABLE_STATES:
            return self.valid_until
        return min(self.at, self.valid_until) if self.valid_until is not None else self.at


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What the rules ask about a person.

    Attributes:
        last_contact: enrolled, seen, agreed or renewed, whichever was last.
        recognition, photo: None: never asked.
        authority_until: the end of the last watchlist authority.
        photos: whether pictures are kept.
    """

    person_id: PersonId
    enrolled_at: datetime
    last_contact: datetime
    recognition: Standing | None
    photo: Standing | None
    authority_until: datetime | None = None
    photos: bool = False
    keeper: Keeper | None = None


def decide(facts: PersonFacts, contact: Rule) -> list[Decision]:
    """About the person and, where there are any, the person's pictures. `contact`: the rule of last contact."""
    recognition = _consent_ends(facts, facts.recognition, Kept.PEOPLE, RECOGNITION)
    found = [_decision(facts, Kept.PEOPLE, [*recognition, Due(contact, facts.last_contact)])]
    if facts.photos and facts.photo is not None:
        found.append(_decision(facts, Kept.PHOTOS, _consent_ends(facts, facts.photo, Kept.PHOTOS, PHOTO)))
    return found


def _decision(facts: PersonFacts, category: Kept, dues: Sequence[Due]) -> Decision:
    ordered = sorted(dues, key=lambda due: due.at)
    return Decision(facts.person_id, category, ordered[0] if ordered else None, tuple(ordered[1:]), facts.keeper)


def _consent_ends(facts: PersonFacts, standing: Standing | None, category: Kept, purpose: PurposeKey) -> list[Due]:
    """One for each notice that promised a period. What was taken back is kept for no time at all, and neither is what
    nobody ever agreed to."""
    end = facts.enrolled_at if standing is None else standing.end
    if end is None:
        return []
    if category is Kept.PEOPLE and facts.authority_until is not None:
        end = max(end, facts.authority_until)
    at_once = Period(0, Unit.DAYS)
    if standing is not None and standing.state is ConsentState.WITHDRAWN:
        return [Due(Rule(category, Since.WITHDRAWAL, at_once, purpose), end)]
    if standing is None or not standing.promises:
        return [Due(Rule(category, Since.CONSENT_END, at_once, purpose), end)]
    return [
        Due(Rule(category, Since.CONSENT_END, Period(days, Unit.DAYS), purpose, version), end)
        for version, days in standing.promises
    ]
