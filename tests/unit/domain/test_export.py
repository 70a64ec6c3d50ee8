"""Passphrases past guessing, what is portable, and verdicts in plain words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.audit_verdict import Signer
from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.export import PARTS, PORTABLE, ExportKind, ExportPart, consented, new_passphrase
from desktop.domain.export_verdict import (
    FAULT_TEXTS,
    INTACT,
    PackageFault,
    PackageFinding,
    PackageVerdict,
    plain_words,
)
from desktop.domain.ids import ConsentId, PersonId
from desktop.domain.purposes import PHOTO, RECOGNITION, PurposeKey

AT = datetime(2026, 5, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def event(state: ConsentState, days: int, until: int | None = None, purpose: PurposeKey = RECOGNITION) -> ConsentEvent:
    end = None if until is None else AT + until * DAY
    return ConsentEvent(ConsentId("c"), PersonId("p"), state, AT + days * DAY, end, purpose)


def test_a_passphrase_has_140_bits_in_letters_that_cannot_be_mistaken() -> None:
    made = {new_passphrase() for _ in range(50)}
    assert len(made) == 50
    for each in made:
        groups = each.split("-")
        assert [len(group) for group in groups] == [4] * 7
        assert not set(each) & set("l0o1")
        assert set(each) <= set("abcdefghijkmnpqrstuvwxyz23456789-")


@pytest.mark.parametrize(
    ("days", "stood"), [(-1, False), (0, True), (4, True), (5, False), (8, True), (9, False), (12, True), (20, False)]
)
def test_only_what_happened_under_a_consent_is_portable(days: int, stood: bool) -> None:
    events = [
        event(ConsentState.GIVEN, 0, 5),  # ends by itself
        event(ConsentState.GIVEN, 6, None, PHOTO),  # another purpose
        event(ConsentState.RENEWED, 7),
        event(ConsentState.WITHDRAWN, 9),
        event(ConsentState.GIVEN, 12, 20),
    ]
    assert consented(events, AT + days * DAY) is stood


def test_what_the_controller_wrote_or_computed_is_not_portable() -> None:
    assert PARTS[ExportKind.ACCESS] == tuple(ExportPart)
    assert PARTS[ExportKind.PORTABILITY] == PORTABLE
    assert not set(PORTABLE) & {ExportPart.TEMPLATES, ExportPart.ACCESSES, ExportPart.AUTHORITIES, ExportPart.NOTICES}


def test_a_verdict_is_intact_only_without_findings_and_of_no_other_key() -> None:
    good = PackageVerdict(3, ExportKind.ACCESS, AT, (), Signer.UNKNOWN, "9f3c")
    assert good.intact
    assert plain_words(good) == [INTACT[Signer.UNKNOWN]]
    other = PackageVerdict(3, ExportKind.ACCESS, AT, (), Signer.OTHER, "9f3c")
    assert not other.intact
    assert "another key" in " ".join(plain_words(other))
    for fault in PackageFault:
        bad = PackageVerdict(3, ExportKind.ACCESS, AT, (PackageFinding(fault, "data.json"),), Signer.KNOWN, "9f3c")
        assert not bad.intact
        assert plain_words(bad)[1] == FAULT_TEXTS[fault].format(name="data.json")
