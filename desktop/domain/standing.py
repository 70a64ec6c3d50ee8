"""Who may be matched and who may be shown at one instant, and when the clock alone changes that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.ids import PersonId


@dataclass(frozen=True, slots=True)
class Change:
    """From `at` on, unless something is recorded meanwhile: whether this person may be matched, and shown."""

    at: datetime
    person_id: PersonId
    matchable: bool
    showable: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Of everybody, at one instant.

    Attributes:
        matchable: whose templates may be in the gallery.
        showable: those of them who may be shown by name and unmasked; the others an authority alone covers.
        upcoming: where a consent, an authority or a restriction next ends or begins, earliest first. Not all of them
            where they are many: read again after the last one.
    """

    matchable: frozenset[PersonId] = frozenset()
    showable: frozenset[PersonId] = frozenset()
    upcoming: tuple[Change, ...] = ()
