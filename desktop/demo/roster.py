"""Who plays in the demo site: invented names on real pictures, described in resources/demo/people.json."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from desktop.domain.people import PersonKind
from desktop.evaluation.truth import Standing
from desktop.paths import resources_dir


class Cast(StrEnum):
    """ALL is the demo as tested; PUBLIC enrols only people from public-domain photos, for pictures that are kept."""

    ALL = "all"
    PUBLIC = "public"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Look(_Strict):
    """A head in a source picture, checked by hand.

    Attributes:
        source: file name among the demo sources.
        face: left, top, width, height of the face in the picture, hairline to chin, in pixels.
        roll: degrees by which the head is turned clockwise in the picture; turned back when cut out.
        yaw: degrees by which it looks away from the camera, positive towards the picture's right.
        outline: corners of the head with hair and ears, in pixels of the picture.
        hairline: for pictures that cut the top of the head off: hair is drawn above this row.
        long_hair: hair falls below the ears, so the back of the head is hair down to the neck.
        tinted: the picture is grey and gets a skin tone.
        exposure: factor on its brightness, for pictures brighter or darker than the others.
    """

    source: str
    face: tuple[float, float, float, float]
    roll: float = 0.0
    yaw: float = 0.0
    outline: tuple[tuple[float, float], ...] = Field(min_length=3)
    hairline: float | None = None
    long_hair: bool = False
    tinted: bool = False
    exposure: float = Field(default=1.0, gt=0)


class EnrolPicture(_Strict):
    """What a person is enrolled from: a picture or a video frame, or the part of it that holds nobody else."""

    source: str
    frame: int | None = None
    crop: tuple[int, int, int, int] | None = None
    enlarge: float = Field(default=1.0, gt=0)


class Clothes(_Strict):
    style: Literal["suit", "shirt", "sweater", "dress"]
    top: str
    under: str = "#f0f0ee"
    legs: str = "#2b2d33"


class DemoPerson(_Strict):
    """`look` of an appearance is one of `looks`; `public_domain` says whose pictures may be shown unmasked in print."""

    id: str
    name: str
    kind: PersonKind
    standing: Standing
    public_domain: bool = False
    looks: tuple[str, ...] = ()
    enrol: tuple[EnrolPicture, ...] = ()
    clothes: Clothes | None = None

    def cross_picture(self, source: str) -> bool:
        """Whether a probe from `source` shows this person on another picture than any they are enrolled from."""
        return bool(self.enrol) and source not in {picture.source for picture in self.enrol}


class Roster(_Strict):
    people: tuple[DemoPerson, ...]
    looks: dict[str, Look]

    @cached_property
    def by_id(self) -> dict[str, DemoPerson]:
        return {person.id: person for person in self.people}

    def of_standing(self, standing: Standing) -> tuple[DemoPerson, ...]:
        return tuple(person for person in self.people if person.standing is standing)

    def sources(self) -> set[str]:
        """Names of all files that the roster needs."""
        enrol = {picture.source for person in self.people for picture in person.enrol}
        return enrol | {look.source for look in self.looks.values()}


def load_roster(cast: Cast = Cast.ALL, path: Path | None = None) -> Roster:
    """The people of the demo site; under PUBLIC everybody else who would be enrolled is a stranger."""
    roster = Roster.model_validate_json((path or resources_dir() / "demo" / "people.json").read_bytes())
    if cast is Cast.ALL:
        return roster
    people = tuple(
        person
        if person.public_domain or person.standing is not Standing.ENROLLED
        else person.model_copy(update={"standing": Standing.STRANGER})
        for person in roster.people
    )
    return roster.model_copy(update={"people": people})
