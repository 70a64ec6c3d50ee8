"""Opening and closing a desk, and what is left when that fails."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from desktop import paths
from desktop.domain.errors import Cancelled
from desktop.services.desk import Desk
from desktop.services.errors import DeskClosed, NotSignedIn
from desktop.services.health import ProblemKind
from desktop.vault.errors import VaultClosed, VaultInUse, VaultMissing
from desktop.vault.vault import Vault
from desktop.vision.errors import ModelChanged, ModelMissing
from desktop.vision.licence import LicenceKind, LicenceState
from tests.helpers.desks import CHEAP, LOGIN, PASSWORD, Watch, default_pack, enrol, open_desk, staff
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore


@pytest.fixture
def made(vault_folder: Path, keystore: MemoryKeyStore) -> Path:
    Vault.create(vault_folder, keystore, ballast_bytes=TEST_BALLAST).close()
    return vault_folder


def test_what_an_open_desk_says_about_itself(made: Path, keystore: MemoryKeyStore) -> None:
    watch = Watch()
    desk = Desk.open(made, keystore, watch)
    assert watch.shares == sorted(watch.shares)
    assert watch.shares[-1] == 1.0
    assert desk.folder == made
    assert (desk.models.in_use.dimension, desk.models.in_use.licence.commercial_use) == (128, True)
    assert "Apache" in desk.models.in_use.licence.text
    assert desk.vault.cipher_version.startswith("4.")
    assert desk.vault.keyring_backend == "Memory"
    assert desk.vault.plaintext_header is False
    assert desk.health.problems() == ()
    assert not desk.live.running
    desk.close()


def test_closing_ends_every_thread_and_lets_the_folder_go(made: Path, keystore: MemoryKeyStore) -> None:
    before = set(threading.enumerate())
    desk = Desk.open(made, keystore, pack=default_pack(), cost=CHEAP)
    staff(desk)
    assert not desk.closed
    desk.close()
    desk.close()
    assert desk.closed
    assert {thread for thread in threading.enumerate() if thread not in before} == set()
    with pytest.raises(NotSignedIn):
        desk.activity.list()
    with pytest.raises(VaultClosed):
        desk.access.sign_in(LOGIN, PASSWORD)
    with pytest.raises(DeskClosed):
        desk.live.start()
    Vault.open(made, keystore).close()


def test_people_are_matched_again_after_a_restart(made: Path, keystore: MemoryKeyStore) -> None:
    with open_desk(made, keystore) as desk:
        person = enrol(desk, "Ada", "obama.jpg")
        gone = enrol(desk, "Bea", "biden.jpg")
        desk.withdrawals.withdraw(gone)
        snapshot = desk._gallery.snapshot
    assert not snapshot.vectors.any(), "closing wipes the gallery"
    with open_desk(made, keystore) as desk:
        assert desk.gallery_size == 1
        assert person in desk._gallery.snapshot
        assert gone not in desk._gallery.snapshot
        assert desk.people.name_of(gone) is None


def test_a_desk_is_open_only_once(made: Path, keystore: MemoryKeyStore) -> None:
    with open_desk(made, keystore), pytest.raises(VaultInUse):
        Desk.open(made, keystore, pack=default_pack())


def test_no_vault_no_desk(vault_folder: Path, keystore: MemoryKeyStore) -> None:
    with pytest.raises(VaultMissing):
        Desk.open(vault_folder, keystore, pack=default_pack())
    assert not vault_folder.exists()


@pytest.mark.parametrize("limit", [0.0, 0.2, 0.7, 1.0])
def test_cancelling_leaves_nothing_open(made: Path, keystore: MemoryKeyStore, limit: float) -> None:
    before = set(threading.enumerate())
    with pytest.raises(Cancelled):
        Desk.open(made, keystore, Watch(limit), pack=default_pack())
    assert {thread for thread in threading.enumerate() if thread not in before} == set()
    Vault.open(made, keystore).close()


def test_missing_and_changed_models_are_named_and_leave_nothing_open(
    made: Path, keystore: MemoryKeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = tmp_path / "models"
    models.mkdir()
    monkeypatch.setattr(paths, "models_dir", lambda: models)
    with pytest.raises(ModelMissing) as missing:
        Desk.open(made, keystore)
    assert ".onnx" in missing.value.params["file"]
    for part in default_pack().manifest.files:
        content = (default_pack().folder / part.file).read_bytes()
        (models / part.file).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ModelChanged):
        Desk.open(made, keystore)
    Vault.open(made, keystore).close()


def test_a_research_licence_is_a_problem_on_show(made: Path, keystore: MemoryKeyStore) -> None:
    pack = replace(default_pack(), licence=LicenceState(LicenceKind.RESEARCH_ONLY, "research only", False))
    desk = Desk.open(made, keystore, pack=pack)
    assert [problem.kind for problem in desk.health.problems()] == [ProblemKind.LICENCE]
    assert not desk.models.in_use.licence.commercial_use
    desk.close()
