"""Finding somebody by a look into the camera that they agreed to. Nothing of it is kept; a photo that somebody hands in
is never searched with: whose it is nobody can know."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from desktop.domain.audit import AuditAction
from desktop.domain.ids import CameraId, PersonId
from desktop.domain.permissions import Permission
from desktop.domain.progress import UNWATCHED, Progress, checkpoint
from desktop.services.access import Access
from desktop.services.likeness import Closest
from desktop.services.photo_examiner import PhotoExaminer
from desktop.services.receipt_errors import CameraSilent
from desktop.services.request_errors import FaceNotSeen, LookNotAgreed
from desktop.vault.vault import Vault
from desktop.vision.types import BGRImage

LOOKS: Final = 2  # good pictures that are compared
LONGEST: Final = 8.0  # s
_WAIT: Final = 0.05


@dataclass(frozen=True, slots=True)
class FaceFinding:
    """`person_id`: who reached a possible match at least; None: nobody. `compared`: people in the gallery."""

    person_id: PersonId | None
    compared: int


class FaceSearch:
    """Worker thread: a look takes a second or two."""

    def __init__(
        self,
        vault: Vault,
        access: Access,
        examiner: PhotoExaminer,
        newest_frame: Callable[[CameraId], BGRImage | None],
        people: Callable[[], int],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._vault = vault
        self._access = access
        self._examiner = examiner
        self._newest_frame = newest_frame
        self._people = people
        self._clock = clock

    def look(self, camera_id: CameraId, agreed: bool, progress: Progress = UNWATCHED) -> FaceFinding:
        """Compare whoever stands alone in front of the camera with the gallery. `agreed`: they said so.

        Raises LookNotAgreed (nothing was computed), CameraSilent, FaceNotSeen, Cancelled, ScreenLocked.
        """
        self._access.demand(Permission.REQUESTS)
        if not agreed:
            raise LookNotAgreed
        people = self._people()
        best: Closest | None = None
        seen, silent = 0, True
        last: BGRImage | None = None
        began = self._clock()
        while seen < LOOKS and self._clock() - began < LONGEST:
            self._access.demand(Permission.REQUESTS)
            checkpoint(progress, seen / LOOKS)
            image = self._newest_frame(camera_id)
            if image is None or image is last:
                time.sleep(_WAIT)
                continue
            last, silent = image, False
            check = self._examiner.examine(image)
            check.discard()
            if check.ok:
                seen += 1
                found = check.closest
                best = found if best is None or (found is not None and found.score > best.score) else best
        if silent:
            raise CameraSilent
        if seen < LOOKS:
            raise FaceNotSeen
        person = None if best is None else best.person_id
        detail = {"found": person is not None, "compared": people}
        self._vault.audit.append(self._access.draft(AuditAction.FACE_SEARCHED, person, detail))
        return FaceFinding(person, people)
