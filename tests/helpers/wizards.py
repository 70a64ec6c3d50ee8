"""Finding one's way in the guard's window of a conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from PySide6.QtWidgets import QWidget

from desktop.domain.conversation import Step
from desktop.ui.capture.steps.check import CheckPage
from desktop.ui.capture.steps.choices import ChoicesPage
from desktop.ui.capture.steps.confirmation import ConfirmationPage
from desktop.ui.capture.steps.notice import NoticePage
from desktop.ui.capture.steps.pictures import PicturesPage
from desktop.ui.capture.steps.step import StepPage
from desktop.ui.capture.steps.who import WhoPage
from desktop.ui.capture.wizard import CaptureWizard
from desktop.ui.main_window import MainWindow
from tests.helpers.desks import source_path

Idle = Callable[[], None]
Opened = Callable[[type[QWidget]], QWidget]
P = TypeVar("P", bound=StepPage)

_STEPS: dict[type[StepPage], Step] = {
    WhoPage: Step.WHO,
    NoticePage: Step.NOTICE,
    ChoicesPage: Step.CHOICES,
    ConfirmationPage: Step.CONFIRMATION,
    PicturesPage: Step.PHOTO,
    CheckPage: Step.CHECK,
}


def page_of(wizard: CaptureWizard, kind: type[P]) -> P:
    """The guard's page of that kind, made if need be."""
    page = wizard.page_of(_STEPS[kind])
    assert isinstance(page, kind)
    return page


def begin(window: MainWindow, opened: Opened, idle: Idle) -> CaptureWizard:
    window.people_page.add()
    idle()
    return cast(CaptureWizard, opened(CaptureWizard))


def walk(wizard: CaptureWizard, idle: Idle, to: Step, name: str = "Ada Example") -> None:
    """As far as `to`, agreeing to everything, with a tick and a picture from a file."""
    acts: dict[Step, Callable[[], object]] = {
        Step.WHO: lambda: page_of(wizard, WhoPage).form.name.setText(name),
        Step.CHOICES: lambda: [card.agree.click() for card in page_of(wizard, ChoicesPage).choices.cards.values()],
        Step.CONFIRMATION: lambda: page_of(wizard, ConfirmationPage).panel.tick.click(),
        Step.PHOTO: lambda: (
            wizard.session.pictures.checks or page_of(wizard, PicturesPage).add_files([source_path("astronaut.png")])
        ),
    }
    while wizard.session.step is not to:
        before = wizard.session.step
        acts.get(before, lambda: None)()
        idle()
        wizard.next.click()
        idle()
        assert wizard.session.step is not before, f"stuck at {before}: {wizard.session.needs}"


def _picture(wizard: CaptureWizard) -> None:
    if not wizard.session.pictures.checks:
        page_of(wizard, PicturesPage).add_files([source_path("astronaut.png")])
