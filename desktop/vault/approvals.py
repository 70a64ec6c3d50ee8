"""Wishes for a second person's agreement, and what became of them."""

from __future__ import annotations

from builtins import list as List  # noqa: N812 - `list` is a method here
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from desktop.domain.ids import ApprovalId, OperatorId, random_id
from desktop.domain.operators import Approval, ApprovalState
from desktop.domain.permissions import TwoPersonAct
from desktop.vault.engine import Drafts
from desktop.vault.errors import ApprovalGone
from desktop.vault.operator_models import ApprovalRow
from desktop.vault.records import utc_now
from desktop.vault.room import Room


class ApprovalRepository:
    """Those that write return when the change is durable."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def request(self, act: TwoPersonAct, object_id: str, by: OperatorId, *, audit: Drafts = ()) -> ApprovalId:
        """A new wish, or the one that the same person has pending for the same."""

        def work(connection: Connection) -> ApprovalId:
            for known in self._of(connection, ApprovalState.PENDING):
                if (known.act, known.object_id, known.requested_by) == (act, object_id, by) and known.valid(utc_now()):
                    return known.id
            approval_id = ApprovalId(random_id())
            values = {"id": approval_id, "act": act.value, "object_id": object_id, "requested_by": by}
            state = ApprovalState.PENDING.value
            connection.execute(insert(ApprovalRow).values(**values, requested_at=utc_now(), state=state))
            return approval_id

        return self._room.store.write(work, audit=audit).result()

    def list(self, state: ApprovalState) -> List[Approval]:
        """Oldest first."""
        return self._room.store.read(lambda connection: self._of(connection, state))

    def decide(
        self, approval_id: ApprovalId, by: OperatorId, agreed: bool, at: datetime, *, audit: Drafts = ()
    ) -> None:
        """Raises ApprovalGone unless it is pending and somebody else's."""

        def work(connection: Connection) -> None:
            pending = self._of(connection, ApprovalState.PENDING)
            if not any(one.id == approval_id and one.requested_by != by for one in pending):
                raise ApprovalGone
            state = ApprovalState.APPROVED if agreed else ApprovalState.REFUSED
            values = {"state": state.value, "decided_by": by, "decided_at": at}
            connection.execute(update(ApprovalRow).where(ApprovalRow.id == approval_id).values(**values))

        self._room.store.write(work, audit=audit).result()

    def use(self, act: TwoPersonAct, object_id: str, by: OperatorId, at: datetime) -> bool:
        """Spend an agreement that `by` asked for and that still counts at `at`; whether there was one."""

        def work(connection: Connection) -> bool:
            for one in self._of(connection, ApprovalState.APPROVED):
                if (one.act, one.object_id, one.requested_by) == (act, object_id, by) and one.valid(at):
                    spent = update(ApprovalRow).where(ApprovalRow.id == one.id)
                    connection.execute(spent.values(state=ApprovalState.USED.value))
                    return True
            return False

        return self._room.store.write(work).result()

    @staticmethod
    def _of(connection: Connection, state: ApprovalState) -> List[Approval]:
        kind = ApprovalRow
        columns = (kind.id, kind.act, kind.object_id, kind.requested_by, kind.requested_at)
        query = select(*columns, kind.decided_by, kind.decided_at).where(kind.state == state.value)
        return [
            Approval(
                ApprovalId(row.id),
                TwoPersonAct(row.act),
                row.object_id,
                OperatorId(row.requested_by),
                row.requested_at,
                state,
                OperatorId(row.decided_by) if row.decided_by is not None else None,
                row.decided_at,
            )
            for row in connection.execute(query.order_by(kind.requested_at))
        ]
