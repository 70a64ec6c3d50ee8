"""The recovery code that opens a companion, so that its erasures can be taken over."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.domain.recovery_code import RecoveryCode
from desktop.ui.first_run.recovery_page import RecoveryPage
from desktop.ui.widgets.basic import column, set_text
from desktop.ui.widgets.dialog import Dialog


class TakeOverDialog(Dialog):
    """`on_code` gets the code once it was typed without mistakes."""

    def __init__(self, on_code: Callable[[RecoveryCode], object], parent: QWidget) -> None:
        super().__init__(self.tr("Take over erasures"), parent)
        self.page = RecoveryPage(None)
        set_text(self.page.confirm, self.tr("Take over"))
        set_text(self.page.back, self.tr("Cancel"))
        self._on_code = on_code
        self.setLayout(column(self.page))
        self.page.left.connect(self.reject)
        self.page.confirmed.connect(lambda code, _: self._accept(code))
        self.page.enter()

    def _accept(self, code: RecoveryCode) -> None:
        self.accept()
        self._on_code(code)
