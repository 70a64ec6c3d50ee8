from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from desktop.capture.opencv_sources import FolderSource
from desktop.capture.pictures import read_picture
from desktop.capture.source import RecordedSource, SourceError, SourceFrame
from desktop.domain.cameras import SourceKind, SourceSpec, StateReason
from tests.helpers.capture_kit import number_in, write_picture


def source_of(folder: Path, *, loop: bool = False, fps: float = 0.0) -> FolderSource:
    return FolderSource(SourceSpec(SourceKind.FOLDER, str(folder), loop=loop, fps=fps))


def read_all(source: FolderSource) -> list[SourceFrame]:
    source.open()
    items = []
    while (item := source.read()) is not None:
        items.append(item)
    return items


def test_pictures_come_in_the_order_a_person_would_count(tmp_path: Path) -> None:
    for number, name in enumerate(["a 1.png", "a 2.JPG", "a 10.jpeg", "b.bmp", "c.webp", "d.tiff"]):
        write_picture(tmp_path, name, number)
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "folder.jpg").mkdir()
    source = source_of(tmp_path)
    assert isinstance(source, RecordedSource)
    items = read_all(source)
    assert [number_in(item.image) for item in items] == [0, 1, 2, 3, 4, 5]
    assert [item.position for item in items] == [0, 1, 2, 3, 4, 5]
    assert (source.fps, source.damaged) == (1.0, 0)


def test_damaged_pictures_are_passed_over_and_counted(tmp_path: Path) -> None:
    write_picture(tmp_path, "1.png", 1)
    (tmp_path / "2.png").write_bytes(b"\x89PNG\r\n\x1a\n but no more than that")
    (tmp_path / "3.jpg").touch()
    (tmp_path / "4.jpg").write_text("hello")
    write_picture(tmp_path, "5.png", 5)
    source = source_of(tmp_path)
    items = read_all(source)
    assert [(item.position, number_in(item.image)) for item in items] == [(0, 1), (4, 5)]
    assert source.damaged == 3


def test_a_loop_lists_the_folder_anew(tmp_path: Path) -> None:
    write_picture(tmp_path, "1.png", 1)
    source = source_of(tmp_path, loop=True, fps=5.0)
    source.open()
    first = source.read()
    write_picture(tmp_path, "2.png", 2)
    later = [source.read() for _ in range(3)]
    items = [item for item in (first, *later) if item is not None]
    assert [(item.pass_, item.position, number_in(item.image)) for item in items] == [
        (0, 0, 1),
        (1, 0, 1),
        (1, 1, 2),
        (2, 0, 1),
    ]
    assert source.fps == 5.0


def test_skipping(tmp_path: Path) -> None:
    for number in range(3):
        write_picture(tmp_path, f"{number}.png", number)
    source = source_of(tmp_path)
    source.open()
    assert source.skip()
    item = source.read()
    assert item is not None
    assert item.position == 1
    assert source.skip()
    assert not source.skip()
    assert source.read() is None


def test_folders_without_a_picture(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        source_of(tmp_path / "none").open()
    assert caught.value.reason is StateReason.NOT_FOUND
    with pytest.raises(SourceError) as caught:
        source_of(tmp_path).open()
    assert caught.value.reason is StateReason.NO_PICTURES
    file = write_picture(tmp_path, "1.png", 1)
    with pytest.raises(SourceError) as caught:
        source_of(file).open()
    assert caught.value.reason is StateReason.NOT_FOUND
    file.write_bytes(b"not a picture")
    source = source_of(tmp_path, loop=True)
    source.open()
    with pytest.raises(SourceError) as caught:
        source.read()
    assert caught.value.reason is StateReason.NO_PICTURES


def test_blanks_and_letters_of_any_script_in_the_path(tmp_path: Path) -> None:
    folder = tmp_path / "Gäste am Empfang – 来宾"
    folder.mkdir()
    write_picture(folder, "Ünal Öz 山田.jpg", 9)
    assert [number_in(item.image) for item in read_all(source_of(folder))] == [9]


def test_pictures_of_other_depths_and_sizes_become_bgr(tmp_path: Path) -> None:
    grey, deep, clear = tmp_path / "1.png", tmp_path / "2.png", tmp_path / "3.png"
    cv2.imwrite(str(grey), np.full((20, 30), 200, np.uint8))
    cv2.imwrite(str(deep), np.full((10, 10, 3), 40000, np.uint16))
    cv2.imwrite(str(clear), np.full((5, 6, 4), 100, np.uint8))
    items = read_all(source_of(tmp_path))
    assert [item.image.shape for item in items] == [(20, 30, 3), (10, 10, 3), (5, 6, 3)]
    assert all(item.image.dtype == np.uint8 for item in items)


def test_a_picture_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    jpeg = cv2.imencode(".jpg", np.zeros((20, 40, 3), np.uint8))[1].tobytes()
    # One big-endian TIFF entry: tag 0x0112 (orientation), SHORT, 6 = turn by 90 degrees.
    tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
    exif = b"Exif\x00\x00" + tiff
    path = tmp_path / "turned.jpg"
    path.write_bytes(jpeg[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + jpeg[2:])
    image = read_picture(path)
    assert image is not None
    assert image.shape == (40, 20, 3)


def test_what_cannot_be_read_is_no_picture(tmp_path: Path) -> None:
    assert read_picture(tmp_path / "none.jpg") is None
    assert read_picture(tmp_path) is None
