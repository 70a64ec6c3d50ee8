"""Two enrolled people, a stranger, and what a track's identity takes in, for tests of who a track is taken for."""

from __future__ import annotations

import numpy as np

from desktop.domain.decision import Band, Thresholds
from desktop.domain.geometry import Box
from desktop.domain.ids import PersonId, TrackId
from desktop.recognition.gallery import Gallery, GallerySnapshot
from desktop.recognition.identity import TrackIdentity
from desktop.recognition.track import Track
from desktop.vision.types import Vector
from tests.helpers.vectors import DIMENSION, near, unit
from tests.helpers.walkers import face_at

MODEL = "model-1"
IN_FORCE = Thresholds(match=0.45, possible=0.38, calibrated=True, fmr=1e-4)
ANN, BEN = PersonId("ann"), PersonId("ben")
SEEDS = {ANN: 0, BEN: 1}


def filled(gallery: Gallery, *people: PersonId) -> Gallery:
    vectors = np.stack([unit(SEEDS[person]) for person in people]) if people else np.empty((0, DIMENSION), np.float32)
    gallery.swap(GallerySnapshot.build(MODEL, people, vectors, based_on=gallery.revision))
    return gallery


def enrolled() -> Gallery:
    """A gallery with both of them."""
    return filled(Gallery(MODEL, DIMENSION), ANN, BEN)


def like(person: PersonId, cosine: float = 0.7, seed: int = 0) -> Vector:
    """An embedding of `person` in this camera; different seeds are different moments."""
    session = near(unit(SEEDS[person]), cosine, seed=100 + SEEDS[person])
    return near(session, 0.97, seed)


def stranger(seed: int = 0) -> Vector:
    return near(unit(20), 0.97, seed)


def a_track(at: float = 0.0) -> Track:
    face = face_at(Box(300, 200, 60, 72))
    return Track(TrackId(1), face.box, at, at, at, face.score, face.landmarks, face, hits=3)


def identity() -> TrackIdentity:
    return TrackIdentity(TrackId(1), DIMENSION)


def named(gallery: Gallery, person: PersonId = ANN) -> TrackIdentity:
    known = identity()
    for step in range(3):
        known.add_embedding(like(person, seed=step), 0.8, 0.1 * step, gallery, IN_FORCE)
    assert known.verdict.band is Band.MATCH
    return known
