"""The guided set-up: nothing goes on half-filled; the recovery code is read, printed and typed back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from desktop.domain.permissions import Role
from desktop.domain.recovery_code import RecoveryCode
from desktop.services.setup import SetupDraft
from desktop.services.site import KeyPlace
from desktop.ui.first_run.recovery_sheet import paint_sheet
from desktop.ui.first_run.wizard import SetupWizard
from tests.helpers.setups import PASSWORD, fill_controller, walk_to_the_end

CODE = RecoveryCode(bytes(range(16)))


@pytest.fixture
def wizard(qtbot: QtBot) -> Iterator[SetupWizard]:
    made = SetupWizard(code=CODE, asked=[2, 6])
    made.resize(960, 640)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def test_the_whole_way_gives_one_draft_at_the_end(wizard: SetupWizard, qtbot: QtBot) -> None:
    confirmed: list[SetupDraft] = []
    wizard.confirmed.connect(confirmed.append)
    walk_to_the_end(wizard)
    assert confirmed == []  # the summary is to be confirmed
    wizard.next.click()
    [draft] = confirmed
    assert draft.controller.legal_name == "Example Works Ltd"
    assert draft.controller.jurisdiction == "DE"
    assert draft.administrator.roles >= {Role.ADMINISTRATOR}
    assert draft.place is KeyPlace.KEYRING
    assert draft.passphrase == ""
    assert draft.recovery_code == CODE
    assert not draft.strict
    assert PASSWORD not in repr(draft)
    assert CODE.groups[0] not in repr(draft)


@pytest.mark.parametrize("step", range(6))
def test_no_step_is_left_with_something_missing(wizard: SetupWizard, step: int) -> None:
    walk_to_the_end(wizard)
    wizard._show(step)
    breakers = {
        0: lambda: wizard.controller.form.site.setText("  "),
        1: lambda: wizard.administrator.form.password.again.setText("another"),
        2: lambda: wizard.keys.passphrase.button.setChecked(True),
        5: lambda: wizard.type_back.edits[0].setText("123456"),
    }
    if step not in breakers:
        return
    breakers[step]()
    wizard.next.click()
    assert wizard.place == step
    assert wizard.steps[step].problem()


def test_what_was_typed_stays_on_the_way_back_and_forth(wizard: SetupWizard) -> None:
    walk_to_the_end(wizard)
    for _ in range(6):
        wizard.back.click()
    assert wizard.place == 0
    assert wizard.controller.form.site.text() == "Main entrance"
    for _ in range(6):
        wizard.next.click()
    assert wizard.steps[wizard.place] is wizard.summary


def test_fields_are_not_found_fault_with_before_one_tried(wizard: SetupWizard) -> None:
    assert wizard.controller.form.site.property("problem") in (None, False)
    wizard.next.click()
    assert wizard.controller.form.site.property("problem") is True


def test_enter_goes_on_and_escape_gives_up(wizard: SetupWizard, qtbot: QtBot) -> None:
    fill_controller(wizard)
    qtbot.keyClick(wizard.controller.form.site, Qt.Key.Key_Return)
    assert wizard.place == 1
    with qtbot.waitSignal(wizard.cancelled):
        qtbot.keyClick(wizard.administrator, Qt.Key.Key_Escape)


def test_the_code_can_be_heard_group_by_group(wizard: SetupWizard) -> None:
    names = [label.accessibleName() for label in wizard.recovery.groups]
    assert names[2] == f"Group 3: {' '.join(CODE.groups[2])}"


def test_the_printed_sheet_holds_all_groups_and_its_title_says_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "sheet.pdf"))
    paint_sheet(CODE, printer)
    reader = PdfReader(tmp_path / "sheet.pdf")
    text = "".join(page.extract_text() for page in reader.pages)
    assert len(reader.pages) == 1
    assert all(group in text for group in CODE.groups)
    assert printer.docName() == "Consentry"
