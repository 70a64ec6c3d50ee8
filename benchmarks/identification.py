"""CPU and identification figures of this pipeline and its two peers, on the same frames of the same clips.

Every method sees the same decoded frames (8.3 a second), one after the other in one process. CPU is the process's
user and system time around the method's own calls, decoding left out, with all of its threads.

All three search with the same two networks, so that one threshold means one FMR for all: how far the vectors of
the methods differ is measured and reported, and the frame-level FMR of each at that threshold as well.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from benchmarks.peers import Image, InsightFacePeer, OpenCVPeer, Peer
from desktop.capture.frame import Frame
from desktop.demo.generator import Clip, DemoMaterial
from desktop.demo.roster import Roster
from desktop.domain.decision import Band, thresholds_for
from desktop.domain.geometry import Box
from desktop.domain.ids import PersonId
from desktop.evaluation.truth import ClipTruth, FaceTruth, Standing, load_truth
from desktop.recognition.gallery import Gallery, GallerySnapshot
from desktop.recognition.replay import Replay
from desktop.recognition.settings import EngineSettings
from desktop.vision.align import align
from desktop.vision.packs import ModelPack
from desktop.vision.types import Vector

EVERY = 3  # of 25 frames a second: 8.3 analysed frames


@dataclass(slots=True)
class Tally:
    """Who was named how, by appearance and by analysed frame."""

    truth: ClipTruth
    names: dict[int, dict[str, int]] = field(default_factory=dict)
    face_frames: int = 0
    wrong_frames: int = 0
    enrolled_frames: int = 0
    right_frames: int = 0

    def frame(self, position: int, named: Iterable[tuple[Box, str]]) -> None:
        """Count one analysed frame: the boxes that bear a name, and the name."""
        faces = self.truth.faces[position]
        self.face_frames += len(faces)
        enrolled = [f for f in faces if f.nameable and self.truth.person_of(f.appearance).standing is Standing.ENROLLED]
        self.enrolled_frames += len(enrolled)
        for box, name in named:
            face = face_at(box, faces)
            if face is None:
                continue
            self.names.setdefault(face.appearance, {}).setdefault(name, 0)
            self.names[face.appearance][name] += 1
            right = self.truth.person_of(face.appearance)
            if right.id != name or right.standing is not Standing.ENROLLED:
                self.wrong_frames += 1
            elif face in enrolled:
                self.right_frames += 1

    def figures(self) -> dict[str, float]:
        """Counts of appearances and shares of frames."""
        enrolled = right = wrong = strangers = strangers_named = 0
        for appearance in self.truth.appearances:
            person = self.truth.person_of(appearance.id)
            names = set(self.names.get(appearance.id, {}))
            if person.standing is not Standing.ENROLLED:
                strangers += 1
                strangers_named += bool(names)
            elif appearance.nameable:
                enrolled += 1
                right += person.id in names
                wrong += bool(names - {person.id})
        return {
            "enrolled_appearances": enrolled,
            "named_right": right,
            "named_wrong": wrong,
            "other_appearances": strangers,
            "others_named": strangers_named,
            "fnir": 1 - right / max(1, enrolled),
            "fpir": strangers_named / max(1, strangers),
            "right_frames_share": self.right_frames / max(1, self.enrolled_frames),
            "wrong_frames": self.wrong_frames,
            "mean_faces": self.face_frames / max(1, len(range(0, len(self.truth.faces), EVERY))),
        }


@dataclass(frozen=True, slots=True)
class Gallery1:
    """Enrolled people's vectors, made once through the product's enrolment embedder and used by every method."""

    ids: tuple[str, ...]
    vectors: NDArray[np.float32]


def face_at(box: Box, faces: Iterable[FaceTruth]) -> FaceTruth | None:
    """The true face that a box belongs to: largest overlap, at least 0.25 of the union."""
    best = max(faces, key=lambda face: face.area.iou(box), default=None)
    return best if best is not None and best.area.iou(box) >= 0.25 else None


def enrol(pack: ModelPack, material: DemoMaterial, roster: Roster) -> Gallery1:
    """Vectors of the enrolled people's pictures, the mirrored one averaged in."""
    detector, embedder = pack.new_detector(1), pack.new_embedder(1)
    ids, vectors = [], []
    for person in roster.of_standing(Standing.ENROLLED):
        for path in material.pictures[person.id]:
            image = np.asarray(cv2.imread(str(path)), np.uint8)
            face = max(detector.detect(image), key=lambda found: found.box.area)
            ids.append(person.id)
            vectors.append(embedder.embed_with_mirror([align(image, face.landmarks)])[0])
    return Gallery1(tuple(ids), np.stack(vectors))


def measure(pack: ModelPack, models: Path, material: DemoMaterial, roster: Roster) -> dict[str, Any]:
    """A row a clip and method."""
    gallery = enrol(pack, material, roster)
    people = len(set(gallery.ids))
    threshold = thresholds_for(pack.calibration, EngineSettings().target_fpir, people).match
    rows: dict[str, Any] = {"threshold": threshold, "gallery_people": people}
    for clip in material.clips:
        truth = load_truth(clip.truth)
        frames = sampled_frames(clip)
        minutes = len(truth.faces) / truth.fps / 60
        rows[clip.scene] = {
            "ours": _ours(pack, gallery, truth, frames, minutes),
            "opencv": _peer(OpenCVPeer(models), gallery, truth, frames, minutes, threshold),
            "insightface": _peer(InsightFacePeer(models), gallery, truth, frames, minutes, threshold),
        }
    return rows


