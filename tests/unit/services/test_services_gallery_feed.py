"""Who is in the gallery, while consents begin, end and are withdrawn in awkward moments."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from desktop.domain.ids import PersonId
from desktop.domain.standing import Change, Standing
from desktop.recognition.gallery import Gallery
from desktop.services.gallery_feed import GalleryFeed
from desktop.services.health import Health, ProblemKind
from desktop.services.hub import DeskEvent, Hub, PeopleChanged
from desktop.vault.errors import DiskFailed
from desktop.vault.templates import MatchingRows
from tests.helpers.desks import wait_until
from tests.helpers.vaults import vector

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ADA, BEA, CY = PersonId("ada"), PersonId("bea"), PersonId("cy")


class Templates:
    """People with the time from and until which each may be matched."""

    def __init__(self) -> None:
        self.periods: dict[PersonId, tuple[datetime, datetime]] = {}
        self.shown_until: dict[PersonId, datetime] = {}  # for whom consent ends before the authority to match them
        self.fault: Exception | None = None
        self.reading = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        self.readings = 0  # of everything
        self.looks = 0  # at who may be matched

    def put(self, person: PersonId, until: datetime = NOON + timedelta(days=1), since: datetime = NOON) -> None:
        self.periods[person] = (since, until)

    def standing(self, now: datetime) -> Standing:
        if self.fault is not None:
            raise self.fault
        self.looks += 1
        matchable, showable = self._at(now)
        edges = [(at, one) for one, period in self.periods.items() for at in period]
        edges += [(at, one) for one, at in self.shown_until.items()]
        upcoming = []
        for at, person in sorted(edges):
            matched, shown = self._at(at)
            if at > now:
                upcoming.append(Change(at, person, person in matched, person in shown))
        return Standing(matchable, showable, tuple(upcoming))

    def for_matching(self, model_id: str, now: datetime) -> MatchingRows:
        standing = self.standing(now)
        owners = tuple(sorted(standing.matchable))
        self.readings += 1
        self.reading.set()
        assert self.go_on.wait(10)
        vectors = [vector(sum(map(ord, owner))) for owner in owners]
        return MatchingRows(owners, np.stack(vectors) if vectors else np.empty((0, 0), np.float32), standing)

    def _at(self, now: datetime) -> tuple[frozenset[PersonId], frozenset[PersonId]]:
        matchable = frozenset(person for person, (since, until) in self.periods.items() if since <= now < until)
        always = datetime.max.replace(tzinfo=UTC)
        return matchable, frozenset(one for one in matchable if now < self.shown_until.get(one, always))


class Scene:
    def __init__(self) -> None:
        self.now = NOON
        self.templates = Templates()
        self.gallery = Gallery("test-model", 128)
        self.hub = Hub()
        self.events: list[DeskEvent] = []
        self.hub.subscribe(self.events.append)
        self.health = Health(self.hub)
        self.feed = GalleryFeed(
            self.gallery,
            self.templates,
            self.health,
            self.hub,
            clock=lambda: self.now,
            look=0.01,
        )

    def present(self) -> set[PersonId]:
        snapshot = self.gallery.snapshot
        return {person for person in (ADA, BEA, CY) if person in snapshot}

    def shown(self) -> set[PersonId]:
        return {person for person in (ADA, BEA, CY) if self.feed.may_be_shown(person)}


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    yield made
    made.feed.close()


def test_gallery_is_filled_at_the_start(scene: Scene) -> None:
    scene.templates.put(ADA)
    scene.templates.put(BEA)
    scene.feed.start()
    assert scene.present() == {ADA, BEA}
    assert scene.gallery.search(vector(sum(map(ord, ADA))))[0].person_id == ADA


def test_an_empty_vault_gives_an_empty_gallery(scene: Scene) -> None:
    scene.feed.start()
    assert scene.gallery.people == 0


def test_consent_that_ends_stops_matching_without_anybody_asking(scene: Scene) -> None:
    scene.templates.put(ADA, until=NOON + timedelta(minutes=5))
    scene.templates.put(BEA)
    scene.feed.start()
    readings = scene.templates.readings
    scene.now = NOON + timedelta(minutes=4, seconds=59)
    threading.Event().wait(0.1)
    assert scene.present() == {ADA, BEA}
    scene.now = NOON + timedelta(minutes=5)
    wait_until(lambda: scene.present() == {BEA})
    wait_until(lambda: any(isinstance(event, PeopleChanged) for event in scene.events))
    assert scene.templates.readings == readings, "the whole gallery was read for one person"


def test_an_end_that_was_known_to_come_does_not_wait_for_the_vault(scene: Scene) -> None:
    scene.templates.put(ADA, until=NOON + timedelta(minutes=5))
    scene.templates.put(BEA)
    scene.feed.start()
    looks = scene.templates.looks
    waiting = threading.Event()
    look = scene.templates.standing

    def slowly(now: datetime) -> Standing:
        assert waiting.wait(10)
        return look(now)

    scene.templates.standing = slowly  # type: ignore[method-assign]
    scene.now = NOON + timedelta(minutes=5)
    wait_until(lambda: scene.present() == {BEA} and scene.shown() == {BEA})
    assert scene.templates.looks == looks
    waiting.set()


def test_whoever_consented_anew_is_back_after_the_former_end(scene: Scene) -> None:
    scene.templates.put(ADA, until=NOON + timedelta(minutes=5))
    scene.feed.start()
    scene.templates.put(ADA)  # not yet followed
    scene.now = NOON + timedelta(minutes=5)
    wait_until(lambda: scene.templates.readings == 2)
    wait_until(lambda: scene.present() == {ADA} and scene.shown() == {ADA})


def test_authority_that_begins_starts_matching(scene: Scene) -> None:
    scene.templates.put(ADA, since=NOON + timedelta(hours=1))
    scene.feed.start()
    assert scene.present() == set()
    scene.now = NOON + timedelta(hours=1)
    wait_until(lambda: scene.present() == {ADA})


def test_many_ends_at_once(scene: Scene) -> None:
    many = [PersonId(f"p{number}") for number in range(50)]
    for person in many:
        scene.templates.put(person, until=NOON + timedelta(hours=1))
    scene.templates.put(ADA)
    scene.feed.start()
    assert scene.gallery.people == 51
    scene.now = NOON + timedelta(hours=1)
    wait_until(lambda: scene.gallery.people == 1)
    assert scene.present() == {ADA}


def test_a_refresh_that_read_the_vault_before_a_removal_does_not_bring_the_person_back(scene: Scene) -> None:
    scene.templates.put(ADA)
    scene.templates.put(BEA)
    scene.feed.start()
    scene.templates.reading.clear()
    scene.templates.go_on.clear()
    refresh = threading.Thread(target=scene.feed.refresh)
    refresh.start()
    assert scene.templates.reading.wait(10)
    with scene.feed.held_out(ADA):
        assert scene.present() == {BEA}
        del scene.templates.periods[ADA]
    scene.templates.go_on.set()
    refresh.join()
    assert scene.present() == {BEA}


def test_a_refresh_that_began_while_the_vault_was_being_changed_does_not_either(scene: Scene) -> None:
    scene.templates.put(ADA)
    scene.feed.start()
    refresh = threading.Thread(target=scene.feed.refresh)
    with scene.feed.held_out(ADA):
        scene.templates.reading.clear()
        scene.templates.go_on.clear()
        refresh.start()
        assert scene.templates.reading.wait(10)  # has read ADA, who is still stored
        del scene.templates.periods[ADA]
    scene.templates.go_on.set()
    refresh.join()
    assert scene.present() == set()


def test_whoever_consents_again_comes_back(scene: Scene) -> None:
    scene.templates.put(ADA)
    scene.feed.start()
    with scene.feed.held_out(ADA):
        del scene.templates.periods[ADA]
    scene.templates.put(ADA)
    scene.feed.refresh()
    assert scene.present() == {ADA}


def test_a_change_that_failed_keeps_the_person_out(scene: Scene) -> None:
    scene.templates.put(ADA)
    scene.feed.start()
    with pytest.raises(DiskFailed), scene.feed.held_out(ADA):
        raise DiskFailed(folder="x")
    scene.feed.refresh()
    assert scene.present() == set()


def test_when_the_vault_cannot_be_read_nobody_is_matched_until_it_can(scene: Scene) -> None:
    scene.templates.put(ADA, until=NOON + timedelta(minutes=5))
    scene.templates.put(BEA)
    scene.feed.start()
    scene.templates.fault = DiskFailed(folder="x")
    scene.now = NOON + timedelta(minutes=5)
    wait_until(lambda: scene.present() == set())
    wait_until(lambda: [problem.kind for problem in scene.health.problems()] == [ProblemKind.GALLERY_STALE])
    scene.templates.fault = None
    wait_until(lambda: scene.present() == {BEA})
    wait_until(lambda: not scene.health.problems())


def test_even_a_fault_of_the_program_does_not_end_the_watch(scene: Scene) -> None:
    scene.templates.put(ADA)
    scene.feed.start()
    scene.templates.fault = RuntimeError("a bug")
    scene.feed.follow()
    assert scene.present() == set()
    scene.templates.fault = None
    wait_until(lambda: scene.present() == {ADA})


def test_closing_wipes_the_gallery(scene: Scene) -> None:
    scene.templates.put(ADA)
    scene.feed.start()
    vectors = scene.gallery.snapshot.vectors
    scene.feed.close()
    assert scene.gallery.people == 0
    assert not vectors.any()


def test_whoever_only_an_authority_covers_is_matched_and_not_shown(scene: Scene) -> None:
    scene.templates.put(ADA)
    scene.templates.put(BEA)
    scene.templates.shown_until[BEA] = NOON
    scene.feed.start()
    assert scene.present() == {ADA, BEA}
    assert scene.shown() == {ADA}
    scene.feed.close()
    assert scene.shown() == set()


def test_consent_that_ends_under_an_authority_stops_showing_and_not_matching(scene: Scene) -> None:
    scene.templates.put(ADA)
    scene.templates.shown_until[ADA] = NOON + timedelta(minutes=5)
    scene.feed.start()
    assert scene.shown() == {ADA}
    scene.now = NOON + timedelta(minutes=5)
    wait_until(lambda: scene.shown() == set())
    assert scene.present() == {ADA}


def test_whoever_is_held_out_is_not_shown_either_whatever_was_read_before(scene: Scene) -> None:
    scene.templates.put(ADA)
    scene.templates.put(BEA)
    scene.feed.start()
    with scene.feed.held_out(ADA):
        assert scene.shown() == {BEA}
        scene.feed.refresh()  # the vault still lists her
        assert scene.shown() == {BEA}
        del scene.templates.periods[ADA]
    assert scene.shown() == {BEA}


def test_when_the_vault_cannot_be_read_nobody_is_shown(scene: Scene) -> None:
    scene.templates.put(ADA)
    scene.feed.start()
    scene.templates.fault = DiskFailed(folder="x")
    scene.feed.follow()
    assert scene.shown() == set()
    scene.templates.fault = None
    wait_until(lambda: scene.shown() == {ADA})
