"""The recovery code: to groups and back, and every mistyped group named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.recovery_code import GroupProblem, RecoveryCode, RecoveryCodeMistyped, check_group, split_groups

CODE = RecoveryCode(bytes(range(16)))
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

secrets = st.binary(min_size=16, max_size=16)


@given(secrets)
def test_a_code_comes_back_from_its_groups(secret: bytes) -> None:
    code = RecoveryCode(secret)
    assert len(code.groups) == 8
    assert all(len(group) == 6 and int(group) % 11 == 0 for group in code.groups)
    assert RecoveryCode.parse(code.text()).secret == secret


@pytest.mark.parametrize("separator", ["", " ", "-", " - ", "–", "−", "\n", "\t", ".", "\u00a0", "\u200e \u200f", ", "])
@pytest.mark.parametrize("digits", [{}, ARABIC, FULL_WIDTH])
def test_separators_and_scripts_do_not_matter(separator: str, digits: dict[int, str]) -> None:
    typed = f"  {separator.join(CODE.groups)}\n".translate(digits)
    assert RecoveryCode.parse(typed) == CODE


def test_groups_of_three_digits_are_read_too() -> None:
    whole = "".join(CODE.groups)
    assert RecoveryCode.parse(" ".join(whole[start : start + 3] for start in range(0, 48, 3))) == CODE


@given(secrets, st.integers(0, 7), st.integers(0, 5), st.integers(1, 9))
def test_one_wrong_digit_names_its_group(secret: bytes, group: int, place: int, more: int) -> None:
    groups = list(RecoveryCode(secret).groups)
    digit = str((int(groups[group][place]) + more) % 10)
    groups[group] = groups[group][:place] + digit + groups[group][place + 1 :]
    with pytest.raises(RecoveryCodeMistyped) as caught:
        RecoveryCode.parse(" ".join(groups))
    assert caught.value.problems.keys() == {group}
    assert f"group {group + 1})" in caught.value.text()


@given(secrets, st.integers(0, 7), st.integers(0, 4))
def test_two_neighbours_exchanged_name_their_group(secret: bytes, group: int, place: int) -> None:
    groups = list(RecoveryCode(secret).groups)
    old = groups[group]
    new = old[:place] + old[place + 1] + old[place] + old[place + 2 :]
    groups[group] = new
    if new == old:
        assert RecoveryCode.parse(" ".join(groups)).secret == secret
    else:
        with pytest.raises(RecoveryCodeMistyped) as caught:
            RecoveryCode.parse(" ".join(groups))
        assert caught.value.problems.keys() == {group}


@pytest.mark.parametrize(
    ("group", "problem"),
    [
        ("", GroupProblem.LENGTH),
        ("12345", GroupProblem.LENGTH),
        ("1234567", GroupProblem.LENGTH),
        ("12345a", GroupProblem.NOT_DIGITS),
        ("999999", GroupProblem.TOO_LARGE),
        ("720896", GroupProblem.TOO_LARGE),
        ("720885", None),
        ("000000", None),
        ("000001", GroupProblem.NOT_DIVISIBLE),
    ],
)
def test_each_problem_has_its_name(group: str, problem: GroupProblem | None) -> None:
    assert check_group(group) is problem


def test_missing_and_surplus_groups_are_named() -> None:
    assert problems(" ".join(CODE.groups[:6])) == {6: GroupProblem.LENGTH, 7: GroupProblem.LENGTH}
    assert problems(" ".join((*CODE.groups, "000011"))) == {8: GroupProblem.LENGTH}
    assert problems("") == dict.fromkeys(range(8), GroupProblem.LENGTH)
    short = [*CODE.groups[:2], CODE.groups[2][:5], *CODE.groups[3:]]
    assert problems(" ".join(short)) == {2: GroupProblem.LENGTH}
    assert len(split_groups("1" * 10_000)) == 9


def problems(text: str) -> dict[int, GroupProblem]:
    with pytest.raises(RecoveryCodeMistyped) as caught:
        RecoveryCode.parse(text)
    return caught.value.problems


def test_new_codes_differ_and_no_repr_or_error_shows_one() -> None:
    code = RecoveryCode.new()
    assert code != RecoveryCode.new()
    assert hash(code) == hash(RecoveryCode(code.secret))
    typed = [*code.groups[:7], "999999"]
    with pytest.raises(RecoveryCodeMistyped) as caught:
        RecoveryCode.parse(" ".join(typed))
    told = f"{code!r}{code}{caught.value!r}{caught.value}"
    assert not any(group in told for group in code.groups)
    assert code.secret.hex() not in told
    with pytest.raises(ValueError, match="16 bytes"):
        RecoveryCode(b"short")
