"""Who answers for the processing: what must be there, and what invisible characters become."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.controller import MAX_ADDRESS, MAX_LINE, REQUIRED, Controller, cleaned, problems

GOOD = Controller(
    site="Main entrance",
    legal_name="Example Works Ltd",
    address="1 Mill Lane\nSpringfield",
    contact="privacy@example.org",
    dpo="",
    authority="Supervisory authority of Springfield",
    time_zone="Europe/Berlin",
    jurisdiction="DE",
)


def test_a_complete_controller_has_no_problem_and_stays_as_it_is() -> None:
    assert problems(GOOD) == {}
    assert cleaned(GOOD) == GOOD


@pytest.mark.parametrize("name", REQUIRED)
def test_what_the_law_wants_named_may_not_be_blank(name: str) -> None:
    assert problems(replace(GOOD, **{name: " \u200b\n "})) == {name: "empty"}


def test_places_that_are_not_known_are_refused() -> None:
    draft = replace(GOOD, time_zone="Mars/Base", jurisdiction="XX")
    assert problems(draft) == {"time_zone": "unknown", "jurisdiction": "unknown"}


def test_too_long_is_said_and_never_cut_silently() -> None:
    draft = replace(GOOD, site="x" * (MAX_LINE + 1), address="x" * (MAX_ADDRESS + 1))
    assert problems(draft) == {"site": "long", "address": "long"}


@given(st.text(max_size=120), st.text(max_size=300))
def test_cleaning_leaves_nothing_invisible_and_is_done_once(name: str, address: str) -> None:
    once = cleaned(replace(GOOD, legal_name=name, address=address))
    assert cleaned(once) == once
    assert "\u202e" not in once.legal_name
    assert all(line == line.strip() for line in once.address.splitlines())
