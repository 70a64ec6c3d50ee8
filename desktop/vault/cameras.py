"""Configured cameras. Their addresses may hold passwords and never leave through a log or an error."""

from __future__ import annotations

from builtins import list as List  # noqa: N812 - `list` is a method here

from sqlalchemy import Connection, Delete, Update, delete, func, insert, select, update
from sqlalchemy.orm import Session

from desktop.domain.cameras import Camera, SourceKind, SourceSpec
from desktop.domain.ids import CameraId
from desktop.vault.engine import Drafts
from desktop.vault.errors import CameraUnknown
from desktop.vault.models import CameraRow
from desktop.vault.room import Room


class CameraRepository:
    def __init__(self, room: Room) -> None:
        self._room = room

    def list(self) -> List[Camera]:
        """All cameras in the order in which they were added."""
        query = select(CameraRow).order_by(CameraRow.place)
        return self._room.store.read(lambda connection: [_camera(row) for row in Session(connection).scalars(query)])

    def get(self, camera_id: CameraId) -> Camera | None:
        def work(connection: Connection) -> Camera | None:
            row = Session(connection).get(CameraRow, camera_id)
            return None if row is None else _camera(row)

        return self._room.store.read(work)

    def add(self, camera: Camera, *, audit: Drafts = ()) -> None:
        def work(connection: Connection) -> None:
            last = connection.scalar(select(func.max(CameraRow.place))) or 0
            connection.execute(insert(CameraRow).values(id=camera.id, place=last + 1, **_values(camera)))

        self._room.store.write(work, audit=audit).result()

    def update(self, camera: Camera, *, audit: Drafts = ()) -> None:
        """Raises CameraUnknown."""
        self._change(update(CameraRow).where(CameraRow.id == camera.id).values(**_values(camera)), audit)

    def remove(self, camera_id: CameraId, *, audit: Drafts = ()) -> None:
        """Its sightings stay. Raises CameraUnknown."""
        self._change(delete(CameraRow).where(CameraRow.id == camera_id), audit)

    def _change(self, statement: Update | Delete, audit: Drafts) -> None:
        def work(connection: Connection) -> None:
            if connection.execute(statement).rowcount == 0:
                raise CameraUnknown

        self._room.store.write(work, audit=audit).result()


def _values(camera: Camera) -> dict[str, object]:
    return {
        "name": camera.name,
        "kind": camera.source.kind.value,
        "address": camera.source.address,
        "repeats": camera.source.loop,
        "fps": camera.source.fps,
        "area": [list(point) for point in camera.area],
        "notice_posted": camera.notice_posted,
        "enabled": camera.enabled,
    }


def _camera(row: CameraRow) -> Camera:
    return Camera(
        id=CameraId(row.id),
        name=row.name,
        source=SourceSpec(SourceKind(row.kind), row.address, loop=row.repeats, fps=row.fps),
        area=tuple((x, y) for x, y in row.area),
        notice_posted=row.notice_posted,
        enabled=row.enabled,
    )
