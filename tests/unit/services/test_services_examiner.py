"""The quality gate on real pictures, each made worse in one respect."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from desktop.recognition.gallery import Gallery
from desktop.services.face_tools import FaceTools
from desktop.services.likeness import Likeness
from desktop.services.photo_check import PhotoCheck, PhotoProblem
from desktop.services.photo_examiner import PREVIEW_HEIGHT, PhotoExaminer
from desktop.vision.quality import QualityProblem, assess, problems
from desktop.vision.types import BGRImage
from tests.helpers.coach_frames import with_glasses, with_mask
from tests.helpers.desks import default_pack, picture


@pytest.fixture(scope="module")
def examiner() -> PhotoExaminer:
    pack = default_pack()
    gallery = Gallery(pack.model_id, pack.manifest.dimension)
    return PhotoExaminer(FaceTools(pack), Likeness(pack.calibration, gallery, lambda: 0.01))


def lit(factor: float, plus: float = 0.0) -> BGRImage:
    return np.asarray(np.clip(picture("astronaut.png") * factor + plus, 0, 255), dtype=np.uint8)


def blurred(sigma: float) -> BGRImage:
    return np.asarray(cv2.GaussianBlur(picture("astronaut.png"), (0, 0), sigma), dtype=np.uint8)


def far_away() -> BGRImage:
    canvas = np.full((720, 1280, 3), 110, np.uint8)
    small = cv2.resize(picture("astronaut.png"), None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    canvas[300 : 300 + small.shape[0], 600 : 600 + small.shape[1]] = small
    return canvas


def turned() -> BGRImage:
    """Of the six people in t1.jpg, one who looks to the side."""
    image = picture("t1.jpg")
    for face in default_pack().new_detector().detect(image, width=640, score=0.6):
        if QualityProblem.TURNED in problems(assess(image, face)):
            box = face.box.grown(0.3, 0.3, 0.3, 0.3).clipped(image.shape[1], image.shape[0])
            return image[int(box.y) : int(box.bottom), int(box.x) : int(box.right)].copy()
    raise AssertionError("t1.jpg shows a turned head")


@pytest.mark.parametrize("name", ["astronaut.png", "obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg"])
def test_good_portraits_pass_and_give_a_vector(examiner: PhotoExaminer, name: str) -> None:
    check = examiner.examine(picture(name))
    assert check.ok
    assert check.vector is not None
    assert check.vector.shape == (128,)
    assert float(np.linalg.norm(check.vector)) == pytest.approx(1.0, abs=1e-5)
    assert check.closest is None  # nobody is enrolled


BAD = {
    PhotoProblem.NO_FACE: lambda: np.full((400, 600, 3), 120, np.uint8),
    PhotoProblem.SEVERAL_FACES: lambda: picture("t1.jpg"),
    PhotoProblem.TINY: far_away,
    PhotoProblem.PARTIAL: lambda: picture("astronaut.png")[:, 215:].copy(),
    PhotoProblem.TURNED: turned,
    PhotoProblem.BLURRED: lambda: blurred(6),
    PhotoProblem.DARK: lambda: lit(0.1),
    PhotoProblem.BRIGHT: lambda: lit(0.9, 130),
    PhotoProblem.EYES_COVERED: lambda: with_glasses("obama.jpg"),
    PhotoProblem.MOUTH_COVERED: lambda: with_mask("obama.jpg"),
}


@pytest.mark.parametrize("problem", BAD, ids=str)
def test_bad_pictures_are_refused_for_what_is_wrong_with_them(examiner: PhotoExaminer, problem: PhotoProblem) -> None:
    check = examiner.examine(BAD[problem]())
    assert check.problem is problem
    assert check.vector is None
    assert check.closest is None


@pytest.mark.parametrize("name", ["obama_partial_face.jpg", "obama_partial_face2.jpg"])
def test_half_a_face_at_the_border_is_partial(examiner: PhotoExaminer, name: str) -> None:
    assert examiner.examine(picture(name)).problem is PhotoProblem.PARTIAL


def test_a_refused_picture_is_never_embedded(examiner: PhotoExaminer, monkeypatch: pytest.MonkeyPatch) -> None:
    def embed(self: FaceTools, crop: BGRImage) -> None:
        pytest.fail("a refused picture was embedded")

    monkeypatch.setattr(FaceTools, "embed", embed)
    for bad in BAD.values():
        assert not examiner.examine(bad()).ok


def test_preview_shows_one_face_small_and_of_its_own_memory(examiner: PhotoExaminer) -> None:
    image = picture("obama.jpg")
    check = examiner.examine(image)
    assert check.preview is not None
    assert check.preview.shape[0] == PREVIEW_HEIGHT
    assert not np.shares_memory(check.preview, image)
    assert examiner.examine(picture("t1.jpg")).preview is None  # other people are not shown


def test_the_given_picture_is_left_as_it_is(examiner: PhotoExaminer) -> None:
    image = picture("obama.jpg")
    before = image.copy()
    image.setflags(write=False)
    examiner.examine(image)
    assert np.array_equal(image, before)


def test_8k_portrait_is_checked(examiner: PhotoExaminer) -> None:
    check = examiner.examine(np.asarray(cv2.resize(picture("obama.jpg"), (7680, 4320)), dtype=np.uint8))
    assert check.problem in (None, PhotoProblem.BLURRED)  # stretched to another shape, but found and judged
    assert check.quality is not None


def test_discard_wipes(examiner: PhotoExaminer) -> None:
    check = examiner.examine(picture("obama.jpg"))
    assert check.vector is not None
    assert check.preview is not None
    check.discard()
    assert not check.vector.any()
    assert not check.preview.any()
    PhotoCheck(PhotoProblem.NO_FACE).discard()  # nothing to wipe is fine


def test_a_check_in_a_log_shows_no_face(examiner: PhotoExaminer) -> None:
    text = repr(examiner.examine(picture("obama.jpg")))
    assert "array" not in text
    assert "vector" not in text
