"""docs/consent.md says what the program writes: its example receipt, its fields, its states."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from desktop.domain.consent import ConsentState
from desktop.services.record_schemas import Schema, check
from tests.helpers.example_receipt import DOCUMENT, example, written


def fields(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from fields(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner)


def test_the_example_is_what_the_program_writes() -> None:
    assert written() == example(), "python -m tests.helpers.example_receipt writes it anew"
    check(json.loads(written()), Schema.RECORD)


def test_every_field_and_every_state_is_explained() -> None:
    text = DOCUMENT.read_text(encoding="utf-8").replace(written(), "")
    assert [name for name in sorted(set(fields(json.loads(example())))) if f"*{name}*" not in text] == []
    assert [state.value for state in ConsentState if state.value not in text] == []
