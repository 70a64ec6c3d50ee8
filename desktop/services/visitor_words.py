"""What stands on the visitor's screen, by language: data in resources/visitor, for people who have never been here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict

from desktop import paths
from desktop.domain.notices import LANGUAGES, NoticeText
from desktop.domain.purposes import PurposeKey


class VisitorWords(BaseModel):
    """One language. `decision`, `agreed`, `refused`, `guardian`, `own_for` and `done_all` have a gap each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str  # its own name
    welcome: str
    wait: str
    read: str
    carry_on: str
    back: str
    stop: str
    larger: str
    smaller: str
    changed: str
    choose: str
    free: str
    agree: str
    refuse: str
    open_choice: str
    confirm: str
    decision: str
    agreed: str
    refused: str
    guardian: str
    sign: str
    clear: str
    tick: str
    spoken: str
    photo: str
    photo_why: str
    check: str
    hand_back: str
    thanks: str
    recorded: str
    passed: str
    own_title: str
    own_for: str
    own_lead: str
    take_back: str
    take_back_all: str
    then_recognition: str
    then_photo: str
    then_other: str
    done_all: str
    done_photo: str
    done_other: str
    done_waits: str
    done_covered: str
    own_failed: str

    def screen_text(self, text: NoticeText, choices: Mapping[PurposeKey, bool], minor: str = "") -> str:
        """What stands above the signature, and in the proof: the decision for each purpose. `minor`: the name of the
        person for whom a guardian decides."""
        lines = [self.decision.format(notice=text.title)]
        for key, words in text.purposes.items():
            if key in choices:
                line = self.agreed if choices[key] else self.refused
                lines.append(line.format(purpose=words.title))
        if minor:
            lines.append(self.guardian.format(name=minor))
        return "\n".join(lines)


@cache
def visitor_words(language: str) -> VisitorWords:
    """Raises KeyError for a language that the program does not speak."""
    if language not in LANGUAGES:
        raise KeyError(language)
    path = paths.resources_dir() / "visitor" / f"{language}.json"
    return VisitorWords.model_validate_json(path.read_bytes())
