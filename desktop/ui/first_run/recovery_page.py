"""The recovery code is typed in: eight groups, each checked as it is typed."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from desktop.domain.recovery_code import GROUP_DIGITS, GROUPS, GroupProblem, RecoveryCode, check_group, split_groups
from desktop.ui.widgets.basic import button, column, frame, label, row, symbol
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.notice import Notice, Tone

_COLUMNS = 4


class Lock(Enum):
    KEYRING = auto()
    NEW_PASSPHRASE = auto()
    SAME_PASSPHRASE = auto()


class RecoveryPage(QWidget):
    """Emits `confirmed` with the code and the passphrase (None: the keys go into the keyring), or `left`.

    `lock`: what locks the keys from then on; None: the code opens something else than the desk.
    """

    confirmed = Signal(object, object)  # RecoveryCode, str | None
    left = Signal()

    def __init__(self, lock: Lock | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lock = lock
        self._passphrase = lock in (Lock.NEW_PASSPHRASE, Lock.SAME_PASSPHRASE)
        self.groups = [QLineEdit() for _ in range(GROUPS)]
        self._fields = [
            Field(self.tr("Group {number}").format(number=number), edit, self.tr("six digits"))
            for number, edit in enumerate(self.groups, 1)
        ]
        self.first, self.second = QLineEdit(), QLineEdit()
        self._first = (
            Field(self.tr("Passphrase of this desk"), self.first)
            if lock is Lock.SAME_PASSPHRASE
            else Field(
                self.tr("New passphrase"), self.first, self.tr("At least 15 characters; several words are best.")
            )
        )
        self._second = Field(self.tr("New passphrase once more"), self.second)
        self._count: QLabel = label("", "muted")
        self.notice = Notice()
        self.confirm = button(self.tr("Open the desk"), self._confirm, look="primary")
        self.back = button(self.tr("Back"), self.left.emit, icon="left")
        self._build()
        self._follow()

    def enter(self) -> None:
        wrong = self._wrong()
        self.groups[wrong[0] if wrong else 0].setFocus()

    def complain(self, problem: str) -> None:
        """Say why the code or the passphrase did not help; what was typed stays."""
        self.notice.say(problem, Tone.ATTENTION)
        self.enter()

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        for index, (edit, field) in enumerate(zip(self.groups, self._fields, strict=True)):
            self._prepare(edit, index)
            grid.addWidget(field, index // _COLUMNS, index % _COLUMNS)
        for edit in (self.first, self.second):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.setMaxLength(128)
            edit.returnPressed.connect(self._confirm)
        self._first.setVisible(self._passphrase)
        self._second.setVisible(self._lock is Lock.NEW_PASSPHRASE)
        where = {
            None: "",
            Lock.KEYRING: self.tr("The keys are then kept in the keyring of this computer."),
            Lock.NEW_PASSPHRASE: self.tr("The keys are then locked by a new passphrase."),
            Lock.SAME_PASSPHRASE: self.tr("The keys stay locked by the passphrase of this desk."),
        }[self._lock]
        lead = label(
            self.tr("Type the eight groups from your recovery sheet, or paste them all at once.") + " " + where,
            "muted",
            wrap=True,
        )
        title = row(symbol("shield", "text", 28), label(self.tr("Use the recovery code"), "title"), None, gap=12)
        passphrase = row(self._first, self._second, gap=14)
        passphrase.setAlignment(self._second, Qt.AlignmentFlag.AlignTop)
        words = column(title, lead, self.notice, grid, self._count, passphrase, 4, gap=12)
        words.addLayout(row(self.confirm, self.back, None, gap=12))
        words.setContentsMargins(28, 28, 28, 24)
        card = frame("card", words)
        card.setFixedWidth(640)
        self.setLayout(column(None, row(None, card, None), None, margins=(24, 24, 24, 24)))
        self.setAccessibleName(self.tr("Use the recovery code"))

    def _prepare(self, edit: QLineEdit, index: int) -> None:
        edit.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        edit.textEdited.connect(lambda text: self._edited(index, text))
        edit.editingFinished.connect(self._follow)
        edit.returnPressed.connect(lambda: self._entered(index))

    def _edited(self, index: int, text: str) -> None:
        """More than a group was pasted: share it out. A whole group: go on to the next one."""
        groups = split_groups(text)
        if len("".join(groups)) > GROUP_DIGITS:
            start = 0 if len(groups) >= GROUPS else index
            for edit, group in zip(self.groups[start:], groups, strict=False):
                edit.setText(group)
            index = min(GROUPS - 1, start + len(groups) - 1)
        if check_group(_digits(self.groups[index])) is None:
            self.groups[min(GROUPS - 1, index + 1)].setFocus()
        self.notice.clear()
        self._follow()

    def _entered(self, index: int) -> None:
        if index + 1 < GROUPS:
            self.groups[index + 1].setFocus()
        else:
            self._confirm()

    def _wrong(self) -> list[int]:
        return [index for index, edit in enumerate(self.groups) if check_group(_digits(edit)) is not None]

    def _follow(self) -> None:
        for edit, field in zip(self.groups, self._fields, strict=True):
            typed = _digits(edit)
            unfinished = self.focusWidget() is edit and len(typed) < GROUP_DIGITS
            field.complain("" if not typed or unfinished else self._said(check_group(typed)))
        right = GROUPS - len(self._wrong())
        self._count.setText(self.tr("{right} of {all} groups are right.").format(right=right, all=GROUPS))

    def _said(self, problem: GroupProblem | None) -> str:
        match problem:
            case None:
                return ""
            case GroupProblem.LENGTH:
                return self.tr("not six digits")
            case GroupProblem.NOT_DIGITS:
                return self.tr("digits only")
            case GroupProblem.TOO_LARGE | GroupProblem.NOT_DIVISIBLE:
                return self.tr("mistyped")

    def _confirm(self) -> None:
        wrong = self._wrong()
        if wrong:
            self.notice.say(self.tr("Some groups are missing or mistyped."), Tone.ATTENTION)
            self.groups[wrong[0]].setFocus()
            return
        differ = self._lock is Lock.NEW_PASSPHRASE and self.first.text() != self.second.text()
        self._second.complain(self.tr("The two passphrases differ.") if differ else "")
        if differ:
            self.second.setFocus()
            return
        code = RecoveryCode.parse(" ".join(_digits(edit) for edit in self.groups))
        self.confirmed.emit(code, self.first.text() if self._passphrase else None)


def _digits(edit: QLineEdit) -> str:
    return "".join(split_groups(edit.text()))
