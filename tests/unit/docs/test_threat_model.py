"""The threat model points at files: they exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
TESTS = {path.name for path in (ROOT / "tests").rglob("test_*.py")}


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([\w/]+\.py)`", TEXT))))
def test_every_file_it_names_exists(name: str) -> None:
    assert name in TESTS or (ROOT / "desktop" / name).is_file()


def test_it_is_found_from_the_front_page() -> None:
    for page in ("README.md", "docs/architecture.md"):
        assert "threat-model.md" in (ROOT / page).read_text(encoding="utf-8")
