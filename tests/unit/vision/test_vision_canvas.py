"""The picture as the detector is fed, and the way back to picture pixels."""

import numpy as np
import pytest

from desktop.domain.geometry import Box
from desktop.vision.canvas import Canvas, CanvasCache


def picture(width: int, height: int) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (height, width, 3), dtype=np.uint8)


def found(*boxes: tuple[float, float, float, float], score: float = 0.9) -> np.ndarray:
    """Detector rows for boxes in canvas pixels, all landmarks in the middle."""
    rows = [[x, y, w, h, score, *[x + w / 2, y + h / 2] * 5] for x, y, w, h in boxes]
    return np.array(rows, np.float32)


def test_plain_canvas_holds_the_picture_in_the_corner_and_black_around() -> None:
    image = picture(100, 50)
    canvas = Canvas(100, 50, 0)
    canvas.draw(image)
    assert canvas.blob.shape == (1, 3, 64, 128)
    np.testing.assert_array_equal(canvas.blob[0, :, :50, :100], image.transpose(2, 0, 1))
    assert not canvas.blob[0, :, 50:].any()
    assert not canvas.blob[0, :, :, 100:].any()


def test_mirrored_canvas_repeats_the_picture_backwards_at_each_border() -> None:
    image = picture(100, 50)
    canvas = Canvas(100, 50, 10)
    canvas.draw(image)
    left, top = (canvas.blob.shape[3] - 100) // 2, (canvas.blob.shape[2] - 50) // 2
    assert min(left, top) >= 7
    expected = np.pad(
        image,
        ((top, canvas.blob.shape[2] - 50 - top), (left, canvas.blob.shape[3] - 100 - left), (0, 0)),
        mode="symmetric",
    )
    np.testing.assert_array_equal(canvas.blob[0], expected.transpose(2, 0, 1))


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (31, 2)])
def test_tiny_pictures_fit(size: tuple[int, int]) -> None:
    canvas = CanvasCache().get(picture(*size), 640, 0.5)
    canvas.draw(picture(*size))
    assert canvas.blob.shape[2] % 32 == canvas.blob.shape[3] % 32 == 0


def test_a_canvas_is_used_again_and_leaves_no_trace_of_the_picture_before() -> None:
    cache = CanvasCache()
    first, second = picture(90, 40), picture(90, 40)[::-1].copy()
    cache.get(first, 640, 0.05).draw(first)
    canvas = cache.get(second, 640, 0.05)
    canvas.draw(second)
    fresh = CanvasCache().get(second, 640, 0.05)
    fresh.draw(second)
    assert canvas is cache.get(first, 640, 0.05)
    np.testing.assert_array_equal(canvas.blob, fresh.blob)


def test_faces_come_back_in_picture_pixels() -> None:
    canvas = Canvas(640, 360, 16)
    left, top = (canvas.blob.shape[3] - 640) // 2, (canvas.blob.shape[2] - 360) // 2
    (face,) = canvas.faces(found((100 + left, 50 + top, 40, 52)), 1280, 720)
    assert face.box == Box(200, 100, 80, 104)
    np.testing.assert_allclose(face.landmarks, np.tile([240, 152], (5, 1)))


def test_mirror_images_beyond_the_border_are_left_out() -> None:
    canvas = Canvas(640, 360, 16)
    left, top = (canvas.blob.shape[3] - 640) // 2, (canvas.blob.shape[2] - 360) // 2
    assert canvas.faces(found((left - 35, top + 100, 40, 52)), 640, 360) == []
    assert canvas.faces(found((left - 15, top - 15, 32, 34)), 640, 360) == []  # a corner, mirrored both ways
    real, twin = (left - 4, top + 100, 40, 52), (left - 18, top + 98, 36, 54)
    (face,) = canvas.faces(found(real, twin), 640, 360)
    assert face.box.right == 36


def test_half_a_face_and_its_mirror_image_become_a_whole_face() -> None:
    canvas = Canvas(640, 360, 16)
    left, top = (canvas.blob.shape[3] - 640) // 2, (canvas.blob.shape[2] - 360) // 2
    (face,) = canvas.faces(found((left - 15, top + 100, 30, 65)), 640, 360)
    assert face.box.right == pytest.approx(15)
    assert face.box.w == pytest.approx(50)
    (above,) = canvas.faces(found((left + 200, top - 20, 50, 40)), 640, 360)
    assert (above.box.bottom, above.box.h) == (pytest.approx(20), pytest.approx(65))
    (plain,) = Canvas(640, 360, 0).faces(found((-15, 100, 30, 65)), 640, 360)
    assert plain.box.w == 30
