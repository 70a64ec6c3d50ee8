"""What every embedder promises, whatever its network."""

import numpy as np
import pytest

from desktop.vision.embedder import Embedder, normalised, rgb_blob


class Corner(Embedder):
    """Features: the crop's first three pixels of the first row, flattened."""

    model_id = "corner"
    dimension = 9

    def _features(self, blob: np.ndarray) -> np.ndarray:
        return blob[:, :, 0, :3].reshape(len(blob), -1)


def crop(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(1, 256, (112, 112, 3), dtype=np.uint8)


def test_blob_is_red_first_and_not_scaled() -> None:
    image = crop(0)
    blob = rgb_blob([image])
    assert blob.dtype == np.float32
    np.testing.assert_array_equal(blob[0, 0], image[:, :, 2])
    np.testing.assert_array_equal(blob[0, 2], image[:, :, 0])


def test_rows_have_norm_one_and_keep_their_order() -> None:
    both = Corner().embed([crop(1), crop(2)])
    np.testing.assert_allclose(np.linalg.norm(both, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(both[1], Corner().embed([crop(2)])[0])


def test_no_crops_no_rows() -> None:
    assert Corner().embed([]).shape == (0, 9)


def test_with_mirror_a_crop_and_its_mirror_image_agree() -> None:
    image = crop(3)
    plain, mirrored = Corner().embed_with_mirror([image])[0], Corner().embed_with_mirror([image[:, ::-1].copy()])[0]
    np.testing.assert_allclose(plain, mirrored, atol=1e-6)
    assert np.linalg.norm(plain) == pytest.approx(1)


@pytest.mark.parametrize("bad", [np.zeros((96, 96, 3), np.uint8), np.zeros((112, 112, 3), np.float32)])
def test_what_is_no_aligned_crop_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="aligned crop"):
        Corner().embed([bad])


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_unusable_features_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="no usable vector"):
        normalised(np.full((1, 4), value, np.float32))
