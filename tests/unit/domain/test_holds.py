"""What a legal hold may be, and when it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.holds import LONGEST, Hold
from desktop.domain.ids import HoldId, OperatorId, PersonId
from desktop.domain.retention import Kept

AT = datetime(2026, 3, 1, tzinfo=UTC)
HOLD = Hold(
    HoldId("h"), PersonId("p"), None, "lawsuit of Ada", "Legal department", AT, AT + timedelta(days=90), OperatorId("o")
)


def test_it_holds_until_its_end_or_its_release_and_a_clock_set_back_does_not_lift_it() -> None:
    assert HOLD.in_force(AT)
    assert HOLD.in_force(AT - timedelta(days=400))
    assert HOLD.in_force(HOLD.ends_at - timedelta(microseconds=1))
    assert not HOLD.in_force(HOLD.ends_at)
    assert not replace(HOLD, released_at=AT).in_force(AT)


@pytest.mark.parametrize(
    "wrong",
    [
        {"person_id": None},
        {"category": Kept.PEOPLE},
        {"person_id": None, "category": Kept.DRAFTS},
        {"ends_at": AT},
        {"ends_at": AT + LONGEST + timedelta(seconds=1)},
    ],
)
def test_what_is_no_hold(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"hold|held"):
        replace(HOLD, **wrong)  # type: ignore[arg-type]


def test_its_words_are_not_in_its_repr() -> None:
    assert "Ada" not in repr(HOLD)
    assert "Legal" not in repr(HOLD)
