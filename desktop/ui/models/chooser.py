"""Choosing another model pack: a folder, the check of it, the question about its use."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.errors import Cancelled, ConsentryError
from desktop.services.models import ModelService, PackCheck
from desktop.ui.errors import error_text
from desktop.ui.models.facts import PackFacts, enrol_again_words
from desktop.ui.widgets.basic import button, column, label, row, rule
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.path import ask_folder, path_field
from desktop.vision.licence import LicenceKind


class PackChooser(QFrame):
    """Emits `wanted` with the checked pack and whether its use is commercial."""

    wanted = Signal(object, bool)  # PackCheck

    def __init__(self, models: ModelService, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self._models = models
        self._tasks = tasks
        self._checking: TaskHandle[PackCheck] | None = None
        self.checked: PackCheck | None = None
        self.folder = QLineEdit()
        self.choose = button(self.tr("Choose folder"), self._ask, icon="folder")
        self.check_button = button(self.tr("Check"), self.check, icon="check")
        self.busy = BusyRow()
        self.problem = Notice()
        self.facts = PackFacts()
        self.enrol_again = Notice()
        self.commercial = QRadioButton(self.tr("Yes, commercial"))
        self.research = QRadioButton(self.tr("No, non-commercial research"))
        self._group = QButtonGroup(self)
        self.refused = label("", "problem", wrap=True)
        self.use = button(self.tr("Use these models"), self._use, look="primary", icon="check")
        self._result = QWidget()
        self._build()
        self._connect()
        self._show(None)

    def _build(self) -> None:
        for choice in (self.commercial, self.research):
            self._group.addButton(choice)
        lead = self.tr(
            "A folder with models in InsightFace's formats. Models that guess age, gender, ethnicity or emotion are "
            "left out."
        )
        self.folder.setPlaceholderText(self.tr("Folder of the models"))
        self._result.setLayout(self._answer())
        body = column(
            label(self.tr("Other models"), "caption"),
            label(lead, "muted", wrap=True),
            path_field(self.tr("Folder"), self.folder, self.choose),
            row(self.check_button, None),
            self.busy,
            self.problem,
            self._result,
            None,
            gap=14,
            margins=(20, 20, 20, 20),
        )
        self.setLayout(body)

    def _answer(self) -> QVBoxLayout:
        question = label(self.tr("Is this site's use of the models commercial?"), "strong", wrap=True)
        reopens = self.tr("The desk is closed and opened again at once; for some seconds nobody is recognised.")
        return column(
            rule(),
            self.facts,
            self.enrol_again,
            column(question, self.commercial, self.research, self.refused, gap=4),
            column(row(self.use, None), label(reopens, "small", wrap=True), gap=6),
            gap=14,
        )

    def _connect(self) -> None:
        self.folder.textChanged.connect(self._on_typed)
        self.folder.returnPressed.connect(self.check)
        self.busy.cancelled.connect(self._stop)
        for choice in (self.commercial, self.research):
            choice.toggled.connect(lambda _on: self._tell_use())

    def check(self) -> None:
        """Look at the typed folder in a worker."""
        typed = self.folder.text().strip()
        if not typed or self._checking is not None:
            return
        self._show(None)
        self.check_button.setEnabled(False)
        self.busy.begin(self.tr("Checking the models ..."))
        self._checking = self._tasks.run(
            lambda progress: self._models.check(Path(typed), progress),
            self._on_checked,
            self._on_failed,
            self.busy.advance,
            owner=self,
        )

    def _ask(self) -> None:
        ask_folder(self, self.tr("Choose the folder of the models"), self._take)

    def _take(self, folder: str) -> None:
        self.folder.setText(folder)
        self.check()

    def _on_typed(self) -> None:
        """What was checked is no longer what is typed."""
        if self._checking is not None:
            self._checking.forget()
            self._end()
        self._show(None)

    def _stop(self) -> None:
        if self._checking is not None:
            self._checking.cancel()

    def _end(self) -> None:
        self._checking = None
        self.busy.end()
        self.check_button.setEnabled(bool(self.folder.text().strip()))

    def _on_checked(self, checked: PackCheck) -> None:
        self._end()
        self._show(checked)
        self.commercial.setFocus()

    def _on_failed(self, error: ConsentryError) -> None:
        self._end()
        if not isinstance(error, Cancelled):
            self.problem.say(error_text(error).whole, Tone.DANGER)

    def _show(self, checked: PackCheck | None) -> None:
        self.checked = checked
        self.check_button.setEnabled(bool(self.folder.text().strip()))
        self.problem.clear()
        self._result.setVisible(checked is not None)
        self._group.setExclusive(False)
        self.commercial.setChecked(False)
        self.research.setChecked(False)
        self._group.setExclusive(True)
        if checked is not None:
            self.facts.show_pack(checked.info)
            self.enrol_again.say(enrol_again_words(checked.enrol_again), Tone.ATTENTION)
        self._tell_use()

    def _tell_use(self) -> None:
        """Whether the licence allows the use that was stated; without an answer nothing can be chosen."""
        checked = self.checked
        if checked is None:
            return
        licence, refused = checked.info.licence, ""
        if self.commercial.isChecked() and not licence.commercial_use:
            refused = self.tr("Their licence does not allow commercial use.")
        unusable = licence.kind is LicenceKind.UNKNOWN
        self.refused.setText(refused)
        self.refused.setVisible(bool(refused))
        self.use.setEnabled(self._group.checkedButton() is not None and not refused and not unusable)

    def _use(self) -> None:
        if self.checked is not None:
            self.wanted.emit(self.checked, self.commercial.isChecked())
