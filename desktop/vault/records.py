"""Values that the repositories take and give beyond those of the domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from desktop.domain.consent import ConsentState, PlainConsent
from desktop.domain.ids import random_id
from desktop.domain.people import PersonDetails

Vector = NDArray[np.float32]  # (D,)
JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]


@dataclass(frozen=True, slots=True, eq=False)
class NewTemplate:
    """A vector to be sealed: (D,) float32 of L2 norm 1, made by the model `model_id`; `quality` 0 to 1."""

    vector: Vector
    model_id: str
    quality: float = 1.0

    def __repr__(self) -> str:  # a repr ends up in tracebacks; a vector is biometric data
        return f"NewTemplate({self.model_id!r}, D={self.vector.shape})"


@dataclass(frozen=True, slots=True, eq=False)
class NewPerson:
    """Everything that is written when somebody is enrolled. `photo` is an encoded picture (JPEG or PNG), which is
    sealed under a key of its own whose subject is `photo_id`.

    `state` and `at` are the state and time (timezone-aware) of the first consent event; None means now.
    """

    details: PersonDetails
    consent: PlainConsent
    templates: Sequence[NewTemplate] = ()
    photo: bytes | None = None
    state: ConsentState = ConsentState.GIVEN
    at: datetime | None = None
    photo_id: str = field(default_factory=random_id)

    def __repr__(self) -> str:
        return f"NewPerson(templates={len(self.templates)}, photo={self.photo is not None})"


def utc_now() -> datetime:
    return datetime.now(UTC)
