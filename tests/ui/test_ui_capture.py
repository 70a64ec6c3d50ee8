"""The guided conversation driven through the real window: real vault, real models, real photos from a camera."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.heartbeat import INTERVAL_MS
from desktop.domain.consent import ConsentState
from desktop.domain.consent_proof import Method
from desktop.domain.conversation import Need, Step
from desktop.domain.people import PersonKind
from desktop.domain.purposes import PHOTO, RECOGNITION
from desktop.services.desk import Desk
from desktop.ui.capture import words
from desktop.ui.capture.opening import UnfinishedDialog
from desktop.ui.capture.steps.check import CheckPage
from desktop.ui.capture.steps.choices import ChoicesPage
from desktop.ui.capture.steps.confirmation import ConfirmationPage
from desktop.ui.capture.steps.ends import EndPage
from desktop.ui.capture.steps.notice import NoticePage
from desktop.ui.capture.steps.pictures import PicturesPage
from desktop.ui.capture.steps.who import WhoPage
from desktop.ui.capture.wizard import CaptureWizard
from desktop.ui.main_window import MainWindow
from desktop.ui.widgets.dialog import Confirm
from desktop.ui.widgets.signature import SignaturePad
from tests.helpers.conversations import make_ready, proof_of, publish
from tests.helpers.desks import enrol, source_path
from tests.helpers.wizards import begin, page_of, walk

Idle = Callable[[], None]
Opened = Callable[[type[QWidget]], QWidget]
MOST_ACTS = 12
LONGEST_MS = 50
PAUSE_MS = 30  # no hand is quicker


class GuiWork(QObject):
    """The longest that the GUI thread itself worked without looking at its events, in milliseconds of its own time: a
    busy machine, which makes it wait, does not count."""

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0.0
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        gc.collect()
        gc.freeze()  # what hundreds of tests left in this process is not the window's to look through
        self._last = time.thread_time()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        gc.unfreeze()

    def _tick(self) -> None:
        now = time.thread_time()
        self.longest = max(self.longest, (now - self._last) * 1000)
        self._last = now


class Hand:
    """What a guard does, counted: every click, stroke and key but the letters of a text."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.acts = 0

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.acts += 1
        target = QApplication.focusWidget()
        assert target is not None, "nothing has the keyboard"
        self._qtbot.keyClick(target, key, modifier)
        self._qtbot.wait(PAUSE_MS)

    def type(self, text: str) -> None:
        target = QApplication.focusWidget()
        assert isinstance(target, QLineEdit)
        self._qtbot.keyClicks(target, text)

    def click(self, target: QWidget) -> None:
        self.acts += 1
        self._qtbot.mouseClick(target, Qt.MouseButton.LeftButton)

    def sign(self, pad: SignaturePad) -> None:
        self.acts += 1
        draw(self._qtbot, pad)
        self._qtbot.wait(PAUSE_MS)


def shown(kind: type[QWidget]) -> bool:
    return any(isinstance(each, kind) and each.isVisible() for each in QApplication.topLevelWidgets())


def draw(qtbot: QtBot, pad: SignaturePad) -> None:
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(40, 60))
    for step in range(1, 8):
        qtbot.mouseMove(pad, QPoint(40 + 20 * step, 60 + (step % 2) * 30))
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(180, 60))


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    return Hand(qtbot)


@pytest.fixture
def ready(desk: Desk, window: MainWindow, idle: Idle) -> MainWindow:
    make_ready(desk)
    window.show_page("people")
    idle()
    return window


@pytest.fixture
def wizard(ready: MainWindow, opened: Opened, idle: Idle) -> CaptureWizard:
    return begin(ready, opened, idle)


def named(wizard: CaptureWizard, idle: Idle, name: str = "Ada Example") -> None:
    page_of(wizard, WhoPage).form.name.setText(name)
    wizard.next.click()
    idle()


def test_every_step_and_every_need_has_words(qtbot: QtBot) -> None:
    steps, needs = words.every_table()
    assert set(steps) == set(Step)
    assert set(needs) == set(Need)


