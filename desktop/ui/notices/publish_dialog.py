"""The last look before a draft is frozen: what follows from it, and whether people must be asked again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QButtonGroup, QWidget

from desktop.domain.notices import LANGUAGES, Notice
from desktop.services.notices import unchanged_starters
from desktop.ui.notices import words
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.notice import Notice as Said
from desktop.ui.widgets.notice import Tone
from desktop.ui.widgets.option import OptionCard

_WIDTH = 580


class PublishDialog(Dialog):
    """`on_yes` gets whether people must be asked again; nothing is chosen beforehand.

    Args:
        before: the version in force, which this one takes the place of.
        asked: how many people would have to be asked again.
    """

    def __init__(
        self, notice: Notice, before: Notice | None, asked: int, on_yes: Callable[[bool], object], parent: QWidget
    ) -> None:
        title = self.tr("Publish {version}").format(version=words.version(notice))
        super().__init__(title, parent)
        self._on_yes = on_yes
        self.points = self._points(notice, before)
        self.again = OptionCard(
            self.tr("Ask everybody again"),
            self.tr(
                "Something is done that people have not agreed to yet. People to ask: {count}. "
                "They are listed until they have answered; their consent stands until then."
            ).format(count=asked),
        )
        self.silent = OptionCard(
            self.tr("Ask nobody again"),
            self.tr("Only words have changed. Whoever agreed before, agreed to this as well."),
        )
        self._group = QButtonGroup(self)
        for card in (self.again, self.silent):
            self._group.addButton(card.button)
            card.chosen.connect(self._follow)
        self.warning = Said()
        self.warning.say(self._unchanged(notice), Tone.ATTENTION)
        self.cancel = button(self.tr("Cancel"), self.reject)
        self.publish = button(self.tr("Publish"), self._accept, look="primary", icon="check")
        self._build(title)

    def _build(self, title: str) -> None:
        listed = column(*(label(f"•  {point}", wrap=True) for point in self.points), gap=6)
        question = label(self.tr("Must people who agreed before be asked again?"), "strong", wrap=True)
        body = column(label(title, "heading"), listed, self.warning, question, self.again, self.silent, None, gap=12)
        self.fill(body, row(None, self.cancel, self.publish, gap=12))
        self.setAccessibleDescription(" ".join(self.points))
        self._follow()
        self.fit(_WIDTH)
        self.again.button.setFocus()

    def _points(self, notice: Notice, before: Notice | None) -> Sequence[str]:
        names = ", ".join(words.OWN_NAMES[language] for language in notice.languages)
        points = [
            self.tr("From now on people are shown this text, in: {languages}.").format(languages=names),
            self.tr("It cannot be changed any more; a change takes a new version."),
        ]
        missing = [words.OWN_NAMES[language] for language in LANGUAGES if language not in notice.texts]
        if missing:
            points.append(self.tr("Nobody can be asked in: {languages}.").format(languages=", ".join(missing)))
        if before is not None:
            points.append(
                self.tr("{version} is retired; it is kept as proof of what people were told.").format(
                    version=words.version(before)
                )
            )
        return points

    def _unchanged(self, notice: Notice) -> str:
        same = [words.OWN_NAMES[language] for language in unchanged_starters(notice)]
        if not same:
            return ""
        return self.tr(
            "Still the text that every desk starts from, a draft for your lawyer: {languages}. Has it been checked?"
        ).format(languages=", ".join(same))

    def _follow(self) -> None:
        self.publish.setEnabled(self._group.checkedButton() is not None)

    def _accept(self) -> None:
        ask_again = self.again.button.isChecked()
        self.accept()
        self._on_yes(ask_again)
