"""The fused probe of a track: weighting, what it keeps, and that it forgets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.ids import PersonId
from desktop.recognition.probe import HALF_LIFE, SLOTS, Probe
from tests.helpers.vectors import DIMENSION, near, unit

ANN = PersonId("ann")


def probe_of(*entries: tuple[int, float, float]) -> Probe:
    probe = Probe(DIMENSION)
    for seed, quality, at in entries:
        probe.add(unit(seed), quality, at)
    return probe


def test_one_vector_is_the_probe() -> None:
    assert probe_of((3, 0.7, 0.0)).fused() @ unit(3) == pytest.approx(1.0, abs=1e-6)


def test_better_frames_count_more() -> None:
    fused = probe_of((0, 0.9, 0.0), (1, 0.3, 0.0)).fused()
    assert fused @ unit(0) / (fused @ unit(1)) == pytest.approx(3.0, rel=1e-4)


def test_older_frames_count_less() -> None:
    fused = probe_of((0, 0.5, 0.0), (1, 0.5, HALF_LIFE)).fused()
    assert fused @ unit(1) / (fused @ unit(0)) == pytest.approx(2.0, rel=1e-4)


def test_several_noisy_frames_fuse_to_a_better_one() -> None:
    person = unit(0)
    frames = [near(person, 0.6, seed) for seed in range(SLOTS)]
    probe = Probe(DIMENSION)
    for at, frame in enumerate(frames):
        probe.add(frame, 0.8, at * 0.1)
    assert probe.fused() @ person > max(frame @ person for frame in frames) + 0.1


def test_the_least_useful_frame_gives_way_and_the_newest_is_always_held() -> None:
    probe = probe_of(*((seed, 0.9 if seed else 0.1, 0.1 * seed) for seed in range(SLOTS)))
    assert probe.add(unit(9), 0.05, 1.0) == 0, "the worst frame's slot"
    assert len(probe) == SLOTS
    assert probe.vectors[0] @ unit(9) == pytest.approx(1.0, abs=1e-6)


def test_whom_each_frame_names() -> None:
    probe = probe_of((0, 0.9, 0.0), (1, 0.9, 0.1))
    probe.rank(1, ANN)
    assert probe.best == (None, ANN)
    with pytest.raises(IndexError):
        probe.rank(2, ANN)


def test_keeping_the_newest_wipes_the_others() -> None:
    probe = probe_of((0, 0.9, 0.0), (1, 0.8, 0.2), (2, 0.7, 0.1))
    probe.rank(1, ANN)
    held = probe.vectors
    probe.keep(probe.newest(1))
    assert len(probe) == 1
    assert probe.vectors[0] @ unit(1) == pytest.approx(1.0, abs=1e-6)
    assert probe.best == (ANN,)
    assert probe.first_at == 0.2
    assert not held[1:].any()


def test_forgetting_overwrites_the_vectors() -> None:
    probe = probe_of((0, 0.9, 0.0), (1, 0.8, 0.1))
    held = probe.vectors
    assert held.any()
    probe.forget()
    assert not held.any()
    assert len(probe) == 0
    assert probe.best == ()
    assert probe.first_at is None
    with pytest.raises(ValueError, match="empty"):
        probe.fused()


def test_opposite_frames_say_nothing() -> None:
    probe = Probe(DIMENSION)
    probe.add(unit(0), 0.5, 0.0)
    probe.add(-unit(0), 0.5, 0.0)
    assert np.linalg.norm(probe.fused()) < 1e-5


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0, 1), st.floats(0, 60)), min_size=1, max_size=20))
def test_a_probe_has_length_one_and_at_most_five_frames(entries: list[tuple[int, float, float]]) -> None:
    probe = probe_of(*entries)
    assert len(probe) == min(SLOTS, len(entries)) == len(probe.best)
    assert np.linalg.norm(probe.fused()) == pytest.approx(1.0, abs=1e-4)
