"""Erasing a person in the window: what goes and stays is said before, the steps while, and the result after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.domain.audit_verdict import Signer
from desktop.domain.erasure import (
    STEP_ENDS,
    Category,
    ErasureReason,
    ErasureStep,
    LeftOut,
    Missing,
    MustStay,
    SubjectKind,
)
from desktop.domain.erasure_preview import ErasurePreview, Given
from desktop.domain.errors import Cancelled
from desktop.services.certificates import CertificateForm
from desktop.services.desk import Desk
from desktop.services.errors import ErasureNotBegun
from desktop.ui.errors import ErrorDialog
from desktop.ui.look import look
from desktop.ui.main_window import MainWindow
from desktop.ui.people import erase_texts
from desktop.ui.people.bulk_result import BulkResultDialog
from desktop.ui.people.erase_dialog import EraseDialog
from desktop.ui.people.erase_result import ErasureResultDialog
from desktop.ui.people.erasures_dialog import ErasuresDialog
from desktop.ui.theme import ThemeName
from desktop.ui.widgets.dialog import Confirm
from desktop.vault.certificates import verify_file
from tests.helpers.desks import enrol
from tests.ui.conftest import Idle

Opened = Callable[[type[QWidget]], QWidget]


@pytest.fixture
def ada(window: MainWindow, desk: Desk, idle: Idle) -> MainWindow:
    """The window on the page People, with one person."""
    enrol(desk, "Ada Example", "astronaut.png")
    window.show_page("people")
    idle()
    return window


def said(dialog: ErasureResultDialog) -> str:
    return " ".join(part.text() for _, part in dialog.parts)


def test_erasing_asks_first_and_tells_afterwards(
    ada: MainWindow, desk: Desk, idle: Idle, opened: Opened, tmp_path: Path
) -> None:
    page = ada.people_page
    page.details.remove.click()
    idle()
    first = cast(Confirm, opened(Confirm))
    assert first.no.hasFocus() or first.focusWidget() is first.no
    for words in ("face templates: 1", "consent records: 1", "audit log", "cannot be undone", "nobody can bring"):
        assert words in first.accessibleDescription()
    assert "sightings" not in first.accessibleDescription(), "there are none"
    first.no.click()
    idle()
    assert desk.people.count() == 1

    page.details.remove.click()
    idle()
    cast(Confirm, opened(Confirm)).yes.click()
    idle()
    assert desk.people.count() == 0
    assert page._nobody.isVisible()
    assert not page.busy.busy
    dialog = cast(ErasureResultDialog, opened(ErasureResultDialog))
    assert dialog.heading.text() == "Ada Example is erased."
    assert "markers: 0 found" in said(dialog)
    assert "Still missing" not in [title for title, _ in dialog.parts]
    bar = dialog.certificate
    assert bar.language.currentData() == "en"
    for form in CertificateForm:
        bar.save_to(tmp_path / f"certificate.{form.value}", form)
        idle()
        assert bar.saved.text() == "Saved."
        verdict = verify_file(tmp_path / f"certificate.{form.value}", desk.erasures.results()[0].fingerprint)
        assert verdict.intact
        assert verdict.signer is Signer.KNOWN
        assert verdict.certificate is not None
        assert verdict.certificate.result.complete
        assert verdict.certificate.result.id in dialog.number.text()
    bar.save_to(tmp_path / "certificate.json" / "below", CertificateForm.JSON)
    idle()
    assert "could not be written" in cast(ErrorDialog, opened(ErrorDialog)).heading.text()


def test_an_incomplete_one_names_what_is_missing(ada: MainWindow, desk: Desk, idle: Idle, opened: Opened) -> None:
    desk._vault.erasures.companions = lambda: ["/mnt/nas/consentry"]
    ada.people_page.eraser.erase(desk.people.list()[:1])
    idle()
    dialog = cast(ErasureResultDialog, opened(ErasureResultDialog))
    assert "still missing" in dialog.heading.text()
    assert "/mnt/nas/consentry" in said(dialog)
    assert "tried again every minute" in said(dialog)
    assert "Erasure incomplete" in ada.workplace.strip.problems.accessibleName()


def test_steps_are_named_and_only_the_first_can_be_cancelled(ada: MainWindow, qtbot: QtBot) -> None:
    page = ada.people_page
    page.busy.begin("", at_once=True)
    for step, end in STEP_ENDS.items():
        page.eraser._advance(end - 0.01)
        assert page.busy._text.text() == erase_texts.step(step)
        assert page.busy.cancel.isVisible() is (step is ErasureStep.PREPARE)
    page.busy.end()


def test_cancelled_it_leaves_the_person_there_without_a_word(
    ada: MainWindow, desk: Desk, idle: Idle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(*_: object, **__: object) -> None:
        raise Cancelled

    monkeypatch.setattr(desk.erasures, "erase", cancelled)
    ada.people_page.eraser.erase(desk.people.list()[:1])
    idle()
    assert not ada.people_page.busy.busy
    assert desk.people.count() == 1


def test_a_refusal_is_told(
    ada: MainWindow, desk: Desk, idle: Idle, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise ErasureNotBegun

    monkeypatch.setattr(desk.erasures, "erase", refused)
    ada.people_page.eraser.erase(desk.people.list()[:1])
    idle()
    assert "no longer recognised" in cast(ErrorDialog, opened(ErrorDialog)).accessibleDescription()


def test_every_value_has_its_words() -> None:
    assert set(erase_texts._CATEGORIES) == set(Category)
    assert set(erase_texts._STAYS) == set(MustStay)
    assert set(erase_texts._SHAPES) == set(Given)
    assert set(erase_texts._REASONS) == set(ErasureReason)
    assert set(erase_texts._KINDS) == set(SubjectKind)
    assert set(erase_texts._STEPS) == set(ErasureStep)
    assert set(erase_texts._LEFT_OUT) == set(LeftOut)
    assert set(erase_texts._MISSING) == set(Missing)


def test_whether_older_copies_could_be_read_is_said() -> None:
    goes = {Category.DETAILS: 1}
    with_copies = " ".join(erase_texts.points(ErasurePreview(goes, (), copies=True)))
    without = " ".join(erase_texts.points(ErasurePreview(goes, (), copies=False)))
    assert "recovery code could still read" in with_copies
    assert "nobody can bring the data back" in without


@pytest.mark.parametrize("theme", list(ThemeName))
def test_both_dialogs_fit_their_texts(
    ada: MainWindow, desk: Desk, idle: Idle, opened: Opened, tasks: TaskRunner, theme: ThemeName
) -> None:
    look().apply(theme)
    desk._vault.erasures.companions = lambda: ["/mnt/nas/consentry"]
    ada.people_page.details.remove.click()
    idle()
    confirm = cast(Confirm, opened(Confirm))
    assert confirm.height() >= confirm.layout().totalHeightForWidth(confirm.width())
    confirm.yes.click()
    idle()
    dialog = cast(ErasureResultDialog, opened(ErasureResultDialog))
    assert dialog.height() >= dialog.layout().totalHeightForWidth(dialog.width())


def test_several_are_marked_and_erased_with_a_certificate_each(
    ada: MainWindow, desk: Desk, idle: Idle, opened: Opened, tmp_path: Path
) -> None:
    page = ada.people_page
    enrol(desk, "Bea Example", "obama.jpg")
    idle()
    assert not page.erase_many.isVisible()
    page.list.selectAll()
    assert page.erase_many.isVisible()
    page.erase_many.click()
    idle()
    first = cast(EraseDialog, opened(EraseDialog))
    for words in ("Ada Example, Bea Example", "People: 2", "face templates: 2", "proof of the consent"):
        assert words in first.accessibleDescription()
    first.yes.click()
    idle()
    assert desk.people.count() == 0
    dialog = cast(BulkResultDialog, opened(BulkResultDialog))
    assert dialog.heading.text() == "All are erased: 2."
    dialog.save_to(tmp_path)
    idle()
    assert dialog.saved.text() == "Saved."
    assert [verify_file(path).intact for path in tmp_path.glob("erasure-*")] == [True] * 4
    dialog.close_button.click()
    page.show_erasures()
    idle()
    listed = cast(ErasuresDialog, opened(ErasuresDialog))
    assert listed.model.rowCount() == 2
    listed.certificate.save_to(tmp_path / "again.json", CertificateForm.JSON)
    idle()
    assert verify_file(tmp_path / "again.json").intact


def test_by_mistake_no_proof_stays_and_a_hold_leaves_no_button(
    ada: MainWindow, desk: Desk, idle: Idle, opened: Opened
) -> None:
    page = ada.people_page
    person = desk.people.list()[0]
    hold = desk.holds.hold_person(person.id, "a claim", "Legal", desk.erasures.kept_until)
    page.eraser.ask([person])
    idle()
    held = cast(EraseDialog, opened(EraseDialog))
    assert not held.yes.isVisible()
    assert "legal hold" in held.accessibleDescription()
    held.no.click()
    desk.holds.release(hold, "over")
    idle()
    page.eraser.ask([person])
    idle()
    asked = cast(EraseDialog, opened(EraseDialog))
    asked.mistake.box.click()
    asked.yes.click()
    idle()
    assert desk.people.count() == 0
    assert desk._vault.archive.count() == 0
