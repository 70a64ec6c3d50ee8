"""Before a desk is open: the first choice, progress with a way out, errors with a next step, and an orderly end."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.progress import UNWATCHED, Progress, checkpoint
from desktop.services.desk import Desk
from desktop.services.operators import OperatorService
from desktop.services.preferences import PreferencesStore, ThemeChoice
from desktop.services.site import KeyPlace, Program, Site, SiteKind, SiteState, Waiting
from desktop.ui.app import Shell, chosen_theme, install_language
from desktop.ui.first_run.start_window import StartWindow
from desktop.ui.first_run.wizard import SetupWizard
from desktop.ui.main_window import MainWindow
from desktop.ui.theme import ThemeName
from desktop.vault.errors import DiskFull, KeyringLocked, KeyringUnavailable, VaultInUse, VaultWrongKeyOrDamaged
from desktop.vault.setup import VaultSetup
from desktop.vault.vault import Vault
from tests.helpers import tiny_models
from tests.helpers.desks import CHEAP, staff
from tests.helpers.setups import PASSWORD as ADMINISTRATORS_PASSWORD
from tests.helpers.setups import walk_to_the_end
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore


class RealSite(Site):
    """A site with its keys in memory; `trouble` is raised instead, `gate` holds the opening up."""

    def __init__(self, kind: SiteKind, folder: Path) -> None:
        super().__init__(kind, folder, "unused")
        self.keys = MemoryKeyStore()
        self.trouble: ConsentryError | None = None
        self.gate: threading.Event | None = None
        self.waits = False
        self.unlocked = 0
        self.opened: list[Desk] = []
        self.setups: list[VaultSetup] = []
        self.staffed = True

    @property
    def available(self) -> bool:
        return True

    def create(
        self,
        progress: Progress = UNWATCHED,
        on_waiting: Waiting | None = None,
        *,
        place: KeyPlace = KeyPlace.KEYRING,
        passphrase: str = "",
        setup: VaultSetup = VaultSetup(),  # noqa: B008 - frozen
    ) -> None:
        self.setups.append(setup)
        Vault.create(self.folder, self.keys, setup=setup, ballast_bytes=TEST_BALLAST).close()

    def destroy(self, passphrase: str | None = None) -> None:
        Vault.destroy(self.folder, self.keys)

    def open(
        self,
        progress: Progress = UNWATCHED,
        on_waiting: Waiting | None = None,
        *,
        built_in_models: bool = False,
        passphrase: str | None = None,
    ) -> Desk:
        if self.waits and on_waiting is not None:
            on_waiting()
        while self.gate is not None and not self.gate.wait(0.01):
            checkpoint(progress, 0.5)
        if self.trouble is not None:
            raise self.trouble
        if self.state() is SiteState.NONE:
            self.create(progress)
        desk = Desk.open(self.folder, self.keys, built_in_models=built_in_models, cost=CHEAP)
        self.opened.append(desk)
        if self.staffed:
            staff(desk)
        return desk

    def unlock_keyring(self, progress: Progress) -> bool:
        self.unlocked += 1
        self.trouble = None
        return True


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    desk, demo = RealSite(SiteKind.DESK, tmp_path / "desk"), RealSite(SiteKind.DEMO, tmp_path / "demo")
    yield Program(desk, demo, PreferencesStore(tmp_path))
    for site in (desk, demo):
        for opened in site.opened:
            opened.close()


@pytest.fixture
def site(program: Program) -> RealSite:
    return cast(RealSite, program.desk)


@pytest.fixture
def start(program: Program, tasks: TaskRunner, qtbot: QtBot) -> Iterator[StartWindow]:
    made = StartWindow(program, tasks)
    made.show()
    yield made
    made.close()
    tasks.wait_idle(20)
    made.deleteLater()


def current(start: StartWindow) -> QWidget:
    widget = start._stack.currentWidget()
    assert widget is not None
    return widget


def test_first_start_offers_the_choice(start: StartWindow) -> None:
    start.begin()
    assert current(start) is start.choice
    assert start.choice.desk_button.isVisible()
    assert start.choice.demo_button.isVisible()
    assert "encrypted vault" in start.choice.desk_button.accessibleDescription()


def set_up(start: StartWindow, site: RealSite) -> SetupWizard:
    """The wizard of the first start, at its last step."""
    site.staffed = False
    start.begin()
    start.choice.desk_button.click()
    assert start.wizard is not None
    walk_to_the_end(start.wizard)
    assert site.state() is SiteState.NONE  # nothing has been written yet
    return start.wizard


def test_setting_up_makes_the_vault_and_hands_the_desk_over(start: StartWindow, site: RealSite, qtbot: QtBot) -> None:
    wizard = set_up(start, site)
    wizard.erasure.strict.button.setChecked(True)
    with qtbot.waitSignal(start.opened, timeout=20_000) as blocker:
        wizard.next.click()
    [desk] = site.opened
    assert blocker.args == [desk]
    assert site.setups == [VaultSetup(wizard.draft().recovery_code, strict=True)]
    assert desk.controller.current == wizard.controller.draft()
    desk.access.sign_in("ada", ADMINISTRATORS_PASSWORD)
    assert start.wizard is None  # with all that was typed


def test_giving_the_set_up_up_leaves_nothing(start: StartWindow, site: RealSite) -> None:
    wizard = set_up(start, site)
    wizard.cancel.click()
    assert current(start) is start.choice
    assert site.state() is SiteState.NONE
    assert site.keys.values == {}


def test_a_set_up_that_fails_half_way_leaves_nothing_and_can_be_tried_again(
    start: StartWindow, site: RealSite, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    wizard = set_up(start, site)
    with monkeypatch.context() as broken:
        broken.setattr(OperatorService, "create_first", lambda _self, _draft: (_ for _ in ()).throw(DiskFull()))
        wizard.next.click()
        qtbot.waitUntil(lambda: start.error is not None, timeout=20_000)
    assert site.state() is SiteState.NONE
    assert site.keys.values == {}
    assert start.error is not None
    back = next(button for button in start.error.buttons if button.accessibleName() == "Back to the set-up")
    back.click()
    assert current(start) is wizard
    with qtbot.waitSignal(start.opened, timeout=20_000):
        wizard.next.click()


def test_a_desk_that_is_there_is_opened_at_once(start: StartWindow, site: RealSite, qtbot: QtBot) -> None:
    site.create(cast(Progress, None))
    with qtbot.waitSignal(start.opened, timeout=20_000):
        start.begin()


def test_the_demo_site_is_a_vault_of_its_own(
    start: StartWindow, program: Program, site: RealSite, qtbot: QtBot
) -> None:
    start.begin()
    with qtbot.waitSignal(start.opened, timeout=20_000):
        start.choice.demo_button.click()
    assert site.state() is SiteState.NONE
    assert program.demo.state() is SiteState.READY


@pytest.mark.parametrize("error", [VaultWrongKeyOrDamaged(folder="/x"), VaultInUse(), KeyringUnavailable()])
def test_errors_say_all_three_things_and_offer_a_next_step(
    start: StartWindow, site: RealSite, qtbot: QtBot, error: ConsentryError
) -> None:
    site.trouble = error
    start.open(SiteKind.DESK)
    qtbot.waitUntil(lambda: start.error is not None, timeout=10_000)
    assert start.error is not None
    words = " ".join(label.text() for label in start.error.findChildren(QLabel))
    for template in (error.happened, error.kept, error.todo):
        assert template.format(**error.params) in words
    assert start.error.buttons[0].accessibleName() == "Try again"
    offers_demo = any(button.accessibleName() == "Open the demo site" for button in start.error.buttons)
    assert offers_demo is not isinstance(error, KeyringUnavailable)  # the demo site needs a keyring too
    site.trouble = None
    with qtbot.waitSignal(start.opened, timeout=20_000):
        start.error.buttons[0].click()


def test_a_locked_keyring_can_be_unlocked_from_here(start: StartWindow, site: RealSite, qtbot: QtBot) -> None:
    site.trouble = KeyringLocked()
    start.open(SiteKind.DESK)
    qtbot.waitUntil(lambda: start.error is not None, timeout=10_000)
    assert start.error is not None
    assert start.error.buttons[0].accessibleName() == "Unlock the keyring"
    with qtbot.waitSignal(start.opened, timeout=20_000):
        start.error.buttons[0].click()
    assert site.unlocked == 1


def test_waiting_for_the_keyring_is_said_and_can_be_cancelled(start: StartWindow, site: RealSite, qtbot: QtBot) -> None:
    site.gate, site.waits = threading.Event(), True
    start.open(SiteKind.DESK)
    qtbot.waitUntil(lambda: "keyring" in start.progress.hint.text(), timeout=10_000)
    assert start.busy.cancel.isVisible()
    start.busy.cancel.click()
    qtbot.waitUntil(lambda: current(start) is start.choice, timeout=10_000)
    assert site.opened == []


@pytest.fixture
def quits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    codes: list[int] = []
    monkeypatch.setattr(QApplication, "quit", lambda: codes.append(0))
    monkeypatch.setattr(QApplication, "exit", codes.append)
    return codes


def test_closing_the_window_closes_the_desk_and_ends(
    program: Program, site: RealSite, tasks: TaskRunner, quits: list[int], qtbot: QtBot
) -> None:
    windows: list[MainWindow] = []
    shell = Shell(program, tasks, windows.append)
    shell.begin()
    shell.start.open(SiteKind.DESK)
    qtbot.waitUntil(lambda: bool(windows), timeout=20_000)
    assert not shell.start.isVisible()
    qtbot.waitUntil(lambda: site.opened[0].live.running, timeout=20_000)
    windows[0].close()
    qtbot.waitUntil(lambda: quits == [0], timeout=20_000)
    assert site.opened[0].closed
    windows[0].deleteLater()
    shell.start.deleteLater()


def test_a_desk_that_opens_after_the_window_was_closed_is_closed(
    program: Program, site: RealSite, tasks: TaskRunner, quits: list[int], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, gate = threading.Event(), threading.Event()
    real = site.open

    def slow(progress: Progress, on_waiting: Waiting | None = None, **_options: bool) -> Desk:
        begun.set()
        gate.wait(20)  # too far to be cancelled
        return real(progress, on_waiting)

    monkeypatch.setattr(site, "open", slow)
    shell = Shell(program, tasks)
    shell.begin(SiteKind.DESK)
    qtbot.waitUntil(begun.is_set, timeout=20_000)  # once it has been painted
    shell.start.close()
    assert quits == []
    gate.set()
    qtbot.waitUntil(lambda: quits == [0], timeout=20_000)
    assert [desk.closed for desk in site.opened] == [True]
    assert shell.window is None
    shell.start.deleteLater()


def test_giving_up_at_the_first_choice_ends_the_program(
    program: Program, tasks: TaskRunner, quits: list[int], qtbot: QtBot
) -> None:
    shell = Shell(program, tasks)
    shell.begin()
    shell.start.close()
    qtbot.waitUntil(lambda: quits == [0], timeout=10_000)
    shell.start.deleteLater()


def test_theme_follows_the_preference(qapp: QApplication) -> None:
    assert chosen_theme(qapp, ThemeChoice.LIGHT) is ThemeName.LIGHT
    assert chosen_theme(qapp, ThemeChoice.DARK) is ThemeName.DARK
    assert chosen_theme(qapp, ThemeChoice.SYSTEM) in tuple(ThemeName)


def test_theme_choice_is_kept(
    program: Program, site: RealSite, tasks: TaskRunner, quits: list[int], qtbot: QtBot
) -> None:
    windows: list[MainWindow] = []
    shell = Shell(program, tasks, windows.append)
    shell.begin(SiteKind.DESK)
    qtbot.waitUntil(lambda: bool(windows), timeout=20_000)
    windows[0].theme_button.click()
    qtbot.waitUntil(lambda: program.preferences.current.theme is ThemeChoice.LIGHT, timeout=10_000)
    windows[0].close()
    qtbot.waitUntil(lambda: quits == [0], timeout=20_000)
    windows[0].deleteLater()
    shell.start.deleteLater()


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder of another model pack."""
    folder = tmp_path / "models"
    folder.mkdir()
    tiny_models.detector(folder / "det.onnx")
    tiny_models.recogniser(folder / "rec.onnx")
    return folder


