"""Finds and decodes picture files."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.capture.source import SourceError
from desktop.domain.cameras import StateReason

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})


def list_pictures(folder: Path) -> list[Path]:
    """The picture files of `folder` by name, "9.jpg" before "10.jpg"; subfolders are not looked into.

    Raises SourceError: NOT_FOUND (no such folder, or not ours to read), NO_PICTURES.
    """
    try:
        found = [path for path in folder.iterdir() if path.suffix.lower() in PICTURE_SUFFIXES and path.is_file()]
    except (OSError, ValueError):  # ValueError: a NUL in the name
        raise SourceError(StateReason.NOT_FOUND) from None
    if not found:
        raise SourceError(StateReason.NO_PICTURES)
    return sorted(found, key=_natural)


def _natural(path: Path) -> tuple[list[tuple[int, int, str]], str]:
    parts = re.split(r"(\d+)", path.name.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part], path.name


def read_picture(path: Path) -> NDArray[np.uint8] | None:
    """A picture file as (H, W, 3) uint8 BGR, turned as its EXIF says; None if it cannot be read or decoded.

    Reads through NumPy: cv2.imread cannot open non-Latin paths on Windows.
    """
    try:
        raw = np.fromfile(path, dtype=np.uint8)
        if raw.size == 0:
            return None
        image = cv2.imdecode(raw, cv2.IMREAD_COLOR)
    except (OSError, cv2.error):
        return None
    return None if image is None else np.asarray(image, dtype=np.uint8)