def test_the_whole_path_in_twelve_acts_with_the_window_always_alive(
    desk: Desk, ready: MainWindow, opened: Opened, idle: Idle, hand: Hand, qtbot: QtBot
) -> None:
    desk.settings.change(confirmation=Method.SIGNATURE)
    idle()
    with qtbot.waitActive(ready, timeout=10_000):
        ready.activateWindow()
    beat = GuiWork()
    beat.start()
    ready.people_page.search.setFocus()
    hand.key(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    idle()
    wizard = cast(CaptureWizard, opened(CaptureWizard))
    hand.type("Ada Example")
    hand.key(Qt.Key.Key_Return)
    idle()
    assert wizard.session.step is Step.NOTICE
    hand.key(Qt.Key.Key_Return)
    assert wizard.session.step is Step.CHOICES
    for _ in range(2):
        hand.key(Qt.Key.Key_Space)
    assert dict(wizard.session.talk.choices) == {RECOGNITION: True, PHOTO: True}
    hand.key(Qt.Key.Key_Return)
    assert wizard.session.step is Step.CONFIRMATION
    hand.sign(page_of(wizard, ConfirmationPage).panel.pad)
    hand.key(Qt.Key.Key_Return)
    assert wizard.session.step is Step.PHOTO
    idle()
    hand.acts += 1  # the pictures are chosen in the system's own dialog, or taken with one key
    page_of(wizard, PicturesPage).add_files([source_path("astronaut.png")])
    idle()
    hand.key(Qt.Key.Key_Return)
    assert wizard.session.step is Step.CHECK
    hand.key(Qt.Key.Key_Return)
    idle()
    assert wizard.session.step is Step.RECEIPT
    hand.key(Qt.Key.Key_Return)
    idle()
    beat.stop()
    assert hand.acts <= MOST_ACTS
    assert beat.longest < LONGEST_MS
    (person,) = desk.people.list()
    assert (person.details.name, person.consent) == ("Ada Example", ConsentState.GIVEN)
    assert desk.gallery_size == 1
    assert ready.people_page.details.person is not None


def test_nothing_is_ticked_beforehand_and_the_answers_look_alike(wizard: CaptureWizard, idle: Idle) -> None:
    walk(wizard, idle, Step.CHOICES)
    for card in page_of(wizard, ChoicesPage).choices.cards.values():
        assert not card.agree.isChecked()
        assert not card.refuse.isChecked()
        assert card.agree.size() == card.refuse.size()
        assert card.agree.property("look") == card.refuse.property("look")
    wizard.next.click()
    assert wizard.session.step is Step.CHOICES
    assert "Agree or Refuse" in wizard._reason.text()


def test_back_and_forth_loses_nothing(wizard: CaptureWizard, idle: Idle, qtbot: QtBot) -> None:
    walk(wizard, idle, Step.CHECK)
    before = wizard.session.talk
    for _ in range(5):
        qtbot.keyClick(wizard, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert wizard.session.step is Step.WHO
    assert page_of(wizard, WhoPage).form.name.text() == "Ada Example"
    for _ in range(5):
        wizard.next.click()
        idle()
    assert wizard.session.talk == before
    assert len(page_of(wizard, PicturesPage).photos.good()) == 1


def test_refusing_leads_to_a_pass_and_keeps_nothing(desk: Desk, wizard: CaptureWizard, idle: Idle) -> None:
    walk(wizard, idle, Step.CHOICES)
    for card in page_of(wizard, ChoicesPage).choices.cards.values():
        card.refuse.click()
    wizard.next.click()
    idle()
    assert wizard.session.step is Step.PASS
    assert desk.people.count() == 0
    assert desk.capture.unfinished() == []
    assert not desk._vault._room.sealer.has(wizard.session.talk.id)
    assert wizard.session.paper is not None
    end = wizard.page
    assert isinstance(end, EndPage)
    assert "Ada" not in end.view.toPlainText()
    wizard.next.click()
    assert not wizard.isVisible()


@pytest.mark.parametrize("step", [Step.CONFIRMATION, Step.CHECK])
def test_withdrawing_in_the_middle_wipes_what_was_computed(
    desk: Desk, wizard: CaptureWizard, idle: Idle, opened: Opened, step: Step
) -> None:
    walk(wizard, idle, step)
    checks = list(wizard.session.pictures.checks)
    wizard.stop.click()
    cast(Confirm, opened(Confirm)).yes.click()
    idle()
    assert wizard.session.step is Step.PASS
    assert all(check.vector is None or not check.vector.any() for check in checks)
    assert page_of(wizard, PicturesPage).photos.rows == []
    assert desk.capture.unfinished() == []
    assert desk.people.count() == 0


@pytest.mark.parametrize("step", [Step.NOTICE, Step.CONFIRMATION, Step.CHECK])
def test_a_window_closed_in_any_step_is_offered_again(
    desk: Desk, ready: MainWindow, wizard: CaptureWizard, idle: Idle, opened: Opened, step: Step
) -> None:
    walk(wizard, idle, step)
    said = wizard.session.talk
    wizard.close()
    idle()
    ready.people_page.add()
    idle()
    offered = cast(UnfinishedDialog, opened(UnfinishedDialog))
    assert len(offered.rows) == 1
    offered._choose(desk.capture.unfinished()[0])
    idle()
    again = cast(CaptureWizard, opened(CaptureWizard))
    assert again.session.talk.choices == said.choices
    assert again.session.talk.who == said.who
    assert again.session.step is (Step.PHOTO if step is Step.CHECK else step)
    assert again.session.pictures.checks == ()
    walk(again, idle, Step.RECEIPT)
    assert desk.people.count() == 1


def test_cancel_asks_and_then_leaves_no_trace(
    desk: Desk, wizard: CaptureWizard, idle: Idle, opened: Opened, qtbot: QtBot
) -> None:
    walk(wizard, idle, Step.CONFIRMATION)
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    question = cast(Confirm, opened(Confirm))
    question.no.click()
    assert wizard.isVisible()
    wizard.cancel.click()
    cast(Confirm, opened(Confirm)).yes.click()
    idle()
    assert desk.capture.unfinished() == []
    assert not shown(CaptureWizard)


def test_a_notice_changed_while_reading_is_told_and_asked_again(desk: Desk, wizard: CaptureWizard, idle: Idle) -> None:
    walk(wizard, idle, Step.CONFIRMATION)
    publish(desk, languages=("en", "ar"))
    idle()
    assert wizard.session.step is Step.NOTICE
    assert "changed" in wizard.told.text()
    assert not wizard.session.talk.choices
    assert not page_of(wizard, NoticePage).languages.by_language["de"].isEnabled()
    walk(wizard, idle, Step.RECEIPT)
    assert desk.people.count() == 1


def test_a_language_whose_text_is_taken_back_is_told(desk: Desk, wizard: CaptureWizard, idle: Idle) -> None:
    walk(wizard, idle, Step.NOTICE)
    page_of(wizard, NoticePage).languages.by_language["de"].click()
    publish(desk, languages=("en",))
    idle()
    wizard.next.click()
    assert wizard.session.step is Step.NOTICE
    assert "Choose another language" in wizard._reason.text()
    page_of(wizard, NoticePage).languages.by_language["en"].click()
    wizard.next.click()
    assert wizard.session.step is Step.CHOICES


def test_somebody_of_the_same_name_is_offered(desk: Desk, ready: MainWindow, opened: Opened, idle: Idle) -> None:
    known = enrol(desk, "Ada Example", "obama.jpg")
    wizard = begin(ready, opened, idle)
    named(wizard, idle)
    assert wizard.session.step is Step.WHO
    assert page_of(wizard, WhoPage)._namesakes.isVisible()
    page_of(wizard, WhoPage)._another()
    idle()
    assert wizard.session.step is Step.NOTICE
    wizard.back.click()
    page_of(wizard, WhoPage).same.emit(known)
    idle()
    assert not shown(CaptureWizard)
    assert ready.people_page.details.person is not None
    assert ready.people_page.details.person.id == known
    assert desk.capture.unfinished() == []


def test_a_lookalike_is_told_apart_by_the_guard(desk: Desk, ready: MainWindow, opened: Opened, idle: Idle) -> None:
    enrol(desk, "Grace Sample", "astronaut.png")
    wizard = begin(ready, opened, idle)
    walk(wizard, idle, Step.CHECK)
    assert "Grace Sample" in page_of(wizard, CheckPage)._alike_text.text()
    wizard.next.click()
    assert wizard.session.step is Step.CHECK
    page_of(wizard, CheckPage).another.click()
    wizard.next.click()
    idle()
    assert wizard.session.step is Step.RECEIPT
    assert desk.people.count() == 2


def test_minors_employees_and_people_without_a_name(desk: Desk, wizard: CaptureWizard, idle: Idle) -> None:
    who = page_of(wizard, WhoPage)
    who.form.kind.setCurrentIndex(who.form.kind.findData(PersonKind.EMPLOYEE))
    who.nameless.box.setChecked(True)
    who.minor.box.setChecked(True)
    wizard.next.click()
    assert wizard.session.step is Step.WHO
    who.guardian.setText("Grace Example")
    wizard.next.click()
    assert "other way in" in wizard._reason.text()
    who.reason.setText("A badge opens the same doors")
    walk(wizard, idle, Step.RECEIPT, name="")
    (person,) = desk.people.list()
    assert person.details.name == f"#{person.id[:4].upper()}"
    proof = proof_of(desk, person.id)
    assert (proof.guardian, proof.free_reason) == ("Grace Example", "A badge opens the same doors")


@pytest.mark.parametrize("method", Method)
def test_each_way_to_confirm(desk: Desk, wizard: CaptureWizard, idle: Idle, qtbot: QtBot, method: Method) -> None:
    desk.settings.change(confirmation=method)
    idle()
    walk(wizard, idle, Step.CONFIRMATION)
    wizard.next.click()
    assert wizard.session.step is Step.CONFIRMATION
    panel = page_of(wizard, ConfirmationPage).panel
    assert "I agree" in panel.statement.text()
    if method is Method.SIGNATURE:
        qtbot.mouseClick(panel.pad, Qt.MouseButton.LeftButton)
        assert wizard.session.needs == (Need.SIGNATURE,)
        draw(qtbot, panel.pad)
        panel.clear.click()
        assert wizard.session.needs == (Need.SIGNATURE,)
        draw(qtbot, panel.pad)
    elif method is Method.CHECKBOX:
        panel.tick.click()
    else:
        qtbot.keyClicks(page_of(wizard, ConfirmationPage).witness, "Grace Example")
    wizard.next.click()
    assert wizard.session.step is Step.PHOTO
    confirmation = wizard.session.talk.confirmation
    assert confirmation is not None
    assert confirmation.method is method
    assert confirmation.signature.startswith(b"\x89PNG") is (method is Method.SIGNATURE)


def test_locking_hides_the_conversation_and_brings_it_back(
    desk: Desk, ready: MainWindow, wizard: CaptureWizard, idle: Idle
) -> None:
    walk(wizard, idle, Step.NOTICE)
    wizard.visitor.open()
    desk.access.lock()
    idle()
    assert not wizard.isVisible()
    assert wizard.visitor.window is None


def test_the_desk_without_a_notice_says_so(window: MainWindow, idle: Idle, opened: Opened) -> None:
    from desktop.ui.errors import ErrorDialog

    window.show_page("people")
    idle()
    window.people_page.add()
    idle()
    error = cast(ErrorDialog, opened(ErrorDialog))
    assert "No notice is published" in error.heading.text()


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("t1.jpg", "More than one face"),
        ("bikes.mp4", "not a picture"),
        ("missing.png", "cannot be opened"),
    ],
)
def test_unusable_pictures_are_explained(wizard: CaptureWizard, idle: Idle, name: str, what: str) -> None:
    walk(wizard, idle, Step.PHOTO)
    page_of(wizard, PicturesPage).add_files([source_path(name)])
    idle()
    assert what in page_of(wizard, PicturesPage).photos.rows[0].accessibleDescription()
    wizard.next.click()
    assert wizard.session.step is Step.PHOTO
    assert "picture" in wizard._reason.text()


def test_pictures_can_be_dropped_from_any_path(wizard: CaptureWizard, idle: Idle, tmp_path: Path) -> None:
    path = tmp_path / "صور with blanks" / "фото 1.png"
    path.parent.mkdir()
    path.write_bytes(source_path("astronaut.png").read_bytes())
    walk(wizard, idle, Step.PHOTO)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.MouseButton.NoButton
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, none, Qt.KeyboardModifier.NoModifier)
    page_of(wizard, PicturesPage).drop.dropEvent(event)
    idle()
    assert [row.title for row in page_of(wizard, PicturesPage).photos.rows] == ["фото 1.png"]
    assert len(wizard.session.pictures.checks) == 1
