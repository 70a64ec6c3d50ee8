"""Where the package lies and what opens it. The passphrase or key is shown this once and kept nowhere."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtWidgets import QWidget

from desktop.domain.export import MadeExport
from desktop.ui.printing import choose_printer, printer_there
from desktop.ui.widgets.basic import button, column, label, row, symbol
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.notice import Notice, Tone

_WIDTH = 680
_LONG = 40  # characters: a passphrase has 34, an age key 74


class ExportResultDialog(Dialog):
    """Closing it is the end of what it shows."""

    def __init__(self, made: MadeExport, parent: QWidget) -> None:
        super().__init__(self.tr("Export"), parent)
        self._made = made
        self.heading = label(self.tr("The export is written."), "heading", wrap=True)
        self.path = label(str(made.copy.path), wrap=True, selectable=True)
        self.secret = label(made.secret, "code" if len(made.secret) < _LONG else "", wrap=True, selectable=True)
        self.secret.setAccessibleName(self._what())
        self.fingerprint = label(made.fingerprint, wrap=True, selectable=True)
        self.notice = Notice()
        self.copy = button(self.tr("Copy"), self._copy)
        self.print = button(self.tr("Print"), self._print)
        self.close_button = button(self.tr("Close"), self.accept, look="primary")
        self._build()

    def _build(self) -> None:
        size = QLocale().formattedDataSize(self._made.size)
        told = column(self.heading, gap=14)
        told.addLayout(column(label(self.tr("File ({size})").format(size=size), "caption"), self.path, gap=2))
        if self._made.secret:
            once = self.tr(
                "Write it down or print it now: it is shown this once and kept nowhere. Do not send it with the file."
            )
            acts = row(self.copy, self.print, None, gap=8)
            caption = label(self._what(), "caption")
            opens = column(caption, self.secret, label(once, "muted", wrap=True), acts, gap=4)
        else:
            only = self.tr("Only the person's own key opens it; there is nothing to hand over.")
            opens = column(label(self.tr("Opened by"), "caption"), label(only, wrap=True), gap=2)
        told.addLayout(opens)
        check = self.tr(
            "With it anybody can check that the package is whole and from this desk: consentry verify-export FILE "
            "--fingerprint “...”"
        )
        key = self.tr("Fingerprint of this desk's signing key")
        told.addLayout(column(label(key, "caption"), self.fingerprint, label(check, "muted", wrap=True), gap=4))
        told.addWidget(self.notice)
        icon = symbol("check", "calm", 28)
        body = row(icon, told, gap=16)
        body.setAlignment(icon, Qt.AlignmentFlag.AlignTop)
        body.setStretch(1, 1)
        self.fill(body, row(None, self.close_button, gap=12))
        self.fit(_WIDTH)
        self.setAccessibleDescription(f"{self.heading.text()} {self.path.text()}")
        (self.copy if self._made.secret else self.close_button).setFocus()

    def _what(self) -> str:
        return self.tr("Passphrase") if len(self._made.secret) < _LONG else self.tr("Key")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._made.secret)
        self._say(self.tr("Copied. Anything on this computer can read it until something else is copied."))

    def _print(self) -> None:
        if not printer_there():
            self._say(self.tr("This computer has no printer. Write it down."), Tone.ATTENTION)
            return
        printer = choose_printer(self)
        if printer is None:
            return
        printer.setDocName("Consentry")  # the queue's list is seen by others
        document = QTextDocument()
        document.setHtml(self.sheet())
        document.print_(printer)

    def sheet(self) -> str:
        """What is printed: the passphrase and which file it opens; no name."""
        lead = escape(self.tr("This opens an export"))
        which = escape(self.tr("Package {number}").format(number=self._made.copy.id))
        key = escape(self.tr("Signing key: {fingerprint}").format(fingerprint=self._made.fingerprint))
        secret = f"<p><tt style='font-size:18pt'>{escape(self._made.secret)}</tt></p>"
        return f"<h2>{lead}</h2>{secret}<p>{which}</p><p>{key}</p>"

    def _say(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        self.notice.say(text, tone)
        self.fit(_WIDTH)
