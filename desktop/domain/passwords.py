"""What makes a password acceptable: length, and not being one that others would guess. No rules of composition.

After NIST SP 800-63B: long, compared with a list of common ones, no forced mixture of character classes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from enum import StrEnum

MIN_LENGTH, MAX_LENGTH = 15, 128  # code points after normalisation
_NAME_PART = 4  # shorter parts of a name turn up in too many words
_LONGEST_UNIT = 8
_LEAST_RUN = 3  # characters of a sequence or a repetition
_SEQUENCES = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
)
_LONGEST_PIECE = max(map(len, _SEQUENCES))
_LEET = str.maketrans("@4831!05$7", "aaebiiosst")
_FILL = re.compile(r"[\W\d_]")


class PasswordProblem(StrEnum):
    SHORT = "short"
    LONG = "long"
    COMMON = "common"  # nothing but common words, sequences and numbers
    REPEATED = "repeated"  # one short piece again and again
    NAME = "name"  # holds the operator's own name


def normalised(password: str) -> str:
    """The form that is hashed and compared, so that keyboards with other encodings type the same password (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def password_problem(password: str, names: Collection[str], common: frozenset[str]) -> PasswordProblem | None:
    """The first thing that is wrong with a password.

    Args:
        names: name and login name of the operator.
        common: words that many passwords consist of, casefolded.
    """
    text = normalised(password)
    if len(text) < MIN_LENGTH:
        return PasswordProblem.SHORT
    if len(text) > MAX_LENGTH:
        return PasswordProblem.LONG
    folded = text.casefold()
    if _is_repeated(folded):
        return PasswordProblem.REPEATED
    if _is_common(folded, common) or _is_common(folded.translate(_LEET), common):
        return PasswordProblem.COMMON
    if any(part in folded for part in _name_parts(names)):
        return PasswordProblem.NAME
    return None


def _is_repeated(text: str) -> bool:
    """One piece of up to eight characters from beginning to end (the last time perhaps cut)."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, _LONGEST_UNIT + 1))


def _is_common(text: str, common: frozenset[str]) -> bool:
    """Whether the whole text can be laid out of common words, sequences, repetitions, digits and punctuation."""
    longest = max(_LONGEST_PIECE, *(len(word) for word in common), 0)
    reached = [True] + [False] * len(text)
    for end in range(1, len(text) + 1):
        if reached[end - 1] and _FILL.match(text[end - 1]):
            reached[end] = True
            continue
        reached[end] = any(
            reached[start] and (text[start:end] in common or _is_run(text[start:end]))
            for start in range(max(0, end - longest), end)
        )
    return reached[-1]


def _is_run(text: str) -> bool:
    """A piece of a sequence, in either direction, or one character repeated."""
    if len(text) < _LEAST_RUN:
        return False
    return len(set(text)) == 1 or any(text in line or text[::-1] in line for line in _SEQUENCES)


def _name_parts(names: Collection[str]) -> set[str]:
    parts = {part for name in names for part in normalised(name).casefold().split()}
    parts |= {"".join(normalised(name).casefold().split()) for name in names}
    return {part for part in parts if len(part) >= _NAME_PART}
