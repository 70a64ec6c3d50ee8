"""Enrolling a person from photo files or from a live camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.domain.consent import PlainConsent
from desktop.domain.ids import CameraId, PersonId
from desktop.domain.people import PersonDetails
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
    NO_PICTURE = "no_picture"  # the camera gives no picture right now


@dataclass(frozen=True, slots=True)
class Closest:
    """The person already enrolled who looks most like this picture, where the score reaches a possible match."""

    person_id: PersonId
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class PhotoCheck:
    """What was found in one picture.

    `vector` (128-d, L2 norm 1) is there only when `ok`. `preview` is the face alone (BGR, at most 256 px high) for the
    operator, whenever exactly one face was found. Call `discard()` on every check that is not enrolled.
    """

    problem: PhotoProblem | None
    quality: FaceQuality | None = None
    vector: Vector | None = None
    preview: BGRImage | None = None
    closest: Closest | None = None

    @property
    def ok(self) -> bool:
        return self.problem is None

    def discard(self) -> None:
        """Overwrite vector and preview with zeros."""
        raise NotImplementedError


class EnrolmentService:
    """All calls run for up to a second: worker thread."""

    def check_photo(self, path: Path, consent: PlainConsent) -> PhotoCheck:
        """Check a photo file. Nothing is computed from a face before consent: hence the second argument.

        Raises ConsentMissing if the consent is empty or over.
        """
        raise NotImplementedError

    def check_frame(self, image: BGRImage, consent: PlainConsent) -> PhotoCheck:
        """The same for a picture in memory."""
        raise NotImplementedError

    def check_camera(self, camera_id: CameraId, consent: PlainConsent) -> PhotoCheck:
        """The same for the newest frame of a running camera; the frame itself never leaves the service."""
        raise NotImplementedError

    def enrol(self, details: PersonDetails, consent: PlainConsent, checks: Sequence[PhotoCheck]) -> PersonId:
        """Store the person, the consent and a template a check in one transaction; matching begins within a second.

        The vectors in `checks` are wiped afterwards, whether it worked or not.
        Raises ConsentMissing, NameInvalid, NoUsablePhoto, PhotosDiffer (the pictures show different people), vault errors.
        """
        raise NotImplementedError
