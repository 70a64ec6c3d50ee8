"""Galleries and probes from folders: one folder a person, strangers' probes in `_unknown`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop.domain.errors import ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.ids import PersonId, random_id
from desktop.domain.progress import UNWATCHED, Progress, checkpoint
from desktop.evaluation.metrics import Rate
from desktop.recognition.gallery import Gallery, GallerySnapshot
from desktop.recognition.settings import EngineSettings
from desktop.services.face_tools import FaceTools
from desktop.services.likeness import Likeness
from desktop.services.photo_check import PhotoProblem
from desktop.services.photo_examiner import PhotoExaminer
from desktop.services.photo_reader import PhotoRefused, read_photo
from desktop.vision.packs import ModelPack
from desktop.vision.types import Vector

UNKNOWN = "_unknown"
PICTURES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})


class NothingToEvaluate(ConsentryError):
    happened = T("errors", "There is nothing to evaluate in {folder}.")
    kept = T("errors", "No file was changed.")
    todo = T("errors", "Give a folder that holds one folder of pictures for each person.")


@dataclass(frozen=True, slots=True, eq=False)
class FolderGallery:
    """People enrolled from folders, in memory only.

    Attributes:
        names: folder name of each person.
        enrolled: failures to enrol among the people (FTE): no picture of theirs passed the check.
        refused: pictures that did not pass, by problem.
        pictures: that were looked at.
    """

    gallery: Gallery
    names: dict[PersonId, str]
    enrolled: Rate
    refused: dict[str, int]
    pictures: int

    def name_of(self, person_id: PersonId) -> str | None:
        return self.names.get(person_id)


def person_folders(root: Path) -> Iterator[tuple[str, list[Path]]]:
    """Name and pictures of each person's folder, in order. `_unknown` is not one."""
    if not root.is_dir():
        raise NothingToEvaluate(folder=root)
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        if folder.name != UNKNOWN and not folder.name.startswith("."):
            yield folder.name, pictures_in(folder)


def pictures_in(folder: Path) -> list[Path]:
    """Picture files of a folder, by name; empty if there is no such folder."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)


def empty_gallery(pack: ModelPack) -> FolderGallery:
    """Nobody is enrolled: everyone is a stranger."""
    return FolderGallery(Gallery(pack.model_id, pack.manifest.dimension), {}, Rate(0, 0), {}, 0)


def enrol_folders(
    root: Path, pack: ModelPack, *, left_out: Collection[str] = (), progress: Progress = UNWATCHED
) -> FolderGallery:
    """Enrol everybody in `root` through the desk's own enrolment check; every picture that passes is a template.

    `left_out`: folders of people who must not be enrolled. Raises NothingToEvaluate, Cancelled.
    """
    people = [(name, files) for name, files in person_folders(root) if name not in left_out]
    if not people:
        raise NothingToEvaluate(folder=root)
    tools = FaceTools(pack)
    gallery = Gallery(pack.model_id, pack.manifest.dimension)
    examiner = PhotoExaminer(tools, Likeness(pack.calibration, gallery, lambda: EngineSettings().target_fpir))
    owners: list[PersonId] = []
    vectors: list[Vector] = []
    names: dict[PersonId, str] = {}
    refused: dict[str, int] = {}
    failed = pictures = 0
    for number, (name, files) in enumerate(people):
        checkpoint(progress, number / len(people))
        person_id, before = PersonId(random_id()), len(vectors)
        for file in files:
            pictures += 1
            outcome = _template(file, examiner)
            if isinstance(outcome, PhotoProblem):
                refused[outcome.value] = refused.get(outcome.value, 0) + 1
                continue
            owners.append(person_id)
            vectors.append(outcome)
        if len(vectors) == before:
            failed += 1
        else:
            names[person_id] = name
    if vectors:
        snapshot = GallerySnapshot.build(pack.model_id, owners, np.stack(vectors), based_on=gallery.revision)
        gallery.swap(snapshot)
    return FolderGallery(gallery, names, Rate(failed, len(people)), refused, pictures)


def _template(file: Path, examiner: PhotoExaminer) -> Vector | PhotoProblem:
    try:
        check = examiner.examine(read_photo(file))
    except PhotoRefused as refused:
        return refused.problem
    if check.problem is not None or check.vector is None:
        return check.problem or PhotoProblem.NO_FACE
    return check.vector
