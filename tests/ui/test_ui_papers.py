"""Receipts and passes on paper, in a file and on the screen; and the dialog that checks their codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from pypdf import PdfReader
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.domain.cameras import Camera, SourceKind, SourceSpec
from desktop.domain.code_verdict import CodeFinding, CodeVerdict
from desktop.domain.consent import PlainConsent
from desktop.domain.desk_codes import CodeKind, DeskCode
from desktop.domain.ids import CameraId, PassId, PersonId, ReceiptId, random_id
from desktop.domain.notices import LANGUAGES
from desktop.domain.paper import Paper, Row, Section
from desktop.domain.people import PersonDetails
from desktop.domain.visitor_pass import VisitorPass
from desktop.services.certificate_paper import certificate_paper
from desktop.services.desk import Desk
from desktop.services.paper_words import paper_words
from desktop.services.receipt_errors import NoPrinter
from desktop.services.receipt_paper import pass_paper, receipt_paper
from desktop.ui.look import look
from desktop.ui.main_window import MainWindow
from desktop.ui.papers import printing, words
from desktop.ui.papers.check_dialog import CodeCheckDialog
from desktop.ui.papers.layout import QtPaperRenderer, document, said_time
from desktop.ui.papers.printing import PaperView, print_paper
from desktop.ui.screens import grab
from desktop.ui.theme import ThemeName
from desktop.ui.widgets.dialog import Confirm
from desktop.ui.widgets.notice import Tone
from desktop.vault.certificates import pdf_file, verify_file
from desktop.vault.receipts import Receipt
from tests.helpers.consents import AT, CONTROLLER, converse, publish, source
from tests.helpers.example_certificate import KEY, incomplete
from tests.helpers.papers import bag, codes_in, drawn, pdf_text

Idle = Callable[[], None]
Opened = Callable[[type[QWidget]], QWidget]
NAMES = {"en": "Ada Example", "de": "Jürgen Groß", "fr": "Zoé Lefèvre", "es": "Íñigo Muñoz", "ar": "ليلى حدّاد"}


def code(kind: CodeKind = CodeKind.RECEIPT) -> str:
    return DeskCode(kind, random_id(), random_id(), bytes(range(64))).text


def receipt_in(language: str) -> Paper:
    consent = source(language)
    receipt = Receipt(ReceiptId(random_id()), consent.consent_id, consent.person_id, AT)
    return receipt_paper(consent, receipt, NAMES[language], code(), " ".join(["9f3c"] * 8))


def pass_in(language: str) -> Paper:
    issued = VisitorPass(PassId(random_id()), AT, AT + timedelta(hours=8))
    return pass_paper(issued, CONTROLLER, language, code(CodeKind.PASS))


def texts_of(paper: Paper) -> list[str]:
    said = [paper.title, paper.lead, paper.caption]
    for section in paper.sections:
        said += [section.title, *section.paragraphs]
        for row in section.rows:
            said += [row.label, row.value if isinstance(row.value, str) else said_time(row.value, paper)]
    return said


@pytest.mark.parametrize("make", [receipt_in, pass_in])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_of_the_pdf_can_be_read_back(
    qtbot: QtBot, language: str, make: Callable[[str], Paper], tmp_path: Path
) -> None:
    paper = make(language)
    QtPaperRenderer().save(paper, tmp_path / "paper.pdf")
    found = bag(pdf_text(tmp_path / "paper.pdf"))
    for said in texts_of(paper):
        assert bag(said) <= found, said
    assert len(PdfReader(tmp_path / "paper.pdf").pages) == 1
    assert codes_in(tmp_path / "paper.pdf") == [paper.code]  # the one picture: no face


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_certificate_can_be_read_back_and_its_file_is_a_pdf(qtbot: QtBot, language: str, tmp_path: Path) -> None:
    made = incomplete(language)
    paper = certificate_paper(made, KEY.fingerprint)
    (tmp_path / "paper.pdf").write_bytes(pdf_file(made, QtPaperRenderer().pdf(paper), KEY))
    assert verify_file(tmp_path / "paper.pdf", KEY.fingerprint).intact
    found = bag(pdf_text(tmp_path / "paper.pdf"))
    for said in texts_of(paper):
        assert bag(said) <= found, said
    assert len(codes_in(tmp_path / "paper.pdf")) == 1  # the one picture: no face


def test_arabic_reads_from_the_right(qtbot: QtBot, tmp_path: Path) -> None:
    QtPaperRenderer().save(receipt_in("ar"), tmp_path / "paper.pdf")
    text = pdf_text(tmp_path / "paper.pdf")
    said = paper_words("ar")
    assert said.receipt.title in text
    assert said.receipt.withdraw in text
    assert "ليلى" in text
    assert document(receipt_in("ar")).defaultTextOption().textDirection().name == "RightToLeft"


def test_the_longest_paper_loses_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    paper = receipt_in("en")
    rows = tuple(Row(f"Label{number}", f"value{number} " + "long " * 30) for number in range(60))
    QtPaperRenderer().save(replace(paper, sections=(*paper.sections, Section("More", rows))), tmp_path / "paper.pdf")
    found = bag(pdf_text(tmp_path / "paper.pdf"))
    assert {f"value{number}" for number in range(60)} <= found
    assert codes_in(tmp_path / "paper.pdf") == [paper.code]


def test_what_comes_from_people_is_text(qtbot: QtBot) -> None:
    paper = replace(receipt_in("en"), sections=(Section("<h1>a</h1>", (Row("<b>", "<img src=x>&amp;"),), ("<i>",)),))
    plain = document(paper).toPlainText()
    for said in ("<h1>a</h1>", "<b>", "<img src=x>&amp;", "<i>"):
        assert said in plain


def test_times_are_those_of_the_site_in_the_persons_language(qtbot: QtBot) -> None:
    said = {language: said_time(AT, receipt_in(language)) for language in LANGUAGES}
    assert said["en"] == "9 March 2026, 09:30 CET"
    assert said["de"].startswith("9 März 2026, 09:30")
    assert said["ar"] == "9 مارس 2026, 09:30 CET"
    assert len(set(said.values())) == len(LANGUAGES)


def test_a_file_that_cannot_be_written_is_an_error(qtbot: QtBot, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="paper"):
        QtPaperRenderer().save(receipt_in("en"), tmp_path / "paper" / "paper.pdf")


def test_without_a_printer_it_is_said(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "printer_there", lambda: False)
    parent = QWidget()
    qtbot.addWidget(parent)
    with pytest.raises(NoPrinter) as raised:
        print_paper(receipt_in("en"), parent)
    assert "no printer" in raised.value.text()


def test_printed_saved_and_shown_say_the_same(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    monkeypatch.setattr(printing, "printer_there", lambda: True)
    monkeypatch.setattr(printing, "choose_printer", lambda _parent: printer)
    paper = receipt_in("fr")
    view = PaperView()
    qtbot.addWidget(view)
    view.show_paper(paper)
    assert print_paper(paper, view)
    QtPaperRenderer().save(paper, tmp_path / "saved.pdf")
    printed, saved = (bag(pdf_text(tmp_path / f"{name}.pdf")) for name in ("printed", "saved"))
    assert printed == saved
    assert bag(view.toPlainText()) - {"\ufffc"} <= saved
    monkeypatch.setattr(printing, "choose_printer", lambda _parent: None)
    assert not print_paper(paper, view)


def test_every_verdict_has_its_own_sentence(qtbot: QtBot) -> None:
    said = {}
    for kind in CodeKind:
        others = CodeVerdict.REVOKED if kind is CodeKind.RECEIPT else CodeVerdict.ARCHIVED
        fits = set(CodeVerdict) - {CodeVerdict.UNREADABLE, others}
        for verdict in fits:
            said[kind, verdict] = words.verdict(CodeFinding(verdict, kind, since=AT, until=AT))
    said[None, None] = words.verdict(CodeFinding(CodeVerdict.UNREADABLE))  # type: ignore[index]
    assert len({text for text, _ in said.values()}) == len(said)
    assert {tone for (_, verdict), (_, tone) in said.items() if verdict is CodeVerdict.VALID} == {Tone.GOOD}
    assert {tone for (_, verdict), (_, tone) in said.items() if verdict is CodeVerdict.FORGED} == {Tone.DANGER}


@pytest.fixture
def ada(desk: Desk) -> PersonId:
    person_id = desk._vault.people.add(PersonDetails("Ada Example"), PlainConsent("signed form", "en"))
    converse(desk, person_id, publish(desk))
    return person_id


@pytest.fixture
def dialog(window: MainWindow, ada: PersonId, idle: Idle, opened: Opened) -> CodeCheckDialog:
    window.show_page("people")
    idle()
    page = window.pages["people"]
    page.check_code()  # type: ignore[union-attr]
    found = opened(CodeCheckDialog)
    assert isinstance(found, CodeCheckDialog)
    return found


def test_a_receipt_that_was_typed_leads_to_its_person(
    window: MainWindow, desk: Desk, dialog: CodeCheckDialog, ada: PersonId, idle: Idle
) -> None:
    dialog.code.setText(desk.receipts.paper(desk.receipts.make(ada).id).code)
    dialog.check.click()
    idle()
    assert "newest one" in dialog.notice.text()
    assert not dialog.show_person.isHidden()
    assert dialog.revoke.isHidden()
    dialog.show_person.click()
    idle()
    details = window.pages["people"].details  # type: ignore[union-attr]
    assert details.person is not None
    assert details.person.id == ada


def test_the_consent_of_a_receipt_is_taken_back_in_one_action(
    desk: Desk, dialog: CodeCheckDialog, ada: PersonId, idle: Idle, opened: Opened
) -> None:
    text = desk.receipts.paper(desk.receipts.make(ada).id).code
    dialog.code.setText(text)
    dialog.check.click()
    idle()
    dialog.withdraw.click()
    idle()
    asked = opened(Confirm)
    assert isinstance(asked, Confirm)
    assert "Ada Example" in asked.accessibleDescription()
    asked.yes.click()
    idle()
    assert desk.people.count() == 0
    assert desk.receipts.check(text).verdict is CodeVerdict.ARCHIVED
    assert len(desk.consents.archived("Ada Example")) == 2, "the plain record and that of the conversation"


def test_a_pass_is_checked_and_taken_back(desk: Desk, dialog: CodeCheckDialog, idle: Idle) -> None:
    issued = desk.passes.issue(datetime.now(UTC) + timedelta(hours=2))
    dialog.code.setText(desk.passes.paper(issued.id, "en").code)
    dialog.check.click()
    idle()
    assert "pass is good" in dialog.notice.text()
    assert dialog.show_person.isHidden()
    dialog.revoke.click()
    idle()
    assert "taken back" in dialog.notice.text()
    assert dialog.revoke.isHidden()


def test_what_was_found_goes_when_something_else_is_typed(qtbot: QtBot, dialog: CodeCheckDialog, idle: Idle) -> None:
    qtbot.keyClicks(dialog.code, "CSP1.nothing")
    dialog.code.returnPressed.emit()
    idle()
    assert "not the code" in dialog.notice.text()
    qtbot.keyClicks(dialog.code, "x")
    assert dialog.notice.isHidden()


def test_a_code_held_to_a_camera_is_read(
    window: MainWindow, desk: Desk, dialog: CodeCheckDialog, idle: Idle, ada: PersonId, qtbot: QtBot, tmp_path: Path
) -> None:
    """Through the real camera reader and engine."""
    dialog.close()
    text = desk.receipts.paper(desk.receipts.make(ada).id).code
    room = np.full((720, 1280, 3), 90, np.uint8)
    shown = cv2.resize(drawn(text), (420, 420), interpolation=cv2.INTER_AREA)
    room[150:570, 430:850] = shown
    folder = tmp_path / "pictures"
    folder.mkdir()
    cv2.imwrite(str(folder / "held.png"), room)
    camera = Camera(CameraId(random_id()), "Desk", SourceSpec(SourceKind.FOLDER, str(folder)), notice_posted=False)
    desk.live.start()
    desk.live.camera_saved(camera)
    window.pages["people"].check_code()  # type: ignore[union-attr]
    again = [child for child in window.findChildren(CodeCheckDialog) if child.isVisible()][-1]
    qtbot.waitUntil(lambda: desk.live.newest_frame(camera.id) is not None, timeout=15_000)
    again.look.click()
    assert again.preview.isVisible()
    qtbot.waitUntil(lambda: not again.preview.empty or again.finding is not None, timeout=15_000)
    grab(again, tmp_path / "reading.png")
    qtbot.waitUntil(lambda: again.finding is not None, timeout=15_000)
    assert again.code.text() == text
    assert again.finding is not None
    assert again.finding.person_id == ada
    assert again.preview.isHidden()
    again.close()
    desk.live.stop()


def test_a_camera_without_a_picture_is_said(desk: Desk, dialog: CodeCheckDialog, idle: Idle) -> None:
    assert not dialog.look.isVisible()
    dialog.cameras.addItem("Gone", random_id())
    dialog.set_cameras(True)
    dialog.look.click()
    idle()
    assert "no picture" in dialog.notice.text()
    assert dialog.preview.isHidden()


def test_pictures_of_the_dialog(dialog: CodeCheckDialog, idle: Idle, tasks: TaskRunner, tmp_path: Path) -> None:
    dialog.ask(code())
    idle()
    for theme in ThemeName:
        look().apply(theme)
        idle()
        assert grab(dialog, tmp_path / f"check-{theme.value}.png").stat().st_size > 4000
    for control in (dialog.code, dialog.check, dialog.cameras, dialog.look, dialog.close_button):
        assert control.accessibleName()
