"""Where a head is at a moment that was not analysed, and how far that may be wrong.

Between two analyses the place is interpolated, before the first and after the last one it is extrapolated. Every
placement carries a slack in pixels by which its mask is enlarged. It follows from what a person before a camera can
do: the true path leaves the chord between two places, `gap` seconds apart, by at most a*gap^2/8 when nobody
accelerates faster than `a`; an extrapolation over `dt` seconds is off by at most a*dt^2/2 plus the velocity's error.
A head that is not found any more may have gone anywhere in the time in which nobody looked (`lateness.unwatched`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.geometry import Box
from desktop.recognition.lateness import BRISK, SLOW, lateness, unwatched
from desktop.recognition.masks import head_box

MAX_SPEED = 0.4  # picture widths per second: 512 px/s in a picture 1280 px wide
ACCELERATION = 1.5  # picture widths per second squared
JITTER = 0.03  # a detector's box of a still face wavers by this share of its width
GROW_HELD = 0.8  # face widths per second by which the mask of an unseen head grows
MAX_HELD = 0.6  # and never by more than this many face widths
VELOCITY_SPAN = 0.35  # seconds of analyses from which a velocity is taken
WIDEST = 0.25  # picture widths of slack beyond which a mask says nothing: the whole picture has to be hidden
LOOK_ASIDE = 0.75  # face widths by which a look over a long interval leads astray, of the 1.1 that are searched
CUT_OFF = 0.4  # of its height that a face reaches farther down than it seems, by the share of it beside the picture
NEAR_EDGE = 0.5  # face widths: a mask that ends closer to the picture's edge reaches to it

Fix = tuple[float, Box]  # a measured place: capture time in s, face box in px
Size = tuple[int, int]  # width and height of a picture in px


@dataclass(frozen=True, slots=True)
class Placement:
    """A face box in pixels and the slack on each side in pixels."""

    face: Box
    slack: float


def between(earlier: Fix, later: Fix, at: float, width: float) -> Placement:
    """Between two measured places; `width` is the picture's width in pixels."""
    gap = later[0] - earlier[0]
    if gap <= 0:
        return Placement(later[1], JITTER * later[1].w)
    since, left = at - earlier[0], later[0] - at
    face = earlier[1].blended(later[1], since / gap)
    # a fast change of direction is allowed for by a tenth of the way, beside the bounded acceleration
    share = 4 * since * left / gap**2
    (x1, y1), (x2, y2) = earlier[1].centre, later[1].centre
    way = max(abs(x2 - x1), abs(y2 - y1))
    return Placement(face, 0.5 * ACCELERATION * width * since * left + 0.1 * way * share + JITTER * face.w)


def beyond(nearest_first: Sequence[Fix], at: float, width: float) -> Placement:
    """Before the first or after the last measured place: `nearest_first` are the fixes on one side, nearest first."""
    base_at, base = nearest_first[0]
    dt = at - base_at
    bound = MAX_SPEED * width * abs(dt)
    speed = velocity(nearest_first)
    if speed is None:
        return Placement(base, bound + JITTER * base.w)
    vx, vy, span = speed
    face = base.moved(vx * dt, vy * dt)
    wrong = 0.5 * ACCELERATION * width * dt**2 + 2 * JITTER * base.w * abs(dt) / span
    return Placement(face, min(bound, wrong) + JITTER * base.w)


def velocity(nearest_first: Sequence[Fix]) -> tuple[float, float, float] | None:
    """(vx, vy) in px/s and the seconds it was measured over; None with fewer than two fixes within VELOCITY_SPAN."""
    base_at, base = nearest_first[0]
    far: Fix | None = None
    for fix in nearest_first[1:]:
        if abs(fix[0] - base_at) > VELOCITY_SPAN:
            break
        far = fix
    if far is None or far[0] == base_at:
        return None
    dt = far[0] - base_at
    (x1, y1), (x2, y2) = base.centre, far[1].centre
    return (x2 - x1) / dt, (y2 - y1) / dt, abs(dt)


def held_slack(measured: Fix, face: Box, at: float, size: Size, analyses: Sequence[float] = ()) -> float:
    """Slack of a head that was last `measured` and is kept at `face`, where it is thought to be at the time `at`.

    While analyses follow each other briskly a head that moves is found again by its look: one that is not has hardly
    moved. In the time in which nobody looked (`analyses`: when somebody did) it may have gone as fast as anybody goes,
    unless it has left the picture, `size` (width, height) in pixels.
    """
    hardly = min(MAX_HELD, GROW_HELD * max(0.0, at - measured[0])) * face.w
    anywhere = 0.0 if _has_left(measured[1], face, size) else MAX_SPEED * size[0] * unwatched(analyses, measured[0], at)
    return max(hardly, anywhere) + JITTER * face.w


def look_slack(face: Box, interval: float) -> float:
    """Slack in px, beside that of the movement, of a head that was found by its look `interval` seconds after the
    analysis before: the more it has turned or moved meanwhile, the farther beside it something may look like it."""
    return LOOK_ASIDE * lateness(interval, BRISK) * face.w


def _has_left(measured: Box, face: Box, size: Size) -> bool:
    """Whether a head that was near the picture's edge when it was last measured is thought to be outside by now."""
    reach = MAX_SPEED * size[0] * SLOW
    near = Box(measured.x - reach, measured.y - reach, measured.w + 2 * reach, measured.h + 2 * reach)
    return face.clipped(*size).area == 0 and near.clipped(*size).area < near.area


def mask_of(placement: Placement, size: Size) -> Box:
    """The box to hide: the whole head, the slack, and out to the picture's edge where that is near."""
    face, slack = placement.face, placement.slack
    head = head_box(face)
    near = NEAR_EDGE * face.w
    beside = 1 - face.clipped(*size).w / face.w
    left, top = head.x - slack, head.y - slack
    right, bottom = head.right + slack, head.bottom + slack + CUT_OFF * beside * face.h
    if 0 < left < near:
        left = 0.0
    if 0 < top < near:
        top = 0.0
    if 0 < size[0] - right < near:
        right = float(size[0])
    if 0 < size[1] - bottom < near:
        bottom = float(size[1])
    return Box(left, top, right - left, bottom - top)
