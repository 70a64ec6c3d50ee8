"""The guard's window: the path of the conversation, the step in front, and the two ways out of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskRunner
from desktop.domain.conversation import ENDS, PATH, Conversation, Need, Step
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import PersonId
from desktop.domain.notices import Notice
from desktop.services.desk import Desk
from desktop.ui.capture import words
from desktop.ui.capture.session import CaptureSession
from desktop.ui.capture.steps.check import CheckPage
from desktop.ui.capture.steps.choices import ChoicesPage
from desktop.ui.capture.steps.confirmation import ConfirmationPage
from desktop.ui.capture.steps.ends import EndPage
from desktop.ui.capture.steps.notice import NoticePage
from desktop.ui.capture.steps.pictures import PicturesPage
from desktop.ui.capture.steps.step import StepPage
from desktop.ui.capture.steps.who import WhoPage
from desktop.ui.errors import error_text
from desktop.ui.look import restyle
from desktop.ui.visitor.link import VisitorLink
from desktop.ui.visitor.window import VisitorWindow
from desktop.ui.widgets.basic import button, column, frame, label, row, set_text
from desktop.ui.widgets.dialog import Confirm, Dialog
from desktop.ui.widgets.notice import Notice as Told
from desktop.ui.widgets.notice import Tone


class CaptureWizard(Dialog):
    """Calls `on_person` with the person who was enrolled, who was there already, or whose consent was renewed, when the
    window has closed.

    Enter goes on, Alt+Left goes back, Escape asks whether to give up. A window that is closed in another way, by a lock
    or with the program, leaves the draft to be taken up again.
    """

    def __init__(
        self,
        desk: Desk,
        tasks: TaskRunner,
        events: DeskEvents,
        talk: Conversation,
        notice: Notice,
        on_person: Callable[[PersonId], object],
        parent: QWidget,
    ) -> None:
        super().__init__(self.tr("Consent") if talk.renews is None else self.tr("Renew consent"), parent)
        self._on_person = on_person
        self._tried = False
        self.session = CaptureSession(desk, tasks, events, talk, notice, self)
        self.visitor = VisitorLink(lambda access: VisitorWindow(self.session, access, tasks), desk.access, self)
        self._made: dict[Step, StepPage] = {}
        self._makers: dict[Step, Callable[[], StepPage]] = {
            Step.WHO: lambda: WhoPage(self.session),
            Step.NOTICE: lambda: NoticePage(self.session),
            Step.CHOICES: lambda: ChoicesPage(self.session),
            Step.CONFIRMATION: lambda: ConfirmationPage(self.session),
            Step.PHOTO: lambda: PicturesPage(self.session, desk, tasks),
            Step.CHECK: lambda: CheckPage(self.session, desk),
            Step.RECEIPT: lambda: EndPage(self.session, Step.RECEIPT, desk, tasks),
            Step.PASS: lambda: EndPage(self.session, Step.PASS, desk, tasks),
        }
        self._stack = QStackedWidget()
        self._path: dict[Step, QLabel] = {step: label("", "step", wrap=True) for step in (*PATH, Step.PASS)}
        self.told = Told()
        self._reason = label("", "muted", wrap=True)
        self.stop = button(self.tr("Withdraw"), self._ask_withdraw, tip=self.tr("The person does not want to go on"))
        self.cancel = button(self.tr("Cancel"), self.reject)
        self.back = button(self.tr("Back"), self.session.back, icon="left")
        self.next = button("", self.go_on, look="primary")
        self.next.setDefault(True)
        self._build()
        self._connect()
        self._on_stepped()

    def _build(self) -> None:
        path = column(*self._path.values(), 16, self.visitor.chooser, None, gap=4, margins=(20, 24, 20, 20))
        side = frame("side", path)
        side.setFixedWidth(232)
        told = column(self.told, margins=(28, 16, 28, 0))
        right = column(told, self._stack, gap=0)
        right.setStretch(1, 1)
        body = row(side, right, gap=0)
        body.setStretch(1, 1)
        foot = row(self.cancel, self.stop, self._reason, self.back, self.next, gap=12)
        foot.setStretch(2, 1)
        self.fill(body, foot)
        body.setContentsMargins(0, 0, 0, 0)
        self.resize(980, 720)

    def _connect(self) -> None:
        session = self.session
        session.changed.connect(self._follow)
        session.stepped.connect(self._on_stepped)
        session.lacking.connect(self._on_lacking)
        session.interrupted.connect(self._on_interrupted)
        session.failed.connect(self._on_failed)
        shortcut = QShortcut(QKeySequence("Alt+Left"), self)
        shortcut.activated.connect(session.back)

    @property
    def page(self) -> StepPage:
        """The page in front."""
        return self.page_of(self.session.step)

    def page_of(self, step: Step) -> StepPage:
        """Made when its step first comes: all of them at once would hold the window up."""
        page = self._made.get(step)
        if page is None:
            page = self._made[step] = self._makers[step]()
            self._stack.addWidget(page)
            page.ready.connect(self.next.setFocus)
            page.same.connect(self._on_same)
        return page

    def go_on(self) -> None:
        """To the next step, or out at the end."""
        if self.session.step in ENDS:
            self.accept()
        else:
            self._tried = True
            self.session.forward()

    def _follow(self) -> None:
        session = self.session
        self.page.follow()
        needs = session.needs
        busy = session.working or Need.BUSY in needs
        self._reason.setText(words.first_of(needs) if self._tried else "")
        self.next.setEnabled(not busy)
        self.next.setAccessibleDescription(words.first_of(needs))
        self.back.setEnabled(not session.working)

    def _on_stepped(self) -> None:
        session, step = self.session, self.session.step
        self._tried = False
        front = self._stack.currentWidget()
        if isinstance(front, StepPage) and front is not self.page:
            front.leave()
        for page in self._made.values():
            page.follow()
        self._stack.setCurrentWidget(self.page)
        self._show_path()
        titles = {Step.CHECK: self.tr("Enrol"), Step.RECEIPT: self.tr("Done"), Step.PASS: self.tr("Done")}
        set_text(self.next, titles.get(step, self.tr("Continue")))
        ended = step in ENDS
        self.back.setVisible(not ended and step is not Step.WHO)
        self.cancel.setVisible(not ended)
        self.stop.setVisible(not ended and step is not Step.WHO and not session.again)
        if not ended and step is not Step.NOTICE:
            self.told.clear()
        self._follow()
        (self.page.enter() or self.next).setFocus()
        session.setProperty("step", step.value)

    def _show_path(self) -> None:
        step = self.session.step
        shown = (*PATH[:3], Step.PASS) if step is Step.PASS else self.session.talk.path
        for number, each in enumerate(shown, 1):
            self._path[each].setText(f"{number}   {words.step(each)}")
        for each, line in self._path.items():
            line.setVisible(each in shown)
            now = each is step
            done = each in shown and not now and shown.index(each) < shown.index(step)
            line.setProperty("state", "now" if now else "done" if done else "later")
            restyle(line)

    def _on_lacking(self, needs: Sequence[Need]) -> None:
        self._tried = True
        self._reason.setText(words.first_of(needs))

    def _on_interrupted(self) -> None:
        self.told.say(
            self.tr("The notice was changed while it was being read. Show the new text, and ask again."),
            Tone.ATTENTION,
        )

    def _on_failed(self, error: ConsentryError) -> None:
        pictures = self._made.get(Step.PHOTO)
        if isinstance(pictures, PicturesPage) and self.session.step is Step.PHOTO:
            pictures.again()
        self.told.say(error_text(error).whole, Tone.DANGER)

    def _on_same(self, person_id: str) -> None:
        """Enrolled already: this conversation ends, and the person's card is shown."""
        self.session.give_up()
        self._close(PersonId(person_id))

    def _ask_withdraw(self) -> None:
        Confirm(
            self,
            title=self.tr("Withdraw"),
            question=self.tr("Does the person take everything back?"),
            points=[
                self.tr("What was said and signed is destroyed with its key, and so is what was computed."),
                self.tr("The person gets a visitor pass."),
            ],
            act=self.tr("Withdraw"),
            on_yes=self.session.withdraw,
        ).open()

    def accept(self) -> None:
        self._close(self.session.talk.person_id if self.session.step is Step.RECEIPT else None)

    def _close(self, person_id: PersonId | None) -> None:
        self._clean_up()
        super().accept()
        if person_id is not None:
            self._on_person(person_id)

    def reject(self) -> None:
        """Escape and Cancel: nothing that was typed goes without a question."""
        if self.session.step in ENDS:
            self.accept()
        elif self.session.working:
            return
        elif self.session.again or not self.session.talk.who.details.name.strip():
            self._give_up()  # nothing was typed; whoever is asked again stays as they are
        else:
            Confirm(
                self,
                title=self.tr("Give up"),
                question=self.tr("Give up this conversation?"),
                points=[self.tr("What was typed is destroyed with its key. Nobody is enrolled.")],
                act=self.tr("Give up"),
                on_yes=self._give_up,
            ).open()

    def _give_up(self) -> None:
        self.session.give_up()
        self._clean_up()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The draft stays: whoever closes the window by its frame, or with the program, may take it up again."""
        self._clean_up()
        super().reject()
        event.accept()

    def _clean_up(self) -> None:
        self.visitor.close()
        for page in self._made.values():
            page.leave()
            if isinstance(page, PicturesPage):
                page.forget()
        self.session.leave()
