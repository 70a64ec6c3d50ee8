"""What a check of this computer or of a vault found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    NOTE = "note"  # worth knowing, but the program works
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """`text` is English, without names of people or secrets."""

    name: str
    state: State
    text: str
