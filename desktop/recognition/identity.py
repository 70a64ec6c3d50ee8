"""Who a track is taken for. SKELETON: signatures are settled, bodies follow."""

from __future__ import annotations

from desktop.domain.decision import DecisionRules, Thresholds, Verdict
from desktop.domain.ids import TrackId
from desktop.recognition.gallery import Gallery, GallerySnapshot
from desktop.recognition.tracker import Track
from desktop.vision.types import Vector


class TrackIdentity:
    """Probe and verdict of one track. Thread-safe (own lock): the tracking thread calls `observe`, the embedding thread
    `add_embedding`, a gallery change `on_gallery_changed`, the presenter reads `verdict` or `shown`.

    Attributes (read-only, atomic):
        track_id: the track.
        verdict: the newest one.
        clear_from: capture time of the first embedding on which a MATCH rests (pictures taken from then on belong to the
            matched person); None unless the verdict is a MATCH.
        pending: an embedding has been asked for (`requested`) and has not arrived.
        awaiting: it was mixed up and no embedding later than that has arrived yet (or not enough to settle it).
        embeddings: number of embeddings taken so far.
        last_at: capture time of the newest embedding; None before the first.
        best_promise: highest `promise` of the frames embedded (`embed_policy.promise`).
        revision: of the gallery snapshot that `verdict` rests on.
    """

    def __init__(self, track_id: TrackId, dimension: int, rules: DecisionRules = DecisionRules()) -> None: ...

    def observe(self, track: Track) -> bool:
        """Call for each analysed frame after `Tracker.update`: takes over the track's doubt. If the track may have been
        mixed up since, everything known is wiped and the verdict is unknown at once. Returns whether the verdict changed."""
        ...

    def requested(self, at: float, promise: float) -> None:
        """An embedding of the frame of time `at` was queued."""
        ...

    def dismissed(self, at: float) -> None:
        """The queued embedding will not come (bad quality, queue full): may be asked for again later."""
        ...

    def add_embedding(
        self, vector: Vector, quality: float, at: float, gallery: Gallery, thresholds: Thresholds
    ) -> Verdict:
        """Take in the embedding of the frame of time `at` (quality 0 to 1) and decide anew. `vector` is copied."""
        ...

    def on_gallery_changed(self, gallery: Gallery, thresholds: Thresholds) -> Verdict:
        """Decide anew on the gallery's new snapshot without a new embedding."""
        ...

    def shown(self, snapshot: GallerySnapshot) -> Verdict:
        """`verdict`, but never one that names a person who is not in `snapshot`. Cheap: for every picture."""
        ...

    def forget(self) -> None:
        """The track has ended: overwrite its vectors with zeros. Embeddings that arrive later are dropped."""
        ...
