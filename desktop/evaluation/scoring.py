"""From what a witness saw to figures: who was named rightly, wrongly, how fast, and who was not hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.domain.decision import Band
from desktop.domain.ids import PersonId
from desktop.evaluation.truth import Appearance, ClipTruth, HeadTruth, Standing, is_nameable_stay
from desktop.evaluation.witness import MaskCheck, PaintedPicture, Witness

LEAST_OVERLAP = 0.25  # intersection over union of a mark and the face it stands for
LEAST_SEEN = 0.15
"""Visible share from which a name over a face counts: over one that is covered nobody reads it as that person's."""
CHANCE_SECONDS = 1.5
"""An appearance counts only if the run went on for as long after its first nameable frame."""

UNKNOWN_PERSON = "?"  # a name that belongs to nobody of the truth


@dataclass(slots=True)
class AppearanceScore:
    """One appearance in one pass of the clip.

    Attributes:
        counted: it was painted for long enough, in frames good enough, to demand a name of an enrolled person.
        names: painted pictures in which it bore a name, by the id of the person named.
        time_to_name: seconds from the capture of the first frame in which it could be named (the first painted one,
            if it was there already) to the painting of its right name; None if it never was.
        found: any mark ever stood for it.
        checked: painted pictures in which its head had to be hidden.
    """

    camera: str
    pass_: int
    appearance: Appearance
    standing: Standing
    counted: bool
    names: dict[str, int] = field(default_factory=dict)
    time_to_name: float | None = None
    found: bool = False
    checked: int = 0

    @property
    def person(self) -> str:
        return self.appearance.person

    @property
    def named_right(self) -> bool:
        return self.standing is Standing.ENROLLED and self.person in self.names

    @property
    def named_wrong(self) -> bool:
        """Bore a name that is not its own; of those who may not be named, any name is wrong."""
        return bool(set(self.names) - ({self.person} if self.standing is Standing.ENROLLED else set()))

    @property
    def missed(self) -> bool:
        return self.counted and self.standing is Standing.ENROLLED and not self.named_right


@dataclass(frozen=True, slots=True)
class Unmasked:
    """A face that was not hidden in a painted picture though it had to be."""

    camera: str
    pass_: int
    check: MaskCheck
    person: str
    head: HeadTruth
    found: bool  # any mark ever stood for this appearance


@dataclass(frozen=True, slots=True)
class ClipScore:
    """All of one clip. Pictures are painted pictures; `hidden_*` count those with a face that had to be hidden."""

    camera: str
    appearances: tuple[AppearanceScore, ...]
    pictures: int
    coarse_pictures: int
    hidden_pictures: int
    unmasked_pictures: int
    hidden_faces: int
    unmasked: tuple[Unmasked, ...]
    names_over_nobody: int


def score(witness: Witness, person_of: Callable[[PersonId], str | None]) -> ClipScore:
    """Figures of a clip. `person_of` gives the truth's person id of a gallery person (None: not of this clip)."""
    truth = witness.truth
    scores: dict[tuple[int, int], AppearanceScore] = {}
    nowhere = 0
    by_pass: dict[int, list[PaintedPicture]] = {}
    for picture in witness.seen:
        by_pass.setdefault(picture.pass_, []).append(picture)
    for pass_, pictures in by_pass.items():
        begins = _begins(truth, pictures)
        for stay in truth.appearances:
            if stay.first <= pictures[-1].position and stay.last >= pictures[0].position:
                standing = truth.person_of(stay.id).standing
                counted = stay.id in begins
                scores[pass_, stay.id] = AppearanceScore(truth.camera, pass_, stay, standing, counted)
        for picture in pictures:
            nowhere += _take(picture, truth, scores, begins, person_of)
    unmasked = tuple(_unmasked(witness, scores))
    hidden = [picture for picture in witness.seen if picture.checks]
    return ClipScore(
        camera=truth.camera,
        appearances=tuple(scores.values()),
        pictures=len(witness.seen),
        coarse_pictures=sum(picture.coarse for picture in witness.seen),
        hidden_pictures=len(hidden),
        unmasked_pictures=sum(not all(check.masked for check in picture.checks) for picture in hidden),
        hidden_faces=sum(len(picture.checks) for picture in hidden),
        unmasked=unmasked,
        names_over_nobody=nowhere,
    )


