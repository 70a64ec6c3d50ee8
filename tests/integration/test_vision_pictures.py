"""The default pack on real pictures."""

import cv2
import numpy as np
import pytest

from desktop.domain.geometry import Box
from desktop.vision.align import TEMPLATE, align
from desktop.vision.detector import EDGE, Detector
from desktop.vision.embedder import Embedder
from desktop.vision.quality import QualityProblem, assess, problems
from tests.helpers.pictures import OBAMA, OTHERS, default_pack, largest, picture, video


@pytest.fixture(scope="module")
def detector() -> Detector:
    return default_pack().new_detector()


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return default_pack().new_embedder()


def test_six_faces_in_the_group_picture(detector: Detector) -> None:
    image = picture("t1.jpg")
    faces = detector.detect(image)
    assert len(faces) == 6
    assert [face.score for face in faces] == sorted((face.score for face in faces), reverse=True)
    for face in faces:
        assert 80 < face.box.w < 140
        x, y = face.landmarks.T
        assert x[0] < x[1]  # image-left eye first
        assert x[3] < x[4]
        assert max(y[0], y[1]) < y[2] < min(y[3], y[4])  # eyes over nose over mouth
        assert face.box.x < x.min()
        assert x.max() < face.box.right


@pytest.mark.parametrize("name", [*OBAMA, "biden.jpg", "astronaut.png", "Tom_Hanks_54745.png"])
@pytest.mark.parametrize("edge", [0.0, EDGE])
def test_one_face_in_each_portrait_even_at_low_score(detector: Detector, name: str, edge: float) -> None:
    assert len(detector.detect(picture(name), score=0.3, edge=edge)) == 1


def test_every_frame_of_a_talking_man_has_his_face(detector: Detector) -> None:
    frames = video("carphone_pristine.mp4")
    assert len(frames) == 120
    assert all(len(detector.detect(frame, score=0.6, edge=EDGE)) == 1 for frame in frames)


def test_decoding_equals_opencv(detector: Detector) -> None:
    """OpenCV's own YuNet code on the same network and the same pixels."""
    manifest = default_pack().manifest
    theirs = cv2.FaceDetectorYN.create(str(default_pack().folder / manifest.detector.file), "", (640, 448), 0.6, 0.3)
    image = cv2.resize(picture("t1.jpg"), (640, 448), interpolation=cv2.INTER_AREA)
    rows = np.array(sorted(theirs.detect(image)[1].tolist()))
    faces = sorted(detector.detect(image), key=lambda face: face.box.x)
    assert len(rows) == len(faces) == 6
    for row, face in zip(rows, faces, strict=True):
        assert (face.box.x, face.box.y, face.box.w, face.box.h) == pytest.approx(row[:4], abs=0.01)
        np.testing.assert_allclose(face.landmarks.ravel(), row[4:14], atol=0.01)
        assert face.score == pytest.approx(row[14], abs=1e-4)


@pytest.mark.parametrize("width", [320, 480, 640, 1280])
def test_boxes_come_back_in_pixels_of_the_picture(detector: Detector, width: int) -> None:
    image = picture("astronaut.png")
    large = cv2.resize(image, (1536, 1536), interpolation=cv2.INTER_CUBIC)
    wanted = detector.detect(image)[0]
    found = largest(detector.detect(large, width=width, edge=EDGE))
    assert found.box.iou(wanted.box.scaled(3, 3)) > 0.8
    np.testing.assert_allclose(found.landmarks, wanted.landmarks * 3, atol=0.1 * found.box.w)


def test_half_a_face_at_the_border_is_found_and_completed(detector: Detector) -> None:
    """Portraits cut so that 35% of the face are left, at the left and the right border."""
    plain = mirrored = 0
    for name in ("obama.jpg", "obama3.jpg", "biden.jpg", "astronaut.png"):
        image = picture(name)
        box = largest(detector.detect(image)).box
        image = cv2.resize(image, None, fx=80 / box.w, fy=80 / box.w, interpolation=cv2.INTER_AREA)
        box = box.scaled(80 / box.w, 80 / box.w)
        left = image[:, int(box.x + 0.65 * box.w) :]
        right = image[:, : int(box.x + 0.35 * box.w)]
        for cut, visible in (
            (left, Box(0, box.y, 0.35 * box.w, box.h)),
            (right, Box(right.shape[1] - 0.35 * box.w, box.y, 0.35 * box.w, box.h)),
        ):
            scene = np.full((360, 640, 3), 90, np.uint8)
            x = 0 if cut is left else 640 - cut.shape[1]
            height, wide = min(360, cut.shape[0]), min(640, cut.shape[1])
            scene[:height, x : x + wide] = cut[:height, :wide]
            visible = visible.moved(x, 0)
            plain += any(f.box.intersection(visible) > 0.5 * visible.area for f in detector.detect(scene, score=0.3))
            found = [
                face
                for face in detector.detect(scene, score=0.3, edge=EDGE)
                if face.box.intersection(visible) > 0.5 * visible.area
            ]
            mirrored += bool(found)
            assert all(0.7 * box.w < face.box.w < 1.4 * box.w for face in found)
    assert mirrored == 8
    assert plain < mirrored


