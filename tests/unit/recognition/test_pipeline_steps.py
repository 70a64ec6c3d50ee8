"""Detections become marks, jobs, verdicts and events; nothing is embedded that must not be."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.domain.cameras import Camera
from desktop.domain.decision import Band
from desktop.domain.geometry import Box
from desktop.recognition.embed_policy import FairShare
from desktop.recognition.events import TrackEventKind
from desktop.recognition.gallery import Gallery
from desktop.recognition.matcher import Matcher
from desktop.recognition.pipeline import Analysis, CameraPipeline, EmbedJob
from desktop.recognition.settings import EngineSettings
from desktop.recognition.timeline import MarkState
from desktop.vision.align import align
from desktop.vision.types import BGRImage
from tests.helpers.recognition_fakes import (
    CALIBRATION,
    DIMENSION,
    ScriptedDetector,
    camera,
    face,
    fill,
    gallery_of,
    lively_picture,
    vector,
)

FACE = Box(280, 120, 80, 96)
PICTURE = lively_picture()
HEAD, ANOTHER = (np.kron(lively_picture(30, 30, seed), np.ones((6, 6, 1), np.uint8)) for seed in (0, 1))


class Bench:
    """A pipeline fed by hand, ten frames a second."""

    def __init__(self, gallery: Gallery | None = None, watched: Camera | None = None) -> None:
        self.gallery = gallery or gallery_of(1, 2, 3)
        self.detector = ScriptedDetector()
        matcher = Matcher(self.gallery, CALIBRATION, 0.01)
        self.pipeline = CameraPipeline(watched or camera(), matcher, EngineSettings(), DIMENSION, FairShare())
        self.now = 100.0
        self.picture = PICTURE

    def frame(self, *boxes: Box, score: float = 0.9, restart: bool = False) -> Analysis:
        self.now += 0.1
        self.detector.faces = [face(box, score) for box in boxes]
        return self.pipeline.analyse(self.detector, self.picture, self.now, restart=restart)

    def frames(self, count: int, person: int, *boxes: Box) -> list[Analysis]:
        """`count` frames; every job that comes is answered with the vector of `person`."""
        found = []
        for _ in range(count):
            found.append(self.frame(*(boxes or (FACE,))))
            for job in found[-1].jobs:
                self.answer(job, person)
        return found

    def answer(self, job: EmbedJob, person: int) -> None:
        self.last = self.pipeline.embedded(job, vector(person, 0.2))


def test_a_face_becomes_a_mark_and_a_job_with_a_crop_and_nothing_more() -> None:
    bench = Bench()
    first, second = bench.frame(FACE), bench.frame(FACE)
    assert [(mark.box, mark.state) for mark in first.record.marks] == [(FACE, MarkState.SEEN)]
    assert first.record.size == (640, 360)
    assert first.record.marks[0].track_id == second.record.marks[0].track_id
    (job,) = (*first.jobs, *second.jobs)
    assert job.crop.shape == (112, 112, 3)
    assert job.crop.base is None  # a crop that kept the whole frame alive would pile up in the queue
    assert 0 < job.quality <= 1


def test_two_agreeing_embeddings_make_a_match_that_is_announced_once() -> None:
    bench = Bench()
    events = [event for analysis in bench.frames(12, 2) for event in analysis.change.events]
    verdicts = bench.pipeline.verdicts()
    (verdict,) = verdicts.values()
    assert (verdict.band, verdict.person_id) == (Band.MATCH, "p2")
    assert events == []  # they came with the embeddings
    assert bench.pipeline.gallery_changed(bench.now).events == ()


def collect(bench: Bench, person: int, count: int) -> list[tuple[TrackEventKind, Band, str | None]]:
    found = []
    for _ in range(count):
        analysis = bench.frame(FACE)
        found += list(analysis.change.events)
        for job in analysis.jobs:
            bench.answer(job, person)
            found += list(bench.last.events)
    return [(event.kind, event.verdict.band, event.verdict.person_id) for event in found]


def test_events_tell_the_first_verdict_each_change_and_the_end() -> None:
    bench = Bench()
    told = collect(bench, 2, 6)
    assert told[0][0] is TrackEventKind.DECIDED
    assert told[-1][1:] == (Band.MATCH, "p2")
    assert sum(kind is TrackEventKind.DECIDED for kind, *_ in told) == 1
    ended = bench.pipeline.close(bench.now).events
    assert [(event.kind, event.verdict.person_id) for event in ended] == [(TrackEventKind.ENDED, "p2")]
    assert ended[0].started_mono == pytest.approx(100.1)


def test_a_stranger_is_told_of_as_unknown_after_two_embeddings() -> None:
    bench = Bench()
    told = collect(bench, 7, 20)
    assert [(kind, band) for kind, band, _ in told] == [(TrackEventKind.DECIDED, Band.UNKNOWN)]


def test_a_track_that_was_never_embedded_is_not_told_of() -> None:
    bench = Bench(watched=camera(notice=False))
    assert collect(bench, 2, 6) == []
    assert bench.pipeline.close(bench.now).events == ()


@pytest.mark.parametrize(
    "watched", [camera(notice=False), camera(area=((0.0, 0.0), (0.2, 0.0), (0.2, 1.0), (0.0, 1.0)))]
)
def test_without_notice_or_outside_the_area_faces_are_masked_but_never_embedded(watched: Camera) -> None:
    bench = Bench(watched=watched)
    analyses = [bench.frame(FACE) for _ in range(10)]
    assert all(len(analysis.record.marks) == 1 for analysis in analyses)
    assert not any(analysis.jobs for analysis in analyses)


def test_a_match_may_be_shown_clear_from_an_embedded_frame_on_and_loses_that_when_removed() -> None:
    bench = Bench()
    bench.frames(8, 2)
    shown = [identity for analysis in bench.frames(4, 2) for identity in analysis.change.identities]
    latest = shown[-1] if shown else bench.last.identities[-1]
    assert latest.clear_from is not None
    bench.gallery.remove(latest.verdict.person_id)  # type: ignore[arg-type]
    change = bench.pipeline.gallery_changed(bench.now)
    assert [identity.clear_from for identity in change.identities] == [None]
    assert [event.kind for event in change.events] == [TrackEventKind.CHANGED]
    assert change.identities[-1].version > latest.version


def test_somebody_added_to_the_gallery_is_recognised_in_the_running_track() -> None:
    bench = Bench(gallery_of(1))
    bench.frames(6, 2)
    assert all(verdict.person_id is None for verdict in bench.pipeline.verdicts().values())
    fill(bench.gallery, 1, 2)
    bench.frame(FACE)
    assert [verdict.person_id for verdict in bench.pipeline.verdicts().values()] == ["p2"]


def test_the_end_of_a_track_in_doubt_names_nobody_who_was_removed_meanwhile() -> None:
    bench = Bench()
    bench.frames(6, 2)
    other = FACE.moved(20, 0)
    bench.frame(FACE, other)  # two heads at one place: whoever was known counts for nothing
    bench.gallery.remove(next(iter({"p2"})))  # type: ignore[arg-type]
    ended = bench.pipeline.close(bench.now).events
    assert all(event.verdict.person_id is None for event in ended)


def test_weak_faces_are_marked_under_ids_of_their_own_and_keep_them() -> None:
    bench = Bench()
    first, second = bench.frame(FACE, score=0.4), bench.frame(FACE.moved(5, 0), score=0.4)
    apart = bench.frame(FACE.moved(-250, 0), score=0.4)
    ids = [analysis.record.marks[0].track_id for analysis in (first, second, apart)]
    assert ids[0] == ids[1] != ids[2]
    assert all(track_id < 0 for track_id in ids)
    assert first.record.marks[0].state is MarkState.WEAK
    assert not first.jobs


def test_a_lost_face_stays_in_the_record() -> None:
    bench = Bench()
    bench.frames(4, 2)
    lost = bench.frame()
    assert [mark.state in (MarkState.HELD, MarkState.FOLLOWED) for mark in lost.record.marks] == [True]


def test_a_restart_ends_all_tracks_and_begins_new_ones() -> None:
    bench = Bench()
    bench.frames(6, 2)
    before = set(bench.pipeline.verdicts())
    again = bench.frame(FACE, restart=True)
    assert again.record.restart
    assert again.record.full
    assert TrackEventKind.ENDED in [event.kind for event in again.change.events]
    assert before.isdisjoint(bench.pipeline.verdicts())


def test_an_embedding_that_arrives_after_the_end_is_dropped() -> None:
    bench = Bench()
    jobs = [*bench.frame(FACE).jobs, *bench.frame(FACE).jobs]
    bench.pipeline.close(bench.now)
    assert bench.pipeline.embedded(jobs[0], vector(2)).identities == ()


def test_a_job_that_was_let_go_is_asked_for_again() -> None:
    bench = Bench()
    jobs = [*bench.frame(FACE).jobs, *bench.frame(FACE).jobs]
    assert len(jobs) == 1
    bench.pipeline.dismissed(jobs[0])
    assert any(bench.frame(FACE).jobs for _ in range(10))


def test_known_large_faces_are_followed_with_narrow_searches_between_full_ones() -> None:
    bench = Bench()
    records = [bench.frame(Box(200, 60, 160, 200)).record for _ in range(10)]
    widths = [width for width, *_ in bench.detector.asked]
    assert {record.full for record in records} == {True, False}
    assert min(widths) < max(widths)
    assert all(edge > 0 for *_, edge in bench.detector.asked)


def with_head(box: Box, look: BGRImage = HEAD, picture: BGRImage | None = None) -> BGRImage:
    """A plain wall, or `picture`, and something lively where the head is."""
    picture = np.full_like(PICTURE, 120) if picture is None else picture.copy()
    inside = box.grown(0.3, 0.3, 0.3, 0.3).clipped(640, 360)
    left, top, right, bottom = (int(v) for v in (inside.x, inside.y, inside.right, inside.bottom))
    beyond = max(0, -int(box.x - 0.3 * box.w))  # columns of the head that lie outside
    picture[top:bottom, left:right] = look[: bottom - top, beyond : beyond + right - left]
    return picture


def leave_and_come(bench: Bench, turn_back: bool) -> list[Band]:
    """A matched face goes out over the left border; at once a face comes in there (or none does)."""
    steps = [Box(x, 120, 80, 96) for x in range(160, -60, -25)]
    if turn_back:
        steps += [Box(x, 122, 80, 96) for x in range(-25, 60, 25)]
    bands = []
    for box in steps:
        bench.picture = with_head(box)
        for job in bench.frame(box).jobs:
            if box.x > 0:
                bench.answer(job, 2)
        bands.append(max(v.band is Band.MATCH for v in bench.pipeline.verdicts().values()))
    return bands


def test_who_comes_in_where_somebody_went_out_does_not_inherit_the_name() -> None:
    bench = Bench()
    bands = leave_and_come(bench, turn_back=True)
    assert bands[6]  # matched on the way out
    assert not any(bands[-3:])


@pytest.mark.parametrize(("swapped", "named"), [(False, True), (True, False)])
def test_a_head_that_suddenly_looks_different_beside_another_one_loses_its_name(swapped: bool, named: bool) -> None:
    """Somebody steps out from behind an enrolled person into their very place."""
    bench = Bench()
    beside = FACE.moved(120, 0)
    wall = with_head(beside, ANOTHER)
    bench.picture = with_head(FACE, HEAD, wall)
    for _ in range(8):
        for job in bench.frame(FACE, beside).jobs:
            bench.answer(job, 2 if job.crop.mean() == pytest.approx(float(crop_of(bench, FACE).mean())) else 7)
    before = bench.pipeline.verdicts()
    assert sorted(verdict.band for verdict in before.values()) == [Band.MATCH, Band.UNKNOWN]
    bench.picture = with_head(FACE, ANOTHER if swapped else HEAD, wall)
    bench.frame(FACE, beside)
    after = bench.pipeline.verdicts()
    assert any(verdict.band is Band.MATCH for verdict in after.values()) is named


def crop_of(bench: Bench, box: Box) -> BGRImage:
    return align(bench.picture, face(box).landmarks)
