"""The enrolment coach's rules: from measures of a picture to one piece of guidance, and when to take a picture.

Pure: the clock comes with the measures. What is measured, and how well, stands in `desktop.vision.portrait` and
`desktop.vision.covering`; whether the eyes are open is not measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.quality import EYES_SHOWN_LEAST, MOUTH_SHOWN_LEAST

WANTED = 5  # pictures; the coach is content with LEAST once LONG has passed since the first
LEAST = 3
LONG = 6.0  # s
PATIENCE = 45.0  # s without a picture taken, then it gives up

STEADY_PICTURES = 3  # good in a row before one is taken ...
STEADY = 0.25  # ... over at least so many seconds
SETTLE = 0.3  # s for which another piece of guidance must hold before it replaces the one that is shown ...
READ = 0.8  # ... which stays for at least so long
STALE = 1.0  # s between pictures after which nothing counts that was seen before

GAP = 0.4  # s between two pictures that are taken, at least
OTHER_POSE = 4.0  # degrees from every picture taken, which makes one differ; otherwise ...
OTHER_TIME = 1.2  # ... so many seconds must have passed


class Guidance(StrEnum):
    """What to tell the person. `LEFT` and `RIGHT` are the person's own."""

    NO_PICTURE = "no_picture"
    NOBODY = "nobody"
    ONE_PERSON = "one_person"
    CLOSER = "closer"
    FARTHER = "farther"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    CHIN_UP = "chin_up"
    CHIN_DOWN = "chin_down"
    UPRIGHT = "upright"
    MORE_LIGHT = "more_light"
    LESS_LIGHT = "less_light"
    EVEN_LIGHT = "even_light"
    HOLD_STILL = "hold_still"
    UNCOVER_EYES = "uncover_eyes"
    UNCOVER_MOUTH = "uncover_mouth"
    HOLD = "hold"  # all is well
    TURN_A_LITTLE = "turn_a_little"  # all is well; another pose is wanted
    DONE = "done"


