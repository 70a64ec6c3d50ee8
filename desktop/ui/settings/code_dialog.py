"""A new recovery code: shown once, typed back in part, then in force."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.domain.recovery_code import RecoveryCode
from desktop.ui.first_run.steps.recovery import RecoveryStep, TypeBackStep
from desktop.ui.widgets.basic import button, column, label, row, set_text
from desktop.ui.widgets.dialog import Dialog


class NewCodeDialog(Dialog):
    """`on_kept` gets the code once the person has shown that they kept it. `asked`: groups typed back (or random)."""

    def __init__(
        self, on_kept: Callable[[RecoveryCode], object], parent: QWidget, *, asked: Sequence[int] | None = None
    ) -> None:
        super().__init__(self.tr("New recovery code"), parent)
        self._code = RecoveryCode.new()
        self._on_kept = on_kept
        self.show_code = RecoveryStep(self._code)
        self.type_back = TypeBackStep(self._code, asked)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.show_code)
        self._stack.addWidget(self.type_back)
        self._reason = label("", "muted", wrap=True)
        self.cancel = button(self.tr("Cancel"), self.reject)
        self.back = button(self.tr("Back"), lambda: self._show(0), icon="left")
        self.next = button("", self._go_on, look="primary")
        self.next.setDefault(True)
        foot = row(self.cancel, self._reason, self.back, self.next, gap=12)
        foot.setStretch(1, 1)
        self.fill(column(self._stack), foot)
        self.resize(720, 520)
        self._show(0)

    def _show(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self._reason.setText("")
        self.back.setVisible(place > 0)
        set_text(self.next, self.tr("Use this code") if place else self.tr("Continue"))
        (self.type_back if place else self.show_code).enter()

    def _go_on(self) -> None:
        if self._stack.currentIndex() == 0:
            self._show(1)
        elif self.type_back.problem():
            self.type_back.complain()
            self._reason.setText(self.type_back.problem())
        else:
            self.accept()
            self._on_kept(self._code)
