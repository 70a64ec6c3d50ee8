"""Begins a conversation, or takes up one that a crash or a closed window left behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskRunner
from desktop.domain.conversation import Conversation
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import PersonId
from desktop.domain.notices import Notice
from desktop.services.capture_errors import NoticeMissing
from desktop.services.desk import Desk
from desktop.ui import texts
from desktop.ui.capture import words
from desktop.ui.capture.wizard import CaptureWizard
from desktop.ui.errors import show_error
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.dialog import Dialog


@dataclass(frozen=True, slots=True)
class _Start:
    fresh: Conversation
    unfinished: Sequence[Conversation]
    notice: Notice


class CaptureOpener(QObject):
    """`on_person` gets the person who was enrolled, who was there already, or whose consent was renewed."""

    def __init__(
        self,
        desk: Desk,
        tasks: TaskRunner,
        events: DeskEvents,
        on_person: Callable[[PersonId], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._events = events
        self._on_person = on_person
        self._parent = parent
        self._busy = False

    def start(self) -> None:
        """Open the window of a new conversation; unfinished ones are offered first."""
        if self._busy:
            return
        self._busy = True
        desk = self._desk

        def work() -> _Start:
            fresh, notice = desk.capture.begin(), desk.notices.in_force()
            if notice is None:
                raise NoticeMissing
            return _Start(fresh, desk.capture.unfinished(), notice)

        self._tasks.run(lambda _: work(), self._on_ready, self._on_failed, owner=self)

    def ask_again(self, person_id: PersonId) -> None:
        """Open the window in which somebody enrolled is asked once more."""
        if self._busy:
            return
        self._busy = True
        desk = self._desk

        def work() -> _Start:
            fresh, notice = desk.asking_again.begin(person_id), desk.notices.in_force()
            if notice is None:
                raise NoticeMissing
            return _Start(fresh, (), notice)

        self._tasks.run(lambda _: work(), self._on_ready, self._on_failed, owner=self)

    def _on_ready(self, start: _Start) -> None:
        self._busy = False
        if start.unfinished:
            UnfinishedDialog(
                start.unfinished,
                lambda talk: self._open(talk or start.fresh, start.notice),
                self._destroy,
                self._parent.window(),
            ).open()
        else:
            self._open(start.fresh, start.notice)

    def _on_failed(self, error: ConsentryError) -> None:
        self._busy = False
        show_error(error, self._parent.window())

    def _open(self, talk: Conversation, notice: Notice) -> None:
        window = self._parent.window()
        wizard = CaptureWizard(self._desk, self._tasks, self._events, talk, notice, self._on_person, window)
        QTimer.singleShot(0, wizard, wizard.open)  # made and shown in one go, it would hold the main window up

    def _destroy(self, talk: Conversation) -> None:
        self._tasks.run(lambda _: self._desk.capture.give_up(talk), None, self._on_failed, owner=self)


class UnfinishedDialog(Dialog):
    """Conversations that can be gone on with. `take` gets the chosen one, or None for a new one."""

    def __init__(
        self,
        unfinished: Sequence[Conversation],
        take: Callable[[Conversation | None], object],
        destroy: Callable[[Conversation], object],
        parent: QWidget,
    ) -> None:
        super().__init__(self.tr("Unfinished conversations"), parent)
        self._take = take
        self._destroy = destroy
        self.rows: list[QWidget] = []
        lead = self.tr("They were interrupted. Going on keeps what was said; pictures have to be taken again.")
        self._lines = column(label(lead, wrap=True), gap=12)
        for talk in unfinished:
            self._add(talk)
        self.fresh = button(self.tr("A new conversation"), lambda: self._choose(None), look="primary")
        self.fill(self._lines, row(None, button(self.tr("Cancel"), self.reject), self.fresh, gap=12))
        self.fit(640)
        self.fresh.setFocus()

    def _add(self, talk: Conversation) -> None:
        name = talk.who.details.name.strip() or self.tr("No name yet")
        where = self.tr("{moment}, at the step {step}").format(
            moment=texts.moment(talk.begun_at), step=words.step(talk.step)
        )
        go_on = button(self.tr("Go on"), lambda: self._choose(talk))
        go_on.setAccessibleName(self.tr("Go on with {name}").format(name=name))
        away = button(self.tr("Destroy"), lambda: self._give_up(talk, line), look="danger")
        away.setAccessibleName(self.tr("Destroy the draft about {name}").format(name=name))
        line = QWidget()
        inside = row(column(label(name, "strong"), label(where, "muted"), gap=2), away, go_on, gap=12)
        inside.setStretch(0, 1)
        line.setLayout(inside)
        self.rows.append(line)
        self._lines.addWidget(line)

    def _choose(self, talk: Conversation | None) -> None:
        self.accept()
        self._take(talk)

    def _give_up(self, talk: Conversation, line: QWidget) -> None:
        line.hide()
        self._destroy(talk)
