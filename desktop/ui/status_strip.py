"""The strip at the bottom: health in plain words, who is recognised, where the vault's key is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from desktop.bridge.events import DeskEvents
from desktop.domain.cameras import CameraState
from desktop.services.desk import Desk, VaultInfo
from desktop.services.health import Problem, ProblemKind, Severity
from desktop.ui import texts
from desktop.ui.about import AboutDialog
from desktop.ui.fault_list import FaultList
from desktop.ui.look import set_icon
from desktop.ui.widgets.basic import button, column, label, row, set_text, symbol
from desktop.ui.widgets.dialog import Dialog

_REFRESH_MS = 1000
_NAME_WIDTH = 150
_CALM = {CameraState.LIVE, CameraState.CONNECTING, CameraState.ENDED, CameraState.STOPPED}
_LOOKS = {
    Severity.NOTICE: ("slow", "attention"),
    Severity.WARNING: ("warning", "attention"),
    Severity.URGENT: ("warning", "danger"),
}


class HealthDialog(Dialog):
    """Every problem in force with what to do about it."""

    def __init__(self, problems: Sequence[Problem], parent: QWidget | None) -> None:
        super().__init__(self.tr("What needs attention"), parent)
        lines = [self._line(problem) for problem in problems]
        body = column(label(self.tr("What needs attention"), "heading"), 4, *lines, None, gap=14)
        close = button(self.tr("Close"), self.accept, look="primary")
        self.fill(body, row(None, close))
        self.fit(540)
        close.setFocus()

    @staticmethod
    def _line(problem: Problem) -> QHBoxLayout:
        icon, colour = _LOOKS[problem.severity]
        sentence = texts.health(problem.kind, problem.count)
        words = column(
            label(sentence, wrap=True),
            label(texts.moment(problem.since), "small"),
            gap=2,
        )
        mark = symbol(icon, colour)
        line = row(mark, words, gap=12)
        line.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
        line.setStretch(1, 1)
        return line


class StatusStrip(QFrame):
    """Reads states from memory once a second and after every announcement; never waits."""

    wants_account = Signal()

    def __init__(self, desk: Desk, events: DeskEvents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._people = -1
        self.make_fault_list: Callable[[], FaultList] | None = None
        self.setProperty("look", "strip")
        self._camera_icon = symbol("check", "calm", 16)
        self._cameras = label("", "small")
        self.problems = button("", self._show_problems, look="quiet")
        self.problems.hide()
        self._recognised = label("", "small")
        self.about = button(self.tr("About this desk"), self._show_about, look="quiet", icon="lock")
        set_icon(self.about, "lock", on="muted", off="muted", size=16)
        self.account = button("", self.wants_account.emit, look="quiet", icon="person")
        set_icon(self.account, "person", on="muted", off="muted", size=16)
        self._vault_info: VaultInfo | None = None
        self.setLayout(
            row(
                self._camera_icon,
                self._cameras,
                8,
                self.problems,
                None,
                symbol("people", "muted", 16),
                self._recognised,
                16,
                self.about,
                8,
                self.account,
                gap=6,
                margins=(16, 2, 16, 2),
            )
        )
        self.setFixedHeight(40)
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        for signal in (events.health_changed, events.cameras_changed):
            signal.connect(self.refresh)
        events.camera_status.connect(self._on_status)
        events.gallery_changed.connect(self.set_recognised)
        self.set_recognised(desk.gallery_size)
        self.refresh()

    def set_recognised(self, people: int) -> None:
        """How many people are in the gallery that is in force."""
        if people != self._people:
            self._people = people
            text = self.tr("People recognised: {count}").format(count=people)
            self._recognised.setText(text)
            self._recognised.setAccessibleName(text)

    def set_vault(self, info: VaultInfo) -> None:
        """Where the key is and what encrypts the database."""
        self._vault_info = info
        set_text(self.about, self.tr("Vault encrypted, key in {place}").format(place=info.keyring_backend))
        self.about.setToolTip(self.tr("About this desk"))

    def set_operator(self, name: str) -> None:
        """Who is signed in, on their own screen."""
        shown = self.account.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, _NAME_WIDTH)
        set_text(self.account, shown)
        self.account.setAccessibleName(self.tr("Your account: {name}").format(name=name))
        self.account.setToolTip(self.tr("Your account: password, signing out"))

    def refresh(self) -> None:
        self._tell_cameras()
        self._tell_problems()

    def _on_status(self, _camera_id: str, _status: object) -> None:
        self.refresh()

    def _tell_cameras(self) -> None:
        states = [self._desk.live.status(camera.id).state for camera in self._desk.live.cameras()]
        live = sum(1 for state in states if state is CameraState.LIVE)
        troubled = sum(1 for state in states if state not in _CALM)
        if not states:
            text, icon, colour = self.tr("No camera is running"), "info", "muted"
        elif troubled:
            text = self.tr("Cameras live: {live} of {all}, without picture: {troubled}")
            text, icon, colour = text.format(live=live, all=len(states), troubled=troubled), "warning", "attention"
        else:
            text = self.tr("Cameras live: {live} of {all}").format(live=live, all=len(states))
            icon, colour = "check", "calm"
        if self._set(self._cameras, text):
            set_icon(self._camera_icon, icon, off=colour, size=16)

    def _tell_problems(self) -> None:
        problems = self._folded()
        self.problems.setVisible(bool(problems))
        if not problems:
            return
        first = texts.health(problems[0].kind, problems[0].count)
        short = texts.health_short(problems[0].kind)
        more = self.tr(" and {count} more").format(count=len(problems) - 1) if len(problems) > 1 else ""
        if self.problems.accessibleName() != short + more:
            icon, colour = _LOOKS[problems[0].severity]
            set_icon(self.problems, icon, on=colour, off=colour, size=16)
            set_text(self.problems, short + more)
            self.problems.setAccessibleDescription(first)

    def _folded(self) -> list[Problem]:
        """The problems, each kind once: a slow computer slows every camera alike."""
        found: dict[ProblemKind, Problem] = {}
        for problem in self._desk.health.problems():
            found.setdefault(problem.kind, problem)
        return list(found.values())

    @staticmethod
    def _set(target: QLabel, text: str) -> bool:
        if target.text() == text:
            return False
        target.setText(text)
        target.setAccessibleName(text)
        return True

    def _show_about(self) -> None:
        faults = self.make_fault_list() if self.make_fault_list is not None else None
        AboutDialog(self._desk.models.in_use, self._vault_info, self._desk.folder, self.window(), faults).open()

    def _show_problems(self) -> None:
        HealthDialog(self._folded(), self.window()).open()