def sampled_frames(clip: Clip) -> list[tuple[int, Image]]:
    """(position, BGR picture) of every analysed frame, decoded beforehand: about 1.4 GB a minute."""
    video = cv2.VideoCapture(str(clip.video), cv2.CAP_FFMPEG)
    frames: list[tuple[int, Image]] = []
    position = 0
    while video.grab():
        if position % EVERY == 0:
            frames.append((position, np.asarray(video.retrieve()[1], np.uint8)))
        position += 1
    video.release()
    return frames


def _peer(
    peer: Peer,
    gallery: Gallery1,
    truth: ClipTruth,
    frames: list[tuple[int, Image]],
    minutes: float,
    threshold: float,
) -> dict[str, Any]:
    tally = Tally(truth)
    impostors, false_matches, spent = 0, 0, 0.0
    peer.faces(frames[0][1])  # the first call sets the networks up
    for position, image in frames:
        start = time.process_time()
        faces = peer.faces(image)
        scores = [gallery.vectors @ face.vector for face in faces]
        named = [
            (face.box, gallery.ids[int(np.argmax(score))])
            for face, score in zip(faces, scores, strict=True)
            if float(score.max()) >= threshold
        ]
        spent += time.process_time() - start
        tally.frame(position, named)
        for face, score in zip(faces, scores, strict=True):
            true = face_at(face.box, truth.faces[position])
            if true is not None:
                other = np.array([owner != truth.person_of(true.appearance).id for owner in gallery.ids])
                impostors += int(other.sum())
                false_matches += int((score[other] >= threshold).sum())
    return {
        "name": peer.name,
        "cpu_s_per_min": spent / minutes,
        "frame_fmr": false_matches / max(1, impostors),
        "impostor_comparisons": impostors,
        **tally.figures(),
    }


class _Inference:
    """CPU seconds inside the networks, by wrapping onnxruntime's run for the time of a measurement."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._original = onnxruntime.InferenceSession.run

    def __enter__(self) -> _Inference:
        original = self._original

        def run(session: Any, *args: Any, **kwargs: Any) -> Any:
            start = time.process_time()
            try:
                return original(session, *args, **kwargs)
            finally:
                self.seconds += time.process_time() - start

        onnxruntime.InferenceSession.run = run
        return self

    def __exit__(self, *exc: object) -> None:
        onnxruntime.InferenceSession.run = self._original


def _ours(
    pack: ModelPack, gallery: Gallery1, truth: ClipTruth, frames: list[tuple[int, Image]], minutes: float
) -> dict[str, Any]:
    # every frame given is to be analysed, so the schedule must never find one too early
    settings = EngineSettings(target_fps=25.0)
    counted: list[float] = []
    replay = Replay(pack, _running_gallery(pack, gallery), settings, tile=(0, 0))
    replay.on_analysis = lambda analysis: counted.append(analysis.record.at)
    _warm_up(pack, gallery, truth, frames)
    pictures = replay.run(_sequence(truth, frames))  # loads the networks; the clock starts once that is done
    with _Inference() as inference:
        start = time.process_time()
        for _ in pictures:
            raise AssertionError("no picture is asked for")
        spent = time.process_time() - start
    return {
        "name": "Consentry",
        "cpu_s_per_min": spent / minutes,
        "analysed": len(counted),
        "outside_inference_ms": (spent - inference.seconds) / max(1, len(counted)) * 1000,
        **_as_painted(pack, gallery, truth, frames, settings),
    }


def _warm_up(pack: ModelPack, gallery: Gallery1, truth: ClipTruth, frames: list[tuple[int, Image]]) -> None:
    """What is imported and set up at the first frames is no part of the figure, as with the peers."""
    for _ in Replay(pack, _running_gallery(pack, gallery), tile=(0, 0)).run(_sequence(truth, frames[:25])):
        raise AssertionError("no picture is asked for")


def _as_painted(
    pack: ModelPack, gallery: Gallery1, truth: ClipTruth, frames: list[tuple[int, Image]], settings: EngineSettings
) -> dict[str, float]:
    """Identification figures of the names that reach the screen, by the same frames in a second run."""
    tally = Tally(truth)
    replay = Replay(pack, _running_gallery(pack, gallery), settings, tile=(truth.width // 2, truth.height // 2))
    for picture in replay.run(_sequence(truth, frames)):
        named = [
            (mark.box.scaled(2, 2), str(mark.person_id))
            for mark in picture.marks
            if mark.band is Band.MATCH and not mark.masked and mark.person_id is not None
        ]
        if picture.position is not None:
            tally.frame(picture.position, named)
    return tally.figures()


def _sequence(truth: ClipTruth, frames: list[tuple[int, Image]]) -> Iterable[Frame]:
    return (
        Frame(image=image, at=1.0 + position / truth.fps, seq=seq, position=position, pass_=0)
        for seq, (position, image) in enumerate(frames)
    )


def _running_gallery(pack: ModelPack, gallery: Gallery1) -> Gallery:
    model = pack.new_embedder(1).model_id
    running = Gallery(model, int(gallery.vectors.shape[1]))
    owners = tuple(PersonId(owner) for owner in gallery.ids)
    running.swap(GallerySnapshot.build(model, owners, gallery.vectors))
    return running


def vector_difference(pack: ModelPack, models: Path, image: Image) -> float:
    """Largest cosine distance between the vectors of the three methods for the same faces of one picture."""
    detector, embedder = pack.new_detector(1), pack.new_embedder(1)
    mine = [(f.box, embedder.embed([align(image, f.landmarks)])[0]) for f in detector.detect(image)]
    worst = 0.0
    for peer in (OpenCVPeer(models), InsightFacePeer(models)):
        for face in peer.faces(image):
            match: Vector = max(mine, key=lambda entry: entry[0].iou(face.box))[1]
            worst = max(worst, 1.0 - float(match @ face.vector))
    return worst
