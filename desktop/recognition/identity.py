"""Who a track is taken for: its probe, its verdict, and when both must be thrown away."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np

from desktop.domain.decision import Band, DecisionRules, Thresholds, Verdict, decide
from desktop.domain.ids import PersonId, TrackId
from desktop.recognition.gallery import Gallery, GallerySnapshot
from desktop.recognition.probe import Probe
from desktop.recognition.track import NEVER, Track
from desktop.vision.types import Vector

STRIKES = 2  # clearly different embeddings in a row after which the track is taken for somebody else
STRIKE_QUALITY = 0.35  # a frame of lower quality proves no difference
DEFAULT_RULES = DecisionRules()


class TrackIdentity:
    """Probe and verdict of one track.

    Thread-safe: the tracking thread calls `observe`, the embedding thread `add_embedding`, a gallery change
    `on_gallery_changed`, and the presenter reads `verdict` or `shown`. Every property is one atomic read.
    """

    def __init__(self, track_id: TrackId, dimension: int, rules: DecisionRules = DEFAULT_RULES) -> None:
        self.track_id = track_id
        self._rules = rules
        self._lock = threading.Lock()
        self._probe = Probe(dimension)
        self._verdict = Verdict()
        self._since: float | None = None
        self._former: PersonId | None = None
        self._doubt_at = NEVER
        self._awaiting = False
        self._strikes = 0
        self._embeddings = self._fresh = self._stable = 0
        self._last_at: float | None = None
        self._tried_at: float | None = None
        self._pending: tuple[float, float] | None = None  # capture time, promise
        self._best_promise = 0.0
        self._revision = 0
        self._closed = False

    @property
    def verdict(self) -> Verdict:
        """The newest verdict. A person it names stood in the gallery's snapshot of `revision`; see `shown`."""
        return self._verdict

    @property
    def revision(self) -> int:
        """Of the gallery snapshot that `verdict` rests on; 0 before the first embedding."""
        return self._revision

    @property
    def clear_from(self) -> float | None:
        """Capture time of the first embedding that a MATCH rests on; None unless the verdict is a MATCH. In pictures
        taken from then on the face is the matched person's."""
        verdict, since = self._verdict, self._since
        return since if verdict.band is Band.MATCH else None

    @property
    def awaiting(self) -> bool:
        """It may have been mixed up with somebody, and no later embedding has settled who it is."""
        return self._awaiting

    @property
    def former(self) -> PersonId | None:
        """Whom it was taken for before the newest doubt, as long as no later embedding has settled who it is."""
        return self._former

    @property
    def doubt_at(self) -> float:
        """Embeddings of frames up to this capture time count for nothing."""
        return self._doubt_at

    @property
    def strikes(self) -> int:
        """Embeddings in a row that clearly differ from what the track is taken for."""
        return self._strikes

    @property
    def embeddings(self) -> int:
        """Embeddings taken in over the track's life."""
        return self._embeddings

    @property
    def fresh(self) -> int:
        """Embeddings taken in since everything was last thrown away."""
        return self._fresh

    @property
    def stable(self) -> int:
        """Embeddings in a row that changed neither band nor person."""
        return self._stable

    @property
    def last_at(self) -> float | None:
        """Capture time of the newest embedding taken in; None before the first."""
        return self._last_at

    @property
    def tried_at(self) -> float | None:
        """Capture time of the newest frame that was asked for, whatever came of it; None before the first."""
        return self._tried_at

    @property
    def pending_at(self) -> float | None:
        """Capture time of the frame whose embedding was asked for and has not arrived; None if none is."""
        pending = self._pending
        return None if pending is None else pending[0]

    @property
    def best_promise(self) -> float:
        """Highest promise (`embed_policy.promise`) of the frames taken in since everything was last thrown away."""
        return self._best_promise

    def observe(self, track: Track) -> bool:
        """Call after `Tracker.update` for each living track, before its faces are chosen for embedding.

        If the track may have been mixed up since the last call, everything known is wiped and the verdict is unknown at
        once; a later embedding that settles who it is also ends the track's `ambiguous`. Returns whether the verdict
        changed.
        """
        with self._lock:
            if track.doubt_at > self._doubt_at:
                self._doubt_at = track.doubt_at
                return self._throw_away()
            if track.ambiguous and not self._awaiting and self._last_at is not None:
                track.settle(self._last_at)
            return False

    def requested(self, at: float, promise: float) -> None:
        """An embedding of the frame of time `at` was queued; `promise` as in the `EmbedRequest`."""
        with self._lock:
            self._pending = (at, promise)
            self._tried_at = at

    def dismissed(self, at: float) -> None:
        """The embedding of the frame of time `at` will not come (bad quality, queue full); it may be asked for anew."""
        with self._lock:
            self._take_pending(at)

    def outdated(self, at: float) -> bool:
        """Whether an embedding of the frame of time `at` would be dropped: a doubt came after, or the track ended."""
        return self._closed or at <= self._doubt_at

    def add_embedding(
        self, vector: Vector, quality: float, at: float, gallery: Gallery, thresholds: Thresholds
    ) -> Verdict:
        """Take in the embedding of the frame of time `at` and decide anew.

        Args:
            vector: (D,) of length 1; copied, the caller should overwrite its own.
            quality: 0 to 1.
            at: capture time, s. A frame not later than the track's newest doubt may show somebody else: it is dropped.
            gallery: searched in its present state.
            thresholds: for the gallery's number of people.

        Returns:
            The verdict in force.
        """
        with self._lock:
            promise = self._take_pending(at)
            if self.outdated(at):
                return self._verdict
            snapshot = gallery.snapshot
            previous = self._strike(vector, quality, snapshot, thresholds)
            slot = self._probe.add(vector, quality, at)
            if self._since is None:
                self._since = at
            self._embeddings += 1
            self._fresh += 1
            self._last_at = at if self._last_at is None else max(self._last_at, at)
            self._best_promise = max(self._best_promise, promise)
            before = self._verdict
            self._decide(snapshot, thresholds, previous, slot if snapshot.revision == self._revision else None)
            if gallery.snapshot is not snapshot:  # swapped meanwhile; its vectors may be zeros by now
                self._decide(gallery.snapshot, thresholds, self._held(gallery.snapshot))
            self._recognise_again(thresholds)
            same = (before.band, before.person_id) == (self._verdict.band, self._verdict.person_id)
            self._stable = self._stable + 1 if same else 0
            if self._verdict.band is not Band.POSSIBLE or self._fresh >= self._rules.agree:
                self._awaiting = False
            return self._verdict

    def on_gallery_changed(self, gallery: Gallery, thresholds: Thresholds) -> Verdict:
        """Decide anew on the gallery's present state, without a new embedding. Returns the verdict in force."""
        with self._lock:
            snapshot = gallery.snapshot
            before = self._verdict
            if len(self._probe):
                self._decide(snapshot, thresholds, self._held(snapshot))
            else:
                self._verdict = Verdict(threshold=thresholds.match)
                self._revision = snapshot.revision
            if (before.band, before.person_id) != (self._verdict.band, self._verdict.person_id):
                self._stable = 0
            return self._verdict

    def shown(self, snapshot: GallerySnapshot) -> Verdict:
        """`verdict`, but unknown if it names a person who is not in `snapshot`. Cheap enough for every picture."""
        verdict = self._verdict
        if verdict.person_id is not None and verdict.person_id not in snapshot:
            return Verdict(threshold=verdict.threshold, frames=verdict.frames)
        return verdict

    def forget(self) -> None:
        """The track has ended: its vectors become zeros, and embeddings that arrive later are dropped.

        The last verdict stays readable.
        """
        with self._lock:
            self._closed = True
            self._probe.forget()
            self._pending = None

    def _take_pending(self, at: float) -> float:
        """End the waiting for the frame of time `at`; returns its promise (0 if it was not asked for)."""
        if self._pending is None or self._pending[0] > at:
            return 0.0
        _, promise = self._pending
        self._pending = None
        return promise

    def _throw_away(self) -> bool:
        """Nothing known counts any more. Returns whether the verdict changed."""
        before = self._verdict
        if before.person_id is not None and before.score >= before.threshold:
            self._former = before.person_id
        self._awaiting = self._awaiting or self._fresh > 0
        self._probe.forget()
        self._verdict = Verdict(threshold=before.threshold)
        self._since = None
        self._strikes = self._fresh = 0
        self._stable = 1 if self._awaiting else 0  # one look that finds nobody again is enough for now
        self._best_promise = 0.0
        self._pending = None
        return before.band is not Band.UNKNOWN

    def _recognise_again(self, thresholds: Thresholds) -> None:
        """After a doubt, one embedding is enough for a match with whom the track was taken for before: the frames
        agree, only that something came between them. Anybody else has to agree anew."""
        verdict = self._verdict
        if self._former is None or verdict.band is Band.MATCH:
            self._former = None
            return
        again = verdict.person_id == self._former and verdict.score >= thresholds.match
        if again and verdict.margin >= self._rules.min_margin and thresholds.calibrated:
            self._verdict = replace(verdict, band=Band.MATCH)
        self._former = None

    def _strike(self, vector: Vector, quality: float, snapshot: GallerySnapshot, thresholds: Thresholds) -> Verdict:
        """Count an embedding that clearly differs. After `STRIKES` only the newest count.

        Returns the verdict that the next decision may hold on to.
        """
        held = self._held(snapshot)
        if not len(self._probe) or quality < STRIKE_QUALITY:
            return held
        if held.person_id is not None and held.band is Band.MATCH:
            likeness = snapshot.score_of(vector, held.person_id)
        else:
            fused = self._probe.fused()
            likeness = float(fused @ vector)
            fused.fill(0.0)
        if likeness >= thresholds.possible:
            self._strikes = 0
            return held
        self._strikes += 1
        if self._strikes < STRIKES:
            return held
        self._probe.keep(self._probe.newest(STRIKES - 1))
        self._since = self._probe.first_at
        self._strikes = 0
        self._fresh = len(self._probe)
        self._best_promise = 0.0
        return Verdict()

    def _held(self, snapshot: GallerySnapshot) -> Verdict:
        """The present verdict, or unknown if the person is not in the gallery (any more)."""
        person = self._verdict.person_id
        return self._verdict if person is None or person in snapshot else Verdict()

    def _decide(
        self, snapshot: GallerySnapshot, thresholds: Thresholds, previous: Verdict, slot: int | None = None
    ) -> None:
        """Decide from the fused probe and from whom each frame alone ranks first.

        Only the frame in `slot` is ranked, the others were in this snapshot before; None: all of them.
        """
        fused = self._probe.fused()
        alone = self._probe.vectors if slot is None else self._probe.vectors[slot : slot + 1]
        probes = np.concatenate([alone, fused[None, :]])
        try:
            *firsts, together = snapshot.search_many(probes, top=2)
        finally:
            probes.fill(0.0)
            fused.fill(0.0)
        for index, ranked in enumerate(firsts, start=slot or 0):
            likely = ranked and ranked[0].score >= thresholds.possible
            self._probe.rank(index, ranked[0].person_id if likely else None)
        self._verdict = decide(previous, together, self._probe.best, thresholds, self._rules)
        self._revision = snapshot.revision
