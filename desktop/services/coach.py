"""The enrolment coach: guides one person in front of a camera and takes three to five pictures that differ."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from desktop.domain.coach import WANTED, Advice, Coach, FaceSight, Guidance, Sight, Stage
from desktop.domain.consent import PlainConsent
from desktop.domain.errors import Cancelled
from desktop.domain.geometry import Box
from desktop.domain.ids import CameraId
from desktop.domain.permissions import Permission
from desktop.domain.progress import Progress
from desktop.recognition.masks import BGRAImage
from desktop.services.access import Access
from desktop.services.coach_eye import CoachEye, Seen
from desktop.services.coach_picture import alone, covered, masked
from desktop.services.consent_gate import need_consent
from desktop.services.likeness import Closest, Likeness
from desktop.services.photo_check import PhotoCheck, PhotoProblem
from desktop.services.photo_examiner import PhotoExaminer
from desktop.vision.packs import ModelPack
from desktop.vision.types import BGRImage

INTERVAL: Final = 0.045  # s between two pictures that are looked at, at least: 22 a second
LOST: Final = 1.0  # s without a new picture after which the camera gives none
_WAIT: Final = 0.004  # s between two questions for a new picture

_TOLD: Final = {
    PhotoProblem.NO_FACE: Guidance.NOBODY,
    PhotoProblem.SEVERAL_FACES: Guidance.ONE_PERSON,
    PhotoProblem.TINY: Guidance.CLOSER,
    PhotoProblem.PARTIAL: Guidance.FARTHER,
    PhotoProblem.BLURRED: Guidance.HOLD_STILL,
    PhotoProblem.DARK: Guidance.MORE_LIGHT,
    PhotoProblem.BRIGHT: Guidance.LESS_LIGHT,
    PhotoProblem.EYES_COVERED: Guidance.UNCOVER_EYES,
    PhotoProblem.MOUTH_COVERED: Guidance.UNCOVER_MOUTH,
}


@dataclass(frozen=True, slots=True, eq=False)
class CoachUpdate:
    """What to show now. `pixels` (H, W, 4) BGRA, the receiver's own, as in a mirror; None: no picture. `head`: the head
    that is shown, in those pixels."""

    advice: Advice
    pixels: BGRAImage | None = None
    head: Box | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CoachOutcome:
    """What a session ended with. `checks` are to be enrolled; empty when it gave up, for the reason `guidance`.

    `odd`: taken, but not like the others; to be shown, never enrolled. `closest`: who may be confused with this person.
    Call `discard()` on what is not enrolled.
    """

    guidance: Guidance
    checks: tuple[PhotoCheck, ...] = ()
    odd: tuple[PhotoCheck, ...] = ()
    closest: Closest | None = None

    def discard(self) -> None:
        """Overwrite what was computed and the small pictures."""
        for check in (*self.checks, *self.odd):
            check.discard()


class CoachService:
    """Makes sessions. Calls return at once; `CoachSession.run` belongs into a worker thread."""

    def __init__(
        self,
        access: Access,
        pack: ModelPack,
        examiner: PhotoExaminer,
        likeness: Likeness,
        newest_frame: Callable[[CameraId], BGRImage | None],
    ) -> None:
        self._access = access
        self._pack = pack
        self._examiner = examiner
        self._likeness = likeness
        self._newest_frame = newest_frame

    def covered(self, camera_id: CameraId, width: int, height: int) -> BGRAImage | None:
        """The camera's newest picture before anybody agreed: a few flat cells, in which nothing was looked for.

        None where the camera gives none, or not for these eyes.
        """
        image = self._newest_frame(camera_id)
        return None if image is None else covered(image, (width, height))

    def begin(self, camera_id: CameraId, consent: PlainConsent) -> CoachSession:
        """A session for the person in front of that camera. Raises ConsentMissing: nothing is computed before."""
        self._access.demand(Permission.ENROL)
        need_consent(consent)
        return CoachSession(
            self._pack,
            self._examiner,
            self._likeness,
            lambda: self._newest_frame(camera_id),
            consent,
            allowed=lambda: self._access.allows(Permission.ENROL),
        )


class CoachSession:
    """One try in front of one camera. `run` in a worker, the rest in any thread.

    Of the pictures that are taken only the checks are held, five at most: a small picture of the face and a vector.
    """

    def __init__(
        self,
        pack: ModelPack,
        examiner: PhotoExaminer,
        likeness: Likeness,
        newest_frame: Callable[[], BGRImage | None],
        consent: PlainConsent,
        *,
        allowed: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pack = pack
        self._examiner = examiner
        self._likeness = likeness
        self._newest_frame = newest_frame
        self._consent = consent
        self._allowed = allowed
        self._clock = clock
        self._lock = threading.Lock()
        self._tile = (640, 360)
        self._update: CoachUpdate | None = None
        self._checks: list[PhotoCheck] = []
        self._discarded = False
        self.updates = 0  # pictures looked at

    def set_size(self, width: int, height: int) -> None:
        """Room for the picture in device pixels."""
        self._tile = (max(1, width), max(1, height))

    def newest(self) -> CoachUpdate | None:
        """What to show since the last call; None: nothing new."""
        with self._lock:
            update, self._update = self._update, None
        return update

    def discard(self) -> None:
        """Overwrite everything that is held; a `run` that is under way ends with Cancelled."""
        with self._lock:
            self._discarded = True
            self._update = None
            for check in self._checks:
                check.discard()
            self._checks.clear()

    def run(self, progress: Progress) -> CoachOutcome:
        """Guide until enough is taken or it is no use.

        Raises Cancelled (also when the screen is locked), ConsentMissing, the model pack's errors;
        nothing is held then.
        """
        try:
            return self._guide(progress)
        finally:
            self.discard()

    def _guide(self, progress: Progress) -> CoachOutcome:
        eye = CoachEye(self._pack.new_detector())
        began = self._clock()
        coach = Coach(began)
        last: BGRImage | None = None
        last_at = looked_at = began
        while self._allowed() and not (progress.cancelled() or self._discarded):
            now = self._clock()
            image = self._newest_frame()
            fresh = image is not None and image is not last
            if now - looked_at < INTERVAL or not (fresh or now - last_at > LOST):
                time.sleep(_WAIT)
                continue
            looked_at = now
            if fresh:
                last, last_at = image, now
            advice = self._look(eye, coach, image, now) if fresh and image is not None else self._without(coach, now)
            progress.report(advice.taken / WANTED)
            if advice.stage is not Stage.LOOKING:
                return self._end(advice)
        raise Cancelled

    def _without(self, coach: Coach, now: float) -> Advice:
        advice = coach.see(Sight(now, None))
        self._publish(CoachUpdate(advice))
        return advice

    def _look(self, eye: CoachEye, coach: Coach, image: BGRImage, now: float) -> Advice:
        seen = eye.look(image, now)
        advice = coach.see(seen.sight)
        if advice.take and seen.sight.face is not None:
            self._take(coach, image, seen.sight.face, now)
        self._publish(_shown(advice, image, self._tile, seen))
        self.updates += 1
        return advice

    def _take(self, coach: Coach, image: BGRImage, face: FaceSight, now: float) -> None:
        need_consent(self._consent)
        check = self._examiner.examine(image)
        if check.problem is not None:
            check.discard()
            coach.refused(_guidance(check.problem, face), now)
            return
        with self._lock:
            if self._discarded:
                check.discard()
                return
            self._checks.append(check)
        coach.taken(face, now)

    def _publish(self, update: CoachUpdate) -> None:
        with self._lock:
            if not self._discarded:
                self._update = update

    def _end(self, advice: Advice) -> CoachOutcome:
        with self._lock:
            if self._discarded:
                raise Cancelled
            checks, self._checks = self._checks, []
        if advice.stage is Stage.GIVEN_UP:
            for check in checks:
                check.discard()
            return CoachOutcome(advice.guidance)
        odd = self._likeness.odd_ones([check.vector for check in checks if check.vector is not None])
        kept = tuple(check for place, check in enumerate(checks) if place not in odd)
        left_out = tuple(checks[place].left_out() for place in odd)
        closest = self._likeness.closest(*(check.vector for check in kept if check.vector is not None))
        return CoachOutcome(Guidance.DONE if kept else Guidance.ONE_PERSON, kept, left_out, closest)


def _shown(advice: Advice, image: BGRImage, tile: tuple[int, int], seen: Seen) -> CoachUpdate:
    others = [face.box for face in seen.others]
    if seen.subject is None:
        return CoachUpdate(advice, masked(image, tile, others))
    return CoachUpdate(advice, *alone(image, tile, seen.subject.box, others))


def _guidance(problem: PhotoProblem, face: FaceSight) -> Guidance:
    if problem is PhotoProblem.TURNED:
        return Guidance.TURN_LEFT if face.yaw < 0 else Guidance.TURN_RIGHT
    return _TOLD.get(problem, Guidance.HOLD_STILL)
