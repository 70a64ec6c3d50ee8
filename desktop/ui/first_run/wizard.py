"""Setting up a desk, step by step. Everything stays in this widget until the last step is confirmed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from desktop.domain.recovery_code import RecoveryCode
from desktop.services.setup import SetupDraft
from desktop.services.site import KeyPlace
from desktop.ui.first_run.steps.administrator import AdministratorStep
from desktop.ui.first_run.steps.controller import ControllerStep
from desktop.ui.first_run.steps.erasure import ErasureStep
from desktop.ui.first_run.steps.keys import KeysStep
from desktop.ui.first_run.steps.recovery import RecoveryStep, TypeBackStep
from desktop.ui.first_run.steps.step import Step
from desktop.ui.first_run.steps.summary import SummaryStep
from desktop.ui.look import restyle
from desktop.ui.widgets.basic import button, column, frame, label, row, set_text, symbol


class SetupWizard(QWidget):
    """Emits `confirmed` with the draft, or `cancelled`. `asked`: groups of the code to be typed back (or random)."""

    confirmed = Signal(object)  # SetupDraft
    cancelled = Signal()

    def __init__(
        self, *, code: RecoveryCode | None = None, asked: Sequence[int] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._code = code or RecoveryCode.new()
        self.controller = ControllerStep()
        self.administrator = AdministratorStep()
        self.keys = KeysStep()
        self.erasure = ErasureStep()
        self.recovery = RecoveryStep(self._code)
        self.type_back = TypeBackStep(self._code, asked)
        self.summary = SummaryStep()
        self.steps: tuple[Step, ...] = (
            self.controller,
            self.administrator,
            self.keys,
            self.erasure,
            self.recovery,
            self.type_back,
            self.summary,
        )
        self._stack = QStackedWidget()
        self._path: list[QLabel] = []
        self._tried: set[Step] = set()  # fields are found fault with only after one wanted to go on
        self.cancel = button(self.tr("Cancel"), self.cancelled.emit)
        self.back = button(self.tr("Back"), self._go_back, icon="left")
        self.next = button("", self._go_on, look="primary")
        self._reason = label("", "muted", wrap=True)
        self._build()
        self._show(0)

    def _build(self) -> None:
        for step in self.steps:
            self._stack.addWidget(step)
            step.changed.connect(self._follow)
        for number, step in enumerate(self.steps, 1):
            made = label(f"{number}   {step.title}", "step", wrap=True)
            self._path.append(made)
        path = column(symbol("consentry", "text", 40), 16, *self._path, None, gap=4, margins=(24, 28, 20, 24))
        side = frame("side", path)
        side.setFixedWidth(248)
        body = row(side, self._stack, gap=0)
        body.setStretch(1, 1)
        below = row(self.cancel, self._reason, self.back, self.next, gap=12, margins=(24, 14, 24, 14))
        below.setStretch(1, 1)
        foot = frame("foot", below)
        whole = column(body, foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    @property
    def place(self) -> int:
        """Number of the step in sight, from 0."""
        return self._stack.currentIndex()

    def begin(self) -> None:
        """Put the keyboard where typing begins."""
        self.steps[self.place].enter()

    def draft(self) -> SetupDraft:
        """What was chosen. Only meaningful once no step has a problem."""
        return SetupDraft(
            controller=self.controller.draft(),
            administrator=self.administrator.draft(),
            place=KeyPlace.PASSPHRASE if self.keys.wants_passphrase else KeyPlace.KEYRING,
            passphrase=self.keys.passphrase_text(),
            recovery_code=self._code,
            strict=self.erasure.is_strict,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go_on()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _go_back(self) -> None:
        self._show(self.place - 1)

    def _go_on(self) -> None:
        step = self.steps[self.place]
        if step.problem():
            self._tried.add(step)
            step.complain()
            self._reason.setText(step.problem())
            return
        if step is self.summary:
            self.confirmed.emit(self.draft())
        else:
            self._show(self.place + 1)

    def _show(self, place: int) -> None:
        if self.steps[place] is self.summary:
            self.summary.show_lines(self._chosen())
        self._stack.setCurrentIndex(place)
        for index, line in enumerate(self._path):
            line.setProperty("state", "now" if index == place else "done" if index < place else "later")
            restyle(line)
        step = self.steps[place]
        set_text(self.next, self.tr("Set up") if step is self.summary else self.tr("Continue"))
        self.back.setVisible(place > 0)
        self._follow()
        step.enter()

    def _follow(self) -> None:
        self._reason.setText("")
        step = self.steps[self.place]
        if step in self._tried:
            step.complain()

    def _chosen(self) -> list[tuple[str, str]]:
        controller = self.controller.draft()
        return [
            (self.tr("Desk"), controller.site),
            (self.tr("Controller"), controller.legal_name),
            (self.tr("Administrator"), self.administrator.draft().name),
            (self.tr("Keys"), (self.keys.passphrase if self.keys.wants_passphrase else self.keys.keyring).title),
            (self.tr("Erasure"), (self.erasure.strict if self.erasure.is_strict else self.erasure.normal).title),
            (self.tr("Recovery code"), self.tr("Shown and checked; it is not kept on this computer.")),
        ]
