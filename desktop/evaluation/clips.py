"""Clips with truth through the product's pipeline and presenter, faster or slower than real time but on its clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from desktop.capture.frame import Frame
from desktop.capture.native import next_picture
from desktop.domain.errors import ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.ids import PersonId
from desktop.domain.progress import UNWATCHED, Progress, checkpoint
from desktop.evaluation.folders import FolderGallery
from desktop.evaluation.scoring import ClipScore, score
from desktop.evaluation.truth import ClipTruth, Standing, load_truth
from desktop.evaluation.witness import Witness
from desktop.recognition.replay import Replay
from desktop.recognition.settings import EngineSettings
from desktop.vision.packs import ModelPack

TILE = (640, 360)


class ClipUnreadable(ConsentryError):
    happened = T("errors", "The video {file} cannot be read, or does not fit its ground truth.")
    kept = T("errors", "Nothing was evaluated and no file was changed.")
    todo = T("errors", "Give videos and truth files in the same order: {reason}")


@dataclass(slots=True)
class _Clock:
    """Capture time of the newest frame that was handed out: what is painted then is painted by that time."""

    now: float = 0.0


def load_clips(videos: Sequence[Path], truths: Sequence[Path]) -> list[tuple[Path, ClipTruth]]:
    """Videos with their truth, in order. Raises ClipUnreadable, TruthUnreadable."""
    if len(videos) != len(truths):
        raise ClipUnreadable(file=videos[0].name if videos else "", reason="as many truth files as videos are needed")
    return [(video, load_truth(truth)) for video, truth in zip(videos, truths, strict=True)]


def withdrawn_in(clips: Sequence[tuple[Path, ClipTruth]]) -> set[str]:
    """Ids and names of the people of the clips whose templates no gallery may hold."""
    people = [person for _, truth in clips for person in truth.people if person.standing is not Standing.ENROLLED]
    return {text for person in people for text in (person.id, person.name)}


def replay_clip(
    video: Path,
    truth: ClipTruth,
    gallery: FolderGallery,
    pack: ModelPack,
    *,
    settings: EngineSettings | None = None,
    progress: Progress = UNWATCHED,
) -> ClipScore:
    """Figures of one clip. Names in the gallery may be the truth's person ids or names.

    Raises ClipUnreadable, Cancelled.
    """
    ids = {text: person.id for person in truth.people for text in (person.id, person.name)}

    def person_of(person_id: PersonId) -> str | None:
        return ids.get(gallery.name_of(person_id) or "")

    clock = _Clock()
    witness = Witness(truth)
    replay = Replay(pack, gallery.gallery, settings=settings or EngineSettings(), tile=TILE)
    for picture in replay.run(_frames(video, truth, clock, progress)):
        witness.see(picture, clock.now)
    return score(witness, person_of)


def _frames(video: Path, truth: ClipTruth, clock: _Clock, progress: Progress) -> Iterator[Frame]:
    capture = cv2.VideoCapture(str(video), cv2.CAP_FFMPEG)
    try:
        count = 0
        while (image := next_picture(capture)) is not None and count < len(truth.faces):
            if (image.shape[1], image.shape[0]) != (truth.width, truth.height):
                raise ClipUnreadable(file=video.name, reason="the picture has another size")
            checkpoint(progress, count / len(truth.faces))
            clock.now = 1.0 + count / truth.fps
            yield Frame(image=image, at=clock.now, seq=count, position=count)
            count += 1
        if count < len(truth.faces):
            raise ClipUnreadable(file=video.name, reason="the video is shorter than the truth says")
    finally:
        capture.release()
