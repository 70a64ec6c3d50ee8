"""Still probes against a gallery: each picture is shown to the product's pipeline as a camera would show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from desktop.domain.decision import Band, Thresholds
from desktop.domain.ids import PersonId
from desktop.domain.progress import UNWATCHED, Progress, checkpoint
from desktop.evaluation.folders import UNKNOWN, FolderGallery, NothingToEvaluate, person_folders, pictures_in
from desktop.evaluation.metrics import Rate, Search, fmr, fnir, fnmr, fpir, misidentified
from desktop.recognition.embed_policy import FairShare
from desktop.recognition.matcher import Matcher
from desktop.recognition.pipeline import CameraPipeline
from desktop.recognition.replay import whole_picture
from desktop.recognition.settings import EngineSettings
from desktop.services.photo_reader import PhotoRefused, read_photo
from desktop.vision.packs import ModelPack
from desktop.vision.types import BGRImage, Vector

LOOKS = 12
"""Analysed frames for which a probe is shown, a tenth of a second apart: enough for the two agreeing frames."""
_STEP = 0.1


@dataclass(slots=True)
class StillResult:
    """What the probes gave.

    Attributes:
        searches: one for each probe a face was found in.
        acquired: failures to acquire (FTA): probes without a usable face.
        genuine, impostor: cosine scores of probes against the best template of each enrolled person.
        thresholds: in force for the gallery's size.
    """

    thresholds: Thresholds
    searches: list[Search] = field(default_factory=list)
    not_acquired: int = 0
    probes: int = 0
    genuine: list[float] = field(default_factory=list)
    impostor: list[float] = field(default_factory=list)

    @property
    def rates(self) -> dict[str, Rate]:
        return {
            "fmr": fmr(self.impostor, self.thresholds.match),
            "fnmr": fnmr(self.genuine, self.thresholds.match),
            "fpir": fpir(self.searches),
            "fnir": fnir(self.searches),
            "misidentified": misidentified(self.searches),
            "fta": Rate(self.not_acquired, self.probes),
        }


@dataclass(frozen=True, slots=True, eq=False)
class _Sight:
    """What the pipeline made of one picture: its decision on the largest face, and that face's first vector."""

    named: PersonId | None
    vector: Vector


def search_stills(
    root: Path,
    gallery: FolderGallery,
    pack: ModelPack,
    *,
    settings: EngineSettings | None = None,
    progress: Progress = UNWATCHED,
) -> StillResult:
    """Search every probe under `root`. Probes of people who are not in the gallery count as strangers', like those in
    `_unknown`. Raises NothingToEvaluate, Cancelled.
    """
    settings = settings or EngineSettings()
    probes = list(_probes(root))
    if not probes:
        raise NothingToEvaluate(folder=root)
    matcher = Matcher(gallery.gallery, pack.calibration, settings.target_fpir)
    looker = _Looker(pack, matcher, settings)
    result = StillResult(matcher.thresholds)
    enrolled = set(gallery.names.values())
    for number, (name, file) in enumerate(probes):
        checkpoint(progress, number / len(probes))
        truth = name if name in enrolled else None
        result.probes += 1
        sight = looker.look(file)
        if sight is None:
            result.not_acquired += 1
            continue
        named = gallery.name_of(sight.named) if sight.named is not None else None
        result.searches.append(Search(truth, named))
        _compare(result, gallery, sight.vector, truth)
    return result


def _probes(root: Path) -> Iterator[tuple[str | None, Path]]:
    for name, files in person_folders(root):
        for file in files:
            yield name, file
    for file in pictures_in(root / UNKNOWN):
        yield None, file


def _compare(result: StillResult, gallery: FolderGallery, vector: Vector, truth: str | None) -> None:
    """Scores against the best template of every enrolled person: one genuine at most, the others impostors."""
    for candidate in gallery.gallery.search(vector, top=max(1, len(gallery.names))):
        genuine = truth is not None and gallery.names[candidate.person_id] == truth
        (result.genuine if genuine else result.impostor).append(candidate.score)


class _Looker:
    """Runs the pipeline of a camera, without threads, on one picture after the other."""

    def __init__(self, pack: ModelPack, matcher: Matcher, settings: EngineSettings) -> None:
        self._matcher = matcher
        self._settings = settings
        self._dimension = pack.manifest.dimension
        self._detector = pack.new_detector(1)
        self._embedder = pack.new_embedder(1)

    def look(self, file: Path) -> _Sight | None:
        """None: no face was found, or none that could be embedded."""
        try:
            image = read_photo(file)
        except PhotoRefused:
            return None
        return self._shown(image)

    def _shown(self, image: BGRImage) -> _Sight | None:
        """The largest face is the probe's; others in the picture are nobody's probe."""
        pipeline = CameraPipeline(whole_picture("probe"), self._matcher, self._settings, self._dimension, FairShare())
        vectors: dict[int, Vector] = {}
        sizes: dict[int, float] = {}
        for step in range(LOOKS):
            analysis = pipeline.analyse(self._detector, image, (step + 1) * _STEP)
            for mark in analysis.record.marks:
                sizes[mark.track_id] = max(sizes.get(mark.track_id, 0.0), mark.box.area)
            for job in analysis.jobs:
                vector = np.array(self._embedder.embed([job.crop])[0], np.float32)
                vectors.setdefault(job.identity.track_id, vector)
                pipeline.embedded(job, vector.copy())
        verdicts = pipeline.verdicts()
        largest = max((track for track in verdicts if track in vectors), key=lambda track: sizes[track], default=None)
        if largest is None:
            return None
        verdict = verdicts[largest]
        return _Sight(verdict.person_id if verdict.band is Band.MATCH else None, vectors[largest])
