"""What an audit entry may hold, and how its texts are cleaned."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum, StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.audit import (
    REASON_LENGTH,
    SYSTEM,
    Actor,
    AuditAction,
    AuditDraft,
    Id,
    clean_reason,
    months_before,
)
from desktop.domain.ids import random_id


class Colour(StrEnum):
    RED = "red"


class Plain(Enum):
    NAME = "Maria"


@pytest.mark.parametrize("value", ["Maria", "maria@example.org", ["a"], {"a": 1}, Plain.NAME, object()])
def test_a_value_that_could_carry_a_name_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        AuditDraft(AuditAction.LOGIN, detail={"field": value})  # type: ignore[dict-item]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**60, bytes(33)])
def test_a_value_that_canonical_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="audit log"):
        AuditDraft(AuditAction.LOGIN, detail={"field": value})  # type: ignore[dict-item]


@pytest.mark.parametrize("value", [True, 3, 0.25, None, Colour.RED, bytes(32), Id(random_id())])
def test_numbers_enumerations_ids_and_digests_are_taken(value: object) -> None:
    draft = AuditDraft(AuditAction.LOGIN, detail={"field": value})  # type: ignore[dict-item]
    assert draft.detail == {"field": value}


@pytest.mark.parametrize("name", ["Maria Muster", "x y", "", "Ünal", "9", "a" * 49])
def test_a_field_is_named_by_the_program(name: str) -> None:
    with pytest.raises(ValueError, match="identifier"):
        AuditDraft(AuditAction.LOGIN, detail={name: 1})


@pytest.mark.parametrize("name", ["Maria", "11111111-1111-4111-8111-11111111111", "front door"])
def test_ids_are_random_ones(name: str) -> None:
    with pytest.raises(ValueError, match="random ids"):
        AuditDraft(AuditAction.PERSON_VIEWED, object_id=name)
    with pytest.raises(ValueError, match="random ids"):
        Actor(name)
    with pytest.raises(ValueError, match="random ids"):
        Id(name)


def test_nobody_signed_in_is_the_program_itself() -> None:
    assert AuditDraft(AuditAction.VAULT_OPENED).actor.id == SYSTEM


@given(st.text(max_size=2000))
def test_a_reason_is_one_short_line_without_control_characters(text: str) -> None:
    cleaned = AuditDraft(AuditAction.FACE_REVEALED, reason=text).reason
    assert len(cleaned) <= REASON_LENGTH
    assert cleaned == cleaned.strip()
    assert all(char.isprintable() for char in cleaned)
    assert clean_reason(cleaned) == cleaned
    cleaned.encode()  # no half of a surrogate pair


def test_a_reason_keeps_its_words() -> None:
    assert clean_reason(" Lost child,\n\tgate\x00 B\u202e ") == "Lost child, gate B"


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [
        (datetime(2026, 3, 31, 5, tzinfo=UTC), 1, datetime(2026, 2, 28, 5, tzinfo=UTC)),
        (datetime(2026, 1, 15, tzinfo=UTC), 12, datetime(2025, 1, 15, tzinfo=UTC)),
        (datetime(2026, 8, 31, tzinfo=UTC), 6, datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime(2024, 2, 29, tzinfo=UTC), 12, datetime(2023, 2, 28, tzinfo=UTC)),
    ],
)
def test_months_before(now: datetime, months: int, then: datetime) -> None:
    assert months_before(now, months) == then
