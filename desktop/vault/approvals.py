"""Wishes for a second person's agreement, and what became of them."""

from __future__ import annotations

from builtins import list as List  # noqa: N812 - `list` is a method here
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from desktop.domain.ids import ApprovalId, OperatorId, random_id
from desktop.domain.operators import Approval, ApprovalState
from desktop.domain.permissions import TwoPersonAct
from desktop.vault.engine import Drafts
from desktop.vault.errors import ApprovalGone
from desktop.vault.operator_models import ApprovalRow
from desktop.vault.records import utc_now
from desktop.vault.reserve import Reserve
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

    def agreed(self, act: TwoPersonAct, object_id: str, by: OperatorId, at: datetime) -> ApprovalId | None:
        """An agreement that `by` asked for, that nobody has used and that still counts at `at`."""

        def counts(one: Approval) -> bool:
            return (one.act, one.object_id, one.requested_by) == (act, object_id, by) and one.valid(at)

        return next((one.id for one in self.list(ApprovalState.APPROVED) if counts(one)), None)

    def use(self, approvals: Sequence[ApprovalId], *, audit: Drafts = ()) -> None:
        """Spend agreements: all of them, or ApprovalGone where one is not there any more."""
        work = _turned(approvals, ApprovalState.APPROVED, ApprovalState.USED)
        self._room.store.write(work, audit=audit).result()

    def give_back(self, approvals: Sequence[ApprovalId], *, audit: Drafts = ()) -> None:
        """What they were spent for did not happen: they count again, on a full disk, too."""
        work = _turned(approvals, ApprovalState.USED, ApprovalState.APPROVED)
        with Reserve(self._room) as reserve:
            reserve.run(lambda: self._room.store.write(work, audit=audit).result())

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


def _turned(
    approvals: Sequence[ApprovalId], before: ApprovalState, after: ApprovalState
) -> Callable[[Connection], None]:
    """Work for the writer. Raises ApprovalGone unless each of them is in the state `before`."""
    chosen = update(ApprovalRow).where(ApprovalRow.id.in_(approvals), ApprovalRow.state == before.value)

    def work(connection: Connection) -> None:
        if connection.execute(chosen.values(state=after.value)).rowcount != len(approvals):
            raise ApprovalGone

    return work
