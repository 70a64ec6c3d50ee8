"""The guided conversation in which a person gives or refuses consent: what each step needs before it may be left.

    WHO -> NOTICE -> CHOICES -> CONFIRMATION -> PHOTO -> CHECK -> RECEIPT
                        '-> PASS, where the person refuses what recognition needs

Somebody enrolled who is asked again goes the same way without PHOTO and CHECK.

Every function takes a conversation and gives a new one. Nothing of a face is part of it: pictures, and what is
computed from them, are told of by `Around` and live in memory only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from desktop.domain.consent_proof import Method
from desktop.domain.ids import NoticeId, PersonId
from desktop.domain.notices import Notice, clean_line
from desktop.domain.people import PersonDetails, PersonKind, clean_details
from desktop.domain.purposes import RECOGNITION, Purpose, PurposeKey

DRAFT_LIFE = timedelta(days=1)
MAX_REASON = 500  # characters
_NO_CHOICES: Mapping[PurposeKey, bool] = MappingProxyType({})


class Step(StrEnum):
    WHO = "who"
    NOTICE = "notice"
    CHOICES = "choices"
    CONFIRMATION = "confirmation"
    PHOTO = "photo"
    CHECK = "check"
    RECEIPT = "receipt"
    PASS = "pass"  # noqa: S105 - the way without recognition


PATH = (Step.WHO, Step.NOTICE, Step.CHOICES, Step.CONFIRMATION, Step.PHOTO, Step.CHECK, Step.RECEIPT)
PATH_AGAIN = (*PATH[:4], Step.RECEIPT)
ENDS = frozenset({Step.RECEIPT, Step.PASS})


class Need(StrEnum):
    """What a step lacks; the windows have a sentence for each."""

    NAME = "name"
    NAME_LONG = "name_long"
    CONTACT_LONG = "contact_long"
    NOTE_LONG = "note_long"
    GUARDIAN = "guardian"  # a minor's
    FREE_REASON = "free_reason"  # why an employee's consent is free
    NAMESAKE = "namesake"  # somebody of that name is enrolled: the same person, or another one?
    LANGUAGE = "language"  # no published notice in it
    NOTICE_CHANGED = "notice_changed"
    CHOICES = "choices"  # a purpose without an answer
    SIGNATURE = "signature"
    TICK = "tick"
    WITNESS = "witness"
    PICTURES = "pictures"
    DIFFERENT_PEOPLE = "different_people"  # in the pictures
    LOOKALIKE = "lookalike"  # an enrolled person looks the same: the same one, or another (a twin)?
    BUSY = "busy"  # a picture is being checked


@dataclass(frozen=True, slots=True)
class Who:
    """As typed; `settled_who` gives the cleaned form. Its repr shows no personal field.

    Attributes:
        nameless: the name cannot be written down or is not told; the desk gives a stand-in.
        guardian: who decides for a minor; counts where `minor`.
        free_reason: why an employee's consent is free (a real other way); counts for employees.
        another: somebody enrolled has the same name and is another person.
    """

    details: PersonDetails = field(default_factory=lambda: PersonDetails(""), repr=False)
    nameless: bool = False
    minor: bool = False
    guardian: str = field(default="", repr=False)
    free_reason: str = field(default="", repr=False)
    another: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """The text that the person has in front of them. `text_hash`: SHA-256, 32 bytes."""

    notice_id: NoticeId
    language: str
    text_hash: bytes


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How the choices were confirmed. `signature` is a picture (PNG) of what was drawn, `text` what stood above it."""

    method: Method
    text: str = field(repr=False)
    signature: bytes = field(default=b"", repr=False)
    ticked: bool = False
    witness: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation. `id` is the future person's. `choices`: True agreed, False refused; a missing one is open.

    `renews`: whose consent is asked for again; None: somebody new. `asked_at`: when the choices of the notice in
    `shown` came before the person's eyes; None: not yet.
    """

    id: PersonId
    begun_at: datetime
    step: Step = Step.WHO
    who: Who = field(default_factory=Who)
    shown: Shown | None = None
    choices: Mapping[PurposeKey, bool] = field(default_factory=lambda: _NO_CHOICES)
    confirmation: Confirmation | None = None
    asked_at: datetime | None = None
    renews: PersonId | None = None

    @property
    def person_id(self) -> PersonId:
        """Whom it is about."""
        return self.renews or self.id

    @property
    def path(self) -> tuple[Step, ...]:
        """The steps to a consent, in order."""
        return PATH if self.renews is None else PATH_AGAIN

    @property
    def recognised(self) -> bool:
        """Whether recognition is agreed to: before that nothing is computed from the face."""
        return self.choices.get(RECOGNITION) is True

    def over(self, now: datetime) -> bool:
        """Too old to be taken up again; so is one from the future, whose clock cannot be trusted."""
        return not timedelta() <= now - self.begun_at < DRAFT_LIFE


@dataclass(frozen=True, slots=True)
class Around:
    """What a step needs to know that is no part of the conversation.

    Attributes:
        notice: the published one; None where there is none.
        method: how the site wants choices confirmed.
        namesakes: somebody of that name is enrolled.
        pictures: how many can be used.
        busy: a picture is being checked.
        lookalike: somebody enrolled looks like the pictures, and nobody said yet that it is another person.
        different: the pictures show different people.
    """

    notice: Notice | None
    method: Method = Method.SIGNATURE
    namesakes: bool = False
    pictures: int = 0
    busy: bool = False
    lookalike: bool = False
    different: bool = False


class StepIncomplete(Exception):
    """`needs` is what the step lacks. Holds no personal data."""

    def __init__(self, needs: tuple[Need, ...]) -> None:
        self.needs = needs
        super().__init__(", ".join(needs))


def legible(name: str) -> bool:
    """Whether a name holds anything that can be read: a letter or a digit of any script."""
    return any(character.isalnum() for character in name)


def stand_in(person_id: PersonId) -> str:
    """What stands for a name that cannot be written."""
    return f"#{person_id[:4].upper()}"


def settled_who(talk: Conversation) -> Who:
    """The fields as they are stored. Raises ValueError as `clean_details` does."""
    who = talk.who
    name = stand_in(talk.person_id) if who.nameless else who.details.name
    return replace(
        who,
        details=clean_details(replace(who.details, name=name)),
        guardian=clean_line(who.guardian) if who.minor else "",
        free_reason=clean_line(who.free_reason) if who.details.kind is PersonKind.EMPLOYEE else "",
    )


def needs(talk: Conversation, around: Around) -> tuple[Need, ...]:
    """What keeps the step from being left forwards, the first thing first. A later step also needs its text to be
    the one in force."""
    if talk.step in ENDS:
        return ()
    if talk.step is Step.WHO:
        return _who_needs(talk, around)
    if around.notice is None or talk.shown is None or talk.shown.language not in around.notice.languages:
        return (Need.LANGUAGE,)
    if outdated(talk, around.notice):
        return (Need.NOTICE_CHANGED,)
    if talk.step is Step.CHOICES:
        return () if all(each.key in talk.choices for each in around.notice.purposes) else (Need.CHOICES,)
    if talk.step is Step.CONFIRMATION:
        return _confirmation_needs(talk.confirmation, around.method)
    return _picture_needs(talk.step, around)


def _who_needs(talk: Conversation, around: Around) -> tuple[Need, ...]:
    found: list[Need] = []
    who = talk.who
    try:
        settled = settled_who(talk)
        if not legible(settled.details.name):
            found.append(Need.NAME)
    except ValueError as error:
        kinds = {"long": Need.NAME_LONG, "contact": Need.CONTACT_LONG, "note": Need.NOTE_LONG}
        found.append(kinds.get(str(error), Need.NAME))
    if who.minor and not _short_line(who.guardian):
        found.append(Need.GUARDIAN)
    if who.details.kind is PersonKind.EMPLOYEE and not _short_line(who.free_reason):
        found.append(Need.FREE_REASON)
    if around.namesakes and not who.nameless and not who.another:
        found.append(Need.NAMESAKE)
    return tuple(found)


def _confirmation_needs(confirmation: Confirmation | None, method: Method) -> tuple[Need, ...]:
    missing = {Method.SIGNATURE: Need.SIGNATURE, Method.CHECKBOX: Need.TICK, Method.SPOKEN: Need.WITNESS}[method]
    if confirmation is None or confirmation.method is not method:
        return (missing,)
    given = {
        Method.SIGNATURE: bool(confirmation.signature),
        Method.CHECKBOX: confirmation.ticked,
        Method.SPOKEN: _short_line(confirmation.witness),
    }[method]
    return () if given else (missing,)


def _picture_needs(step: Step, around: Around) -> tuple[Need, ...]:
    if step not in (Step.PHOTO, Step.CHECK):
        return ()
    found = [Need.BUSY] * around.busy + [Need.PICTURES] * (around.pictures == 0)
    if step is Step.CHECK:
        found += [Need.DIFFERENT_PEOPLE] * around.different + [Need.LOOKALIKE] * around.lookalike
    return tuple(found)


def _short_line(text: str) -> bool:
    line = clean_line(text)
    return legible(line) and len(line) <= MAX_REASON


def forward(talk: Conversation, around: Around) -> Conversation:
    """The next step. Raises StepIncomplete."""
    lacking = needs(talk, around)
    if lacking:
        raise StepIncomplete(lacking)
    if talk.step in ENDS:
        return talk
    if talk.step is Step.CHOICES and around.notice is not None and refuses(talk, around.notice.purposes):
        return replace(talk, step=Step.PASS, confirmation=None)
    return replace(talk, step=talk.path[talk.path.index(talk.step) + 1])


def back(talk: Conversation) -> Conversation:
    """The step before; nothing that was said is lost. The ends have none: what was done there stands."""
    if talk.step in ENDS or talk.step is Step.WHO:
        return talk
    return replace(talk, step=talk.path[talk.path.index(talk.step) - 1])


def change_who(talk: Conversation, who: Who) -> Conversation:
    """Other details; a confirmation given for somebody else is void."""
    if who == talk.who:
        return talk
    if who.details.name != talk.who.details.name:
        who = replace(who, another=False)
    same = (who.minor, who.guardian, who.nameless, who.details.name) == (
        talk.who.minor,
        talk.who.guardian,
        talk.who.nameless,
        talk.who.details.name,
    )
    return replace(talk, who=who, confirmation=talk.confirmation if same else None)


def show(talk: Conversation, notice: Notice, language: str) -> Conversation:
    """The notice in another language; what was chosen stands, what was confirmed was another text.

    Raises KeyError for a language without a published text.
    """
    shown = Shown(notice.id, language, notice.hashes[language])
    if shown == talk.shown:
        return talk
    if talk.shown is not None and talk.shown.notice_id == notice.id:
        return replace(talk, shown=shown, confirmation=None)
    return replace(talk, shown=shown, choices=_NO_CHOICES, confirmation=None, asked_at=None)


def asked(talk: Conversation, now: datetime) -> Conversation:
    """Remember when the choices were shown for the first time; nothing changes before their step, and later."""
    return replace(talk, asked_at=now) if talk.step is Step.CHOICES and talk.asked_at is None else talk


def choose(talk: Conversation, purpose: PurposeKey, agreed: bool) -> Conversation:
    """An answer, or another one; a confirmation given for other answers is void."""
    if talk.choices.get(purpose) is agreed:
        return talk
    return replace(talk, choices=MappingProxyType({**talk.choices, purpose: agreed}), confirmation=None)


def confirm(talk: Conversation, confirmation: Confirmation | None) -> Conversation:
    return replace(talk, confirmation=confirmation)


def outdated(talk: Conversation, notice: Notice | None) -> bool:
    """Whether the person has another text in front of them than the one in force."""
    if talk.shown is None:
        return False
    if notice is None or notice.id != talk.shown.notice_id:
        return True
    return notice.hashes.get(talk.shown.language) != talk.shown.text_hash


def follow(talk: Conversation, notice: Notice | None) -> Conversation:
    """Start the notice again where another one was published meanwhile: what was answered was asked by another text."""
    if talk.step in ENDS or not outdated(talk, notice):
        return talk
    language = talk.shown.language if talk.shown is not None else ""
    step = Step.WHO if talk.step is Step.WHO else Step.NOTICE
    fresh = replace(talk, step=step, shown=None, choices=_NO_CHOICES, confirmation=None, asked_at=None)
    return show(fresh, notice, language) if notice is not None and language in notice.languages else fresh


def refuses(talk: Conversation, purposes: tuple[Purpose, ...]) -> bool:
    """Whether a purpose was refused without which nobody is enrolled: recognition, or one that is not optional."""
    return any(talk.choices.get(each.key) is False for each in purposes if each.key == RECOGNITION or not each.optional)


def withdraw(talk: Conversation) -> Conversation:
    """The person wants no more of it, in the middle: everything said is taken back. After the end there is another
    way (services/withdrawal.py)."""
    if talk.step in ENDS:
        return talk
    return replace(talk, step=Step.PASS, choices=_NO_CHOICES, confirmation=None)


def resumed(talk: Conversation) -> Conversation:
    """As it goes on after a crash: pictures were in memory only."""
    return replace(talk, step=Step.PHOTO) if talk.step is Step.CHECK else talk
