"""The recovery code: 128 random bits as 8 groups of 6 digits, made to be written down and typed in again.

A group is a 16-bit number times 11. One wrong digit, or two neighbours exchanged, always makes a number that is not
divisible by 11, so that a mistyped group is named at once. That two whole groups changed places only shows itself when
the code opens nothing.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from desktop.domain.errors import ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T

SECRET_BYTES = 16
GROUPS = 8
GROUP_DIGITS = 6
_FACTOR = 11
_LARGEST = 0xFFFF * _FACTOR
_MINUS = "\N{MINUS SIGN}"


class GroupProblem(StrEnum):
    """What is wrong with one group of digits."""

    LENGTH = "length"  # not six digits
    NOT_DIGITS = "not digits"
    TOO_LARGE = "too large"  # above 720885
    NOT_DIVISIBLE = "not divisible"  # by 11: a digit is wrong


class RecoveryCodeMistyped(ConsentryError):
    """The text is no recovery code. `problems` names each wrong group by its place (0 to 7)."""

    happened = T("errors", "The recovery code was mistyped (group {groups}).")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Compare the groups with your recovery sheet: eight groups of six digits each.")

    def __init__(self, problems: Mapping[int, GroupProblem]) -> None:
        self.problems = dict(problems)
        super().__init__(groups=", ".join(str(place + 1) for place in sorted(self.problems)))


class RecoveryCode:
    """A correct code; `secret` is its 16 bytes. Its repr does not show it."""

    __slots__ = ("secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_BYTES:
            raise ValueError("a recovery code has 16 bytes")
        self.secret = secret

    @staticmethod
    def new() -> RecoveryCode:
        return RecoveryCode(secrets.token_bytes(SECRET_BYTES))

    @staticmethod
    def parse(text: str) -> RecoveryCode:
        """Read what a person typed; see `split_groups`. Raises RecoveryCodeMistyped."""
        groups = split_groups(text)
        places = range(max(GROUPS, len(groups)))
        checked = {place: check_group(groups[place] if place < len(groups) else "") for place in places}
        problems = {place: problem for place, problem in checked.items() if problem is not None}
        problems |= dict.fromkeys(places[GROUPS:], GroupProblem.LENGTH)
        if problems:
            raise RecoveryCodeMistyped(problems)
        return RecoveryCode(b"".join((int(group) // _FACTOR).to_bytes(2, "big") for group in groups))

    @property
    def groups(self) -> tuple[str, ...]:
        """Eight groups of six ASCII digits."""
        numbers = (int.from_bytes(self.secret[start : start + 2], "big") for start in range(0, SECRET_BYTES, 2))
        return tuple(f"{number * _FACTOR:0{GROUP_DIGITS}d}" for number in numbers)

    def text(self) -> str:
        """The groups with a space between them, to be shown or printed."""
        return " ".join(self.groups)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RecoveryCode) and secrets.compare_digest(self.secret, other.secret)

    def __hash__(self) -> int:
        return hash(self.secret)

    def __repr__(self) -> str:
        return "RecoveryCode(…)"


def split_groups(text: str) -> list[str]:
    """The groups of a typed or pasted code, at most one more than a code has; digits of any script become ASCII.

    Spaces, dashes, dots and commas separate. Where they leave eight parts, those are the groups; otherwise they are
    taken to mean nothing, and every six characters are a group.
    """
    parts = "".join(_folded(character) for character in text).split()
    if len(parts) != GROUPS:
        whole = "".join(parts)
        parts = [whole[start : start + GROUP_DIGITS] for start in range(0, len(whole), GROUP_DIGITS)]
    return parts[: GROUPS + 1]


def check_group(group: str) -> GroupProblem | None:
    """What is wrong with one group as `split_groups` gives it; None: nothing."""
    if group and not (group.isascii() and group.isdigit()):
        return GroupProblem.NOT_DIGITS
    if len(group) != GROUP_DIGITS:
        return GroupProblem.LENGTH
    if int(group) > _LARGEST:
        return GroupProblem.TOO_LARGE
    return GroupProblem.NOT_DIVISIBLE if int(group) % _FACTOR else None


def _folded(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category == "Cf":  # invisible marks of direction and width that come along when pasting
        return ""
    separates = character.isspace() or category == "Pd" or character in "._,;·" or character == _MINUS
    return " " if separates else character
