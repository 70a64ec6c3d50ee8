"""The operators of the demo site: one for each role, and the furnishing done as one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from desktop.domain.operators import OperatorDraft
from desktop.domain.permissions import Role
from desktop.services.site import SampleOperator

if TYPE_CHECKING:
    from desktop.services.desk import Desk

_log = structlog.get_logger("desktop.demo")

ALL_ROLES = OperatorDraft("Dana Demo", "dana", "harbour-kettle-92-moss", frozenset(Role))
GUARD = OperatorDraft("Gil Demo", "gil", "lantern-orchid-57-tram", frozenset({Role.GUARD}))
OFFICER = OperatorDraft("Ova Demo", "ova", "meadow-piano-31-cobalt", frozenset({Role.OFFICER}))
SAMPLES = tuple(SampleOperator(one.login, one.password, one.roles) for one in (GUARD, OFFICER, ALL_ROLES))


def sign_in(desk: Desk) -> None:
    """The operator of all roles, as from the lock screen. Raises SignInFailed where the password was changed."""
    desk.access.sign_in(ALL_ROLES.login, ALL_ROLES.password)


@contextmanager
def as_operator(desk: Desk) -> Iterator[None]:
    """Somebody of all roles is signed in, and signed out at the end. Makes the operators the first time."""
    fresh = desk.access.first_needed
    if fresh:
        desk.operators.create_first(ALL_ROLES)
    sign_in(desk)
    try:
        if fresh:
            for draft in (GUARD, OFFICER):
                desk.operators.add(draft)
            _log.info("demo_operators_added")
        yield
    finally:
        desk.access.sign_out()