def test_other_models_are_loaded_by_opening_the_desk_again(
    program: Program, site: RealSite, tasks: TaskRunner, quits: list[int], models: Path, qtbot: QtBot
) -> None:
    windows: list[MainWindow] = []
    shell = Shell(program, tasks, windows.append)
    shell.begin(SiteKind.DESK)
    qtbot.waitUntil(lambda: len(windows) == 1, timeout=20_000)
    service = site.opened[0].models
    service.use(service.check(models), commercial=False)
    windows[0].models_page.wants_reopen.emit()
    assert shell.start.isVisible()
    qtbot.waitUntil(lambda: len(windows) == 2, timeout=20_000)
    assert [desk.closed for desk in site.opened] == [True, False]
    assert site.opened[1].models.in_use.folder == models
    assert not shell.start.isVisible()
    windows[1].close()
    qtbot.waitUntil(lambda: quits == [0], timeout=20_000)
    assert site.opened[1].closed
    windows[1].deleteLater()
    shell.start.deleteLater()


def test_closing_while_the_desk_is_opened_again_ends_the_program(
    program: Program, site: RealSite, tasks: TaskRunner, quits: list[int], qtbot: QtBot
) -> None:
    windows: list[MainWindow] = []
    shell = Shell(program, tasks, windows.append)
    shell.begin(SiteKind.DESK)
    qtbot.waitUntil(lambda: len(windows) == 1, timeout=20_000)
    tasks.wait_idle(20)
    site.gate = threading.Event()
    busy = threading.Event()
    for _ in range(4):  # every worker: the desk's turn comes only after the window was closed
        tasks.run(lambda _: busy.wait(20))
    windows[0].wants_reopen.emit()
    shell.start.close()
    busy.set()
    qtbot.waitUntil(lambda: quits == [0], timeout=20_000)
    assert [desk.closed for desk in site.opened] == [True]
    shell.start.deleteLater()


def test_chosen_models_that_are_gone_leave_a_way_in(
    start: StartWindow, site: RealSite, models: Path, qtbot: QtBot
) -> None:
    site.create(cast(Progress, None))
    desk = Desk.open(site.folder, site.keys, cost=CHEAP)
    staff(desk)
    desk.models.use(desk.models.check(models), commercial=False)
    desk.close()
    models.rename(models.with_name("elsewhere"))
    start.open(SiteKind.DESK)
    qtbot.waitUntil(lambda: start.error is not None, timeout=20_000)
    assert start.error is not None
    assert str(models / "det.onnx") in start.error.accessibleName()
    offered = {button.accessibleName(): button for button in start.error.buttons}
    with qtbot.waitSignal(start.opened, timeout=20_000):
        offered["Use the built-in models"].click()
    assert site.opened[0].models.in_use.built_in


def test_an_unknown_language_leaves_english(qapp: QApplication) -> None:
    before = QLocale()
    install_language(qapp, "tlh")
    assert QApplication.translate("texts", "Live") == "Live"
    QLocale.setDefault(before)
