"""A conversation in which a person gives or refuses consent: its steps, what was said in it, and what surrounds it.

Nothing of a face is part of it: pictures, and what is computed from them, are told of by `Around` and live in memory
only. What may happen in it says `desktop.domain.capture`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from desktop.domain.consent_proof import Method
from desktop.domain.ids import NoticeId, PersonId
from desktop.domain.notices import Notice
from desktop.domain.people import PersonDetails
from desktop.domain.purposes import RECOGNITION, PurposeKey

DRAFT_LIFE = timedelta(days=1)
MAX_REASON = 500  # characters
NO_CHOICES: Mapping[PurposeKey, bool] = MappingProxyType({})


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
    choices: Mapping[PurposeKey, bool] = field(default_factory=lambda: NO_CHOICES)
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
