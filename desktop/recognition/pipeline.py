"""The steps of one camera without threads: detect, track, choose and cut faces to embed, decide.

The engine's workers and, synchronously, `replay` (evaluate, bench) run this very code. Nothing of a face outlives its
track: crops go with their job, vectors are wiped when the track ends.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from desktop.domain.cameras import Camera
from desktop.domain.decision import Band, Verdict
from desktop.domain.geometry import Box
from desktop.domain.ids import CameraId, PersonId, TrackId
from desktop.recognition.appearance import small_grey
from desktop.recognition.continuity import BorderGuard
from desktop.recognition.embed_policy import EmbedReason, EmbedRequest, FairShare, choose
from desktop.recognition.events import TrackEvent, TrackEventKind
from desktop.recognition.identity import TrackIdentity
from desktop.recognition.marks import AnalysisRecord, MarkState, ShownIdentity, TrackMark
from desktop.recognition.matcher import Matcher
from desktop.recognition.scan import ScanPlan
from desktop.recognition.settings import EngineSettings
from desktop.recognition.tracker import Track, Tracker, TrackerRules, TrackerUpdate
from desktop.vision.align import align
from desktop.vision.detector import Detector
from desktop.vision.quality import assess
from desktop.vision.types import BGRImage, DetectedFace, Vector

WEAK_OVERLAP = 0.2  # intersection over union by which a weak detection counts as the one of the frame before
LEAST_QUALITY = 0.03  # of a crop worth embedding


@dataclass(frozen=True, slots=True, eq=False)
class EmbedJob:
    """One aligned crop (112, 112, 3) BGR on its way to the embedder; `quality` 0 to 1, `at` capture time."""

    camera_id: CameraId
    identity: TrackIdentity
    crop: BGRImage
    quality: float
    at: float
    reason: EmbedReason


@dataclass(frozen=True, slots=True)
class Change:
    """What a step changed: identities for the presenter, events for the rooms above."""

    identities: tuple[ShownIdentity, ...] = ()
    events: tuple[TrackEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """The outcome of one analysed frame."""

    record: AnalysisRecord
    change: Change
    jobs: tuple[EmbedJob, ...]


@dataclass(slots=True, eq=False)
class _Subject:
    """What is known of one track beside its place."""

    identity: TrackIdentity
    started: float
    shown: ShownIdentity
    announced: Verdict | None = None


@dataclass(slots=True)
class _Weak:
    """Weak detections that belong to no track: masked under ids of their own, below zero."""

    last_id: int = 0
    faces: list[tuple[TrackId, Box]] = field(default_factory=list)

    def marks(self, faces: Iterable[DetectedFace]) -> list[TrackMark]:
        before, self.faces = self.faces, []
        for face in faces:
            same = next((track_id for track_id, box in before if box.iou(face.box) > WEAK_OVERLAP), None)
            if same is None:
                self.last_id -= 1
                same = TrackId(self.last_id)
            before = [entry for entry in before if entry[0] != same]
            self.faces.append((same, face.box))
        return [
            TrackMark(track_id, box, face.score, MarkState.WEAK)
            for (track_id, box), face in zip(self.faces, faces, strict=True)
        ]


class CameraPipeline:
    """One camera's. `analyse` is called by one thread at a time, everything else from any thread."""

    def __init__(
        self, camera: Camera, matcher: Matcher, settings: EngineSettings, dimension: int, share: FairShare
    ) -> None:
        self.camera = camera
        self._matcher = matcher
        self._settings = settings
        self._dimension = dimension
        self._share = share
        self._tracker = Tracker(TrackerRules(high_score=settings.high_score, low_score=settings.low_score))
        self._guard = BorderGuard()
        self._plan = ScanPlan(settings)
        self._weak = _Weak()
        self._lock = threading.Lock()
        self._subjects: dict[TrackId, _Subject] = {}
        self._revision = matcher.gallery.revision

    def analyse(
        self, detector: Detector, image: BGRImage, at: float, *, restart: bool = False, cameras: int = 1
    ) -> Analysis:
        """Search and follow the faces of one frame.

        Args:
            detector: of the calling thread.
            image: (H, W, 3) BGR, not changed.
            at: capture time, rising from call to call.
            restart: the picture has nothing to do with the one before (a looped file began anew).
            cameras: that share the embedder.
        """
        size = (image.shape[1], image.shape[0])
        ended = self._restart() if restart else []
        look = self._plan.next(at, size[0], (track.box.w for track in self._tracker.tracks))
        faces = detector.detect(image, width=look.width, score=self._settings.low_score, edge=look.edge)
        update = self._tracker.update(faces, at, size, small_grey(image))
        self._guard.check((*update.active, *update.lost), at, size)
        marks = (*self._marks(update), *self._weak.marks(update.weak))
        with self._lock:
            subjects = [(track, self._observed(track)) for track in (*update.active, *update.lost)]
            events = self._ended((*ended, *update.ended), at)
        jobs = self._jobs(subjects, image, at, cameras)
        with self._lock:
            change = self._refreshed(at)
        return Analysis(
            record=AnalysisRecord(at, size, marks, restart=restart, full=look.full),
            change=Change(change.identities, (*events, *change.events)),
            jobs=jobs,
        )

    def embedded(self, job: EmbedJob, vector: Vector) -> Change:
        """Take in the vector of a job and decide anew."""
        with self._lock:
            job.identity.add_embedding(vector, job.quality, job.at, self._matcher.gallery, self._matcher.thresholds)
            return self._changes(job.at)

    def dismissed(self, job: EmbedJob) -> None:
        """The job will not be done (queue full)."""
        job.identity.dismissed(job.at)

    def gallery_changed(self, at: float) -> Change:
        """Decide anew if the gallery changed since; cheap if not."""
        with self._lock:
            return self._refreshed(at)

    def close(self, at: float) -> Change:
        """End all tracks: the camera is gone."""
        ended = self._restart()
        with self._lock:
            return Change(events=tuple(self._ended(ended, at)))

    def verdicts(self) -> dict[TrackId, Verdict]:
        """The newest verdict of every living track."""
        with self._lock:
            return {track_id: subject.identity.verdict for track_id, subject in self._subjects.items()}

    # --- inside --------------------------------------------------------------------------------------------------

    def _restart(self) -> list[Track]:
        self._plan.restart()
        self._weak.faces.clear()
        return self._tracker.reset()

    def _marks(self, update: TrackerUpdate) -> list[TrackMark]:
        marks = []
        for track in update.active:
            strong = track.score >= self._settings.high_score
            state = MarkState.SEEN if strong else MarkState.WEAK
            marks.append(TrackMark(track.id, track.box, track.score, state, track.head))
        for track in update.lost:
            state = MarkState.FOLLOWED if track.followed else MarkState.HELD
            marks.append(TrackMark(track.id, track.box, 0.0, state, track.head))
        return marks

    def _observed(self, track: Track) -> TrackIdentity:
        """The track's identity after it took over the track's doubts. Holds the lock."""
        subject = self._subjects.get(track.id)
        if subject is None:
            identity = TrackIdentity(track.id, self._dimension)
            shown = ShownIdentity(track.id, identity.verdict)
            subject = self._subjects[track.id] = _Subject(identity, track.first_seen, shown)
        subject.identity.observe(track)
        return subject.identity

    def _jobs(
        self, subjects: Sequence[tuple[Track, TrackIdentity]], image: BGRImage, at: float, cameras: int
    ) -> tuple[EmbedJob, ...]:
        budget = self._share.budget(self.camera.id, at, cameras)
        size = (image.shape[1], image.shape[0])
        requests = choose(self.camera, subjects, at, size, budget=budget)
        jobs = [job for request in requests if (job := self._job(request, image, at)) is not None]
        self._share.spend(self.camera.id, len(jobs))
        return tuple(jobs)

    def _job(self, request: EmbedRequest, image: BGRImage, at: float) -> EmbedJob | None:
        face = request.track.face
        assert face is not None, "only faces detected in this frame are chosen"
        request.identity.requested(at, request.promise)
        crop = align(image, face.landmarks)
        quality = assess(image, face, crop).score
        if quality < LEAST_QUALITY:
            request.identity.dismissed(at)
            return None
        return EmbedJob(self.camera.id, request.identity, crop, quality, at, request.reason)

    def _refreshed(self, at: float) -> Change:
        """Re-decide if the gallery changed, then collect all changes. Holds the lock."""
        revision = self._matcher.gallery.revision
        if revision != self._revision:
            self._revision = revision
            for subject in self._subjects.values():
                subject.identity.on_gallery_changed(self._matcher.gallery, self._matcher.thresholds)
        return self._changes(at)

    def _changes(self, at: float) -> Change:
        """What is new since the last call. Holds the lock."""
        identities, events = [], []
        for track_id, subject in self._subjects.items():
            identity, shown = subject.identity, subject.shown
            verdict, clear_from, doubt_at = identity.verdict, identity.clear_from, identity.doubt_at
            if (verdict, clear_from, doubt_at) != (shown.verdict, shown.clear_from, shown.doubt_at):
                subject.shown = ShownIdentity(track_id, verdict, clear_from, doubt_at, shown.version + 1)
                identities.append(subject.shown)
            if (kind := _news(subject, verdict)) is not None:
                subject.announced = verdict
                events.append(TrackEvent(self.camera.id, track_id, kind, verdict, subject.started, at))
        return Change(tuple(identities), tuple(events))

    def _ended(self, tracks: Iterable[Track], at: float) -> list[TrackEvent]:
        """Forget ended tracks; events for those that had been announced. Holds the lock."""
        events = []
        for track in tracks:
            subject = self._subjects.pop(track.id, None)
            if subject is None:
                continue
            subject.identity.forget()
            last = subject.announced
            if last is None:
                continue
            if last.person_id is not None and not self._matcher.matchable(last.person_id):
                last = Verdict(threshold=last.threshold, frames=last.frames)  # removed while the track was in doubt
            events.append(TrackEvent(self.camera.id, track.id, TrackEventKind.ENDED, last, subject.started, at))
        return events


def _news(subject: _Subject, verdict: Verdict) -> TrackEventKind | None:
    """Whether the verdict is worth an event. A track in doubt has no verdict: what was announced stands until an
    embedding confirms or refutes it."""
    if verdict.frames == 0 or (subject.announced is None and verdict.band is Band.UNKNOWN and verdict.frames < 2):
        return None
    if subject.announced is None:
        return TrackEventKind.DECIDED
    return TrackEventKind.CHANGED if _gist(verdict) != _gist(subject.announced) else None


def _gist(verdict: Verdict) -> tuple[Band, PersonId | None]:
    return verdict.band, verdict.person_id
