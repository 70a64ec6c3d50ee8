"""The person's window: their language, large targets, nobody else, and no way into the program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenuBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.domain.coach import Guidance
from desktop.domain.consent_proof import Method
from desktop.domain.conversation import Step
from desktop.services.coach_words import coach_words
from desktop.services.desk import Desk
from desktop.services.visitor_words import visitor_words
from desktop.ui.capture.steps.confirmation import ConfirmationPage
from desktop.ui.capture.steps.pictures import PicturesPage
from desktop.ui.capture.steps.who import WhoPage
from desktop.ui.capture.wizard import CaptureWizard
from desktop.ui.look import look
from desktop.ui.main_window import MainWindow
from desktop.ui.screens import grab
from desktop.ui.theme import Size, ThemeName
from desktop.ui.visitor.return_bar import ReturnBar
from desktop.ui.visitor.window import VisitorWindow
from tests.helpers.conversations import make_ready, proof_of, publish
from tests.helpers.desks import PASSWORD, enrol, source_path
from tests.helpers.wizards import page_of, walk
from tests.ui.test_ui_capture import draw

Idle = Callable[[], None]
Opened = Callable[[type[QWidget]], QWidget]


@pytest.fixture
def wizard(desk: Desk, window: MainWindow, opened: Opened, idle: Idle) -> CaptureWizard:
    make_ready(desk)
    enrol(desk, "Grace Sample", "obama.jpg")
    window.show_page("people")
    idle()
    window.people_page.add()
    idle()
    made = cast(CaptureWizard, opened(CaptureWizard))
    page_of(made, WhoPage).form.name.setText("Ada Example")
    return made


@pytest.fixture
def visitor(wizard: CaptureWizard, tasks: TaskRunner, qtbot: QtBot) -> Iterator[VisitorWindow]:
    """As on a second display: without the guard's way back."""
    made = VisitorWindow(wizard.session, None, tasks)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.dismiss()


def texts_of(widget: QWidget) -> str:
    labels = [each.text() for each in widget.findChildren(QLabel) if each.isVisible()]
    buttons = [each.text() for each in widget.findChildren(QPushButton) if each.isVisible()]
    return "\n".join((*labels, *buttons))


def press(qtbot: QtBot, target: QWidget) -> None:
    qtbot.mouseClick(target, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_person_goes_through_their_steps_in_their_language(
    desk: Desk, wizard: CaptureWizard, visitor: VisitorWindow, idle: Idle, qtbot: QtBot, language: str
) -> None:
    desk.settings.change(confirmation=Method.SIGNATURE)
    words = visitor_words(language)
    walk(wizard, idle, Step.NOTICE)
    press(qtbot, visitor.languages.by_language[language])
    assert wizard.session.language == language
    rtl = language == "ar"
    assert visitor.layoutDirection() is (Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)
    if rtl:
        idle()
        assert visitor.stop.x() > visitor.next.x()
    assert words.read in texts_of(visitor)
    press(qtbot, visitor.next)
    assert wizard.session.step is Step.CHOICES
    assert not visitor.next.isEnabled()
    for card in visitor.choose.choices.cards.values():
        assert (words.agree, words.refuse) == (card.agree.text(), card.refuse.text())
        assert card.agree.size() == card.refuse.size()
        press(qtbot, card.agree)
    press(qtbot, visitor.next)
    assert wizard.session.step is Step.CONFIRMATION
    draw(qtbot, visitor.confirm.panel.pad)
    assert wizard.page is page_of(wizard, ConfirmationPage), "the guard's window follows along"
    assert page_of(wizard, ConfirmationPage).panel._elsewhere.text()
    press(qtbot, visitor.next)
    assert wizard.session.step is Step.PHOTO
    assert words.photo in texts_of(visitor)
    assert not visitor.next.isVisible()
    page_of(wizard, PicturesPage).add_files([source_path("astronaut.png")])
    idle()
    wizard.next.click()
    wizard.next.click()
    idle()
    assert wizard.session.step is Step.RECEIPT
    assert words.recorded in texts_of(visitor)
    assert visitor.tell.view.isVisible()
    stored = proof_of(desk, wizard.session.talk.id)
    assert (stored.language, stored.method) == (language, Method.SIGNATURE)
    assert words.decision.split("{")[0] in stored.screen_text


def test_every_target_is_large_enough_to_be_touched_also_in_large_text(
    wizard: CaptureWizard, visitor: VisitorWindow, idle: Idle, qtbot: QtBot
) -> None:
    for large in (False, True):
        if large:
            before = visitor.size_button.font().pixelSize()
            press(qtbot, visitor.size_button)
            assert visitor.size_button.font().pixelSize() > before
        for step in (Step.NOTICE, Step.CHOICES, Step.CONFIRMATION):
            if wizard.session.step is Step.CONFIRMATION:
                continue
            walk(wizard, idle, step)
            for made in visitor.findChildren(QPushButton):
                if made.isVisible():
                    assert min(made.width(), made.height()) >= Size.TOUCH, made.text()


def test_nobody_else_is_ever_shown(wizard: CaptureWizard, visitor: VisitorWindow, idle: Idle) -> None:
    for step in (Step.WHO, Step.NOTICE, Step.CHOICES, Step.CONFIRMATION, Step.PHOTO, Step.CHECK, Step.RECEIPT):
        walk(wizard, idle, step)
        shown = texts_of(visitor) + visitor.tell.view.toPlainText()
        assert "Grace" not in shown, step


def test_there_is_no_way_into_the_program(
    wizard: CaptureWizard, visitor: VisitorWindow, window: MainWindow, idle: Idle, qtbot: QtBot
) -> None:
    walk(wizard, idle, Step.NOTICE)
    assert visitor.parent() is None
    assert visitor.windowFlags() & Qt.WindowType.FramelessWindowHint
    for kind in (QShortcut, QMenuBar, QLineEdit, ReturnBar):
        assert visitor.findChildren(kind) == [], kind
    before = window.page
    control, alt = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
    for key, modifier in (
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F4, alt),
        (Qt.Key.Key_1, control),
        (Qt.Key.Key_N, control),
        (Qt.Key.Key_L, control),
        (Qt.Key.Key_Q, control),
        (Qt.Key.Key_F11, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Left, alt),
    ):
        qtbot.keyClick(visitor, key, modifier)
    assert not visitor.close()
    idle()
    assert visitor.isVisible()
    assert wizard.isVisible()
    assert window.page == before
    assert wizard.session.step is Step.NOTICE
    press(qtbot, visitor.next)
    for _ in range(3):
        visitor._go_on()  # a hurried finger does not go on for the guard
    assert wizard.session.step is Step.CHOICES


