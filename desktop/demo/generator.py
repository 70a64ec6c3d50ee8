"""Makes the demo site's clips, their ground truth and the enrolment pictures, once, into the cache folder."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import structlog

from desktop.demo.compositor import Compositor
from desktop.demo.pixels import BGR, DemoSourceMissing, read_picture, read_video, u8
from desktop.demo.roster import DemoPerson, EnrolPicture, Roster
from desktop.demo.scenes import Scene, Script
from desktop.domain.errors import Cancelled, ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.progress import NoProgress, Progress
from desktop.evaluation.truth import (
    Appearance,
    ClipTruth,
    FaceTruth,
    HiddenHead,
    TruthPerson,
    is_nameable_stay,
    save_truth,
)

GENERATOR_VERSION = 5
"""Raise it when the drawing changes, so that clips in the cache are made again."""

_UNFINISHED = "making-"
_LEFT_AFTER = 6 * 3600.0  # s: what is older was left by a run that was killed

_log = structlog.get_logger("desktop.demo")


class ClipsNotWritten(ConsentryError):
    happened = T("errors", "The demo site's video files could not be written to {folder}.")
    kept = T("errors", "Your own data is not touched by the demo.")
    todo = T("errors", "Free about 200 MB there, or set CONSENTRY_CACHE to another folder.")


@dataclass(frozen=True, slots=True)
class Clip:
    """A camera file and its truth file."""

    scene: str
    name: str
    video: Path
    truth: Path


@dataclass(frozen=True, slots=True)
class DemoMaterial:
    """What the demo site is set up from. `pictures` are the enrolment pictures of each person who has some."""

    clips: tuple[Clip, ...]
    pictures: dict[str, tuple[Path, ...]]


def make_material(
    script: Script, roster: Roster, sources: Path, cache: Path, progress: Progress | None = None
) -> DemoMaterial:
    """The clips and enrolment pictures, made now or found in `cache` from an earlier run with the same content.

    Raises DemoSourceMissing, ClipsNotWritten, Cancelled. Nothing half made is ever left under the final name.
    """
    watch = progress or NoProgress()
    folder = cache / "demo" / _stamp(script, roster, sources)
    if not folder.is_dir():
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            _sweep(folder.parent)
            unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder.parent))
        except OSError as error:
            raise ClipsNotWritten(folder=folder.parent) from error
        try:
            _make(script, roster, sources, unfinished, watch)
            _move_into_place(unfinished, folder)
        except OSError as error:
            raise ClipsNotWritten(folder=folder.parent) from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        _log.info("demo_material_made", clips=len(script.scenes))
    watch.report(1.0)
    clips = tuple(Clip(s.id, s.name, folder / f"{s.id}.mp4", folder / f"{s.id}.json") for s in script.scenes)
    pictures = {p.id: tuple(_picture_path(folder, p, i) for i in range(len(p.enrol))) for p in roster.people if p.enrol}
    return DemoMaterial(clips, pictures)


def _stamp(script: Script, roster: Roster, sources: Path) -> str:
    """Name of the content: of the scenes, the people, the source files and the generator itself."""
    digest = hashlib.sha256(f"{GENERATOR_VERSION} {cv2.__version__}".encode())
    digest.update(script.model_dump_json().encode())
    digest.update(roster.model_dump_json().encode())
    for name in sorted(_needed(script, roster)):
        try:
            digest.update(hashlib.sha256((sources / name).read_bytes()).digest())
        except OSError as error:
            raise DemoSourceMissing(file=name) from error
    return digest.hexdigest()[:16]


def _needed(script: Script, roster: Roster) -> set[str]:
    return roster.sources() | {scene.window.source for scene in script.scenes if scene.window}


def _make(script: Script, roster: Roster, sources: Path, folder: Path, progress: Progress) -> None:
    tally = _Tally(progress, len(script.scenes) * round(script.seconds * script.fps))
    # Two clips at a time: almost all of the work is in OpenCV, which lets go of the interpreter.
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="demo-clip") as pool:
        jobs = [pool.submit(_make_clip, scene, script, roster, sources, folder, tally) for scene in script.scenes]
        try:
            for job in jobs:
                job.result()
        except BaseException:
            tally.stop()
            raise
    for person in roster.people:
        for number, picture in enumerate(person.enrol):
            path = _picture_path(folder, person, number)
            path.parent.mkdir(parents=True, exist_ok=True)
            packed = cv2.imencode(".png", _enrol_picture(picture, sources))[1]
            path.write_bytes(packed.tobytes())


class _Tally:
    """Counts frames of all clips together; raises Cancelled in every worker once one of them has to stop."""

    def __init__(self, progress: Progress, frames: int) -> None:
        self._progress, self._frames = progress, frames
        self._done = 0
        self._lock = threading.Lock()
        self._stopped = False

    def stop(self) -> None:
        self._stopped = True

    def frame(self) -> None:
        if self._stopped or self._progress.cancelled():
            raise Cancelled
        with self._lock:
            self._done += 1
            done = self._done
        if done % 25 == 0:
            self._progress.report(0.98 * done / self._frames)


def _make_clip(scene: Scene, script: Script, roster: Roster, sources: Path, folder: Path, tally: _Tally) -> None:
    compositor = Compositor(scene, script, roster, sources)
    path = folder / f"{scene.id}.mp4"
    fourcc = cv2.VideoWriter.fourcc(*"mp4v")
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, fourcc, script.fps, (script.width, script.height))
    if not writer.isOpened():
        raise ClipsNotWritten(folder=folder.parent)
    drawn: list[tuple[tuple[FaceTruth, ...], tuple[HiddenHead, ...]]] = []
    try:
        for index in range(round(script.seconds * script.fps)):
            tally.frame()
            frame = compositor.frame(index)
            writer.write(frame.picture)
            drawn.append((frame.faces, frame.hidden))
    finally:
        writer.release()
    if not path.is_file() or path.stat().st_size == 0:
        raise ClipsNotWritten(folder=folder.parent)
    save_truth(clip_truth(scene, script, roster, drawn), folder / f"{scene.id}.json")


def clip_truth(
    scene: Scene,
    script: Script,
    roster: Roster,
    drawn: Iterable[tuple[tuple[FaceTruth, ...], tuple[HiddenHead, ...]]],
) -> ClipTruth:
    """Truth file of a clip from the truth of its frames: faces, and heads whose faces cannot be seen."""
    frames, hidden = zip(*drawn, strict=True)
    of_stay: dict[int, list[int]] = {}  # the frames a stay's head is in, whether its face is seen or not
    shown: dict[int, list[tuple[int, FaceTruth]]] = {}
    for index, (faces, others) in enumerate(zip(frames, hidden, strict=True)):
        for head in (*faces, *others):
            of_stay.setdefault(head.appearance, []).append(index)
        for face in faces:
            shown.setdefault(face.appearance, []).append((index, face))
    appearances = tuple(
        Appearance(
            id=number,
            person=person.id,
            first=seen[0],
            last=seen[-1],
            cross_picture=cross,
            nameable=is_nameable_stay(shown.get(number, []), script.fps),
        )
        for number, seen in sorted(of_stay.items())
        for person, cross in [_who(scene, roster, number)]
    )
    present = {appearance.person for appearance in appearances}
    return ClipTruth(
        camera=scene.name,
        width=script.width,
        height=script.height,
        fps=script.fps,
        people=tuple(
            TruthPerson(id=person.id, name=person.name, standing=person.standing)
            for person in roster.people
            if person.id in present
        ),
        appearances=appearances,
        faces=frames,
        hidden=hidden,
    )


def _who(scene: Scene, roster: Roster, number: int) -> tuple[DemoPerson, bool]:
    """The person of an appearance, and whether enrolment used another picture than this probe."""
    if number < len(scene.stays):
        stay = scene.stays[number]
        person = roster.by_id[stay.person]
        return person, person.cross_picture(roster.looks[stay.look].source)
    if scene.window is None:
        raise KeyError(number)
    visit = scene.window.visits[number - len(scene.stays)]
    person = roster.by_id[scene.window.person]
    shown = range(min(visit.first, visit.last), max(visit.first, visit.last) + 1)
    return person, bool(person.enrol) and all(picture.frame not in shown for picture in person.enrol)


def _picture_path(folder: Path, person: DemoPerson, number: int) -> Path:
    return folder / "enrolment" / person.id / f"{number + 1}.png"


def _enrol_picture(picture: EnrolPicture, sources: Path) -> BGR:
    path = sources / picture.source
    if picture.frame is None:
        image = read_picture(path)
    else:
        frames = read_video(path)
        if picture.frame >= len(frames):
            raise DemoSourceMissing(file=picture.source)
        image = frames[picture.frame]
    if picture.crop is not None:
        x, y, w, h = picture.crop
        image = image[y : y + h, x : x + w]
    if picture.enlarge != 1.0:
        image = u8(cv2.resize(image, None, fx=picture.enlarge, fy=picture.enlarge, interpolation=cv2.INTER_CUBIC))
    return image


def _sweep(cache: Path) -> None:
    """Remove what runs that were killed had half made."""
    for leftover in cache.glob(f"{_UNFINISHED}*"):
        if time.time() - leftover.stat().st_mtime > _LEFT_AFTER:
            shutil.rmtree(leftover, ignore_errors=True)


def _move_into_place(unfinished: Path, folder: Path) -> None:
    """Another run may have finished the same content first; its files are as good."""
    try:
        unfinished.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
