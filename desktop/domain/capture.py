"""The guided conversation in which a person gives or refuses consent: what each step needs before it may be left.

    WHO -> NOTICE -> CHOICES -> CONFIRMATION -> PHOTO -> CHECK -> RECEIPT
                        '-> PASS, where the person refuses what recognition needs

Somebody enrolled who is asked again goes the same way without PHOTO and CHECK.

Every function takes a conversation (`desktop.domain.conversation`) and gives a new one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from desktop.domain.consent_proof import Method
from desktop.domain.conversation import (
    ENDS,
    MAX_REASON,
    NO_CHOICES,
    Around,
    Confirmation,
    Conversation,
    Need,
    Shown,
    Step,
    StepIncomplete,
    Who,
)
from desktop.domain.ids import PersonId
from desktop.domain.notices import Notice, clean_line
from desktop.domain.people import PersonKind, clean_details
from desktop.domain.purposes import RECOGNITION, Purpose, PurposeKey


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
    return replace(talk, shown=shown, choices=NO_CHOICES, confirmation=None, asked_at=None)


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
    fresh = replace(talk, step=step, shown=None, choices=NO_CHOICES, confirmation=None, asked_at=None)
    return show(fresh, notice, language) if notice is not None and language in notice.languages else fresh


def refuses(talk: Conversation, purposes: tuple[Purpose, ...]) -> bool:
    """Whether a purpose was refused without which nobody is enrolled: recognition, or one that is not optional."""
    return any(talk.choices.get(each.key) is False for each in purposes if each.key == RECOGNITION or not each.optional)


def withdraw(talk: Conversation) -> Conversation:
    """The person wants no more of it, in the middle: everything said is taken back. After the end there is another
    way (services/withdrawal.py)."""
    if talk.step in ENDS:
        return talk
    return replace(talk, step=Step.PASS, choices=NO_CHOICES, confirmation=None)


def resumed(talk: Conversation) -> Conversation:
    """As it goes on after a crash: pictures were in memory only."""
    return replace(talk, step=Step.PHOTO) if talk.step is Step.CHECK else talk
