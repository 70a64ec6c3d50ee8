"""Audit: what is asked for is shown, also of a million entries; the verdict is plain; a break stays in sight."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.domain.audit import UNREADABLE, AuditAction, AuditEntry, AuditFilter, AuditPoint
from desktop.domain.audit_sheet import AuditSheet
from desktop.domain.audit_verdict import Fault, Finding, Signer, Verdict
from desktop.domain.ids import PersonId, random_id
from desktop.domain.permissions import Role
from desktop.services.audit import AuditListing, AuditRow
from desktop.services.desk import Desk
from desktop.services.operators import OperatorDraft
from desktop.ui.audit import words
from desktop.ui.audit.model import ACTION, WHO, AuditModel
from desktop.ui.audit.note_dialog import NoteDialog
from desktop.ui.audit.page import AuditPage
from desktop.ui.audit.sheet import QtSheetPrinter
from desktop.ui.errors import ErrorDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.printing import qr_image
from desktop.ui.widgets.paged_model import PAGE
from desktop.ui.widgets.time_span import Span
from desktop.vault.audit_export import verify_file
from tests.helpers.desks import enrol

Idle = Callable[[], None]
GUARD_PASSWORD = "marigold-lantern-52"


@pytest.fixture
def ada(desk: Desk) -> PersonId:
    return enrol(desk, "Ada Example", "astronaut.png")


@pytest.fixture
def page(window: MainWindow, ada: PersonId, idle: Idle) -> AuditPage:
    window.show_page("audit")
    idle()
    shown = window.pages["audit"]
    assert isinstance(shown, AuditPage)
    return shown


def lines(page: AuditPage, column: int = ACTION) -> list[str]:
    model = page.model
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def test_every_action_has_words_of_its_own() -> None:
    assert set(words.ACTIONS) == set(AuditAction)
    assert len(set(words.ACTIONS.values())) == len(AuditAction)
    assert words.action("from_a_newer_program") == "from_a_newer_program"
    assert words.action(UNREADABLE) == "Unreadable entry"


def test_newest_first_with_names_and_details(page: AuditPage, ada: PersonId) -> None:
    shown = lines(page)
    assert shown[-1] == "Desk opened"
    assert "Enrolled a person" in shown
    page.table.selectRow(shown.index("Enrolled a person"))
    assert page.details.row is not None
    assert page.details.row.about == "Ada Example"
    assert page.details.about_button.isVisible()
    assert "Robin Example" in lines(page, WHO)


def test_filters_narrow_and_can_be_cleared(page: AuditPage, idle: Idle, ada: PersonId) -> None:
    everything = page.model.total
    page.filters.action.setCurrentIndex(page.filters.action.findData(AuditAction.PERSON_ENROLLED))
    idle()
    assert lines(page) == ["Enrolled a person"]
    page.details.about_button.click()
    page.filters.action.setCurrentIndex(0)
    idle()
    assert {page.model.row(line).entry.object_id for line in range(page.model.total)} == {ada}  # type: ignore[union-attr]
    page.details.who_button.click()
    page.filters.span.choose(Span.HOUR)
    idle()
    assert page.model.total >= 2
    page.filters.action.setCurrentIndex(page.filters.action.findData(AuditAction.RESTORED))
    idle()
    assert page._stack.currentWidget() is page._no_hit
    page._no_hit.action.click()
    idle()
    assert page.model.total >= everything


def test_verifying_says_intact_and_is_recorded(page: AuditPage, idle: Idle) -> None:
    page.verify_button.click()
    idle()
    assert page.verdict.isVisible()
    assert page.verdict.headline.text() == "Intact, signer known."
    assert lines(page)[0] == "Verified the audit log"
    assert page.verify_button.isEnabled()
    page.verdict.close_button.click()
    assert not page.verdict.isVisible()


def test_a_bad_verdict_names_what_is_wrong(page: AuditPage) -> None:
    findings = tuple(Finding(Fault.EDITED, 1200 + number) for number in range(9))
    page.verdict.say(Verdict(5000, 1, 5000, datetime.now(UTC), 5, 0, findings, Signer.KNOWN, "ab12", 5000))
    assert page.verdict.headline.text().startswith("Not intact")
    assert "Entry 1200 was changed after it was written." in page.verdict.faults.text()
    assert page.verdict.faults.text().endswith("And 4 more.")
    assert "Not intact" in page.verdict.accessibleName()


def test_the_export_checks_elsewhere(page: AuditPage, idle: Idle, tmp_path: Path, desk: Desk) -> None:
    page.export_to(str(tmp_path / "log.jsonl"))
    idle()
    assert "consentry audit verify" in page.notice.text()
    assert page.notice.isVisible()
    assert verify_file(tmp_path / "log.jsonl", desk._vault.signing_key.fingerprint).intact


def test_the_sheet_is_one_page_that_says_the_head(page: AuditPage, idle: Idle, tmp_path: Path, desk: Desk) -> None:
    page.make_sheet_at(str(tmp_path / "sheet.pdf"))
    idle()
    reader = PdfReader(tmp_path / "sheet.pdf")
    assert len(reader.pages) == 1
    text = unicodedata.normalize("NFKC", "".join(reader.pages[0].extract_text().split()))  # "ff" may be one letter
    statement, _ = desk._vault.audit.anchor()
    assert desk._vault.id in text
    assert desk._vault.signing_key.fingerprint.replace(" ", "") in text
    assert f"{statement.vault_id}" in text
    assert "Enrolledaperson1" in text


def test_a_place_that_cannot_be_written_is_an_error(
    page: AuditPage, idle: Idle, tmp_path: Path, opened: Callable[[type[QWidget]], QWidget]
) -> None:
    for act in (page.export_to, page.make_sheet_at):
        act(str(tmp_path / "absent" / "file"))
        idle()
        dialog = opened(ErrorDialog)
        assert "could not be written" in dialog.accessibleDescription()
        dialog.close()
        idle()


def test_a_sheet_with_everything_in_it_stays_one_page(page: AuditPage, tmp_path: Path) -> None:
    now = datetime(2026, 3, 5, tzinfo=UTC)
    counts = {action.value: 123456 for action in AuditAction}
    statement = "x" * 320
    sheet = AuditSheet(now, now, random_id(), 10**6, "ab" * 32, 12, 345, counts, "ab12 " * 8, statement, "cd" * 64)
    QtSheetPrinter().save(sheet, tmp_path / "sheet.pdf")
    assert len(PdfReader(tmp_path / "sheet.pdf").pages) <= 2


def test_a_break_stays_in_sight_until_it_is_noted(
    page: AuditPage, desk: Desk, idle: Idle, qtbot: QtBot, opened: Callable[[type[QWidget]], QWidget]
) -> None:
    desk._vault.audit.disputed = AuditPoint(999, bytes(32))
    desk.audit.report_break()
    idle()
    assert page.break_notice.isVisible()
    assert "entry 999" in page.break_notice.text()
    page.break_notice.action.click()
    dialog = opened(NoteDialog)
    assert isinstance(dialog, NoteDialog)
    dialog.yes.click()
    assert dialog.isVisible(), "a reason is needed"
    qtbot.keyClicks(dialog.reason, "disk exchanged")
    qtbot.keyClick(dialog.reason, Qt.Key.Key_Return)
    idle()
    assert not page.break_notice.isVisible()
    assert lines(page)[0] == "Took note of a break"


def test_nobody_but_an_officer_has_the_page(window: MainWindow, desk: Desk, idle: Idle) -> None:
    desk.operators.add(OperatorDraft("Kim Sample", "kim", GUARD_PASSWORD, frozenset({Role.GUARD})))
    desk.access.sign_in("kim", GUARD_PASSWORD)
    idle()
    assert "audit" not in window.pages


class Million:
    """A log of a million entries."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def find(self, wanted: AuditFilter) -> AuditListing:
        return AuditListing(1_000_000, wanted)

    def list(self, wanted: AuditFilter, offset: int, limit: int) -> list[AuditRow]:
        self.asked.append(offset)
        at = datetime.now(UTC)
        return [
            AuditRow(AuditEntry(1_000_000 - line, at, "login", "system", (), None, "", {}, bytes(32)), "", "")
            for line in range(offset, offset + limit)
        ]


def test_a_million_entries_cost_what_is_looked_at(page: AuditPage, tasks: TaskRunner, idle: Idle, qtbot: QtBot) -> None:
    log = Million()
    model = AuditModel(log, tasks)  # type: ignore[arg-type]
    page.table.setModel(model)
    model.find(AuditFilter())
    idle()
    slowest = 0.0
    for share in range(0, 101, 4):  # the scroll bar is dragged from end to end
        began = time.thread_time()
        bar = page.table.verticalScrollBar()
        bar.setValue(bar.maximum() * share // 100)
        page.table.viewport().repaint()
        slowest = max(slowest, time.thread_time() - began)
    assert slowest < 0.1
    idle()
    assert model.index(999_999, ACTION).data() == "Signed in"
    assert model.index(0, 4).data() in ("1000000", "…")
    assert len(log.asked) < 60, "what was only passed over is not read"
    assert max(log.asked) // PAGE == 999_999 // PAGE
    page.table.setModel(page.model)


def test_the_sheets_code_can_be_drawn(qtbot: QtBot) -> None:
    image = qr_image("x" * 450)
    assert isinstance(image, QImage)
    assert image.width() == image.height() > 400
