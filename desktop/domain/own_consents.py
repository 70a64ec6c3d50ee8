"""What a person is shown of their own consents, in words they can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desktop.domain.consent import ConsentState
from desktop.domain.ids import PersonId
from desktop.domain.notices import LANGUAGES, NoticeText, PurposeText
from desktop.domain.purposes import PurposeKey
from desktop.domain.withdrawal import OVER

Texts = Mapping[str, NoticeText]  # by language


@dataclass(frozen=True, slots=True)
class OwnConsent:
    """One purpose as it counts now. `words`: by language, in every one of LANGUAGES. `until`: UTC; None: no end."""

    purpose: PurposeKey
    state: ConsentState
    until: datetime | None
    words: Mapping[str, PurposeText]

    @property
    def stands(self) -> bool:
        """Whether there is something to take back."""
        return self.state not in OVER


@dataclass(frozen=True, slots=True)
class OwnConsents:
    """Of one person, recognition first. `language`: the one they were asked in; `time_zone`: the site's (IANA)."""

    person_id: PersonId
    name: str = field(repr=False)
    language: str
    time_zone: str
    purposes: tuple[OwnConsent, ...]


def purpose_words(key: PurposeKey, sources: Sequence[Texts]) -> dict[str, PurposeText]:
    """What a purpose is called in each language: as the first of the sources says that has it in that language, else
    in any other; by its key where none names it."""
    found = {language: _first(key, language, sources) for language in LANGUAGES}
    other = next((each for each in found.values() if each is not None), PurposeText(key, ""))
    return {language: other if said is None else said for language, said in found.items()}


def _first(key: PurposeKey, language: str, sources: Sequence[Texts]) -> PurposeText | None:
    texts = (source[language].purposes for source in sources if language in source)
    return next((each[key] for each in texts if key in each), None)
