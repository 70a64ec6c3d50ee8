"""The session in force: who is signed in, whether the screen is locked, and when either ends by itself. No disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from desktop.domain.ids import OperatorId, SessionId
from desktop.domain.operators import SESSION_LIMIT, Moment, lock_after
from desktop.domain.permissions import Permission, Role, permitted


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in, for the window. The name is for the operator's own screen."""

    operator_id: OperatorId
    name: str = field(repr=False)
    roles: frozenset[Role]
    locked: bool

    def may(self, permission: Permission) -> bool:
        return not self.locked and permitted(self.roles, permission)


@dataclass(slots=True)
class Stay:
    """One session, changed only by `services/access.py` under its lock."""

    id: SessionId
    operator_id: OperatorId
    name: str = field(repr=False)
    roles: frozenset[Role]
    began: Moment
    active: Moment
    confirmed: Moment
    stored: Moment
    locked: bool = False

    def signed_in(self) -> SignedIn:
        return SignedIn(self.operator_id, self.name, self.roles, self.locked)

    def over(self, now: Moment) -> bool:
        return now.since(self.began) >= SESSION_LIMIT

    def idle(self, now: Moment) -> bool:
        return now.since(self.active) >= lock_after(self.roles)

    def due(self, now: Moment) -> timedelta:
        """Time left until it locks or ends by itself."""
        left = min(SESSION_LIMIT - now.since(self.began), lock_after(self.roles) - now.since(self.active))
        return max(left, timedelta())
