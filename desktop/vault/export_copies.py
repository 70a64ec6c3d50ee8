"""Packages with a person's data that still lie on this computer, found again by where they were written and by what
they are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import structlog
from sqlalchemy import Connection

from desktop.domain.export import ExportCopy
from desktop.domain.ids import PersonId
from desktop.vault.exports import exports_of
from desktop.vault.room import Room

log = structlog.get_logger("desktop.vault")
_CHUNK: Final = 1 << 20


def copies_of(live: Connection, room: Room, people: Sequence[str]) -> list[ExportCopy]:
    """Everything that was written about these people."""
    return [copy for person_id in people for copy in exports_of(live, room, PersonId(person_id))]


def delete_copy(copy: ExportCopy) -> bool:
    """Whether it lay where it was written, unchanged, and is gone now. Another file of that name is let be."""
    digest = hashlib.sha256()
    try:
        with copy.path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
        if digest.digest() != copy.sha256:
            return False
        copy.path.unlink()
    except OSError as error:
        log.warning("vault.package_stays", package=copy.id, kind=type(error).__name__)
        return False
    return True
