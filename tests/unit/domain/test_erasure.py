"""What an erasure says of itself: complete only when nothing is missing, and the same after writing and reading."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from desktop.domain.erasure import (
    STEP_ENDS,
    Category,
    ErasureOrder,
    ErasureReason,
    ErasureResult,
    ErasureStep,
    LeftOut,
    Missing,
    MustStay,
    ProofOfErasure,
    SubjectKind,
    step_at,
)

AT = datetime(2026, 5, 4, 3, 2, 1, 99, tzinfo=UTC)
PROOF = ProofOfErasure(AT, 4096, 1, 0, 20, 14, 0, {LeftOut.SHORT: 2})
RESULT = ErasureResult(
    id="e",
    vault_id="v",
    kind=SubjectKind.PERSON,
    subjects=("a", "b"),
    reason=ErasureReason.WITHDRAWAL,
    requested_by="system",
    begun_at=AT,
    ended_at=AT,
    epoch_before=1,
    epoch_after=2,
    erased={Category.PHOTOS: 3, Category.DETAILS: 2},
    stays=(MustStay.LEDGER,),
    proof=PROOF,
)


@pytest.mark.parametrize(
    "result",
    [
        RESULT,
        replace(RESULT, proof=None, missing=(Missing.PROOF,)),
        replace(RESULT, missing=(Missing.COMPANIONS,), unreachable=("/mnt/nas",)),
    ],
)
def test_a_result_is_the_same_after_writing_and_reading(result: ErasureResult) -> None:
    values = json.loads(json.dumps(result.to_values()))
    assert ErasureResult.from_values(values) == result
    assert values["status"] == ("complete" if result.complete else "incomplete")
    assert result.rows == 5


def test_a_proof_holds_only_with_nothing_found_in_pages_that_could_all_be_read() -> None:
    assert PROOF.holds
    assert not replace(PROOF, found=1).holds
    assert not replace(PROOF, unreadable=1).holds


@pytest.mark.parametrize("subjects", [(), ("a", "a")])
def test_an_order_names_everybody_once(subjects: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="once"):
        ErasureOrder(subjects)


def test_progress_names_its_step() -> None:
    assert list(STEP_ENDS) == list(ErasureStep)
    assert list(STEP_ENDS.values()) == sorted(STEP_ENDS.values())
    assert step_at(0.0) is ErasureStep.PREPARE
    for step, end in STEP_ENDS.items():
        assert step_at(end - 0.001) is step
    assert step_at(1.0) is ErasureStep.COMPANIONS
