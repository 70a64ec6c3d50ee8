"""The visitor's screen speaks five languages, each of them completely."""

from string import Formatter

import pytest

from desktop.domain.notices import LANGUAGES, NoticeText, PurposeText
from desktop.domain.purposes import PHOTO, RECOGNITION
from desktop.services.visitor_words import VisitorWords, visitor_words

TEXT = NoticeText(
    "en", "Our notice", (), {RECOGNITION: PurposeText("Recognise me", "."), PHOTO: PurposeText("Keep a photo", ".")}
)


def gaps(text: str) -> list[str | None]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_with_the_same_gaps_as_in_english(language: str) -> None:
    words, english = visitor_words(language), visitor_words("en")
    for name in VisitorWords.model_fields:
        assert getattr(words, name).strip(), name
        assert gaps(getattr(words, name)) == gaps(getattr(english, name)), name
        if language != "en":
            assert getattr(words, name) != getattr(english, name), name


def test_the_text_above_the_signature_says_every_decision() -> None:
    text = visitor_words("en").screen_text(TEXT, {RECOGNITION: True, PHOTO: False}, "Ada Example")
    assert "“Our notice”" in text
    assert "I agree: Recognise me\nI refuse: Keep a photo" in text
    assert text.endswith("Ada Example")
    assert "Keep a photo" not in visitor_words("de").screen_text(TEXT, {RECOGNITION: True})


def test_no_other_language_is_promised() -> None:
    with pytest.raises(KeyError):
        visitor_words("it")
    with pytest.raises(KeyError):
        visitor_words("../notices/en")
