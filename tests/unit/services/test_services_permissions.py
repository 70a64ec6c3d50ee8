"""Every use case of an open desk asks who is at it before it does anything: found by looking, not by a list."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest

from desktop.domain.permissions import PERMISSIONS, Permission, Role, TwoPersonAct
from desktop.services.access import Access
from desktop.services.desk import Desk
from desktop.services.errors import NotPermitted, NotSignedIn, ScreenLocked
from tests.helpers.operators import sign_in_as

# What answers with nothing instead of refusing; see the test at the end.
QUIET = {"people.name_of", "live.name_of", "live.presenter", "live.newest_frame", "coach.covered"}
# The program's own work, and what is shown to everybody: states and configured cameras, never a person.
NOBODYS = {
    "live.start",
    "live.stop",
    "live.close",
    "live.restart",
    "live.camera_saved",
    "live.camera_removed",
    "live.cameras",
    "live.camera_name",
    "live.status",
    "live.stats",
    "live.reset_stats",
    "live.views",
    "erasures.finish",
    "erasures.carry_out",
    "bulk_erasures.finish",
    "withdrawals.finish",
    "retention.believed",
    "retention.tend",
    "renewals.record_expired",
    "renewals.remind",
    "requests.remind",
    "audit.report_break",
    "audit.tend",
    "capture.tend",
    "health.report",
    "health.clear",
    "health.problems",
    "hub.publish",
    "hub.subscribe",
}
# Need a session, or are of a desk's set-up and refuse once that is done; tested by themselves.
OF_SESSIONS = {
    "operators.create_first",
    "operators.change_own_password",
    "approvals.demand",
    "approvals.spending",
    "controller.begin_with",
    "backup.acting_as",
}
ARGUMENTS: dict[str, tuple[object, ...]] = {
    "approvals.request": (TwoPersonAct.ERASURE, "00000000-0000-0000-0000-000000000000"),
}
KEYWORDS: dict[str, dict[str, object]] = {"settings.change": {"analysis_fps": 5.0}}


class Demanded(Exception):
    def __init__(self, permissions: Collection[Permission]) -> None:
        self.permissions = frozenset(permissions)


def use_cases(desk: Desk) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Public methods of everything a desk offers, but for `access` itself."""
    for name, service in vars(desk).items():
        if name.startswith("_") or name == "access" or not type(service).__module__.startswith("desktop.services"):
            continue
        for method, _ in inspect.getmembers(type(service), inspect.isfunction):
            if not method.startswith("_"):
                yield f"{name}.{method}", getattr(service, method)


def call(name: str, method: Callable[..., Any]) -> object:
    needed = [
        None
        for parameter in inspect.signature(method).parameters.values()
        if parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    only_keywords = {
        parameter.name: None
        for parameter in inspect.signature(method).parameters.values()
        if parameter.default is parameter.empty and parameter.kind is parameter.KEYWORD_ONLY
    }
    keywords = {**only_keywords, **KEYWORDS.get(name, {})}
    if name == "enrolment.enrol":
        needed[2:] = [()]  # type: ignore[list-item]
    if name == "capture.enrol":
        needed[1:] = [()]  # type: ignore[list-item]
    return method(*ARGUMENTS.get(name, tuple(needed)), **keywords)


def demanded(desk: Desk, name: str, monkeypatch: pytest.MonkeyPatch) -> frozenset[Permission]:
    """What a use case asks for before it does anything else."""

    def one(_self: Access, permission: Permission, *_rest: object) -> None:
        raise Demanded((permission,))

    def several(_self: Access, permissions: Collection[Permission]) -> None:
        raise Demanded(permissions)

    with monkeypatch.context() as patch:
        patch.setattr(Access, "demand", one)
        patch.setattr(Access, "demand_confirmed", one)
        patch.setattr(Access, "demand_any", several)
        with pytest.raises(Demanded) as raised:
            call(name, dict(use_cases(desk))[name])
    return raised.value.permissions


def guarded(desk: Desk) -> list[tuple[str, Callable[..., Any]]]:
    return [(name, method) for name, method in use_cases(desk) if name not in QUIET | NOBODYS | OF_SESSIONS]


def test_every_use_case_demands_before_it_does_anything(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    found = dict(use_cases(desk))
    assert len(guarded(desk)) > 30
    assert found.keys() >= QUIET | NOBODYS | OF_SESSIONS, "what is left out by name must still be there"
    for name, _ in guarded(desk):
        assert demanded(desk, name, monkeypatch), name


@pytest.mark.parametrize("role", Role)
def test_each_role_is_refused_what_the_table_does_not_give(
    desk: Desk, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = {name: demanded(desk, name, monkeypatch) for name, _ in guarded(desk)}
    sign_in_as(desk, role)
    refused = [(name, method) for name, method in guarded(desk) if not needs[name] & PERMISSIONS[role]]
    assert refused
    for name, method in refused:
        with pytest.raises(NotPermitted):
            pytest.fail(f"{name} let {role} in: {call(name, method)!r}")
    for permissions in needs.values():
        if permissions & PERMISSIONS[role]:
            desk.access.demand_any(permissions)


def test_nobody_is_refused_everything(desk: Desk) -> None:
    desk.access.lock()
    everything = [*guarded(desk), ("operators.change_own_password", desk.operators.change_own_password)]
    for name, method in everything:
        with pytest.raises(ScreenLocked):
            call(name, method)
    desk.access.sign_out()
    for name, method in everything:
        with pytest.raises(NotSignedIn):
            call(name, method)


def test_what_shows_less_instead_of_failing_shows_nothing_to_other_eyes(desk: Desk) -> None:
    quiet = [(name, method) for name, method in use_cases(desk) if name in QUIET]
    sign_in_as(desk, Role.ADMINISTRATOR)
    assert [call(name, method) for name, method in quiet] == [None] * len(QUIET)
    desk.access.sign_out()
    assert [call(name, method) for name, method in quiet] == [None] * len(QUIET)
