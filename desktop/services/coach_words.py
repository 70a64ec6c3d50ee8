"""The coach's words in the person's language. They are data: resources/coach/<language>.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from desktop import paths
from desktop.domain.coach import Guidance

FALLBACK = "en"


@cache
def coach_words(language: str) -> Mapping[Guidance, str]:
    """A sentence for each piece of guidance; in English where there are none in `language` (such as "de")."""
    folder = paths.resources_dir() / "coach"
    chosen = language if language in {path.stem for path in folder.glob("*.json")} else FALLBACK
    values: dict[str, str] = json.loads((folder / f"{chosen}.json").read_text(encoding="utf-8"))
    return {guidance: values[guidance.value] for guidance in Guidance}