def test_mirrored_corners_are_not_taken_for_faces(detector: Detector) -> None:
    """Four mirror images of a corner can look like a face: here they did, with a score of 0.81."""
    image = cv2.resize(picture("astronaut.png"), (1536, 1536), interpolation=cv2.INTER_CUBIC)
    assert len(detector.detect(image, width=1280, score=0.3, edge=EDGE)) == 1


def test_one_person_matches_and_no_other_does(detector: Detector, embedder: Embedder) -> None:
    calibration = default_pack().calibration
    mine, others = [], []
    for name in (*OBAMA, *OTHERS):
        image = picture(name)
        crops = [align(image, face.landmarks) for face in detector.detect(image)]
        (mine if name in OBAMA else others).extend(embedder.embed(crops))
    assert len(mine) == 5
    assert len(others) == 9
    same, different = np.array(mine) @ np.array(mine).T, np.array(mine) @ np.array(others).T
    assert same.min() > calibration.threshold(1e-5)
    assert different.max() < calibration.threshold(1e-3)
    among = np.array(others) @ np.array(others).T - 2 * np.eye(9)
    assert among.max() < calibration.threshold(1e-3)  # nine different people


def test_a_batch_gives_what_single_crops_give(detector: Detector, embedder: Embedder) -> None:
    image = picture("t1.jpg")
    crops = [align(image, face.landmarks) for face in detector.detect(image)]
    together = embedder.embed(crops)
    one_by_one = np.concatenate([embedder.embed([crop]) for crop in crops])
    assert together.shape == (6, embedder.dimension)
    np.testing.assert_allclose(together, one_by_one, atol=2e-6)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)


def test_the_mirrored_vector_stays_the_same_person(detector: Detector, embedder: Embedder) -> None:
    image = picture("obama.jpg")
    crop = align(image, largest(detector.detect(image)).landmarks)
    plain, both = embedder.embed([crop])[0], embedder.embed_with_mirror([crop])[0]
    assert 0.9 < float(plain @ both) < 0.9999


@pytest.mark.filterwarnings("ignore:`estimate` is deprecated:FutureWarning")  # inside insightface
def test_align_equals_norm_crop_within_one_grey_level(detector: Detector) -> None:
    from insightface.utils.face_align import arcface_dst, norm_crop

    np.testing.assert_allclose(TEMPLATE, arcface_dst, atol=1e-4)
    image = picture("t1.jpg")
    for face in detector.detect(image):
        ours = align(image, face.landmarks).astype(int)
        theirs = norm_crop(image, face.landmarks).astype(int)
        assert np.abs(ours - theirs).max() <= 1


def test_quality_tells_a_portrait_from_a_turned_and_a_ruined_one(detector: Detector) -> None:
    image = picture("obama.jpg")
    face = largest(detector.detect(image))
    good = assess(image, face)
    assert problems(good) == ()
    assert good.score > 0.9
    assert abs(good.yaw) < 15
    ruined = cv2.GaussianBlur(image, (0, 0), 0.1 * face.box.w)
    assert QualityProblem.BLURRED in problems(assess(ruined, face))
    group = picture("t1.jpg")
    turned = [face for face in detector.detect(group) if QualityProblem.TURNED in problems(assess(group, face))]
    assert len(turned) == 2  # the woman on the right, seen nearly from the side, and the man who laughs
    assert all(assess(group, face).yaw < -30 for face in turned)


@pytest.mark.parametrize("shape", [(1, 1, 3), (7, 900, 3), (900, 7, 3), (33, 31, 3)])
def test_odd_sizes_are_no_problem(detector: Detector, shape: tuple[int, int, int]) -> None:
    assert detector.detect(np.zeros(shape, np.uint8), edge=EDGE, score=0.3) == []


@pytest.mark.parametrize(
    "image", [np.zeros((0, 10, 3), np.uint8), np.zeros((9, 9), np.uint8), np.zeros((9, 9, 3), np.float32)]
)
def test_what_is_no_picture_is_refused(detector: Detector, image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="BGR picture"):
        detector.detect(image)
