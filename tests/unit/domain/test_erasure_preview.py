"""What must stay, and what had been given out: the rules behind the preview."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.audit import AuditAction, AuditEntry
from desktop.domain.erasure import Category, ErasureReason, MustStay
from desktop.domain.erasure_preview import ALWAYS, ErasurePreview, Given, GivenOut, given_out, keeps_proof, must_stay

AT = datetime(2026, 5, 4, 3, 2, tzinfo=UTC)


def entry(seq: int, action: str, **detail: object) -> AuditEntry:
    return AuditEntry(seq, AT + timedelta(hours=seq), action, "system", (), "person", "", detail, b"")


def test_the_proof_of_a_consent_stays_where_there_was_one() -> None:
    assert must_stay({}, archived=False) == ALWAYS == (MustStay.LEDGER, MustStay.AUDIT, MustStay.RESULT)
    assert must_stay({Category.REQUESTS: 0}, archived=True) == (*ALWAYS, MustStay.CONSENT_RECORD)
    assert must_stay({Category.REQUESTS: 2}, archived=False) == (*ALWAYS, MustStay.REQUESTS)


@pytest.mark.parametrize("reason", list(ErasureReason))
def test_a_mistake_leaves_no_proof_and_neither_does_somebody_who_was_never_asked(reason: ErasureReason) -> None:
    assert keeps_proof({Category.CONSENT_EVENTS: 2}, reason) is (reason is not ErasureReason.MISTAKE)
    assert not keeps_proof({Category.CONSENT_EVENTS: 0, Category.PHOTOS: 1}, reason)


def test_what_was_given_out_is_listed_once_and_not_where_it_was_undone() -> None:
    entries = [
        entry(9, AuditAction.RECEIPT_HANDED_OUT, receipt="r"),
        entry(1, AuditAction.EXPORTED, package="a"),
        entry(3, AuditAction.EXPORTED, package="b"),
        entry(4, AuditAction.EXPORTED, package="b", undone=True),
        entry(5, AuditAction.RECEIPT_HANDED_OUT, receipt="r"),
        entry(6, AuditAction.PERSON_RESTRICTED),
        entry(7, "of a newer version", package="c"),
        entry(8, AuditAction.EXPORTED),
    ]
    assert given_out(entries) == (
        GivenOut(AT + timedelta(hours=1), Given.EXPORT, "a"),
        GivenOut(AT + timedelta(hours=5), Given.RECEIPT, "r"),
    )
    assert [GivenOut.from_values(each.to_values()) for each in given_out(entries)] == list(given_out(entries))


def test_a_hold_allows_nothing() -> None:
    assert ErasurePreview({}, ALWAYS, False).allowed
    assert not ErasurePreview({}, ALWAYS, False, people=3, held=1).allowed
