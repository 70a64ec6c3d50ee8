"""Keeps the gallery equal to what the vault allows: on every change, and whenever a consent runs out.

Somebody whom a watchlist authority alone covers is in the gallery, but not among those who may be shown.

Leaving is quicker than entering: whoever withdraws, is removed or expires is taken out of the gallery before anything
is written or read, and stays out until the vault has confirmed it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from desktop.domain.ids import PersonId
from desktop.domain.standing import Change, Standing
from desktop.recognition.gallery import Gallery, GallerySnapshot
from desktop.services.health import Health, ProblemKind
from desktop.services.hub import GalleryChanged, Hub, PeopleChanged
from desktop.vault.templates import MatchingRows

log = structlog.get_logger("desktop.services")

LOOK = 0.5  # s between two looks at the clock: an ended consent stops matching well within a second
_ONE_BY_ONE = 20  # more people than this leaving at once: the gallery is built anew


class TemplateStore(Protocol):
    """The part of the vault that knows who may be matched and who may be shown."""

    def for_matching(self, model_id: str, now: datetime) -> MatchingRows: ...

    def standing(self, now: datetime) -> Standing: ...


def utc_now() -> datetime:
    return datetime.now(UTC)


class GalleryFeed:
    """Runs a thread of its own between `start` and `close`."""

    def __init__(
        self,
        gallery: Gallery,
        templates: TemplateStore,
        health: Health,
        hub: Hub,
        *,
        clock: Callable[[], datetime] = utc_now,
        look: float = LOOK,
    ) -> None:
        self._gallery = gallery
        self._templates = templates
        self._health = health
        self._hub = hub
        self._clock = clock
        self._look = look
        self._building = threading.Lock()  # one reader of the vault at a time, so that the newest reading wins
        self._swapping = threading.Lock()  # guards `_held_out` against a swap that knows nothing of it yet
        self._held_out: set[PersonId] = set()
        self._shown: frozenset[PersonId] = frozenset()
        self._standing = Standing()
        self._stale = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gallery-feed", daemon=True)

    def start(self) -> None:
        """Fill the gallery, then keep it current. Raises the vault's errors and GalleryModelMismatch."""
        self.refresh()
        self._thread.start()

    def close(self) -> None:
        """Join the thread and wipe the gallery."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._empty()

    def may_be_shown(self, person_id: PersonId) -> bool:
        """Whether somebody who is matched may be shown by name and unmasked; from memory, any thread."""
        return person_id in self._shown

    def refresh(self) -> None:
        """Build the gallery anew, in the calling thread; in force when this returns. Raises the vault's errors."""
        with self._building:
            now = self._clock()
            current = self._gallery.snapshot
            owners, vectors, standing = self._templates.for_matching(current.model_id, now)
            with self._swapping:
                self._shown = standing.showable - self._held_out
                rows = [row for row, owner in enumerate(owners) if owner not in self._held_out]
                if len(rows) < len(owners):
                    owners, vectors = tuple(owners[row] for row in rows), _only(vectors, rows)
                if not owners:
                    vectors = np.empty((0, current.dimension), dtype=np.float32)
                self._gallery.swap(GallerySnapshot.build(current.model_id, owners, vectors, based_on=current.revision))
            vectors.fill(0)
            self._standing = standing
        self._announce()

    def follow(self) -> None:
        """As `refresh`, after a change that is already stored: a failure shows in `health` and is tried again."""
        try:
            self.refresh()
        except Exception:
            log.exception("gallery_unreadable")
            self._cannot_read()

    @contextmanager
    def held_out(self, person_id: PersonId) -> Iterator[None]:
        """Take a person out of the gallery at once and keep them out while the vault is being changed.

        Where the body fails, the person stays out for this session: rather too little is matched than too much.
        """
        with self._swapping:
            self._held_out.add(person_id)
            self._take_out(person_id)
        self._announce()
        yield
        with self._swapping:
            # Once more, for a refresh that read the vault before the change and has not swapped yet.
            self._take_out(person_id)
            self._held_out.discard(person_id)

    def _take_out(self, person_id: PersonId) -> None:
        """Holds `_swapping`."""
        self._shown -= {person_id}
        self._gallery.remove(person_id)

    def _empty(self) -> None:
        with self._swapping:
            self._shown = frozenset()
            self._gallery.wipe()

    def _run(self) -> None:
        while not self._stop.wait(self._look):
            try:
                self._look_at_the_clock()
            except Exception:
                if not self._stale:
                    log.exception("gallery_unreadable")
                self._cannot_read()

    def _look_at_the_clock(self) -> None:
        now = self._clock()
        if self._stale:
            self.refresh()
            self._stale = False
            self._health.clear(ProblemKind.GALLERY_STALE)
        elif self._standing.upcoming and self._standing.upcoming[0].at <= now:
            self._change_by_the_clock(now)
        else:
            return
        self._hub.publish(PeopleChanged())

    def _change_by_the_clock(self, now: datetime) -> None:
        """What was known to come is done first, from memory: reading a large vault takes longer."""
        before = self._standing
        ended = self._end([change for change in before.upcoming if change.at <= now])
        standing = self._templates.standing(now)
        with self._swapping:
            self._shown = standing.showable - self._held_out
        leaving = before.matchable - standing.matchable
        entering = standing.matchable - before.matchable
        log.info("consents_ended", count=len(leaving))
        # Whoever consented anew while the former consent's end was carried out has to come back, too.
        if len(leaving) > _ONE_BY_ONE or entering or ended & standing.matchable:
            self.refresh()
            return
        for person_id in leaving - ended:
            self._gallery.remove(person_id)
        self._standing = standing
        self._announce()

    def _end(self, due: Sequence[Change]) -> set[PersonId]:
        """Carry out what ends in these changes; who is out of the gallery now."""
        with self._swapping:
            self._shown -= {change.person_id for change in due if not change.showable}
        ended = {change.person_id for change in due if not change.matchable}
        if len(ended) > _ONE_BY_ONE:
            return set()
        for person_id in ended:
            self._gallery.remove(person_id)
        self._announce()
        return ended

    def _cannot_read(self) -> None:
        """Who may still be matched is not known: then nobody is, until the vault can be read again."""
        self._stale = True
        self._empty()
        self._health.report(ProblemKind.GALLERY_STALE)
        self._announce()

    def _announce(self) -> None:
        snapshot = self._gallery.snapshot
        self._hub.publish(GalleryChanged(snapshot.people, snapshot.revision))


def _only(vectors: NDArray[np.float32], rows: list[int]) -> NDArray[np.float32]:
    """These rows; what is left of the others is overwritten."""
    chosen = vectors[rows]
    vectors.fill(0)
    return chosen
