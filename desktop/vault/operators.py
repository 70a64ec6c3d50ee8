"""Operators: their roles and state in the open, their name, login name and password hash sealed under their own key."""

from __future__ import annotations

import json
from builtins import list as List  # noqa: N812 - `list` is a method here
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select, update

from desktop.domain.ids import OperatorId, random_id
from desktop.domain.operators import Operator, OperatorState
from desktop.domain.permissions import Role
from desktop.vault.engine import Drafts
from desktop.vault.errors import LastAdministrator, LoginTaken, OperatorsExist, OperatorUnknown
from desktop.vault.operator_models import OperatorRow
from desktop.vault.records import utc_now
from desktop.vault.room import Room

TABLE = "operators"
Check = Callable[[List[Operator]], None]
"""Looks at all active operators as they would be, inside the transaction; what it raises undoes the change."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signing in is checked against."""

    operator: Operator
    phc: str = field(repr=False)
    failures: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class NewOperator:
    """`login` in the form that is compared (domain/operators.py:clean_login)."""

    name: str = field(repr=False)
    login: str = field(repr=False)
    phc: str = field(repr=False)
    roles: frozenset[Role]


class OperatorRepository:
    """For any thread but the GUI's; those that write return when the change is durable."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def exist(self) -> bool:
        """Whether there was ever an operator: then only an operator may add another."""
        return bool(self._room.store.read(lambda c: c.scalar(select(func.count()).select_from(OperatorRow))))

    def list(self) -> List[Operator]:
        """All, the removed too, oldest first."""
        return [found.operator for found in self._room.store.read(self._all)]

    def get(self, operator_id: OperatorId) -> Credentials:
        """Raises OperatorUnknown."""
        return self._room.store.read(lambda c: self._one(c, operator_id))

    def find(self, login: str) -> Credentials | None:
        """The active operator of that login name. Opens everybody's fields, so that it always takes as long."""
        return _of_login(self._room.store.read(self._all), login)

    def add(
        self, new: NewOperator, *, first: bool = False, operator_id: OperatorId | None = None, audit: Drafts = ()
    ) -> OperatorId:
        """Raises LoginTaken; with `first`, OperatorsExist unless there never was an operator.

        `operator_id`: a fresh random id, for whoever has to name it in `audit`.
        """
        room, operator_id = self._room, operator_id or OperatorId(random_id())

        def work(connection: Connection) -> None:
            row = {"id": operator_id, "roles": _stored(new.roles), "state": OperatorState.ACTIVE.value}
            sealed = self._seal(operator_id, new.name, new.login, new.phc)
            connection.execute(insert(OperatorRow).values(**row, created_at=utc_now(), failures=0, sealed=sealed))

        def task() -> None:
            # In the writer's thread nothing comes between these checks and the change.
            known = room.store.read(self._all)
            if first and known:
                raise OperatorsExist
            if _of_login(known, new.login) is not None:
                raise LoginTaken
            room.sealer.create([operator_id])
            room.store.transact(work, audit=audit)

        room.store.call(task)
        return operator_id

    def set_roles(self, operator_id: OperatorId, roles: Collection[Role], check: Check, *, audit: Drafts = ()) -> None:
        """Raises OperatorUnknown, LastAdministrator, what `check` raises."""
        self._change(operator_id, check, audit, roles=_stored(roles))

    def remove(self, operator_id: OperatorId, check: Check, *, audit: Drafts = ()) -> None:
        """No more signing in; the row stays for the audit log. Raises as `set_roles`."""
        self._change(operator_id, check, audit, state=OperatorState.REMOVED.value)

    def set_password(self, operator_id: OperatorId, phc: str, *, audit: Drafts = ()) -> None:
        """Ends a delay, too. Raises OperatorUnknown."""

        def work(connection: Connection) -> None:
            known = self._active(connection, operator_id).operator
            sealed = self._seal(operator_id, known.name, known.login, phc)
            self._set(connection, operator_id, sealed=sealed, failures=0, locked_until=None)

        self._room.store.write(work, audit=audit).result()

    def note_tries(
        self, operator_id: OperatorId, failures: int, locked_until: datetime | None, *, audit: Drafts = ()
    ) -> None:
        """How many tries in a row have failed, and until when no other counts."""

        def work(connection: Connection) -> None:
            self._set(connection, operator_id, failures=failures, locked_until=locked_until)

        self._room.store.write(work, audit=audit).result()

    def _change(self, operator_id: OperatorId, check: Check, audit: Drafts, **values: object) -> None:
        def work(connection: Connection) -> None:
            self._active(connection, operator_id)
            self._set(connection, operator_id, **values)
            left = [one.operator for one in self._all(connection) if one.operator.state is OperatorState.ACTIVE]
            if not any(Role.ADMINISTRATOR in one.roles for one in left):
                raise LastAdministrator
            check(left)

        self._room.store.write(work, audit=audit).result()

    @staticmethod
    def _set(connection: Connection, operator_id: OperatorId, **values: object) -> None:
        connection.execute(update(OperatorRow).where(OperatorRow.id == operator_id).values(**values))

    def _active(self, connection: Connection, operator_id: OperatorId) -> Credentials:
        found = self._one(connection, operator_id)
        if found.operator.state is not OperatorState.ACTIVE:
            raise OperatorUnknown
        return found

    def _one(self, connection: Connection, operator_id: OperatorId) -> Credentials:
        for found in self._all(connection):
            if found.operator.id == operator_id:
                return found
        raise OperatorUnknown

    def _all(self, connection: Connection) -> List[Credentials]:
        kind = OperatorRow
        columns = (kind.id, kind.roles, kind.state, kind.created_at, kind.failures, kind.locked_until, kind.sealed)
        found = connection.execute(select(*columns).order_by(kind.created_at))
        return [self._credentials(row) for row in found if row.id not in self._room.gone]

    def _credentials(self, row: Row[str, List[str], str, datetime, int, datetime | None, bytes]) -> Credentials:
        fields = json.loads(self._room.sealer.open(TABLE, row.id, row.id, row.sealed))
        roles = frozenset(Role(role) for role in row.roles)
        state = OperatorState(row.state)
        operator = Operator(OperatorId(row.id), fields["name"], fields["login"], roles, state, row.created_at)
        return Credentials(operator, fields["hash"], row.failures, row.locked_until)

    def _seal(self, operator_id: OperatorId, name: str, login: str, phc: str) -> bytes:
        plain = json.dumps({"name": name, "login": login, "hash": phc}, ensure_ascii=False).encode()
        return self._room.sealer.seal(TABLE, operator_id, operator_id, plain)


def _stored(roles: Iterable[Role]) -> List[str]:
    return sorted(role.value for role in roles)


def _of_login(known: Iterable[Credentials], login: str) -> Credentials | None:
    active = (one for one in known if one.operator.state is OperatorState.ACTIVE)
    return next((one for one in active if one.operator.login == login), None)
