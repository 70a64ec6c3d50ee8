"""Whether eyes and mouth of a face are covered, from the colours of its aligned crop.

What is measured is narrow: dark glasses, and a mask or scarf whose colour or brightness is not the skin's. Error
rates on 100 press portraits (LFW; one wears sun glasses) and on the same with drawn glasses and masks:

- eyes, below 0.45: the sun glasses are found and nobody else is reported; of drawn glasses black 100 %, black at an
  opacity of 0.85 100 %, brown 97 %, tinted at 0.6 22 %;
- mouth, below 0.2: nobody is reported; of drawn masks blue, black and green 100 %, white and grey 94 %, pink 84 %,
  cream 69 %, red 60 %, skin-coloured 8 %.

Not seen: a hand, skin-coloured cloth, clear glasses with a reflex. None of the portraits shows a full beard.

Whether eyes are open is not measured: the best of three ways of telling (edges across over edges down, darkest blob,
height of the dark) was right for 82 % of open and drawn shut eyes, too few to hold anybody up with.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from desktop.vision.types import BGRImage

# Places in the aligned crop (112 x 112), rows and columns: between the brows, below the eyes, the eyes, the mouth.
_BROW = (slice(28, 58), slice(47, 65))
_CHEEKS = (slice(58, 78), slice(28, 84))
_EYES = ((slice(46, 58), slice(28, 48)), (slice(46, 58), slice(64, 84)))
_MOUTH = (slice(80, 104), slice(38, 74))

_BRIGHT_SHARE = 80  # percentile: the lightest of the lids and the whites, past lashes and pupils
# Shifts in a and b of CIELAB from the skin between the brows within which a pixel is skin or lip: lips, and skin that
# is less brightly lit than the brow, are redder and yellower by as much as that.
_A, _B = (-12.0, 35.0), (-12.0, 30.0)
_DARKEST, _BRIGHTEST = 0.45, 1.5  # lightness over the skin's


@dataclass(frozen=True, slots=True)
class Shown:
    """eyes: lightness around the eyes (the lighter eye) over the skin's; about 0.7 to 1.1 uncovered. mouth: share of
    the pixels around the mouth that look like skin or lips, 0 to 1."""

    eyes: float
    mouth: float


def shown(crop: BGRImage) -> Shown:
    """How much of eyes and mouth is to be seen in an aligned crop (112, 112, 3)."""
    lab = np.asarray(cv2.cvtColor(crop.astype(np.float32) / 255, cv2.COLOR_BGR2Lab), np.float32)
    brow = np.median(lab[_BROW].reshape(-1, 3), axis=0)
    skin = max(1.0, float(np.median(lab[_CHEEKS][..., 0])))
    eyes = max(float(np.percentile(lab[place][..., 0], _BRIGHT_SHARE)) for place in _EYES) / skin
    mouth = lab[_MOUTH].reshape(-1, 3)
    light, a, b = mouth[:, 0] / max(1.0, float(brow[0])), mouth[:, 1] - brow[1], mouth[:, 2] - brow[2]
    like = (a > _A[0]) & (a < _A[1]) & (b > _B[0]) & (b < _B[1]) & (light > _DARKEST) & (light < _BRIGHTEST)
    return Shown(eyes, float(like.mean()))
