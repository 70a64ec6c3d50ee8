"""A desk that cannot be opened, each time really broken: the window says why, changes nothing, opens once mended."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop import paths
from desktop.bootstrap import build_program
from desktop.bridge.tasks import TaskRunner
from desktop.services.desk import Desk
from desktop.services.site import Program, SiteState
from desktop.ui.first_run.start_window import StartWindow
from desktop.vault.system_keystore import SystemKeyStore
from tests.helpers.own_desktop import ROOT
from tests.helpers.setups import walk_to_the_end
from tests.helpers.vaults import files_of

pytestmark = pytest.mark.secret_service

HOLD_OPEN = """
import sys
from desktop.bootstrap import build_program
desk = build_program().desk.open()
print("open", flush=True)
sys.stdin.read()
desk.close()
"""


@dataclass
class Scene:
    """A desk that was set up, its folder of models, and the window that opens it."""

    program: Program
    start: StartWindow
    models: Path
    qtbot: QtBot

    @property
    def folder(self) -> Path:
        return self.program.desk.folder

    def refused(self) -> str:
        """Everything the window says after trying to open the desk."""
        before = self.start.error
        self.start.begin()
        self.qtbot.waitUntil(lambda: self.start.error is not before, timeout=60_000)
        return self.words()

    def words(self) -> str:
        assert self.start.error is not None
        return " ".join(label.text() for label in self.start.error.findChildren(QLabel))

    def opens(self) -> None:
        """Press "Try again": the desk opens."""
        assert self.start.error is not None
        again = next(button for button in self.start.error.buttons if button.accessibleName() == "Try again")
        with self.qtbot.waitSignal(self.start.opened, timeout=60_000) as opened:
            again.click()
        desk = opened.args[0]
        assert isinstance(desk, Desk)
        desk.close()


@pytest.fixture
def scene(
    system_keystore: SystemKeyStore, tasks: TaskRunner, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scene]:
    models = tmp_path / "models"
    shutil.copytree(paths.models_dir(), models)
    monkeypatch.setattr(paths, "models_dir", lambda: models)
    program = build_program()
    program.desk.create()
    start = StartWindow(program, tasks)
    start.show()
    yield Scene(program, start, models, qtbot)
    start.close()
    assert tasks.wait_idle(60)
    start.deleteLater()


def test_models_that_are_missing(scene: Scene) -> None:
    (model,) = scene.models.glob("face_recognition*.onnx")
    model.rename(model.with_suffix(".away"))
    assert f"The model file {model} is missing" in scene.refused()
    model.with_suffix(".away").rename(model)
    scene.opens()


def test_models_that_were_changed(scene: Scene) -> None:
    (model,) = scene.models.glob("face_detection*.onnx")
    content = model.read_bytes()
    model.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    words = scene.refused()
    assert f"The model file {model} was changed or damaged" in words
    model.write_bytes(content)
    scene.opens()


def test_a_vault_that_was_emptied(scene: Scene) -> None:
    database = scene.folder / "vault.db"
    content = database.read_bytes()
    os.truncate(database, 0)
    words = scene.refused()
    assert "VaultEmptied" in words
    assert database.stat().st_size == 0, "no new vault in its place"
    database.write_bytes(content)
    scene.opens()


def test_a_damaged_database_and_a_wrong_key_read_alike(scene: Scene) -> None:
    database = scene.folder / "vault.db"
    content = database.read_bytes()
    database.write_bytes(bytes(64) + content[64:])
    assert "wrong key or damaged file" in scene.refused()
    database.write_bytes(content)
    scene.opens()


def test_keys_of_somebody_else(scene: Scene) -> None:
    files = files_of(scene.folder)
    service = scene.program.desk.service
    scene.program.desk.service = "consentry-test-somebody-else"
    assert "KeyMissing" in scene.refused()
    assert files_of(scene.folder) == files
    scene.program.desk.service = service
    scene.opens()


def test_a_computer_without_a_keyring(scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = files_of(scene.folder)
    with monkeypatch.context() as patch:
        patch.delenv("DBUS_SESSION_BUS_ADDRESS")
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "nothing"))
        assert "KeyringUnavailable" in scene.refused()
        assert scene.start.error is not None
        offered = [button.accessibleName() for button in scene.start.error.buttons]
        assert offered == ["Try again", "Quit"], "the demo site would need a keyring too"
    assert files_of(scene.folder) == files
    scene.opens()


def test_a_desk_that_is_open_in_another_window(scene: Scene) -> None:
    command = [sys.executable, "-c", HOLD_OPEN]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        line = ""
        while line != "open\n":
            line = other.stdout.readline()
            assert line, "the other window died"
        assert "already open in another window" in scene.refused()
        other.communicate("")
    assert other.returncode == 0
    scene.opens()


Break = Callable[[Path], object]


@pytest.mark.parametrize(
    "lose",
    [lambda folder: (folder / "vault.db").unlink(), lambda folder: shutil.rmtree(folder)],
    ids=["file", "folder"],
)
def test_a_vault_that_is_gone_is_not_made_anew(scene: Scene, lose: Break, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    shutil.copytree(scene.folder, kept)
    lose(scene.folder)
    before = scene.start.error
    scene.start.set_up()
    if scene.start.wizard is not None:  # only the keyring remembers that a desk belongs here
        walk_to_the_end(scene.start.wizard)
        scene.start.wizard.next.click()
    scene.qtbot.waitUntil(lambda: scene.start.error is not before, timeout=60_000)
    assert "VaultMissing" in scene.words()
    assert not (scene.folder / "vault.db").exists()
    shutil.rmtree(scene.folder, ignore_errors=True)
    shutil.copytree(kept, scene.folder)
    assert scene.program.desk.state() is SiteState.READY
    scene.opens()
