"""Pictures come out in order, late by the delay, masked, and never clear when masks are uncertain."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from desktop.capture.frame import Frame
from desktop.domain.decision import Band, Verdict
from desktop.domain.geometry import Box
from desktop.domain.ids import PersonId, TrackId
from desktop.recognition.delay import FIRST
from desktop.recognition.masks import MASK_COLOUR
from desktop.recognition.presenter import CoarseReason, Picture, Presenter
from desktop.recognition.timeline import LIMIT, AnalysisRecord, MarkState, ShownIdentity, TrackMark

SIZE = (320, 180)
FACE = Box(100, 60, 40, 50)
ANNA = PersonId("anna")
MATCHED = Verdict(Band.MATCH, ANNA, 0.7, 0.5, 0.3, 2)
EMPTY = np.random.default_rng(7).integers(90, 160, (SIZE[1], SIZE[0], 3), dtype=np.uint8)


def frame(i: int, at: float, image: np.ndarray | None = None) -> Frame:
    return Frame(EMPTY if image is None else image, at, i, i)


def record(at: float, box: Box | None = FACE, *, full: bool = True, track: int = 1) -> AnalysisRecord:
    marks = () if box is None else (TrackMark(TrackId(track), box, 0.9, MarkState.SEEN),)
    return AnalysisRecord(at, SIZE, marks, full=full)


class Desk:
    """A presenter with a clock set by hand."""

    def __init__(self, allowed: bool = True) -> None:
        self.allowed = allowed
        self.now = 0.0
        self.presenter = Presenter(allowed=lambda _: self.allowed, clock=lambda: self.now)
        self.presenter.set_size(*SIZE)

    def play(self, seconds: float, analysed: dict[float, AnalysisRecord], *, first: int = 0) -> list[Picture]:
        """25 pictures a second; `analysed` maps the moment an analysis is ready to its record."""
        pictures, waiting, next_frame = [], dict(analysed), first
        for tick in range(round(seconds * 100)):
            self.now = tick / 100
            if tick % 4 == 0:
                self.presenter.offer(frame(next_frame, self.now))
                next_frame += 1
            for ready in sorted(at for at in waiting if at <= self.now):
                found = waiting.pop(ready)
                self.presenter.add_analysis(found, self.now - found.at)
            picture = self.presenter.next_picture()
            if picture is not None:
                pictures.append(picture)
        return pictures


def every_tenth(seconds: float, box: Box | None = FACE, latency: float = 0.04) -> dict[float, AnalysisRecord]:
    return {i * 0.1 + latency: record(i * 0.1, box) for i in range(round(seconds * 10))}


def under_mask(picture: Picture, box: Box) -> bool:
    region = picture.pixels[int(box.y) : int(box.bottom), int(box.x) : int(box.right)]
    return bool((region == MASK_COLOUR).all())


def test_pictures_come_in_order_without_a_gap_and_late_by_the_delay() -> None:
    desk = Desk()
    pictures = desk.play(3.0, every_tenth(3.0))
    assert [p.seq for p in pictures] == list(range(len(pictures)))
    assert not any(p.coarse for p in pictures)
    stats = desk.presenter.stats()
    assert stats.skipped == 0
    assert stats.coarse == 0
    assert 160 <= stats.delay_ms <= 400
    assert stats.shown == len(pictures) >= (3.0 - LIMIT) * 25 - 2


def test_every_picture_of_a_face_is_masked_also_those_before_it_was_found() -> None:
    desk = Desk()
    analysed = every_tenth(1.0)
    analysed[0.04] = record(0.0, None)
    pictures = desk.play(1.0, analysed)
    assert len(pictures) > 10
    assert all(under_mask(p, FACE) for p in pictures)


def test_without_any_analysis_pictures_wait_and_then_come_coarse() -> None:
    desk = Desk()
    pictures = desk.play(1.0, {})
    assert pictures
    assert all(p.coarse and p.coarse_reason is CoarseReason.STARTING for p in pictures)
    assert all(len(np.unique(p.pixels.reshape(-1, 4), axis=0)) <= 12 for p in pictures)


@pytest.mark.parametrize(
    ("interval", "named", "hidden"), [(0.1, False, False), (0.25, False, True), (0.25, True, False)]
)
def test_a_head_lost_for_too_long_at_a_low_rate_hides_the_whole_picture(
    interval: float, named: bool, hidden: bool
) -> None:
    desk = Desk()
    held = TrackMark(TrackId(1), FACE, 0.0, MarkState.HELD)
    analysed = {0.01: record(0.0), interval + 0.01: record(interval)}
    analysed |= {
        i * interval + 0.01: AnalysisRecord(i * interval, SIZE, (held,)) for i in range(2, round(2 / interval))
    }
    desk.presenter.set_identities([ShownIdentity(TrackId(1), MATCHED if named else Verdict(), 0.0)])
    pictures = desk.play(2.0, analysed)
    coarse = [p for p in pictures if p.coarse and p.frame_at < 1.6]
    assert bool(coarse) is hidden
    assert all(p.coarse_reason is CoarseReason.ANALYSIS_LATE and p.frame_at > interval for p in coarse)
    assert desk.presenter.stats().coarse == sum(p.coarse for p in pictures)


def test_when_analysis_stops_pictures_go_coarse_after_the_limit_and_recover() -> None:
    desk = Desk()
    analysed = {at: found for at, found in every_tenth(4.0).items() if not 1.0 < at < 2.5}
    pictures = desk.play(4.0, analysed)
    late = [p for p in pictures if p.coarse]
    assert late
    assert all(p.coarse_reason is CoarseReason.ANALYSIS_LATE for p in late)
    assert min(p.frame_at for p in late) > 0.9
    assert max(p.frame_at for p in late) < 2.5
    assert all(not p.coarse for p in pictures if p.frame_at <= 0.9 or p.frame_at > 2.45)
    assert all(p.coarse or under_mask(p, FACE) for p in pictures)


def test_a_look_at_known_faces_only_does_not_make_a_picture_certain() -> None:
    desk = Desk()
    quick = {i * 0.1 + 0.04: record(i * 0.1, full=False) for i in range(10)}
    assert all(p.coarse for p in desk.play(1.0, quick))


def clear_from(desk: Desk, at: float | None) -> None:
    desk.presenter.set_identities([ShownIdentity(TrackId(1), MATCHED, at, version=1)])


def test_a_matched_person_is_shown_from_the_deciding_frame_on_and_named() -> None:
    desk = Desk()
    clear_from(desk, 0.5)
    pictures = desk.play(2.0, every_tenth(2.0))
    for picture in pictures:
        (mark,) = picture.marks
        assert mark.person_id == ANNA
        assert mark.band is Band.MATCH
        assert mark.masked is (picture.frame_at < 0.5)
        assert under_mask(picture, FACE) is mark.masked


def test_a_removed_person_is_masked_and_nameless_from_the_next_picture_on() -> None:
    desk = Desk()
    clear_from(desk, 0.0)
    shown = desk.play(1.0, every_tenth(1.0))
    assert not under_mask(shown[-1], FACE)
    desk.allowed = False
    desk.now = 1.0 + FIRST
    later = desk.presenter.next_picture()
    assert later is not None
    assert under_mask(later, FACE)
    assert later.marks[0].person_id is None
    assert later.marks[0].band is Band.UNKNOWN


def test_a_possible_match_stays_masked() -> None:
    desk = Desk()
    verdict = Verdict(Band.POSSIBLE, ANNA, 0.45, 0.5, 0.3, 2)
    desk.presenter.set_identities([ShownIdentity(TrackId(1), verdict, 0.0, version=1)])
    pictures = desk.play(1.0, every_tenth(1.0))
    assert all(under_mask(p, FACE) and p.marks[0].band is Band.POSSIBLE for p in pictures)


def test_the_mask_of_a_stranger_wins_over_a_matched_neighbour() -> None:
    desk = Desk()
    clear_from(desk, 0.0)
    neighbour = FACE.moved(20, 0)
    marks = (TrackMark(TrackId(1), FACE, 0.9), TrackMark(TrackId(2), neighbour, 0.9))
    analysed = {i * 0.1 + 0.04: AnalysisRecord(i * 0.1, SIZE, marks) for i in range(10)}
    pictures = desk.play(1.0, analysed)
    assert all(under_mask(p, neighbour) for p in pictures)


def test_a_slow_window_skips_pictures_and_counts_them() -> None:
    desk = Desk()
    analysed = every_tenth(3.0)
    for i in range(75):
        desk.now = i * 0.04
        desk.presenter.offer(frame(i, desk.now))
        for ready in sorted(at for at in analysed if at <= desk.now):
            desk.presenter.add_analysis(analysed.pop(ready), 0.04)
    shown = []
    while (picture := desk.presenter.next_picture()) is not None:
        shown.append(picture)
    stats = desk.presenter.stats()
    assert stats.skipped > 50
    assert stats.shown == len(shown)
    assert desk.now - shown[0].frame_at < LIMIT + 0.2


def test_a_hidden_tile_keeps_nothing() -> None:
    desk = Desk()
    desk.presenter.set_size(0, 0)
    assert desk.play(1.0, every_tenth(1.0)) == []
    stats = desk.presenter.stats()
    assert (stats.offered, stats.shown, stats.skipped) == (0, 0, 0)


@pytest.mark.parametrize(
    ("frame_size", "tile", "fitted"),
    [((1280, 720), (640, 480), (640, 360)), ((176, 144), (640, 360), (440, 360)), ((640, 360), (640, 360), (640, 360))],
)
def test_the_picture_is_fitted_into_the_tile(
    frame_size: tuple[int, int], tile: tuple[int, int], fitted: tuple[int, int]
) -> None:
    presenter = Presenter(allowed=lambda _: True, clock=lambda: 0.5)
    presenter.set_size(*tile)
    presenter.offer(frame(0, 0.0, np.zeros((frame_size[1], frame_size[0], 3), np.uint8)))
    presenter.add_analysis(AnalysisRecord(0.0, frame_size, ()), 0.05)
    picture = presenter.next_picture()
    assert picture is not None
    assert (picture.pixels.shape[1], picture.pixels.shape[0]) == fitted
    assert picture.pixels.flags.c_contiguous
    assert (picture.pixels[..., 3] == 255).all()


def test_the_frame_of_the_camera_is_never_painted_on() -> None:
    desk = Desk()
    before = EMPTY.copy()
    desk.play(1.0, every_tenth(1.0))
    assert (before == EMPTY).all()


def test_a_cleared_presenter_forgets_marks_and_pictures() -> None:
    desk = Desk()
    desk.play(0.5, every_tenth(0.5))
    desk.presenter.clear()
    desk.now = 0.7
    assert desk.presenter.next_picture() is None


def test_capture_and_analysis_threads_and_window_together_lose_no_picture() -> None:
    presenter = Presenter(allowed=lambda _: True)
    presenter.set_size(160, 90)
    import time

    begun = time.monotonic()
    stop = threading.Event()

    def capture() -> None:
        for i in range(40):
            presenter.offer(frame(i, time.monotonic()))
            time.sleep(0.01)
        stop.set()

    def analyse() -> None:
        while not stop.is_set():
            presenter.add_analysis(record(time.monotonic()), 0.01)
            time.sleep(0.02)
        presenter.add_analysis(record(time.monotonic()), 0.01)

    threads = [threading.Thread(target=capture), threading.Thread(target=analyse)]
    for thread in threads:
        thread.start()
    shown = []
    while len(shown) < 40 and time.monotonic() - begun < 20:
        picture = presenter.next_picture()
        if picture is None:
            time.sleep(0.002)
        else:
            shown.append(picture)
    for thread in threads:
        thread.join()
    stats = presenter.stats()
    assert stats.shown + stats.skipped == 40
    assert [p.seq for p in shown] == sorted(p.seq for p in shown)
