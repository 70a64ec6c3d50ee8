"""The numbers by which faces are followed from frame to frame (`tracker`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrackerRules:
    """Numbers of the tracker; lengths in sides of a square as large as the face box, times in seconds.

    Attributes:
        high_score: detections from this score on start tracks.
        low_score: detections from this score on keep tracks alive.
        keep_lost: how long a track lives on with neither a detection nor the look of its head found.
        keep_looks: and for how many analysed frames at least, where these are rare.
        keep_still: how long it lives on where its look is found but nothing stirs: a wall, not a head.
        trusted_follow: after as long without a detection nothing known about it counts any more; its mask stays.
        gate, gate_spread, gate_max: a detection continues a track when it lies within `gate` + `gate_spread` standard
            deviations of the predicted centre, at most `gate_max`.
        trusted_gap: after a longer gap, a detection may be somebody else: the track is in doubt, unless its head was
            followed through the gap and still looks the same.
        trusted_jump: a detection farther than this from where the motion led and from where the face was is in
            doubt.
        trusted_first_jump: the same while the motion is not known yet (the second and third detection).
        trusted_scale: so is one whose box is this many times larger or smaller.
        steady: a detection no farther than this from where the motion led is certain even beside another face.
        sure, feeble, found_aside: how much a detection tells about the movement (`BoxMotion.correct`) with a good
            score, with a low one, and farther than `steady` from where the motion led after a frame without one: the
            face of a head that had turned away comes out at either edge of it, which is no movement of the head.
        follow: least likeness at which a lost head counts as found.
        same_look: likeness from which a doubtful continuation is believed: of 1,440 pairs of different people on
            press portraits 0.14% are as like (0.6: 0.8%).
        beside: two heads are beside each other when their face boxes, grown by this share on each side, touch.
        alike_beside, alike_alone: a head less like it looked in the frame before is in doubt, beside another head and
            alone. In the demo's clips, at 5 to 10 analysed frames a second, 8% and 0.7% of heads that were the same
            are less like, and 95% and 65% of those that were not.
        beside_slow, alike_beside_slow, alike_alone_slow: the three numbers above where two analysed frames lie far
            apart (`lateness`): the longer nobody looked, the farther somebody else may have come from, and the more
            alike a head must look to be the same. In between they rise evenly.
    """

    high_score: float = 0.6
    low_score: float = 0.3
    keep_lost: float = 1.0
    keep_looks: int = 4
    keep_still: float = 10.0
    trusted_follow: float = 5.0
    gate: float = 0.6
    gate_spread: float = 2.0
    gate_max: float = 2.5
    trusted_gap: float = 0.35
    trusted_jump: float = 0.5
    trusted_first_jump: float = 0.8
    trusted_scale: float = 1.4
    steady: float = 0.3
    sure: float = 1.0
    feeble: float = 0.5
    found_aside: float = 0.12
    follow: float = 0.6
    same_look: float = 0.7
    beside: float = 0.5
    alike_beside: float = 0.6
    alike_alone: float = 0.3
    beside_slow: float = 1.5
    alike_beside_slow: float = 0.85
    alike_alone_slow: float = 0.7
