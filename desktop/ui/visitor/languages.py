"""The buttons by which a person chooses the language."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtWidgets import QButtonGroup, QPushButton

from desktop.domain.notices import LANGUAGES
from desktop.services.visitor_words import visitor_words
from desktop.ui.widgets.basic import button


class LanguageBar(QButtonGroup):
    """A button for each language that the program speaks, in its own words; off where there is no text in it."""

    def __init__(self, choose: Callable[[str], object]) -> None:
        super().__init__()
        self.by_language: dict[str, QPushButton] = {}
        for language in LANGUAGES:
            made = button(visitor_words(language).language, look="answer")
            made.setCheckable(True)
            self.addButton(made)
            self.by_language[language] = made
            made.clicked.connect(lambda _checked=False, language=language: choose(language))

    def follow(self, offered: Collection[str], chosen: str) -> None:
        self.setExclusive(False)
        for language, made in self.by_language.items():
            made.setEnabled(language in offered)
            made.setChecked(language == chosen)
        self.setExclusive(True)
