"""Exporting a person's data: what the package would hold, in which language, how it is locked and where it goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.errors import Cancelled, ConsentryError
from desktop.domain.export import ExportKind, ExportOrder, ExportPreview, MadeExport, Protection
from desktop.domain.notices import LANGUAGES
from desktop.domain.people import PersonSummary
from desktop.services.export import ExportService
from desktop.ui.errors import error_text
from desktop.ui.notices.words import OWN_NAMES
from desktop.ui.papers.pages import QtExportPrinter
from desktop.ui.people import export_texts
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.check import CheckLine
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.path import ask_new_file, path_field
from desktop.ui.widgets.segments import Segments

_WIDTH = 620
_TEXTS_HEIGHT = 84


class ExportDialog(Dialog):
    """`done` gets the package once it is written. Cancel stops a running export; nothing is left of it then."""

    def __init__(
        self,
        service: ExportService,
        tasks: TaskRunner,
        person: PersonSummary,
        preview: ExportPreview,
        done: Callable[[MadeExport], object],
        parent: QWidget,
    ) -> None:
        super().__init__(self.tr("Export data"), parent)
        self._service = service
        self._tasks = tasks
        self._person = person
        self._preview = preview
        self._done = done
        self._running: TaskHandle[MadeExport] | None = None
        self._printer = QtExportPrinter()
        self.kind: Segments[ExportKind] = Segments(
            self.tr("What for"),
            [(kind, export_texts.said(text), "", "") for kind, text in export_texts.KINDS.items()],
            wide=True,
        )
        self.lead = label("", "muted", wrap=True)
        self.holds = label("", wrap=True)
        self.without_texts = CheckLine(
            self.tr("Leave out what staff wrote: it names other people"),
            self.tr("Article 15(4): a copy must not give away other people. Read it first:"),
        )
        self.texts = QPlainTextEdit()
        self.language, self.protection = QComboBox(), QComboBox()
        self.recipient = QLineEdit()
        self.recipient_field = Field(
            self.tr("The person's public key"),
            self.recipient,
            self.tr("It begins with age1. Nobody but them can open it."),
        )
        self.path = QLineEdit()
        self.choose = button(self.tr("Choose ..."), self._choose, icon="folder")
        self.notice = Notice()
        self.busy = BusyRow()
        self.cancel = button(self.tr("Cancel"), self.reject)
        self.start = button(self.tr("Export"), self._start, look="primary", icon="export")
        self._build()

    def _build(self) -> None:
        for language in LANGUAGES:
            self.language.addItem(OWN_NAMES[language], language)
        self.language.setCurrentIndex(self.language.findData(self._preview.language))
        for protection, text in export_texts.PROTECTIONS.items():
            self.protection.addItem(export_texts.said(text), protection)
        self.texts.setReadOnly(True)
        self.texts.setPlainText("\n".join(self._preview.texts))
        self.texts.setAccessibleName(self.tr("What staff wrote about the person"))
        self.texts.setFixedHeight(_TEXTS_HEIGHT)
        self.texts.setTabChangesFocus(True)
        title = self.tr("Export the data of {name}").format(name=self._person.details.name)
        choices = row(
            Field(self.tr("Language of the page"), self.language),
            Field(self.tr("Locked as"), self.protection),
            gap=16,
        )
        choices.setStretch(1, 1)
        self.form = (
            *(self.kind, self.without_texts, self.texts, self.language, self.protection),
            *(self.recipient, self.path, self.choose),
        )
        body = column(
            label(title, "heading", wrap=True),
            column(self.kind, self.lead, gap=6),
            self.holds,
            column(self.without_texts, self.texts, gap=4),
            choices,
            self.recipient_field,
            path_field(self.tr("File"), self.path, self.choose),
            self.notice,
            self.busy,
            gap=14,
        )
        self.fill(body, row(None, self.cancel, self.start, gap=12))
        self.kind.changed.connect(lambda _kind: self._follow())
        self.protection.currentIndexChanged.connect(self._on_protection)
        for edit in (self.path, self.recipient):
            edit.textChanged.connect(lambda _text: self._tell_ready())
        self.busy.cancelled.connect(self._stop)
        self._follow()
        self.choose.setFocus()

    @property
    def order(self) -> ExportOrder:
        """What the form says."""
        kind = self.kind.value()
        return ExportOrder(
            self._person.id,
            kind,
            str(self.language.currentData()),
            Protection(self.protection.currentData()),
            self.recipient.text().strip(),
            kind is ExportKind.ACCESS and self.without_texts.box.isChecked(),
        )

    def _follow(self) -> None:
        kind = self.kind.value()
        self.lead.setText(export_texts.lead(kind))
        self.holds.setText(export_texts.holds(self._preview.counts[kind]))
        written = kind is ExportKind.ACCESS and bool(self._preview.texts)
        self.without_texts.setVisible(written)
        self.texts.setVisible(written)
        by_key = self.protection.currentData() == Protection.AGE_RECIPIENT
        self.recipient_field.setVisible(by_key)
        self._tell_ready()
        self.fit(_WIDTH)

    def _on_protection(self) -> None:
        """The name's end follows the kind of lock."""
        path = self.path.text().strip()
        for end in (".zip.age", ".zip"):
            if path.endswith(end):
                self.path.setText(path.removesuffix(end) + self.order.protection.suffix)
                break
        self._follow()

    def _tell_ready(self) -> None:
        by_key = self.order.protection is Protection.AGE_RECIPIENT
        there = bool(self.path.text().strip()) and (not by_key or bool(self.recipient.text().strip()))
        self.start.setEnabled(there and self._running is None)

    def _choose(self) -> None:
        # Neutral: folders are seen by others.
        name = f"export-{self._person.id[:8]}{self.order.protection.suffix}"
        ask_new_file(self, self.tr("Where the export goes"), name, self.path.setText)

    def _start(self) -> None:
        order, target = self.order, Path(self.path.text().strip())
        self.notice.clear()
        self.busy.begin(export_texts.step(0.0), at_once=True)
        self._running = self._tasks.run(
            lambda progress: self._service.export(order, target, progress, self._printer),
            self._on_made,
            self._on_failed,
            self._advance,
            owner=self,
        )
        self._enable(False)
        self.fit(_WIDTH)

    def _advance(self, share: float) -> None:
        self.busy.step(export_texts.step(share), cancellable=True)
        self.busy.advance(share)

    def _stop(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def reject(self) -> None:
        """Closing stops a running export; the dialog goes once that has ended."""
        if self._running is None:
            super().reject()
        else:
            self._stop()

    def _on_made(self, made: MadeExport) -> None:
        self._running = None
        self.accept()
        self._done(made)

    def _on_failed(self, error: ConsentryError) -> None:
        self._running = None
        self.busy.end()
        self._enable(True)
        if isinstance(error, Cancelled):
            self.notice.say(self.tr("Cancelled. No file was left behind."))
        else:
            self.notice.say(error_text(error).whole, Tone.ATTENTION)
        self.fit(_WIDTH)

    def _enable(self, on: bool) -> None:
        for each in self.form:
            each.setEnabled(on)
        self._tell_ready()