def test_the_coach_is_heard_on_the_persons_screen(wizard: CaptureWizard, visitor: VisitorWindow, idle: Idle) -> None:
    walk(wizard, idle, Step.NOTICE)
    wizard.session.set_language("ar")
    walk(wizard, idle, Step.PHOTO)
    assert visitor_words("ar").photo_why in texts_of(visitor)
    view = page_of(wizard, PicturesPage).capture.view
    for guidance in (Guidance.CLOSER, Guidance.HOLD):
        view._tell(guidance)
        assert coach_words("ar")[guidance] in texts_of(visitor)
    view._tell(None)
    assert visitor_words("ar").photo_why in texts_of(visitor)


def test_the_person_can_stop_at_any_of_their_steps(
    desk: Desk, wizard: CaptureWizard, visitor: VisitorWindow, idle: Idle, qtbot: QtBot
) -> None:
    walk(wizard, idle, Step.CONFIRMATION)
    press(qtbot, visitor.stop)
    idle()
    assert wizard.session.step is Step.PASS
    assert wizard.page is wizard.page_of(Step.PASS)
    assert visitor_words("en").passed in texts_of(visitor)
    assert desk.capture.unfinished() == []


def test_a_changed_notice_is_told_to_the_person(
    desk: Desk, wizard: CaptureWizard, visitor: VisitorWindow, idle: Idle
) -> None:
    walk(wizard, idle, Step.CHOICES)
    publish(desk)
    idle()
    assert visitor_words("en").changed in texts_of(visitor)
    walk(wizard, idle, Step.CHOICES)
    assert visitor_words("en").changed not in texts_of(visitor)


def test_on_the_guards_own_display_only_their_password_leads_back(
    wizard: CaptureWizard, idle: Idle, qtbot: QtBot
) -> None:
    walk(wizard, idle, Step.NOTICE)
    assert wizard.visitor.in_place
    wizard.visitor.open_button.click()
    window = wizard.visitor.window
    assert window is not None
    bar = window.return_bar
    assert bar is not None
    bar.open.click()
    qtbot.keyClicks(bar.password, "not the password")
    qtbot.keyClick(bar.password, Qt.Key.Key_Return)
    idle()
    assert wizard.visitor.window is window
    assert bar._problem.text()
    assert bar.password.text() == ""
    qtbot.keyClicks(bar.password, PASSWORD)
    qtbot.keyClick(bar.password, Qt.Key.Key_Return)
    idle()
    assert wizard.visitor.window is None
    assert wizard.isVisible()


def test_the_persons_window_goes_with_the_guards(wizard: CaptureWizard, window: MainWindow, idle: Idle) -> None:
    wizard.visitor.open()
    wizard.close()
    idle()
    assert not [each for each in QApplication.topLevelWidgets() if isinstance(each, VisitorWindow) and each.isVisible()]


STEPS = (Step.WHO, Step.NOTICE, Step.CHOICES, Step.CONFIRMATION, Step.PHOTO, Step.CHECK, Step.RECEIPT)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pictures_of_every_step_in_both_themes(
    wizard: CaptureWizard, visitor: VisitorWindow, idle: Idle, tmp_path: Path, language: str
) -> None:
    """Nothing is cut off: every page fits into its window."""
    for step in STEPS:
        walk(wizard, idle, step)
        if step is Step.NOTICE:
            wizard.session.set_language(language)
        for theme in (ThemeName.LIGHT, ThemeName.DARK):
            look().apply(theme)
            QApplication.processEvents()
            for which, made in (("guard", wizard), ("visitor", visitor)):
                need = made.minimumSizeHint()
                assert need.width() <= made.width(), (which, step)
                assert need.height() <= made.height(), (which, step)
                path = grab(made, tmp_path / f"{which}-{step.value}-{language}-{theme.value}.png")
                assert path.stat().st_size > 5000
