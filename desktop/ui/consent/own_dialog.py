"""The guard turns the display to the person, who takes consents back; this window follows along."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.own_consents import OwnConsents
from desktop.domain.withdrawal import Withdrawal
from desktop.services.desk import Desk
from desktop.ui.consent import words
from desktop.ui.errors import error_text
from desktop.ui.visitor.link import VisitorLink
from desktop.ui.visitor.own_session import OwnSession
from desktop.ui.visitor.own_window import OwnWindow
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.notice import Notice, Tone


class OwnConsentsDialog(Dialog):
    """Closing it takes the person's window away as well."""

    def __init__(self, desk: Desk, tasks: TaskRunner, own: OwnConsents, parent: QWidget | None) -> None:
        super().__init__(self.tr("The person takes consent back"), parent)
        self._name = own.name
        self.session = OwnSession(desk, tasks, own, self)
        self.visitor = VisitorLink(lambda access: OwnWindow(self.session, access, tasks), desk.access, self)
        asked = self.tr("Is {name} in front of you?").format(name=own.name)
        lead = self.tr(
            "The person sees their own consents and takes back one or all of them by pressing once. What is taken back "
            "is in force at once; recognition and pictures are erased for good."
        )
        self.told = Notice()
        self.told.say(self.tr("Nothing has been taken back yet."))
        self.close_button = button(self.tr("Close"), self.reject)
        body = column(
            label(asked, "heading", wrap=True), label(lead, wrap=True), self.visitor.chooser, self.told, None, gap=16
        )
        self.fill(body, row(None, self.close_button, gap=12))
        self.fit(500)
        self.session.taken.connect(self._on_taken)
        self.session.failed.connect(self._on_failed)
        self.visitor.open_button.setFocus()

    def _on_taken(self, done: Withdrawal) -> None:
        self._say(words.outcome(done, self._name), Tone.GOOD if done.whole else Tone.ATTENTION)

    def _on_failed(self, error: ConsentryError) -> None:
        self._say(error_text(error).whole, Tone.DANGER)

    def _say(self, text: str, tone: Tone) -> None:
        self.told.say(text, tone)
        self.fit(500)
