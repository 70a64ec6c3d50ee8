"""The proof of an erasure: the same search of every decrypted page, before it and after it."""

from __future__ import annotations

import structlog
from sqlalchemy import Connection

from desktop.domain.erasure import ErasureOrder, ProofOfErasure
from desktop.domain.progress import Progress
from desktop.vault.errors import VaultError
from desktop.vault.failures import translated
from desktop.vault.holds import demand_free
from desktop.vault.markers import Markers, collect
from desktop.vault.page_search import MarkerSearch
from desktop.vault.records import utc_now
from desktop.vault.room import Room
from desktop.vault.subjects import SUBJECTS

log = structlog.get_logger("desktop.vault")


def gather(room: Room, order: ErasureOrder, progress: Progress) -> Markers:
    """The subjects' markers: those that the search finds now, and plain ones that nothing else explains.

    Raises PersonUnknown, SubjectHeld, Cancelled, vault errors.
    """

    def work(connection: Connection) -> Markers:
        SUBJECTS[order.kind].demand(connection, order.subjects)
        demand_free(connection, order.kind, order.subjects, utc_now())
        return collect(connection, room.sealer, SUBJECTS[order.kind], order.subjects)

    markers = room.store.read(work)
    with translated(room.folder):
        # Not authenticated, which takes a third of the time: the proof is the search afterwards.
        seen = MarkerSearch(markers.all).in_pages(room.store.pages(), progress, authenticate=False)
    room.store.read(lambda connection: markers.settle(connection, SUBJECTS.values(), seen.found))
    return markers


def prove(room: Room, markers: Markers, progress: Progress) -> ProofOfErasure | None:
    """None: the disk does not let the files be read. Raises Cancelled."""
    try:
        with translated(room.folder):
            searched = MarkerSearch(markers.all).in_pages(room.store.pages(), progress)
    except VaultError as error:
        log.warning("vault.not_searched", kind=error.code)
        return None
    return ProofOfErasure(
        at=utc_now(),
        read=searched.read,
        pages=searched.pages,
        unreadable=searched.unreadable,
        markers=len(markers.all),
        seen_before=markers.seen_before,
        found=len(searched.found),
        left_out={reason: amount for reason, amount in sorted(markers.left_out.items()) if amount},
    )
