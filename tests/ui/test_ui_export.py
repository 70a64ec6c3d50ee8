"""Exporting a person's data in the window: preview, choices, progress, and the passphrase that is shown once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from pypdf import PdfReader
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.export import ExportKind, ExportOrder, MadeExport, Protection
from desktop.domain.permissions import Role
from desktop.domain.progress import Progress, checkpoint
from desktop.services.desk import Desk
from desktop.ui.main_window import MainWindow
from desktop.ui.papers.pages import QtExportPrinter
from desktop.ui.people import export_texts
from desktop.ui.people.export_dialog import ExportDialog
from desktop.ui.people.export_result import ExportResultDialog
from desktop.vault.export_verify import verify_package
from tests.helpers import example_export
from tests.helpers.exports import NAME, files, furnished, order
from tests.helpers.operators import sign_in_as
from tests.helpers.papers import bag, pdf_text
from tests.ui.conftest import Idle

Opened = Callable[[type[QWidget]], QWidget]


@pytest.fixture
def ada(window: MainWindow, desk: Desk, idle: Idle) -> MainWindow:
    """The window on the page People, with one person about whom there is something of everything."""
    furnished(desk, "de")
    window.show_page("people")
    idle()
    return window


def ask(ada: MainWindow, idle: Idle, opened: Opened) -> ExportDialog:
    ada.people_page.details.export.click()
    idle()
    return cast(ExportDialog, opened(ExportDialog))


def test_the_package_is_shown_before_and_its_passphrase_once(
    ada: MainWindow, idle: Idle, opened: Opened, tmp_path: Path
) -> None:
    dialog = ask(ada, idle, opened)
    assert dialog.kind.value() is ExportKind.ACCESS
    for words in ("sightings: 30", "face templates: 1", "entries of who has seen"):
        assert words in dialog.holds.text()
    assert "watchlist" in dialog.holds.text()
    assert dialog.language.currentData() == "de", "the one in which the person was talked to"
    assert "Karl" in dialog.texts.toPlainText()
    assert not dialog.start.isEnabled(), "nobody said where it goes"
    dialog.kind.button(ExportKind.PORTABILITY).click()
    assert "face templates" not in dialog.holds.text()
    assert not dialog.texts.isVisible()
    dialog.kind.button(ExportKind.ACCESS).click()

    target = tmp_path / "package.zip"
    dialog.path.setText(str(target))
    dialog.start.click()
    idle()
    result = cast(ExportResultDialog, opened(ExportResultDialog))
    secret = result.secret.text()
    assert result.path.text() == str(target)
    assert verify_package(target, secret, result.fingerprint.text()).intact
    result.copy.click()
    assert QGuiApplication.clipboard().text() == secret
    assert secret in result.sheet()
    assert NAME not in result.sheet()
    result.print.click()
    assert "no printer" in result.notice.text()
    pdf = files(target, secret)["export.pdf"]
    (tmp_path / "export.pdf").write_bytes(pdf)
    text = pdf_text(tmp_path / "export.pdf")
    for words in ("Kopie Ihrer Daten", NAME, "2026-05-04", "Artikel 22"):
        assert words in text
    result.close_button.click()


def test_the_owners_key_and_the_names_end(ada: MainWindow, idle: Idle, opened: Opened, tmp_path: Path) -> None:
    dialog = ask(ada, idle, opened)
    dialog.path.setText(str(tmp_path / "package.zip"))
    dialog.protection.setCurrentIndex(dialog.protection.findData(Protection.AGE_RECIPIENT))
    assert dialog.path.text().endswith("package.zip.age")
    assert dialog.recipient_field.isVisible()
    assert not dialog.start.isEnabled()
    dialog.recipient.setText("age1nobody")
    dialog.start.click()
    idle()
    assert "no public key of age" in dialog.notice.text()
    assert dialog.start.isEnabled()
    assert list(tmp_path.glob("package*")) == []


def test_it_can_be_stopped(
    ada: MainWindow, desk: Desk, idle: Idle, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def waits(_order: ExportOrder, _target: Path, progress: Progress, _printer: object) -> MadeExport:
        begun.set()
        while not progress.cancelled():
            begun.wait(0.01)
        checkpoint(progress, 0.5)
        raise AssertionError

    monkeypatch.setattr(desk.exports, "export", waits)
    dialog = ask(ada, idle, opened)
    dialog.path.setText(str(tmp_path / "package.zip"))
    dialog.start.click()
    assert begun.wait(5)
    assert not dialog.kind.isEnabled()
    dialog.cancel.click()
    assert dialog.isVisible(), "it waits for the work to end"
    idle()
    assert "No file was left behind" in dialog.notice.text()
    assert dialog.kind.isEnabled()
    dialog.cancel.click()
    assert not dialog.isVisible()


def test_every_step_and_kind_has_words() -> None:
    assert len({export_texts.step(share) for share in (0.0, 0.5, 0.95)}) == 3
    assert set(export_texts.KINDS) == set(ExportKind)
    assert set(export_texts.PROTECTIONS) == set(Protection)


def test_a_guard_is_not_offered_it(window: MainWindow, desk: Desk, idle: Idle) -> None:
    furnished(desk)
    sign_in_as(desk, Role.GUARD)
    idle()
    window.show_page("people")
    assert not window.people_page.details.export.isVisibleTo(window.people_page.details)


def test_the_example_in_the_documentation_is_made(desk: Desk, tasks: TaskRunner, tmp_path: Path) -> None:
    for made in example_export.make(desk, tmp_path):
        assert verify_package(made.copy.path, made.secret, made.fingerprint).intact


def test_the_printed_page_is_readable_in_arabic(desk: Desk, tasks: TaskRunner, tmp_path: Path) -> None:
    person_id = furnished(desk, "ar")
    made = desk.exports.export(order(person_id, language="ar"), tmp_path / "p.zip", printer=QtExportPrinter())
    (tmp_path / "export.pdf").write_bytes(files(made.copy.path, made.secret)["export.pdf"])
    text = pdf_text(tmp_path / "export.pdf")
    assert {"2026", "05", "04", "Example", "نسخة", "بياناتك", "حقوقك"} <= bag(text)
    pages = PdfReader(tmp_path / "export.pdf").pages
    assert len(pages) < 9
    assert sum(len(page.images) for page in pages) == 1, "the kept picture; the signature is no picture"
