"""Steps: the recovery code, shown once, and typed back in part."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from desktop.domain.recovery_code import GROUPS, RecoveryCode
from desktop.ui.first_run.recovery_sheet import print_sheet
from desktop.ui.first_run.steps.step import Step
from desktop.ui.printing import printer_there
from desktop.ui.widgets.basic import button, column, frame, label, row
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.notice import Notice, Tone

ASKED = 2  # groups to be typed back


class RecoveryStep(Step):
    """Shows `code`. It stands nowhere else: not in a file, not in the clipboard."""

    def __init__(self, code: RecoveryCode, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Recovery code"),
            self.tr(
                "With this code the desk can be opened again when its keyring is lost, and a backup on another "
                "computer. It is shown now and never again: write it down or print it, and lock it away."
            ),
            parent,
        )
        self._code = code
        self.groups: list[QLabel] = []
        grid = QGridLayout()
        grid.setSpacing(12)
        for index, group in enumerate(code.groups):
            grid.addWidget(self._cell(index, group), index // 4, index % 4)
        self.print = button(self.tr("Print ..."), self._print)
        self.notice = Notice()
        card = frame("card", column(grid, margins=(20, 20, 20, 20)))
        self.fill(column(card, row(self.print, None), self.notice, gap=14))
        if not printer_there():
            self.print.setEnabled(False)
            self.notice.say(self.tr("No printer is set up on this computer: write the code down by hand."))

    def _cell(self, index: int, group: str) -> QWidget:
        digits = label(group, "code")
        digits.setAccessibleName(self.tr("Group {number}: {digits}").format(number=index + 1, digits=" ".join(group)))
        digits.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # so that it can be read out
        self.groups.append(digits)
        made = QWidget()
        made.setLayout(column(label(str(index + 1), "small"), digits, gap=2))
        return made

    def enter(self) -> None:
        self.groups[0].setFocus()

    def _print(self) -> None:
        if print_sheet(self._code, self):
            self.notice.say(self.tr("Sent to the printer. Check that all eight groups can be read."), Tone.GOOD)


class TypeBackStep(Step):
    """Asks for some groups, so that a code nobody kept is noticed now."""

    def __init__(self, code: RecoveryCode, asked: Sequence[int] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Check the code"),
            self.tr("Type these groups from your note or print-out. Go back to see the code again."),
            parent,
        )
        self._code = code
        self.asked = sorted(asked if asked is not None else secrets.SystemRandom().sample(range(GROUPS), ASKED))
        self.edits = [QLineEdit() for _ in self.asked]
        self._fields = [
            Field(self.tr("Group {number}").format(number=index + 1), edit)
            for index, edit in zip(self.asked, self.edits, strict=True)
        ]
        for edit in self.edits:
            edit.setMaxLength(8)
            edit.setMaximumWidth(220)
            edit.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
            edit.textChanged.connect(lambda _text: self.changed.emit())
        self.fill(column(*self._fields, gap=14))

    def enter(self) -> None:
        self.edits[0].setFocus()

    def _wrong(self) -> list[bool]:
        groups = self._code.groups
        return [
            "".join(edit.text().split()) != groups[index] for index, edit in zip(self.asked, self.edits, strict=True)
        ]

    def problem(self) -> str:
        return self.tr("Type the groups exactly as they were shown.") if any(self._wrong()) else ""

    def complain(self) -> None:
        for field, edit, wrong in zip(self._fields, self.edits, self._wrong(), strict=True):
            field.complain(self.tr("This is not the group that was shown.") if wrong and edit.text() else "")
