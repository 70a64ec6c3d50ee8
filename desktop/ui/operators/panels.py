"""The parts of the page Operators: the list, the sessions, what takes two people, and what waits for agreement."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import PersonId
from desktop.domain.operators import Approval, Operator, OperatorSession, OperatorState
from desktop.domain.permissions import TwoPersonAct
from desktop.services.desk import Desk
from desktop.ui import texts
from desktop.ui.access.confirm import run_confirmed
from desktop.ui.errors import error_text
from desktop.ui.operators.dialogs import AddOperatorDialog, PasswordDialog, RolesDialog
from desktop.ui.operators.model import RowsModel, table
from desktop.ui.widgets.basic import button, column, frame, label, row
from desktop.ui.widgets.check import CheckLine
from desktop.ui.widgets.dialog import Confirm
from desktop.ui.widgets.notice import Notice, Tone


class Panel(QWidget):
    """Reads in a worker when it is shown and after `reload`; says what went wrong above its content."""

    def __init__(self, desk: Desk, tasks: TaskRunner) -> None:
        super().__init__()
        self._desk = desk
        self._tasks = tasks
        self.notice = Notice()

    def reload(self) -> None:
        raise NotImplementedError

    def complain(self, error: ConsentryError) -> None:
        self.notice.say(error_text(error).whole, Tone.ATTENTION)


class OperatorList(Panel):
    def __init__(self, desk: Desk, tasks: TaskRunner) -> None:
        super().__init__(desk, tasks)
        headers = (self.tr("Name"), self.tr("Sign-in name"), self.tr("Since"), self.tr("State"), self.tr("Roles"))
        self.model: RowsModel[Operator] = RowsModel(
            headers, self._cells, lambda one: one.state is OperatorState.REMOVED, self
        )
        self.table = table(self.model, self.tr("Operators"), (230, 150, 130, 110))
        self.add = button(self.tr("Add operator"), self._add, look="primary", icon="add")
        self.roles = button(self.tr("Roles"), self._change_roles, icon="edit")
        self.password = button(self.tr("Set a new password"), self._set_password, icon="key")
        self.remove = button(self.tr("Remove"), self._ask_remove, look="danger", icon="remove")
        tools = row(self.roles, self.password, self.remove, None, self.add, gap=10)
        body = column(self.notice, tools, self.table, gap=12)
        body.setStretch(2, 1)
        self.setLayout(body)
        self.table.selectionModel().currentChanged.connect(lambda _now, _before: self._follow())
        self._follow()

    def _cells(self, one: Operator) -> Sequence[str]:
        state = self.tr("Active") if one.state is OperatorState.ACTIVE else self.tr("Removed")
        return one.name, one.login, texts.day(one.created_at), state, texts.roles(one.roles)

    @property
    def chosen(self) -> Operator | None:
        """The selected operator, if they are still one."""
        index = self.table.currentIndex()
        if not index.isValid():
            return None
        found = self.model.rows[index.row()]
        return found if found.state is OperatorState.ACTIVE else None

    def reload(self) -> None:
        self._tasks.run(lambda _: self._desk.operators.list(), self._show, self.complain, owner=self)

    def _show(self, operators: list[Operator]) -> None:
        line = max(0, self.table.currentIndex().row())
        self.model.set_rows(operators)
        self.table.selectRow(min(line, len(operators) - 1))
        self._follow()

    def _follow(self) -> None:
        for one in (self.roles, self.password, self.remove):
            one.setEnabled(self.chosen is not None)

    def _add(self) -> None:
        AddOperatorDialog(self._desk, self._tasks, self.window()).open()

    def _change_roles(self) -> None:
        if self.chosen is not None:
            RolesDialog(self._desk, self._tasks, self.chosen, self.window()).open()

    def _set_password(self) -> None:
        if self.chosen is not None:
            PasswordDialog(self._desk, self._tasks, self.chosen, self.window()).open()

    def _ask_remove(self) -> None:
        operator = self.chosen
        if operator is None:
            return
        Confirm(
            self.window(),
            title=self.tr("Remove operator"),
            question=self.tr("Remove {name}?").format(name=operator.name),
            points=[
                self.tr("They cannot sign in any more; a session of theirs ends at once."),
                self.tr("Their name stays readable as long as the audit log holds entries of theirs."),
            ],
            act=self.tr("Remove"),
            on_yes=lambda: self._remove(operator),
        ).open()

    def _remove(self, operator: Operator) -> None:
        self.notice.clear()
        run_confirmed(
            self._desk.access,
            self._tasks,
            lambda: self._desk.operators.remove(operator.id),
            lambda _: None,
            self.complain,
            window=self,
        )


class SessionList(Panel):
    def __init__(self, desk: Desk, tasks: TaskRunner) -> None:
        super().__init__(desk, tasks)
        self._names: dict[str, str] = {}
        headers = (self.tr("Operator"), self.tr("Signed in"), self.tr("Last seen"), self.tr("End"))
        self.model: RowsModel[OperatorSession] = RowsModel(
            headers, self._cells, lambda one: one.ended_at is not None, self
        )
        self.table = table(self.model, self.tr("Sessions, newest first"), (230, 200, 200))
        body = column(self.notice, self.table, gap=12)
        body.setStretch(1, 1)
        self.setLayout(body)

    def _cells(self, one: OperatorSession) -> Sequence[str]:
        end = texts.session_end(one.end) if one.end is not None else self.tr("Still signed in")
        return self._names.get(one.operator_id, ""), texts.moment(one.started_at), texts.moment(one.last_at), end

    def reload(self) -> None:
        operators = self._desk.operators
        self._tasks.run(lambda _: (operators.list(), operators.sessions()), self._show, self.complain, owner=self)

    def _show(self, found: tuple[list[Operator], list[OperatorSession]]) -> None:
        operators, sessions = found
        self._names = {one.id: one.name for one in operators}
        self.model.set_rows(sessions)


class TwoPersonRules(Panel):
    def __init__(self, desk: Desk, tasks: TaskRunner) -> None:
        super().__init__(desk, tasks)
        self.lines: dict[TwoPersonAct, CheckLine] = {}
        self._counts = {act: label("", "small") for act in TwoPersonAct}
        lead = label(
            self.tr(
                "These actions can take two people: one asks, another with the same permission agrees, at the same "
                "desk or later. Withdrawing consent never waits for anybody."
            ),
            "muted",
            wrap=True,
        )
        inside = column(lead, 4, gap=14, margins=(20, 20, 20, 20))
        for act in TwoPersonAct:
            line = CheckLine(texts.act(act))
            line.box.clicked.connect(lambda on, act=act: self._want(act, on))
            self.lines[act] = line
            inside.addLayout(row(line, self._counts[act], gap=12))
        card = frame("card", inside)
        card.setMaximumWidth(720)
        self.setLayout(column(self.notice, card, None, gap=12))

    def reload(self) -> None:
        self._tasks.run(lambda _: self._desk.approvals.eligible(), self._show, self.complain, owner=self)

    def _show(self, eligible: dict[TwoPersonAct, int]) -> None:
        for act, line in self.lines.items():
            line.box.setChecked(act in self._desk.approvals.wanted)
            words = self.tr("operators who could take part: {count}").format(count=eligible[act])
            self._counts[act].setText(words)
            line.box.setAccessibleDescription(words)

    def _want(self, act: TwoPersonAct, on: bool) -> None:
        self.notice.clear()
        run_confirmed(
            self._desk.access,
            self._tasks,
            lambda: self._desk.approvals.want(act, on),
            lambda _: self.reload(),
            self._on_refused,
            window=self,
        )

    def _on_refused(self, error: ConsentryError) -> None:
        self.reload()
        self.complain(error)


class ApprovalQueue(Panel):
    waiting = Signal(int)  # how many wait

    def __init__(self, desk: Desk, tasks: TaskRunner) -> None:
        super().__init__(desk, tasks)
        headers = (self.tr("Action"), self.tr("About"), self.tr("Asked"), self.tr("By"))
        self.model: RowsModel[Approval] = RowsModel(headers, self._cells, self._own, self)
        self.table = table(self.model, self.tr("What waits for a second person"), (240, 300, 200))
        self.agree = button(self.tr("Agree"), lambda: self._decide(True), look="primary", icon="check")
        self.refuse = button(self.tr("Refuse"), lambda: self._decide(False), icon="close")
        self._hint = label("", "small", wrap=True)
        tools = row(self._hint, self.refuse, self.agree, gap=10)
        tools.setStretch(0, 1)
        body = column(self.notice, tools, self.table, gap=12)
        body.setStretch(2, 1)
        self.setLayout(body)
        self.table.selectionModel().currentChanged.connect(lambda _now, _before: self._follow())
        self._follow()

    def _cells(self, one: Approval) -> Sequence[str]:
        about = one.object_id[:8]
        if one.act is TwoPersonAct.ERASURE:
            about = self._desk.people.name_of(PersonId(one.object_id)) or about
        by = self.tr("You") if self._own(one) else self.tr("A colleague")
        return texts.act(one.act), about, texts.moment(one.requested_at), by

    def _own(self, one: Approval) -> bool:
        session = self._desk.access.current
        return session is not None and one.requested_by == session.operator_id

    @property
    def chosen(self) -> Approval | None:
        index = self.table.currentIndex()
        return self.model.rows[index.row()] if index.isValid() else None

    def reload(self) -> None:
        self._tasks.run(lambda _: self._desk.approvals.pending(), self._show, self.complain, owner=self)

    def _show(self, waiting: list[Approval]) -> None:
        self.model.set_rows(waiting)
        if waiting:
            self.table.selectRow(0)
        self.waiting.emit(len(waiting))
        self._follow()

    def _follow(self) -> None:
        one = self.chosen
        able = one is not None and not self._own(one)
        self.agree.setEnabled(able)
        self.refuse.setEnabled(able)
        if one is None:
            self._hint.setText(self.tr("Nothing waits for a second person."))
        else:
            own = self.tr("You asked for this yourself: a colleague has to agree.")
            self._hint.setText(own if self._own(one) else self.tr("Look at what it is about before you agree."))

    def _decide(self, agreed: bool) -> None:
        one = self.chosen
        if one is None:
            return
        self.notice.clear()
        self._tasks.run(
            lambda _: self._desk.approvals.decide(one.id, agreed), lambda _: self.reload(), self.complain, owner=self
        )
