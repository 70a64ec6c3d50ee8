"""Sessions: signing in, locking in time, delays after failures, and what ends a session."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.operators import SessionEnd
from desktop.domain.permissions import Permission, Role
from desktop.services.access import CONFIRM_WITHIN
from desktop.services.desk import Desk
from desktop.services.errors import NotConfirmed, NotPermitted, NotSignedIn, ScreenLocked, SignInFailed, SignInWait
from desktop.services.hub import SessionChanged
from tests.helpers.desks import LOGIN, PASSWORD, Heard, open_desk
from tests.helpers.operators import SECOND_PASSWORD, Clock, add_operator, sign_in_as
from tests.helpers.vaults import MemoryKeyStore


@pytest.fixture
def clock(desk: Desk) -> Clock:
    made = Clock(wall=datetime.now().astimezone())
    made.install(desk.access)
    desk.access.sign_out()
    desk.access.sign_in(LOGIN, PASSWORD)
    return made


def ends(desk: Desk) -> list[SessionEnd | None]:
    """How the sessions ended, newest first, once everything is written."""
    desk._vault.write(lambda _: None).result()
    return [session.end for session in desk._vault.operator_sessions.list()]


def fail(desk: Desk, times: int, login: str = LOGIN) -> SignInFailed:
    for _ in range(times):
        with pytest.raises(SignInFailed) as failed:
            desk.access.sign_in(login, "not the password")
    return failed.value


def test_the_name_is_typed_in_any_case_and_both_must_be_right(desk: Desk) -> None:
    desk.access.sign_out()
    assert desk.access.current is None
    for login, password in ((LOGIN, PASSWORD + "x"), ("nobody", PASSWORD), ("", PASSWORD)):
        with pytest.raises(SignInFailed):
            desk.access.sign_in(login, password)
    session = desk.access.sign_in(f" {LOGIN.upper()} ", PASSWORD)
    assert session.roles == frozenset(Role)
    assert "Robin" not in repr(session)


def test_an_idle_screen_locks_by_itself_after_five_minutes(desk: Desk, clock: Clock) -> None:
    heard = Heard(desk)
    clock.pass_by(timedelta(minutes=4, seconds=59))
    desk.access.touch()
    clock.pass_by(timedelta(minutes=4, seconds=59))
    desk.access.demand(Permission.PEOPLE)
    clock.pass_by(timedelta(seconds=1))
    with pytest.raises(ScreenLocked):
        desk.access.demand(Permission.PEOPLE)
    assert heard.of(SessionChanged)
    session = desk.access.current
    assert session is not None
    assert session.locked
    assert not session.may(Permission.PEOPLE)
    desk.access.unlock(PASSWORD)
    desk.access.demand(Permission.PEOPLE)


def test_a_guard_has_fifteen_minutes(desk: Desk, clock: Clock) -> None:
    sign_in_as(desk, Role.GUARD)
    clock.pass_by(timedelta(minutes=14))
    desk.access.demand(Permission.LIVE)
    clock.pass_by(timedelta(minutes=1))
    assert not desk.access.allows(Permission.LIVE)


@pytest.mark.parametrize("asleep", [True, False])
def test_a_computer_that_slept_or_whose_clock_was_set_back_locks_all_the_same(
    desk: Desk, clock: Clock, asleep: bool
) -> None:
    if asleep:  # the clock that cannot be set stood still
        clock.set(timedelta(hours=3))
    else:
        clock.pass_by(timedelta(minutes=6))
        clock.set(timedelta(days=-1))
    with pytest.raises(ScreenLocked):
        desk.access.demand(Permission.PEOPLE)


def test_no_session_lasts_longer_than_twelve_hours(desk: Desk, clock: Clock) -> None:
    for _ in range(12 * 15 - 1):
        clock.pass_by(timedelta(minutes=4))
        desk.access.touch()
    desk.access.demand(Permission.PEOPLE)
    clock.pass_by(timedelta(minutes=4))
    with pytest.raises(NotSignedIn):
        desk.access.demand(Permission.PEOPLE)
    assert ends(desk)[0] is SessionEnd.TOO_LONG


def test_the_third_failure_costs_time_and_a_right_password_does_not_help_meanwhile(desk: Desk, clock: Clock) -> None:
    assert fail(desk, 2).seconds == 0
    assert fail(desk, 1).seconds == 5
    with pytest.raises(SignInWait) as waits:
        desk.access.sign_in(LOGIN, PASSWORD)
    assert waits.value.seconds == 5
    clock.pass_by(timedelta(seconds=5.1))
    assert fail(desk, 1).seconds == 10
    clock.pass_by(timedelta(seconds=10.1))
    desk.access.sign_in(LOGIN, PASSWORD)
    assert fail(desk, 1).seconds == 0, "a right password forgives"


def test_a_name_that_nobody_has_is_treated_alike(desk: Desk, clock: Clock) -> None:
    assert [fail(desk, 1, "nobody").seconds for _ in range(3)] == [0, 0, 5]
    with pytest.raises(SignInWait):
        desk.access.sign_in("nobody", PASSWORD)


def test_setting_the_clock_in_either_direction_changes_nothing_of_the_delay(desk: Desk, clock: Clock) -> None:
    fail(desk, 3)
    for by in (timedelta(days=-300), timedelta(days=600)):
        clock.set(by)
        with pytest.raises(SignInWait) as waits:
            desk.access.sign_in(LOGIN, PASSWORD)
        assert waits.value.seconds <= 5
    clock.pass_by(timedelta(seconds=5.1))
    desk.access.sign_in(LOGIN, PASSWORD)


@pytest.mark.parametrize("set_back", [timedelta(), timedelta(days=-400)])
def test_the_delay_outlives_a_restart(vault_folder: Path, keystore: MemoryKeyStore, set_back: timedelta) -> None:
    clock = Clock()
    with open_desk(vault_folder, keystore) as desk:
        clock.install(desk.access)
        fail(desk, 3)
        clock.pass_by(timedelta(seconds=5.1))
        fail(desk, 1)
    with open_desk(vault_folder, keystore, staffed=False) as desk:
        clock.mono = 3.0
        clock.set(set_back)
        clock.install(desk.access)
        with pytest.raises(SignInWait) as waits:
            desk.access.sign_in(LOGIN, PASSWORD)
        assert waits.value.seconds == 10
        clock.pass_by(timedelta(seconds=10.1))
        desk.access.sign_in(LOGIN, PASSWORD)


def test_a_dangerous_act_needs_a_password_typed_lately(desk: Desk, clock: Clock) -> None:
    desk.access.demand_confirmed(Permission.OPERATORS)
    clock.pass_by(CONFIRM_WITHIN + timedelta(seconds=1))
    with pytest.raises(NotConfirmed):
        desk.access.demand_confirmed(Permission.OPERATORS)
    with pytest.raises(SignInFailed):
        desk.access.confirm("not the password")
    desk.access.confirm(PASSWORD)
    desk.access.demand_confirmed(Permission.OPERATORS)
    sign_in_as(desk, Role.GUARD)
    with pytest.raises(NotPermitted):
        desk.access.demand_confirmed(Permission.OPERATORS)


def test_another_operator_at_a_locked_screen_ends_the_first_ones_session(desk: Desk) -> None:
    add_operator(desk, "sam", Role.OFFICER)
    desk.access.lock()
    session = desk.access.sign_in("sam", SECOND_PASSWORD)
    assert session.roles == {Role.OFFICER}
    assert ends(desk) == [None, SessionEnd.SWITCHED]
    desk.access.sign_out()
    assert ends(desk)[0] is SessionEnd.SIGNED_OUT
    with pytest.raises(NotSignedIn):
        desk.access.unlock(SECOND_PASSWORD)


def test_sessions_end_with_the_program_and_what_a_kill_left_is_ended_at_the_next_start(
    vault_folder: Path, keystore: MemoryKeyStore
) -> None:
    with open_desk(vault_folder, keystore) as desk:
        pass
    with open_desk(vault_folder, keystore) as desk:
        assert ends(desk) == [None, SessionEnd.CLOSED]
        desk.access._stay = None  # as after a kill: nobody ended it
    with open_desk(vault_folder, keystore) as desk:
        assert ends(desk) == [None, SessionEnd.LOST, SessionEnd.CLOSED]


def test_coming_and_going_is_in_the_audit_log_without_a_name(desk: Desk, clock: Clock) -> None:
    fail(desk, 1)
    fail(desk, 1, "nobody")
    desk.access.lock()
    desk.access.unlock(PASSWORD)
    operator_id = desk.access.operator_id
    desk.access.sign_out()
    desk.access.sign_in(LOGIN, PASSWORD)
    entries = desk._vault.audit.list(AuditFilter(), 0, 50)
    found = [entry for entry in reversed(entries) if "log" in entry.action or "lock" in entry.action]
    A = AuditAction  # noqa: N806
    expected = [A.LOGIN, A.LOGOUT, A.LOGIN, A.LOGIN_FAILED, A.LOGIN_FAILED, A.LOCKED, A.LOGIN, A.LOGOUT, A.LOGIN]
    assert [entry.action for entry in found] == expected
    assert found[3].object_id == operator_id
    assert found[4].object_id is None
    assert all(entry.actor == operator_id for entry in found if entry.action != A.LOGIN_FAILED)
    assert "obin" not in repr(entries)
