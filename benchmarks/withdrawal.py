"""From a withdrawal at the desk until the last picture of any of the demo's four cameras that names the person.

python -m benchmarks.withdrawal (needs a session with a Secret Service: scripts/with_desktop)
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from desktop.demo.operators import sign_in
from desktop.demo.roster import load_roster
from desktop.demo.scenes import load_script
from desktop.demo.site import fresh_site
from desktop.domain.ids import CameraId, PersonId
from desktop.domain.progress import UNWATCHED
from desktop.services.desk import Desk

CAMERAS = 4
TILE = (640, 360)
EVERY = 0.02  # s between two looks at a tile: more often than a picture comes
IN_SIGHT_WITHIN = 90.0  # s: the clips show everybody within a minute
AFTERWARDS = 4.0  # s of watching after a withdrawal

Figure = tuple[str, float, str, str]  # see benchmarks.vault


@dataclass
class Wall:
    """Pulls pictures as four tiles do, each from a thread of its own, and remembers who was last named when."""

    desk: Desk
    last: dict[PersonId, float] = field(default_factory=dict)
    pictures: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def watching(self) -> Iterator[None]:
        tiles = [threading.Thread(target=self._watch, args=(each.id,)) for each in self.desk.live.cameras()]
        if len(tiles) != CAMERAS:
            raise AssertionError(f"{len(tiles)} cameras instead of {CAMERAS}")
        for tile in tiles:
            tile.start()
        try:
            yield
        finally:
            self._stop.set()
            for tile in tiles:
                tile.join()

    def _watch(self, camera_id: CameraId) -> None:
        while not self._stop.wait(EVERY):
            presenter = self.desk.live.presenter(camera_id)
            if presenter is None:
                continue
            presenter.set_size(*TILE)
            shown = presenter.next_picture()
            if shown is not None:
                now = time.monotonic()
                self.pictures += 1
                self.last |= {mark.person_id: now for mark in shown.marks if mark.person_id is not None}


def measure(_people: int = 0) -> list[Figure]:
    """Everybody of the demo site withdraws in turn while they are named; the slowest counts."""
    ends, erased = [], []
    with fresh_site(load_script(), load_roster(), UNWATCHED) as (desk, furnished):
        sign_in(desk)
        desk.live.start()
        wall = Wall(desk)
        with wall.watching():
            people = [person for person in furnished.people.values() if person in desk._gallery.snapshot]
            for person in people:
                if not _in_sight(wall, person):
                    continue
                begun = time.monotonic()
                done = desk.withdrawals.withdraw(person)
                erased.append(time.monotonic() - begun)
                if done.waits or done.erasure is None:
                    raise AssertionError("the erasure waits")
                time.sleep(AFTERWARDS)
                ends.append(max(0.0, wall.last[person] - begun))
    if len(ends) < 2:
        raise AssertionError("too few people came into sight")
    title = f"Withdrawal, {CAMERAS} cameras of the demo, {len(ends)} people"
    return [
        (f"{title}: until the last picture that names somebody", max(ends), " s", "<= 1"),
        (f"{title}: until the signed result of the erasure", max(erased), " s", "<= 10"),
    ]


def _in_sight(wall: Wall, person: PersonId) -> bool:
    """Wait until a picture names the person; whether one does in time."""
    deadline, asked = time.monotonic() + IN_SIGHT_WITHIN, time.monotonic()
    while wall.last.get(person, 0.0) < asked:
        if time.monotonic() > deadline:
            return False
        time.sleep(EVERY)
    return True


if __name__ == "__main__":
    for what, value, unit, goal in measure():
        sys.stdout.write(f"{what}: {value:.3f}{unit} (goal {goal})\n")
