"""Ground truth of a clip: who is where in each frame. The format is described in docs/truth-format.md."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from desktop.domain.errors import ConsentryError
from desktop.domain.geometry import Box
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T

NAMEABLE_SIZE = 64.0
NAMEABLE_YAW = 35.0
NAMEABLE_VISIBLE = 0.75
NAMEABLE_SECONDS = 0.8
SHORTEST_STAY_SECONDS = 1.0


class TruthUnreadable(ConsentryError):
    happened = T("errors", "The ground-truth file {file} cannot be read.")
    kept = T("errors", "Nothing was evaluated and nothing was changed.")
    todo = T("errors", "Check it against docs/truth-format.md: {reason}")


class Standing(StrEnum):
    """What the program may do with a person: name the enrolled; nobody else, whatever it could recognise."""

    ENROLLED = "enrolled"
    STRANGER = "stranger"
    WITHDRAWN = "withdrawn"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TruthPerson(_Strict):
    """A person of the clip. `name` is what the desk knows an enrolled one by; `id` links appearances and galleries."""

    id: str
    name: str
    standing: Standing


class Appearance(_Strict):
    """One continuous stay of one person, from frame `first` to frame `last`, both included.

    `cross_picture`: the probe was made from another picture than the enrolment. `nameable`: it lasts at least
    SHORTEST_STAY_SECONDS and holds NAMEABLE_SECONDS in a row in which the face could be named.
    """

    id: int
    person: str
    first: int = Field(ge=0)
    last: int = Field(ge=0)
    cross_picture: bool = False
    nameable: bool = True


class HeadTruth(_Strict):
    """A head in one frame, in any pose.

    Attributes:
        appearance: id of the stay it belongs to.
        box: left, top, width and height in pixels, clipped to the picture: of the face (hairline to chin) as it is
            turned, or of where it would be.
        size: width in pixels that the face would have seen from the front.
        visible: share of the unclipped box that lies in the picture and behind nothing, 0 to 1.
        yaw: turn in degrees, 0 towards the camera, positive towards the picture's right.
        cells: which parts of `box` show this head, where not all do: 16 hexadecimal digits, a bit for each cell of an
            8 x 8 grid, rows from the top, the first bit of a row at its left.
    """

    appearance: int
    box: tuple[float, float, float, float]
    size: float = Field(gt=0)
    visible: float = Field(ge=0, le=1)
    yaw: float = Field(ge=-180, le=180)
    cells: str | None = Field(default=None, pattern="^[0-9a-f]{16}$")

    @property
    def area(self) -> Box:
        return Box(*self.box)


class FaceTruth(HeadTruth):
    """A face in one frame.

    Attributes:
        blur: sigma in pixels of the blur put on it (motion and focus together).
        light: factor on its brightness, 1 for none.
    """

    blur: float = Field(default=0.0, ge=0)
    light: float = Field(default=1.0, ge=0)

    @property
    def nameable(self) -> bool:
        """Large, frontal and free enough to be named; with the first such frame the time to name begins."""
        return self.size >= NAMEABLE_SIZE and abs(self.yaw) < NAMEABLE_YAW and self.visible >= NAMEABLE_VISIBLE


class HiddenHead(HeadTruth):
    """Somebody whose face cannot be seen: turned away (`yaw` beyond 90 degrees) or covered (`visible` tells).

    `box` is where the face would be if the head were glass, with what is left of it at the edge of the head.
    """


class ClipTruth(_Strict):
    """Everything known about one clip. `faces[i]` belongs to frame i, so does `hidden[i]` (it may be left out)."""

    format: Literal["consentry-truth-1"] = "consentry-truth-1"
    camera: str
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    fps: float = Field(gt=0)
    people: tuple[TruthPerson, ...]
    appearances: tuple[Appearance, ...]
    faces: tuple[tuple[FaceTruth, ...], ...]
    hidden: tuple[tuple[HiddenHead, ...], ...] = ()

    def person_of(self, appearance: int) -> TruthPerson:
        """Raises KeyError for an unknown appearance or person."""
        wanted = self.appearance(appearance).person
        for person in self.people:
            if person.id == wanted:
                return person
        raise KeyError(wanted)

    def appearance(self, number: int) -> Appearance:
        for appearance in self.appearances:
            if appearance.id == number:
                return appearance
        raise KeyError(number)

    def heads(self, frame: int) -> tuple[HeadTruth, ...]:
        """Everybody in the frame: those whose faces can be seen, then those whose cannot."""
        return (*self.faces[frame], *(self.hidden[frame] if self.hidden else ()))

    def of_appearance(self, number: int) -> Iterator[tuple[int, FaceTruth]]:
        """Frame index and face, in order, for the frames in which that stay has a face."""
        stay = self.appearance(number)
        for frame in range(stay.first, min(stay.last + 1, len(self.faces))):
            for face in self.faces[frame]:
                if face.appearance == number:
                    yield frame, face


def longest_nameable_run(frames: list[tuple[int, FaceTruth]]) -> int:
    """Length in frames of the longest unbroken run of nameable faces."""
    longest = run = 0
    previous = -2
    for index, face in frames:
        run = (run + 1 if index == previous + 1 else 1) if face.nameable else 0
        longest = max(longest, run)
        previous = index
    return longest


def is_nameable_stay(frames: list[tuple[int, FaceTruth]], fps: float) -> bool:
    """Whether a stay is long and good enough to demand a name for it (docs/truth-format.md)."""
    if not frames or (frames[-1][0] - frames[0][0] + 1) < SHORTEST_STAY_SECONDS * fps:
        return False
    return longest_nameable_run(frames) >= NAMEABLE_SECONDS * fps


def load_truth(path: Path) -> ClipTruth:
    """Raises TruthUnreadable if the file is missing, not JSON or not of the format."""
    try:
        truth = ClipTruth.model_validate_json(path.read_bytes())
    except OSError as error:
        raise TruthUnreadable(file=path.name, reason=error.strerror or "cannot be opened") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise TruthUnreadable(file=path.name, reason=f"{where}: {first['msg']}") from error
    known = {person.id for person in truth.people}
    numbers = {appearance.id for appearance in truth.appearances if appearance.person in known}
    if len(numbers) < len(truth.appearances):
        raise TruthUnreadable(file=path.name, reason="an appearance names a person who is not listed, or ids repeat")
    if truth.hidden and len(truth.hidden) != len(truth.faces):
        raise TruthUnreadable(file=path.name, reason="hidden does not have as many frames as faces")
    if any(head.appearance not in numbers for frame in range(len(truth.faces)) for head in truth.heads(frame)):
        raise TruthUnreadable(file=path.name, reason="a face names an appearance that is not listed")
    return truth


GRID = 8


def pack_cells(free: NDArray[np.bool_]) -> str | None:
    """`cells` of a (GRID, GRID) array; None if all of them are free."""
    if free.all():
        return None
    return np.packbits(free.reshape(-1)).tobytes().hex()


def unpack_cells(cells: str | None) -> NDArray[np.bool_]:
    """(GRID, GRID): True where the face itself is seen."""
    if cells is None:
        return np.ones((GRID, GRID), np.bool_)
    return np.unpackbits(np.frombuffer(bytes.fromhex(cells), np.uint8)).reshape(GRID, GRID).astype(np.bool_)


def save_truth(truth: ClipTruth, path: Path) -> None:
    path.write_text(truth.model_dump_json(exclude_none=True), encoding="utf-8")
