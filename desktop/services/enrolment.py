"""What is computed of a person who agreed, from photo files or from a live camera; the enrolment is `capture.py`'s."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from desktop.domain.consent import PlainConsent
from desktop.domain.ids import CameraId
from desktop.domain.permissions import Permission
from desktop.services.access import Access
from desktop.services.consent_gate import need_consent
from desktop.services.errors import NoUsablePhoto, PhotosDiffer
from desktop.services.face_tools import FaceTools
from desktop.services.likeness import Closest, Likeness
from desktop.services.photo_check import PhotoCheck, PhotoProblem
from desktop.services.photo_examiner import PhotoExaminer
from desktop.services.photo_reader import PhotoRefused, read_photo
from desktop.vault.records import NewTemplate
from desktop.vision.types import BGRImage

__all__ = ["Closest", "EnrolmentService", "PhotoCheck", "PhotoProblem"]


class EnrolmentService:
    """All calls run for up to a second: worker thread. Nothing of a picture is kept."""

    def __init__(
        self,
        access: Access,
        tools: FaceTools,
        examiner: PhotoExaminer,
        likeness: Likeness,
        newest_frame: Callable[[CameraId], BGRImage | None],
    ) -> None:
        self._access = access
        self._tools = tools
        self._examiner = examiner
        self._likeness = likeness
        self._newest_frame = newest_frame

    def check_photo(self, path: Path, consent: PlainConsent) -> PhotoCheck:
        """Check a photo file. Nothing is computed from a face before consent: hence the second argument.

        Raises ConsentMissing if the consent is empty or over.
        """
        self._access.demand(Permission.ENROL)
        need_consent(consent)
        try:
            image = read_photo(path)
        except PhotoRefused as refused:
            return PhotoCheck(refused.problem)
        try:
            return self._examiner.examine(image)
        finally:
            image.fill(0)

    def check_frame(self, image: BGRImage, consent: PlainConsent) -> PhotoCheck:
        """The same for a picture in memory (BGR; left as it is)."""
        self._access.demand(Permission.ENROL)
        need_consent(consent)
        return self._examiner.examine(image)

    def check_camera(self, camera_id: CameraId, consent: PlainConsent) -> PhotoCheck:
        """The same for the newest frame of a running camera; the frame itself never leaves the services."""
        self._access.demand(Permission.ENROL)
        need_consent(consent)
        image = self._newest_frame(camera_id)
        return PhotoCheck(PhotoProblem.NO_PICTURE) if image is None else self._examiner.examine(image)

    def odd_ones(self, checks: Sequence[PhotoCheck]) -> tuple[int, ...]:
        """Positions of the checks that do not seem to show the same person as the others; all, if none agree.

        Looks at those that are `ok` only. A few milliseconds.
        """
        self._access.demand(Permission.ENROL)
        good = [(place, check.vector) for place, check in enumerate(checks) if check.ok and check.vector is not None]
        odd = self._likeness.odd_ones([vector for _, vector in good])
        return tuple(good[place][0] for place in odd)

    def templates(self, checks: Sequence[PhotoCheck]) -> list[NewTemplate]:
        """What is stored of these pictures. Raises NoUsablePhoto (none given, or one of them was refused or discarded),
        PhotosDiffer (they show different people)."""
        self._access.demand(Permission.ENROL)
        vectors = [check.vector for check in checks if check.ok and check.vector is not None and check.vector.any()]
        if not vectors or len(vectors) != len(checks):
            raise NoUsablePhoto
        if self._likeness.odd_ones(vectors):
            raise PhotosDiffer
        quality = [check.quality.score if check.quality is not None else 0.0 for check in checks]
        return [
            NewTemplate(vector, self._tools.model_id, score) for vector, score in zip(vectors, quality, strict=True)
        ]
