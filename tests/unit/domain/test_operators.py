"""Delays after failures, locking, and what a set clock cannot do."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.operators import (
    FREE_FAILURES,
    LOCK_AFTER,
    LOCK_AFTER_GUARD,
    LONGEST_DELAY,
    Moment,
    clean_login,
    delay_after,
    lock_after,
    remaining_delay,
)
from desktop.domain.permissions import ACT_PERMISSION, PERMISSIONS, Permission, Role, TwoPersonAct, permitted

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DELAYS = st.timedeltas(timedelta(days=-4000), timedelta(days=4000))


def test_the_first_failures_are_free_then_it_doubles_up_to_five_minutes() -> None:
    seconds = [delay_after(count).total_seconds() for count in range(11)]
    assert seconds == [0, 0, 0, 5, 10, 20, 40, 80, 160, 300, 300]


@given(st.integers(0, 10**9))
def test_a_delay_never_shrinks_and_never_exceeds_five_minutes(failures: int) -> None:
    assert delay_after(failures) <= delay_after(failures + 1) <= LONGEST_DELAY
    assert (delay_after(failures) == timedelta()) is (failures <= FREE_FAILURES)


@given(st.integers(0, 50), DELAYS)
def test_a_clock_set_meanwhile_gives_at_most_the_whole_delay(failures: int, moved: timedelta) -> None:
    until = NOW + delay_after(failures)
    left = remaining_delay(failures, until, NOW + moved)
    assert timedelta() <= left <= delay_after(failures) <= LONGEST_DELAY
    if moved <= timedelta():  # set back: the whole delay again, not less and not more
        assert left == delay_after(failures)


def test_without_a_stored_delay_none_is_left() -> None:
    assert remaining_delay(9, None, NOW) == timedelta()


@given(st.frozensets(st.sampled_from(Role), min_size=1))
def test_only_a_guard_and_nothing_else_has_the_longer_time(roles: frozenset[Role]) -> None:
    assert lock_after(roles) == (LOCK_AFTER_GUARD if roles == {Role.GUARD} else LOCK_AFTER)


@given(DELAYS, st.floats(0, 1e6))
def test_neither_sleep_nor_a_clock_set_back_shortens_time(wall: timedelta, mono: float) -> None:
    gone = Moment(NOW + wall, 10 + mono).since(Moment(NOW, 10))
    assert gone >= wall
    assert gone.total_seconds() >= mono - 1e-5


def test_a_login_name_is_one_word_without_case() -> None:
    assert clean_login("  Robin  Example ") == "robinexample"
    for text, problem in (("", "empty"), (" \u200b ", "empty"), ("x" * 65, "long")):
        with pytest.raises(ValueError, match=problem):
            clean_login(text)


def test_the_administrator_sees_no_persons_data_by_virtue_of_that_role() -> None:
    about_people = PERMISSIONS[Role.GUARD] | PERMISSIONS[Role.OFFICER]
    assert not PERMISSIONS[Role.ADMINISTRATOR] & about_people


def test_the_guard_never_sees_audit_exports_or_everybody() -> None:
    never = {Permission.AUDIT, Permission.EXPORT, Permission.PEOPLE, Permission.ERASE, Permission.ACTIVITY}
    assert not PERMISSIONS[Role.GUARD] & never


def test_every_permission_is_somebodys_and_roles_add_up() -> None:
    for permission in Permission:
        holders = [role for role in Role if permission in PERMISSIONS[role]]
        assert holders, permission
        assert permitted(set(Role), permission)
        assert not permitted(set(), permission)
    assert set(ACT_PERMISSION) == set(TwoPersonAct)
    assert Permission.WITHDRAW not in ACT_PERMISSION.values()
