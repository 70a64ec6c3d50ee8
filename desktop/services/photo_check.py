"""What a check of an enrolment picture answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from desktop.domain.quality import QualityReport
from desktop.services.likeness import Closest
from desktop.vision.quality import FaceQuality
from desktop.vision.types import BGRImage, Vector


class PhotoProblem(StrEnum):
    """Why a picture cannot be used; the window has a sentence with advice for each."""

    UNREADABLE = "unreadable"  # the file is missing or may not be read
    NOT_AN_IMAGE = "not_an_image"
    TOO_LARGE = "too_large"  # more than 60 MB or 100 megapixels
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TINY = "tiny"
    PARTIAL = "partial"
    TURNED = "turned"
    BLURRED = "blurred"
    DARK = "dark"
    BRIGHT = "bright"
    EYES_COVERED = "eyes_covered"
    MOUTH_COVERED = "mouth_covered"
    ODD = "odd"  # does not seem to show the person of the other pictures
    NO_PICTURE = "no_picture"  # the camera gives no picture right now


@dataclass(frozen=True, slots=True, eq=False)
class PhotoCheck:
    """What was found in one picture.

    `vector` (the pack's dimension, L2 norm 1) is there only when `ok`. `preview` is the face alone (BGR, at most
    256 px high) for the operator, and `report` its quality report, whenever exactly one face was found. Call
    `discard()` on every check that is not enrolled.
    """

    problem: PhotoProblem | None
    quality: FaceQuality | None = None
    vector: Vector | None = field(default=None, repr=False)  # a repr ends up in logs and tracebacks
    preview: BGRImage | None = field(default=None, repr=False)
    closest: Closest | None = None
    report: QualityReport | None = None

    @property
    def ok(self) -> bool:
        return self.problem is None

    def left_out(self) -> PhotoCheck:
        """The same as an odd one: to be shown, not to be enrolled. The vector is overwritten."""
        if self.vector is not None:
            self.vector.fill(0)
        return replace(self, problem=PhotoProblem.ODD, vector=None, closest=None)

    def discard(self) -> None:
        """Overwrite vector and preview with zeros."""
        for array in (self.vector, self.preview):
            if array is not None:
                array.fill(0)
