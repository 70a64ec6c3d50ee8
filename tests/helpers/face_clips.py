"""Small clips of real faces on simple movements, with the true face box of every frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from desktop.capture.frame import Frame
from desktop.domain.geometry import Box
from desktop.domain.ids import PersonId
from desktop.recognition.gallery import Gallery, GallerySnapshot
from desktop.vision.align import align
from desktop.vision.types import BGRImage
from tests.helpers.pictures import default_pack, largest, picture

SIZE = (1280, 720)
FPS = 25
SIDES, ABOVE, BELOW = 0.45, 0.5, 0.35  # of the face box, cut out with the face: hair, ears, throat


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A cut-out head; `face` is the face box inside `pixels`, `outline` (h, w, 1) 0 to 1 its soft oval."""

    pixels: BGRImage
    face: Box
    outline: np.ndarray

    def at_width(self, width: float) -> Head:
        """Scaled so that the face is `width` pixels wide."""
        scale = width / self.face.w
        size = (round(self.pixels.shape[1] * scale), round(self.pixels.shape[0] * scale))
        sx, sy = size[0] / self.pixels.shape[1], size[1] / self.pixels.shape[0]
        outline = cv2.resize(self.outline, size, interpolation=cv2.INTER_AREA)[..., None]
        return Head(cv2.resize(self.pixels, size, interpolation=cv2.INTER_AREA), self.face.scaled(sx, sy), outline)


def head(name: str, index: int = 0) -> Head:
    """The face number `index` (largest first) of a real picture."""
    image = picture(name)
    faces = sorted(default_pack().new_detector().detect(image, width=960), key=lambda face: -face.box.area)
    face = faces[index].box
    cut = face.grown(SIDES, ABOVE, SIDES, BELOW).clipped(image.shape[1], image.shape[0])
    left, top, right, bottom = int(cut.x), int(cut.y), int(cut.right), int(cut.bottom)
    pixels = image[top:bottom, left:right].copy()
    outline = np.zeros(pixels.shape[:2], np.float32)
    centre = (pixels.shape[1] // 2, pixels.shape[0] // 2)
    cv2.ellipse(outline, centre, (pixels.shape[1] // 2 - 2, pixels.shape[0] // 2 - 2), 0, 0, 360, 1.0, -1)
    return Head(pixels, face.moved(-left, -top), cv2.GaussianBlur(outline, (0, 0), 3)[..., None])


def room(seed: int) -> BGRImage:
    """A soft background of large blobs."""
    small = np.random.default_rng(seed).integers(70, 190, (6, 10, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(small, SIZE, interpolation=cv2.INTER_CUBIC), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """A head on its way: `place` gives left and top of the face and its width, at a second of the clip."""

    head: Head
    place: Callable[[float], tuple[float, float, float]]


def draw(background: BGRImage, walks: list[Walk], second: float) -> tuple[BGRImage, list[Box]]:
    """The picture at `second` and the true face boxes, clipped to it (empty boxes for heads outside)."""
    image, boxes = background.copy(), []
    for walk in walks:
        x, y, width = walk.place(second)
        scaled = walk.head.at_width(width)
        left, top = round(x - scaled.face.x), round(y - scaled.face.y)
        _paste(image, scaled, left, top)
        boxes.append(scaled.face.moved(left, top).clipped(*SIZE))
    return image, boxes


def _paste(image: BGRImage, scaled: Head, left: int, top: int) -> None:
    height, width = scaled.pixels.shape[:2]
    x0, y0, x1, y1 = max(0, left), max(0, top), min(SIZE[0], left + width), min(SIZE[1], top + height)
    if x0 >= x1 or y0 >= y1:
        return
    part = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
    share = scaled.outline[part]
    under = image[y0:y1, x0:x1]
    image[y0:y1, x0:x1] = (under * (1 - share) + scaled.pixels[part] * share).astype(np.uint8)


def frames(
    walks: list[Walk], seconds: float, truth: list[list[Box]], seed: int = 0, start: float = 100.0
) -> Iterator[Frame]:
    """The frames of a clip; the true boxes of each are appended to `truth`."""
    background = room(seed)
    for index in range(round(seconds * FPS)):
        image, boxes = draw(background, walks, index / FPS)
        truth.append(boxes)
        yield Frame(image, start + index / FPS, index, index)


def write_clip(path: Path, walks: list[Walk], seconds: float, seed: int = 0) -> list[list[Box]]:
    """A video file; returns the true boxes of every frame."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), FPS, SIZE)
    assert writer.isOpened()
    truth: list[list[Box]] = []
    for frame in frames(walks, seconds, truth, seed):
        writer.write(frame.image)
    writer.release()
    return truth


def enrolled(**pictures: str) -> Gallery:
    """A gallery of people by id, each from one real picture."""
    pack = default_pack()
    detector, embedder = pack.new_detector(), pack.new_embedder()
    vectors = []
    for name in pictures.values():
        image = picture(name)
        face = largest(detector.detect(image))
        vectors.append(embedder.embed_with_mirror([align(image, face.landmarks)])[0])
    gallery = Gallery(pack.model_id, pack.manifest.dimension)
    owners = [PersonId(person) for person in pictures]
    gallery.swap(GallerySnapshot.build(pack.model_id, owners, np.stack(vectors)))
    return gallery


def crossing(y: float, width: float, speed: float, begin: float = 0.0) -> Callable[[float], tuple[float, float, float]]:
    """Straight through the picture from left (`speed` above 0, px/s) or right, beginning outside at `begin` s."""
    outside = 1.6 * width

    def place(second: float) -> tuple[float, float, float]:
        way = abs(speed) * max(0.0, second - begin)
        return (way - outside if speed > 0 else SIZE[0] + 0.6 * width - way), y, width

    return place
