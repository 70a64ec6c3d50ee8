"""When a camera's settings make sense. Pure checks; whether the camera answers is for `CameraService.test`."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from desktop.domain.cameras import Camera, SourceKind, SourceSpec
from desktop.domain.geometry import polygon_problem
from desktop.domain.people import clean_name
from desktop.services.errors import AddressInvalid, AreaInvalid, CameraNameInvalid, CameraNameTaken

_MAX_DEVICE = 99
_MAX_FPS = 240.0


def checked_camera(camera: Camera, others: Iterable[Camera]) -> Camera:
    """The camera with cleaned name and address.

    Names are unique without regard to case. Raises CameraNameInvalid, CameraNameTaken, AreaInvalid, AddressInvalid.
    """
    try:
        name = clean_name(camera.name)
    except ValueError as error:
        raise CameraNameInvalid from error
    if any(other.id != camera.id and other.name.casefold() == name.casefold() for other in others):
        raise CameraNameTaken
    problem = polygon_problem(camera.area)
    if problem is not None:
        raise AreaInvalid(reason=problem)
    return replace(camera, name=name, source=checked_source(camera.source))


def checked_source(source: SourceSpec) -> SourceSpec:
    """The source with its address stripped of blanks. Raises AddressInvalid."""
    address = source.address.strip()
    if not _fits(source.kind, address) or not (math.isfinite(source.fps) and 0 <= source.fps <= _MAX_FPS):
        raise AddressInvalid
    return replace(source, address=address)


def with_old_password(source: SourceSpec, old: SourceSpec) -> SourceSpec:
    """`old`'s address where `source` only repeats what is shown of it: forms never hold the password."""
    same = source.kind is old.kind and source.address.strip() == old.shown
    return replace(source, address=old.address) if same else source


def _fits(kind: SourceKind, address: str) -> bool:
    if not address or not address.isprintable():
        return False
    if kind is SourceKind.USB:
        return address.isascii() and address.isdigit() and int(address) <= _MAX_DEVICE
    if kind is SourceKind.RTSP:
        try:
            parts = urlsplit(address)
            return parts.scheme.lower() in ("rtsp", "rtsps") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:  # a port that is no number, a broken IPv6 address
            return False
    return "://" not in address
