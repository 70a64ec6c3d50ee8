"""Length, common words, repetition, sequences, one's own name; nothing else is asked of a password."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.passwords import MAX_LENGTH, MIN_LENGTH, PasswordProblem, normalised, password_problem
from desktop.services.passwords import common_words, problem_of

GOOD = ["violet-teapot-orbit-9", "drizzle harvest mirror", "ngXw4!qpZ2#rTv8", "Schneewittchens Zwergenbart"]


@pytest.mark.parametrize("password", GOOD)
def test_unrelated_words_and_random_characters_are_fine(password: str) -> None:
    assert problem_of(password, "Robin Example", "robin") is None


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", PasswordProblem.SHORT),
        ("teapot-orbit-9", PasswordProblem.SHORT),
        ("x" * 200, PasswordProblem.LONG),
        ("aaaaaaaaaaaaaaaaaa", PasswordProblem.REPEATED),
        ("Tr0mpet!Tr0mpet!", PasswordProblem.REPEATED),
        ("1234567890123456", PasswordProblem.COMMON),
        ("abcdefghijklmnopqrst", PasswordProblem.COMMON),
        ("zyxwvutsrqponmlk", PasswordProblem.COMMON),
        ("qwertyuiopasdfgh", PasswordProblem.COMMON),
        ("Password123456!!", PasswordProblem.COMMON),
        ("P@ssw0rd-P@55word", PasswordProblem.COMMON),
        ("WelcomeAdmin2026", PasswordProblem.COMMON),
        ("summer-winter-2026", PasswordProblem.COMMON),
        ("CorrectHorseBatteryStaple", PasswordProblem.COMMON),
        ("i love my new password", PasswordProblem.COMMON),
        ("xx-robin-teapots-9", PasswordProblem.NAME),
        ("drizzle EXAMPLE mirror", PasswordProblem.NAME),
    ],
)
def test_what_others_would_guess_is_refused(password: str, problem: PasswordProblem) -> None:
    assert problem_of(password, "Robin Example", "robin") is problem


def test_the_list_is_folded_and_has_no_doubles() -> None:
    words = common_words()
    assert len(words) > 150
    assert all(word == word.casefold() and word.strip() == word for word in words)


@given(st.text(max_size=MAX_LENGTH + 20))
def test_the_answer_does_not_depend_on_the_keyboards_encoding(text: str) -> None:
    same = normalised(text)
    assert password_problem(text, (), frozenset({"password"})) is password_problem(same, (), frozenset({"password"}))


@given(st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=8), st.integers(2, 60))
def test_any_repeated_piece_is_refused(piece: str, times: int) -> None:
    text = piece * times
    if MIN_LENGTH <= len(text) <= MAX_LENGTH:
        assert password_problem(text, (), frozenset()) is PasswordProblem.REPEATED


@given(st.lists(st.sampled_from(sorted(common_words())), min_size=1, max_size=12), st.sampled_from(["", " ", "-", "7"]))
def test_any_chain_of_common_words_is_refused(words: list[str], between: str) -> None:
    assert problem_of(between.join(words)) is not None


@given(st.text(min_size=MIN_LENGTH, max_size=MAX_LENGTH), st.text(min_size=4, max_size=20))
def test_only_the_length_bounds_what_is_neither_common_nor_named(text: str, name: str) -> None:
    problem = password_problem(text, (name,), frozenset())
    if problem is PasswordProblem.SHORT:
        assert len(normalised(text)) < MIN_LENGTH
    elif problem is PasswordProblem.LONG:
        assert len(normalised(text)) > MAX_LENGTH
    elif problem is PasswordProblem.NAME:
        parts = normalised(name).casefold().split()
        assert any(part in normalised(text).casefold() for part in [*parts, "".join(parts)])
