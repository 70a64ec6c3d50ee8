"""The officer's register of consents: who, what for, since when, until when, by which notice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from desktop.domain.consent import ConsentEvent, ConsentState, Restriction
from desktop.domain.ids import ArchiveId, ConsentId, NoticeId, PersonId
from desktop.domain.purposes import PurposeKey
from desktop.domain.renewal import RenewalNeed


class RegisterView(StrEnum):
    """Which part of the register is listed."""

    ALL = "all"
    ENDING = "ending"  # stand, and end soon
    RENEWAL = "renewal"  # have to be asked for again
    RESTRICTED = "restricted"
    ARCHIVED = "archived"  # taken back; only the proof is left


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """What is listed. `state` and `purpose` None: all; they do not apply to ARCHIVED. `name`: a part of it."""

    view: RegisterView = RegisterView.ALL
    state: ConsentState | None = None
    purpose: PurposeKey | None = None
    name: str = field(default="", repr=False)

    @property
    def narrow(self) -> bool:
        """Whether anything is left out on purpose."""
        return self != RegisterFilter()


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """The newest event of a person and a purpose, as it counts now. Times are timezone-aware UTC.

    Attributes:
        state: the effective one.
        since: when that state began.
        until: its end; of an archived record the day until which it is kept. None: no end.
        notice_version: of the notice it was given under; None: under none.
        need: why the person has to be asked again; None: they have not.
        archive_id: of an archived record; None: the person is stored.
    """

    person_id: PersonId
    consent_id: ConsentId
    name: str = field(repr=False)
    purpose: PurposeKey
    state: ConsentState
    since: datetime
    until: datetime | None
    notice_id: NoticeId | None
    notice_version: int | None
    ends_soon: bool = False
    restricted: bool = False
    need: RenewalNeed | None = None
    archive_id: ArchiveId | None = None

    @property
    def archived(self) -> bool:
        return self.archive_id is not None


@dataclass(frozen=True, slots=True)
class PersonConsents:
    """Everything about one person's consents, oldest first.

    Attributes:
        operators: names of those who recorded them, by id; whoever was removed is missing.
        versions: of the notices, by id.
    """

    person_id: PersonId
    events: tuple[ConsentEvent, ...]
    restrictions: tuple[Restriction, ...]
    operators: dict[str, str] = field(repr=False)
    versions: dict[NoticeId, int]
