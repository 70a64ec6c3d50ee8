"""Reading whatever a person may pick as a photo."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from desktop.services import photo_reader
from desktop.services.photo_check import PhotoProblem
from desktop.services.photo_reader import PhotoRefused, read_photo
from tests.helpers.desks import picture


def problem_of(path: Path) -> PhotoProblem:
    with pytest.raises(PhotoRefused) as refused:
        read_photo(path)
    return refused.value.problem


def encoded(image: np.ndarray, extension: str) -> bytes:
    done, content = cv2.imencode(extension, image)
    assert done
    return content.tobytes()


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_that_promises(width: int, height: int) -> bytes:
    """A small PNG whose header promises a picture of that size."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", zlib.compress(bytes(10_000))) + png_chunk(b"IEND", b"")


@pytest.mark.parametrize("extension", [".jpg", ".png", ".bmp", ".webp", ".tiff"])
def test_usual_formats_are_read(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"photo{extension}"
    path.write_bytes(encoded(picture("astronaut.png"), extension))
    image = read_photo(path)
    assert image.shape == (512, 512, 3)
    assert float(np.abs(image.astype(int) - picture("astronaut.png")).mean()) < 6


@pytest.mark.parametrize("name", ["two words.png", "Größe äöü.png", "写真 顔.png", "صورة.png", "imagem%20#1.png"])
def test_any_path_is_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "Büro Süd 会社"
    folder.mkdir()
    (folder / name).write_bytes(encoded(picture("astronaut.png"), ".png"))
    assert read_photo(folder / name).shape == (512, 512, 3)


def test_exif_orientation_is_applied(tmp_path: Path) -> None:
    image = np.zeros((40, 80, 3), np.uint8)
    image[:, :20] = (0, 0, 255)  # red on the left; orientation 6 says: turn clockwise, so red belongs on top
    jpeg = encoded(image, ".jpg")
    tag = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    path = tmp_path / "turned.jpg"
    path.write_bytes(jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(tag) + 2) + tag + jpeg[2:])
    upright = read_photo(path)
    assert upright.shape == (80, 40, 3)
    assert upright[:15, :, 2].mean() > 200
    assert upright[30:, :, 2].mean() < 30


def test_8k_photo_is_read_and_scaled_down(tmp_path: Path) -> None:
    path = tmp_path / "8k.jpg"
    path.write_bytes(encoded(cv2.resize(picture("astronaut.png"), (7680, 4320)), ".jpg"))
    assert read_photo(path).shape == (1080, 1920, 3)


def test_grey_and_transparent_pictures_become_colour(tmp_path: Path) -> None:
    grey = cv2.cvtColor(picture("astronaut.png"), cv2.COLOR_BGR2GRAY)
    (tmp_path / "grey.png").write_bytes(encoded(grey, ".png"))
    (tmp_path / "clear.png").write_bytes(encoded(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGRA), ".png"))
    assert read_photo(tmp_path / "grey.png").shape == (512, 512, 3)
    assert read_photo(tmp_path / "clear.png").shape == (512, 512, 3)


def test_what_is_no_picture_is_said_to_be_none(tmp_path: Path) -> None:
    contents = {
        "text.jpg": b"this is not a picture",
        "empty.png": b"",
        "cut.png": encoded(picture("astronaut.png"), ".png")[:40],
        "page.html": b"<html><img src='a.png'></html>",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        assert problem_of(tmp_path / name) is PhotoProblem.NOT_AN_IMAGE, name


def test_missing_file_and_folder_are_unreadable(tmp_path: Path) -> None:
    assert problem_of(tmp_path / "nothing.jpg") is PhotoProblem.UNREADABLE
    assert problem_of(tmp_path) is PhotoProblem.UNREADABLE


def test_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.jpg"
    with path.open("wb") as stream:
        stream.truncate(photo_reader.MAX_BYTES + 1)
    assert problem_of(path) is PhotoProblem.TOO_LARGE


def test_picture_over_100_megapixels_is_refused_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_that_promises(20_000, 20_000))  # 1.2 GB once unpacked
    assert problem_of(path) is PhotoProblem.TOO_LARGE


def test_just_under_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(encoded(np.full((9_990, 10_000, 3), 128, np.uint8), ".png"))
    assert read_photo(path).shape == (1918, 1920, 3)
