"""Operators of each role at a desk, and a clock that tests can move."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from desktop.domain.ids import OperatorId
from desktop.domain.permissions import Role
from desktop.services.access import Access
from desktop.services.desk import Desk
from desktop.services.operators import OperatorDraft
from tests.helpers.desks import LOGIN, PASSWORD

SECOND_PASSWORD = "copper-lagoon-hermit-4"


@dataclass
class Clock:
    """Both clocks of a computer: `pass_by` moves both, `set` only the one that can be set."""

    wall: datetime = field(default_factory=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))
    mono: float = 1000.0

    def pass_by(self, time: timedelta) -> None:
        self.wall += time
        self.mono += time.total_seconds()

    def set(self, by: timedelta) -> None:
        self.wall += by

    def install(self, access: Access) -> None:
        """Let a running desk live by this clock. It goes on from the computer's own, which counts from its start: in a
        session that is open already no time may seem to have passed."""
        self.mono = access._monotonic()
        access._clock, access._monotonic = lambda: self.wall, lambda: self.mono
        access.authenticator._clock, access.authenticator._monotonic = access._clock, access._monotonic


def add_operator(desk: Desk, login: str, *roles: Role, password: str = SECOND_PASSWORD) -> OperatorId:
    """By whoever is signed in, who must be an administrator."""
    return desk.operators.add(OperatorDraft(f"{login.title()} Sample", login, password, frozenset(roles)))


def sign_in_as(desk: Desk, *roles: Role) -> OperatorId:
    """Somebody of just these roles is at the desk; made by the operator of all roles if need be."""
    login = "".join(sorted(roles))
    desk.access.sign_in(LOGIN, PASSWORD)
    known = {one.login: one.id for one in desk.operators.list()}
    if login not in known:
        add_operator(desk, login, *roles)
    desk.access.sign_in(login, SECOND_PASSWORD)
    return desk.access.operator_id