@dataclass(frozen=True, slots=True)
class FaceSight:
    """Measures of the one face in a picture.

    Attributes:
        x, y: centre of the face, as shares of the picture's width and height, 0 to 1.
        height: of the face from brows to chin, as a share of the picture's height.
        eye_distance: pixels of the picture.
        yaw, pitch, roll: degrees; positive: nose to the right of the picture, nose down, tilted clockwise.
        luminance: mean brightness, 0 to 255. evenness: darker half of the face over the brighter one, 0 to 1.
        sharpness: see `vision.quality.FaceQuality`.
        visible: share of the face inside the picture, 0 to 1.
        eyes_shown, mouth_shown: see `vision.covering`.
    """

    x: float
    y: float
    height: float
    eye_distance: float
    yaw: float
    pitch: float
    roll: float
    luminance: float
    evenness: float
    sharpness: float
    visible: float
    eyes_shown: float
    mouth_shown: float


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen at `at` (monotonic seconds). `people`: faces found; None: no picture. `face` with exactly one."""

    at: float
    people: int | None
    face: FaceSight | None = None


class Stage(StrEnum):
    LOOKING = "looking"
    DONE = "done"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Advice:
    """What to show now.

    Attributes:
        guidance: one piece, see `Coach`. When given up: what stood in the way for longest.
        taken: pictures taken so far, of `WANTED`.
        steady: share of the time to hold still that has passed, 0 to 1.
        take: this very picture is to be taken; answer with `Coach.taken` or `Coach.refused`.
    """

    guidance: Guidance
    stage: Stage
    taken: int
    steady: float = 0.0
    take: bool = False


_Broken = Callable[[FaceSight, float], bool]

# In the order in which they are told: what makes the others unmeasurable comes first. The number that each gets is 1
# while its guidance is shown, and 0 else: the limit is then a little tighter, so that words do not flicker.
_RULES: tuple[tuple[Guidance, _Broken], ...] = (
    (Guidance.CLOSER, lambda f, tight: f.height < 0.2 + 0.02 * tight or f.eye_distance < 40 + 4 * tight),
    (Guidance.FARTHER, lambda f, tight: f.height > 0.6 - 0.04 * tight),
    # The picture is as the camera sees it: its left is the person's right.
    (Guidance.LEFT, lambda f, tight: f.x < 0.3 + 0.03 * tight),
    (Guidance.RIGHT, lambda f, tight: f.x > 0.7 - 0.03 * tight),
    (Guidance.DOWN, lambda f, tight: f.y < 0.25 + 0.03 * tight),
    (Guidance.UP, lambda f, tight: f.y > 0.72 - 0.03 * tight),
    (Guidance.FARTHER, lambda f, tight: f.visible < 0.95 + 0.03 * tight),
    (Guidance.UNCOVER_EYES, lambda f, tight: f.eyes_shown < EYES_SHOWN_LEAST + 0.03 * tight),
    (Guidance.UNCOVER_MOUTH, lambda f, tight: f.mouth_shown < MOUTH_SHOWN_LEAST + 0.05 * tight),
    (Guidance.TURN_LEFT, lambda f, tight: f.yaw < -18 + 3 * tight),
    (Guidance.TURN_RIGHT, lambda f, tight: f.yaw > 18 - 3 * tight),
    (Guidance.CHIN_UP, lambda f, tight: f.pitch > 18 - 3 * tight),
    (Guidance.CHIN_DOWN, lambda f, tight: f.pitch < -18 + 3 * tight),
    (Guidance.UPRIGHT, lambda f, tight: abs(f.roll) > 18 - 3 * tight),
    (Guidance.MORE_LIGHT, lambda f, tight: f.luminance < 50 + 6 * tight),
    (Guidance.LESS_LIGHT, lambda f, tight: f.luminance > 205 - 6 * tight),
    (Guidance.EVEN_LIGHT, lambda f, tight: f.evenness < 0.4 + 0.05 * tight),
    (Guidance.HOLD_STILL, lambda f, tight: f.sharpness < 0.03 + 0.006 * tight),
)


def hindrance(sight: Sight, shown: Guidance | None = None) -> Guidance | None:
    """The first thing that stands in the way of a good picture, or None. `shown`: the guidance on the screen."""
    if sight.people is None:
        return Guidance.NO_PICTURE
    if sight.people == 0:
        return Guidance.NOBODY
    if sight.people > 1 or sight.face is None:
        return Guidance.ONE_PERSON
    face = sight.face
    return next((guidance for guidance, broken in _RULES if broken(face, float(guidance is shown))), None)


class Coach:
    """One session's memory: the guidance that is shown, the run of good pictures, and what was taken.

    A picture is taken only when no rule is broken in it nor in the ones just before, whatever words still stand on the
    screen. Not thread-safe.
    """

    def __init__(self, began: float) -> None:
        """`began`: monotonic seconds."""
        self._shown = Guidance.NOBODY
        self._shown_since = began
        self._next: tuple[Guidance, float] | None = None
        self._good: list[float] = []
        self._taken: list[tuple[float, float, float]] = []  # time, yaw, pitch
        self._last = began
        self._patient_since = began
        self._stood: dict[Guidance, float] = {}
        self._refusal: tuple[Guidance, float] | None = None
        self._over = False

    @property
    def shown(self) -> Guidance:
        return self._shown

    def see(self, sight: Sight) -> Advice:
        """Take in a picture's measures; `sight.at` never falls."""
        if sight.at - self._last > STALE:
            self._good.clear()
        found = hindrance(sight, self._shown)
        self._count(found, sight.at)
        self._last = sight.at
        if self._finished(sight.at):
            return self._end()
        if found is not None:
            self._good.clear()
            self._show(found, sight.at)
            return self._advice()
        self._good.append(sight.at)
        assert sight.face is not None
        differs = self._differs(sight.face, sight.at)
        self._show(self._praise(differs, sight.at), sight.at)
        steady = self._steadiness()
        return self._advice(steady if differs else 0.0, take=differs and steady >= 1)

    def taken(self, face: FaceSight, at: float) -> None:
        """The picture that was to be taken passed the checks."""
        self._taken.append((at, face.yaw, face.pitch))
        self._good.clear()
        self._stood.clear()
        self._patient_since = at
        self._refusal = None

    def refused(self, reason: Guidance, at: float) -> None:
        """The closer check found something that the quick look had missed: it is told for a while."""
        self._good.clear()
        self._refusal = (reason, at)

    def _count(self, found: Guidance | None, at: float) -> None:
        told = found or (self._refusal[0] if self._refusal is not None else None)
        if told is not None:
            self._stood[told] = self._stood.get(told, 0.0) + min(at - self._last, STALE)

    def _finished(self, at: float) -> bool:
        count = len(self._taken)
        enough = count >= LEAST and at - self._taken[0][0] >= LONG
        self._over = self._over or count >= WANTED or enough or at - self._patient_since >= PATIENCE
        return self._over

    def _end(self) -> Advice:
        if len(self._taken) >= LEAST:
            return Advice(Guidance.DONE, Stage.DONE, len(self._taken), 1.0)
        longest = max(self._stood, key=lambda guidance: self._stood[guidance], default=Guidance.NOBODY)
        return Advice(longest, Stage.GIVEN_UP, len(self._taken))

    def _praise(self, differs: bool, at: float) -> Guidance:
        if self._refusal is not None and at - self._refusal[1] < READ + SETTLE:
            return self._refusal[0]
        return Guidance.TURN_A_LITTLE if self._taken and not differs else Guidance.HOLD

    def _show(self, wanted: Guidance, at: float) -> None:
        if wanted is self._shown:
            self._next = None
            return
        if self._next is None or self._next[0] is not wanted:
            self._next = (wanted, at)
        if at - self._next[1] >= SETTLE and at - self._shown_since >= READ:
            self._shown, self._shown_since, self._next = wanted, at, None

    def _steadiness(self) -> float:
        span = (self._good[-1] - self._good[0]) / STEADY
        return min(1.0, span, len(self._good) / STEADY_PICTURES)

    def _differs(self, face: FaceSight, at: float) -> bool:
        if not self._taken:
            return True
        since = at - self._taken[-1][0]
        other = all(max(abs(face.yaw - yaw), abs(face.pitch - pitch)) >= OTHER_POSE for _, yaw, pitch in self._taken)
        return since >= OTHER_TIME or (other and since >= GAP)

    def _advice(self, steady: float = 0.0, *, take: bool = False) -> Advice:
        return Advice(self._shown, Stage.LOOKING, len(self._taken), steady, take)
