"""One request: who and what, its clock, its history, and the next steps."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QWidget

from desktop.domain.requests import Lane, RequestAct, RequestKind
from desktop.services.requests import RequestView
from desktop.ui.consent.timeline import Moment, Timeline
from desktop.ui.look import set_icon
from desktop.ui.requests import words
from desktop.ui.requests.model import day
from desktop.ui.widgets.basic import button, column, label, row, rule, symbol
from desktop.ui.widgets.scroll import FormScroll

_WIDTH = 400


class RequestPanel(QFrame):
    """Shows one RequestView; `wants` says which step is wished for, by its name in `RequestActions`."""

    wants = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.setFixedWidth(_WIDTH)
        self.view: RequestView | None = None
        self._icon = symbol("check")
        self._name = label("", "heading", wrap=True, selectable=True)
        self._kind = label("", "strong", wrap=True)
        self._clock = label("", "", wrap=True)
        self._facts = label("", "muted", wrap=True, selectable=True)
        self._next = label("", "attention", wrap=True)
        self.timeline = Timeline()
        told = column(self._facts, self._next, rule(), label(self.tr("History"), "caption"), self.timeline, None, gap=8)
        self._scroll = FormScroll(told)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setMinimumHeight(100)
        self._steps = QGridLayout()
        self._steps.setSpacing(8)
        self.steps: dict[str, QPushButton] = {
            "find": self._step("find", self.tr("Find the person ..."), "search"),
            "person": self._step("person", self.tr("Open the person's page"), "person"),
            "identify": self._step("identify", self.tr("Identity check ..."), "shield"),
            "authorise": self._step("authorise", self.tr("Authority shown ..."), "shield"),
            "take": self._step("take", self.tr("I take it on"), "operators"),
            "pause": self._step("pause", self.tr("Stop the clock ..."), "slow"),
            "resume": self._step("resume", self.tr("It has come: go on"), "play"),
            "extend": self._step("extend", self.tr("Extend ..."), "slow"),
            "letter": self._step("letter", self.tr("Letter ..."), "notices"),
            "answer": self._step("answer", self.tr("Answer ..."), "check", "primary"),
            "refuse": self._step("refuse", self.tr("Refuse ..."), "", "danger"),
        }
        self._build()
        self.show_view(None)

    def _step(self, name: str, text: str, icon: str, look: str = "") -> QPushButton:
        return button(text, lambda: self.wants.emit(name), icon=icon, look=look)

    def _build(self) -> None:
        head = row(self._icon, column(self._name, self._kind, self._clock, gap=3), gap=12)
        head.setAlignment(self._icon, Qt.AlignmentFlag.AlignTop)
        head.setStretch(1, 1)
        layout = column(head, self._scroll, self._steps, gap=12, margins=(20, 16, 20, 16))
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def show_view(self, view: RequestView | None) -> None:
        """Fill the panel; None hides it."""
        self.view = view
        self.setVisible(view is not None)
        if view is None:
            self.timeline.show_moments(())
            return
        request = view.request
        icon, colour = words.mark(view)
        set_icon(self._icon, icon, off=colour)
        self._name.setText(words.name(view))
        self._kind.setText(words.said(words.KINDS[request.kind]))
        self._clock.setText(self._said_clock(view))
        self._facts.setText(self._said_facts(view))
        advice = self._advice(view)
        self._next.setText(advice)
        self._next.setVisible(bool(advice))
        self.timeline.show_moments([_moment(view, number) for number in reversed(range(len(request.events)))])
        self._arrange([name for name, shown in self._possible(view).items() if shown])
        self.setAccessibleName(self.tr("Request of {name}").format(name=words.name(view)))

    def _arrange(self, names: list[str]) -> None:
        """Two buttons a line, so that the history has room in a small window, too."""
        for button_ in self.steps.values():
            self._steps.removeWidget(button_)
            button_.hide()
        for place, name in enumerate(names):
            alone = place == len(names) - 1 and place % 2 == 0
            self._steps.addWidget(self.steps[name], place // 2, place % 2, 1, 2 if alone else 1)
            self.steps[name].show()

    def _possible(self, view: RequestView) -> dict[str, bool]:
        request, may = view.request, view.may
        open_ = not request.status.closed
        return {
            "find": open_ and request.person_id is None and request.details is not None,
            "person": request.person_id is not None,
            "identify": RequestAct.IDENTIFIED in may and not request.identified,
            "authorise": open_ and not request.authorised,
            "take": open_ and request.find(RequestAct.ASSIGNED) is None,
            "pause": RequestAct.PAUSED in may,
            "resume": RequestAct.RESUMED in may,
            "extend": RequestAct.EXTENDED in may,
            "letter": True,
            "answer": RequestAct.ANSWERED in may,
            "refuse": RequestAct.REFUSED in may,
        }

    def _said_clock(self, view: RequestView) -> str:
        if view.lane is Lane.CLOSED:
            assert view.request.closed_on is not None
            return self.tr("Closed on {day}").format(day=day(view.request.closed_on))
        if view.lane is Lane.PAUSED:
            return self.tr("The clock stands. If it went on today: {day}").format(day=day(view.deadline.due))
        return self.tr("Due {day} ({left})").format(day=day(view.deadline.due), left=words.left(view))

    def _said_facts(self, view: RequestView) -> str:
        request, details = view.request, view.request.details
        came = self.tr("Received {day}. {how}.").format(
            day=day(request.received_on), how=words.said(words.CHANNELS[request.channel])
        )
        lines = [came]
        if request.assignee is not None:
            lines.append(self.tr("With {name}").format(name=view.operators.get(str(request.assignee), "")))
        if details is None:
            lines.append(self.tr("What was written went with the person; the history stays as proof."))
        else:
            other = self.tr("Asked for by {name}").format(name=details.representative) if details.representative else ""
            lines += [each for each in (other, details.contact, details.wish) if each]
        return "\n".join(lines)

    def _advice(self, view: RequestView) -> str:
        """The next step, where the order of steps is not free."""
        request = view.request
        if request.status.closed:
            return ""
        told: list[tuple[bool, Callable[[], str]]] = [
            (not request.authorised, lambda: self.tr("Next: see the authority of whoever asks.")),
            (
                RequestAct.ANSWERED not in view.may,
                lambda: self.tr("Next: make sure who asks, before anything is given out."),
            ),
            (
                request.person_id is not None and request.kind in _ON_THE_PERSON,
                lambda: self.tr("Do it on the person's page, then record the answer here."),
            ),
        ]
        return next((text() for so, text in told if so), "")


_ON_THE_PERSON = frozenset(RequestKind) - {RequestKind.COMPLAINT}


def _moment(view: RequestView, number: int) -> Moment:
    event = view.request.events[number]
    icon, colour = words.icon(event)
    who = view.operators.get(str(event.by), "")
    return Moment(event.at, icon, colour, words.act(event), ", ".join(each for each in (event.text, who) if each))