def _begins(truth: ClipTruth, pictures: Sequence[PaintedPicture]) -> dict[int, float]:
    """Capture time of the first frame in which each appearance could be named, for those that count in this pass."""
    first, last = pictures[0].position, pictures[-1].position
    begins = {}
    for stay in truth.appearances:
        frames = [(index, face) for index, face in truth.of_appearance(stay.id) if first <= index <= last]
        if not is_nameable_stay(frames, truth.fps):
            continue
        start = next(index for index, face in frames if face.nameable)
        if last - start >= CHANCE_SECONDS * truth.fps:
            begins[stay.id] = _captured_at(start, pictures, truth.fps)
    return begins


def _captured_at(position: int, pictures: Sequence[PaintedPicture], fps: float) -> float:
    """Capture time of a frame that may not have been painted, from the nearest one that was."""
    nearest = min(pictures, key=lambda picture: abs(picture.position - position))
    return nearest.frame_at + (position - nearest.position) / fps


def _take(
    picture: PaintedPicture,
    truth: ClipTruth,
    scores: Mapping[tuple[int, int], AppearanceScore],
    begins: Mapping[int, float],
    person_of: Callable[[PersonId], str | None],
) -> int:
    """Add one picture to the scores; how many names stand over nobody."""
    nowhere = 0
    for check in picture.checks:
        if (checked := scores.get((picture.pass_, check.appearance))) is not None:
            checked.checked += 1
    owners = assign(picture, truth)
    readable = {face.appearance for face in truth.faces[picture.position] if face.visible >= LEAST_SEEN}
    for index, mark in enumerate(picture.marks):
        owner = owners.get(index)
        named = mark.band is Band.MATCH and mark.person_id is not None
        if owner is None:
            nowhere += named
            continue
        entry = scores.get((picture.pass_, owner))
        if entry is None:
            continue
        entry.found = True
        if not named or mark.person_id is None or owner not in readable:
            continue
        name = person_of(mark.person_id) or UNKNOWN_PERSON
        entry.names[name] = entry.names.get(name, 0) + 1
        if name == entry.person and entry.time_to_name is None and owner in begins:
            entry.time_to_name = max(0.0, picture.painted_at - begins[owner])
    return nowhere


def assign(picture: PaintedPicture, truth: ClipTruth) -> dict[int, int]:
    """Which appearance each mark stands for, by index of the mark; each stands for one at most, best overlap first.

    Heads that are turned away or covered take part, so that the name of somebody whose face cannot be seen just now
    is not put down to whoever stands beside them.
    """
    heads = [(head.appearance, head.area) for head in truth.heads(picture.position)]
    sx, sy = picture.scale
    pairs = sorted(
        (
            (mark.box.scaled(1 / sx, 1 / sy).clipped(truth.width, truth.height).iou(box), index, appearance)
            for index, mark in enumerate(picture.marks)
            for appearance, box in heads
        ),
        reverse=True,
    )
    owners: dict[int, int] = {}
    for overlap, index, appearance in pairs:
        if overlap >= LEAST_OVERLAP and index not in owners and appearance not in owners.values():
            owners[index] = appearance
    return owners


def _unmasked(witness: Witness, scores: Mapping[tuple[int, int], AppearanceScore]) -> list[Unmasked]:
    truth = witness.truth
    found = []
    for picture in witness.seen:
        for check in picture.checks:
            if check.masked:
                continue
            head = next(h for h in truth.heads(check.position) if h.appearance == check.appearance)
            entry = scores.get((picture.pass_, check.appearance))
            person = truth.person_of(check.appearance).id
            seen = entry is not None and entry.found
            found.append(Unmasked(truth.camera, picture.pass_, check, person, head, seen))
    return found
