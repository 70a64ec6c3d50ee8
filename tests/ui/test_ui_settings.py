"""The page Settings: what differs is said, saved or taken back; keys are renewed only on purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.domain.permissions import Role
from desktop.recognition.settings import MaskStyle
from desktop.services.desk import Desk
from desktop.services.operators import OperatorDraft
from desktop.services.settings import SiteSettings
from desktop.ui.main_window import MainWindow
from desktop.ui.settings.code_dialog import NewCodeDialog
from desktop.ui.settings.page import SettingsPage
from desktop.ui.settings.passphrase_dialog import PassphraseDialog
from desktop.ui.widgets.dialog import Confirm
from desktop.vault.vault import Vault
from tests.helpers.setups import CONTROLLER, fill_controller_form
from tests.ui.conftest import Idle

Opened = Callable[[type[QWidget]], QWidget]


@pytest.fixture
def page(window: MainWindow, idle: Idle) -> SettingsPage:
    window.show_page("settings")
    idle()
    found = window.pages["settings"]
    assert isinstance(found, SettingsPage)
    return found


def test_a_desk_without_a_controller_asks_for_one(page: SettingsPage, desk: Desk, idle: Idle) -> None:
    assert page.missing.isVisible()
    page.controller_card.save.click()
    assert page.controller.site.property("problem") is True
    assert desk.controller.current is None
    fill_controller_form(page.controller)
    page.controller_card.save.click()
    idle()
    assert desk.controller.current == CONTROLLER
    assert not page.missing.isVisible()
    assert not page.controller_card.save.isEnabled()


def test_changes_can_be_taken_back(page: SettingsPage, desk: Desk, idle: Idle) -> None:
    fill_controller_form(page.controller)
    page.controller_card.save.click()
    idle()
    page.controller.legal_name.setText("Another")
    assert page.controller_card.save.isEnabled()
    page.controller_card.undo.click()
    assert page.controller.draft() == CONTROLLER
    page.controller.legal_name.setText("Another")
    page.controller_card.save.click()
    idle()
    assert desk.controller.current == replace(CONTROLLER, legal_name="Another")


def test_site_settings_are_saved_together(page: SettingsPage, desk: Desk, idle: Idle) -> None:
    assert not page.site_card.save.isEnabled()
    page.site.fpir.setValue(0.5)
    page.site.mask_style.setCurrentIndex(page.site.mask_style.findData(MaskStyle.PIXELATED))
    page.site.renewal_notice_days.setValue(12)
    page.site_card.save.click()
    idle()
    expected = {"target_fpir": 0.005, "mask_style": MaskStyle.PIXELATED, "renewal_notice_days": 12}
    assert desk.settings.current == SiteSettings().model_copy(update=expected)


def test_nothing_out_of_range_can_be_typed(page: SettingsPage) -> None:
    page.site.renewal_notice_days.setValue(100_000)
    page.site.fpir.setValue(0.0)
    assert page.site.renewal_notice_days.value() == 180
    assert page.site.values()["target_fpir"] == pytest.approx(0.0001)


def test_a_new_recovery_code_is_in_force_once_it_was_typed_back(
    page: SettingsPage, desk: Desk, opened: Opened, idle: Idle
) -> None:
    page.keys.new_code.click()
    dialog = opened(NewCodeDialog)
    assert isinstance(dialog, NewCodeDialog)
    dialog.next.click()
    dialog.next.click()
    assert dialog.isVisible()  # nothing was typed back
    for edit, index in zip(dialog.type_back.edits, dialog.type_back.asked, strict=True):
        edit.setText(dialog.show_code.groups[index].text())
    dialog.next.click()
    idle()
    assert desk.keys.facts().recoverable
    assert "in force" in page.keys.notice.text()


def test_giving_up_leaves_the_code_as_it_was(page: SettingsPage, desk: Desk, opened: Opened, idle: Idle) -> None:
    page.keys.new_code.click()
    opened(NewCodeDialog).close()
    idle()
    assert not desk.keys.facts().recoverable


@pytest.mark.parametrize("which", ["person_keys", "database_key"])
def test_keys_are_renewed_after_a_question(
    page: SettingsPage, desk: Desk, opened: Opened, idle: Idle, qtbot: QtBot, which: str
) -> None:
    epoch = desk.keys.facts().epoch
    getattr(page.keys, which).click()
    question = opened(Confirm)
    assert isinstance(question, Confirm)
    question.yes.click()
    idle()
    assert "renewed" in page.keys.notice.text()
    assert desk.keys.facts().epoch == epoch + (which == "person_keys")


def test_a_passphrase_is_changed_where_there_is_one(
    page: SettingsPage, opened: Opened, idle: Idle, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not page.keys.passphrase.isVisible()
    chosen: list[str] = []
    monkeypatch.setattr(Vault, "under_passphrase", True)
    monkeypatch.setattr(Vault, "change_passphrase", lambda _, passphrase: chosen.append(passphrase))
    page.keys.refresh()
    idle()
    page.keys.passphrase.click()
    dialog = opened(PassphraseDialog)
    assert isinstance(dialog, PassphraseDialog)
    dialog.form.password.setText("ten slow yellow trams")
    assert not dialog.save.isEnabled()  # it is typed twice
    dialog.form.again.setText("ten slow yellow trams")
    dialog.save.click()
    idle()
    assert chosen == ["ten slow yellow trams"]
    assert "in force" in page.keys.notice.text()


def test_an_officer_sets_how_people_are_asked_and_sees_nothing_else(desk: Desk, tasks: TaskRunner, idle: Idle) -> None:
    desk.operators.add(OperatorDraft("Kim Example", "kim", "cobalt-meadow-lantern-4", frozenset({Role.OFFICER})))
    desk.access.sign_in("kim", "cobalt-meadow-lantern-4")
    page = SettingsPage(desk, tasks)
    page.show()
    assert not page.keys.isVisible()
    assert not page.controller_card.isVisible()
    assert not page.site.fpir.isVisible()
    page.site.renewal_notice_days.setValue(7)
    page.site_card.save.click()
    idle()
    assert desk.settings.current.renewal_notice_days == 7
    page.close()
    page.deleteLater()
