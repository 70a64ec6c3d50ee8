"""What people are told: cleaned, complete, filled in, and never read otherwise than it is stored."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.notices import (
    LANGUAGES,
    MAX_BODY,
    NoticeText,
    PurposeText,
    TextFinding,
    TextProblem,
    clean_line,
    clean_text,
    filled,
    hashed_values,
    text_problems,
    too_long,
)
from desktop.domain.purposes import (
    MAX_DAYS,
    PHOTO,
    RECOGNITION,
    LawfulBasis,
    Purpose,
    PurposeKey,
    PurposeKind,
    PurposeProblem,
    SpecialCondition,
    purpose_problems,
)
from tests.helpers.setups import CONTROLLER

RECOGNISING = Purpose(RECOGNITION, condition=SpecialCondition.EXPLICIT_CONSENT, optional=False)
PURPOSES = (RECOGNISING, Purpose(PHOTO))
WORDS = {RECOGNITION: PurposeText("May we?", "Why."), PHOTO: PurposeText("And this?", "Because.")}
TEXT = NoticeText("en", "Title", ("One {legal_name}.", "Officer: {dpo}."), WORDS)


def found(text: NoticeText) -> list[tuple[str, TextProblem]]:
    return [(each.field, each.problem) for each in text_problems(text, PURPOSES)]


def test_a_complete_text_may_be_published() -> None:
    assert text_problems(TEXT, PURPOSES) == []
    assert text_problems(TEXT, PURPOSES[:1]) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (replace(TEXT, title=""), ("title", TextProblem.EMPTY)),
        (replace(TEXT, paragraphs=()), ("paragraphs", TextProblem.EMPTY)),
        (replace(TEXT, paragraphs=("Ask {nobody}.",)), ("paragraphs", TextProblem.PLACEHOLDER)),
        (replace(TEXT, title="{}"), ("title", TextProblem.PLACEHOLDER)),
        (replace(TEXT, purposes={RECOGNITION: WORDS[RECOGNITION]}), (PHOTO, TextProblem.MISSING)),
        (replace(TEXT, purposes={**WORDS, PHOTO: PurposeText("Title", "")}), (PHOTO, TextProblem.MISSING)),
        (replace(TEXT, purposes={**WORDS, PHOTO: PurposeText("Title", "{x}")}), (PHOTO, TextProblem.PLACEHOLDER)),
        (replace(TEXT, title="x" * 201), ("title", TextProblem.LONG)),
        (replace(TEXT, paragraphs=("x" * 10_001,)), ("paragraphs", TextProblem.LONG)),
        (replace(TEXT, paragraphs=("x" * 5_000, "y" * 5_001)), ("paragraphs", TextProblem.LONG)),
        (replace(TEXT, purposes={**WORDS, PHOTO: PurposeText("Title", "x" * 2_001)}), (PHOTO, TextProblem.LONG)),
    ],
)
def test_what_keeps_a_text_from_being_published_is_named(text: NoticeText, problem: tuple[str, TextProblem]) -> None:
    assert found(text) == [problem]


def test_ten_thousand_characters_are_a_notice_and_one_more_is_not() -> None:
    assert found(replace(TEXT, paragraphs=("x" * MAX_BODY,))) == []
    assert too_long(replace(TEXT, paragraphs=("x" * MAX_BODY, "y"))) == [
        TextFinding("en", "paragraphs", TextProblem.LONG)
    ]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two\tblanks \x00and\x07 controls ", "two blanks and controls"),
        ("pay \u202eesrever\u202c now", "pay esrever now"),
        ("\u2067isolated\u2069 and \u202bembedded\u202c", "isolated and embedded"),
        ("e\u0301te\u0301", "\u00e9t\u00e9"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("هاتف \u200e+49 30 1234\u200e", "هاتف \u200e+49 30 1234\u200e"),
        ("soft\u00adhyphen \ufeffmark", "softhyphen mark"),
        ("a\u2028b\nc", "a b c"),
    ],
)
def test_lines_lose_what_is_not_seen_or_turns_the_text_round(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept


@given(st.text(max_size=80))
def test_cleaning_twice_changes_nothing_and_leaves_no_control(typed: str) -> None:
    once = clean_line(typed)
    assert clean_line(once) == once
    assert not set(once) & {chr(code) for code in (*range(32), 127, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def test_a_cleaned_text_has_no_empty_paragraphs_and_no_empty_purposes() -> None:
    typed = NoticeText("en", " Title ", ("One", "", "  ", "Two"), {**WORDS, PurposeKey("x"): PurposeText(" ", "")})
    assert clean_text(typed) == NoticeText("en", "Title", ("One", "Two"), WORDS)


def test_the_controllers_details_stand_in_their_places() -> None:
    text = replace(TEXT, paragraphs=("{legal_name}, {address}", "Officer: {dpo}.", "Braces {x} stay"), title="{site}")
    shown = filled(text, CONTROLLER)
    assert shown.title == "Main entrance"
    assert shown.paragraphs == ("Example Works Ltd, 1 Mill Lane Springfield", "Braces {x} stay")
    assert filled(text, replace(CONTROLLER, dpo="Dee")).paragraphs[1] == "Officer: Dee."
    strange = replace(CONTROLLER, legal_name="{contact}")
    assert filled(text, strange).paragraphs[0].startswith("{contact},"), "what is filled in is not filled again"


def test_details_in_an_arabic_text_keep_their_own_direction() -> None:
    shown = filled(replace(TEXT, language="ar", paragraphs=("الاتصال: {contact}.",)), CONTROLLER)
    assert shown.paragraphs == ("الاتصال: \u2068privacy@example.org\u2069.",)


def test_what_is_hashed_is_plain_json_with_the_gaps_still_open() -> None:
    values = hashed_values(TEXT, PURPOSES)
    assert json.loads(json.dumps(values)) == values
    assert values["paragraphs"] == ["One {legal_name}.", "Officer: {dpo}."]
    assert [each["key"] for each in values["purposes"]] == ["recognition", "photo"]


def test_languages_are_the_five_of_the_window() -> None:
    assert LANGUAGES == ("en", "de", "fr", "es", "ar")


@pytest.mark.parametrize(
    ("purposes", "problem"),
    [
        (PURPOSES[1:], (None, PurposeProblem.NO_RECOGNITION)),
        ((*PURPOSES, PURPOSES[1]), (PHOTO, PurposeProblem.TWICE)),
        ((*PURPOSES, Purpose(PurposeKey("Big Name"))), ("Big Name", PurposeProblem.KEY)),
        ((*PURPOSES, Purpose(PurposeKey("\u0661"))), ("\u0661", PurposeProblem.KEY)),
        ((replace(RECOGNISING, validity_days=0),), (RECOGNITION, PurposeProblem.DAYS)),
        ((replace(RECOGNISING, retention_days=-1),), (RECOGNITION, PurposeProblem.DAYS)),
        ((replace(RECOGNISING, validity_days=MAX_DAYS + 1),), (RECOGNITION, PurposeProblem.DAYS)),
        (
            (replace(RECOGNISING, basis=LawfulBasis.LEGITIMATE_INTERESTS),),
            (RECOGNITION, PurposeProblem.BIOMETRIC_GROUND),
        ),
        ((Purpose(RECOGNITION),), (RECOGNITION, PurposeProblem.BIOMETRIC_GROUND)),
        (
            (RECOGNISING, *(Purpose(PurposeKey(f"p{number}")) for number in range(8))),
            (None, PurposeProblem.TOO_MANY),
        ),
    ],
)
def test_what_is_wrong_with_purposes_is_named(
    purposes: tuple[Purpose, ...], problem: tuple[PurposeKey | None, PurposeProblem]
) -> None:
    assert purpose_problems(purposes) == [problem]


def test_the_key_says_what_the_program_does_with_a_purpose() -> None:
    assert purpose_problems(PURPOSES) == []
    assert [each.kind for each in PURPOSES] == [PurposeKind.RECOGNITION, PurposeKind.PHOTO]
    assert Purpose(PurposeKey("letters")).kind is PurposeKind.OTHER
