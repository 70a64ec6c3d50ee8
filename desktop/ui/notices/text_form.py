"""The words of one language: title, paragraphs, and a title and an explanation for each purpose."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.domain.notices import (
    MAX_BODY,
    PLACEHOLDERS,
    RIGHT_TO_LEFT,
    NoticeText,
    PurposeText,
    TextFinding,
    TextProblem,
    clean_text,
    text_problems,
)
from desktop.domain.purposes import Purpose, PurposeKey
from desktop.ui.notices import words
from desktop.ui.widgets.basic import column, frame, holding, label
from desktop.ui.widgets.field import Field

_BODY_HEIGHT, _EXPLANATION_HEIGHT = 190, 84


class _PurposeFields(QWidget):
    def __init__(self, key: PurposeKey, changed: Callable[[], None]) -> None:
        super().__init__()
        self.title = QLineEdit()
        self.explanation = QPlainTextEdit()
        self.explanation.setTabChangesFocus(True)
        self.explanation.setFixedHeight(_EXPLANATION_HEIGHT)
        name = words.purpose(key)
        self.field = Field(self.tr("{purpose}: question").format(purpose=name), self.title)
        self.below = Field(self.tr("{purpose}: plain explanation").format(purpose=name), self.explanation)
        inside = column(self.field, self.below, gap=10, margins=(16, 14, 16, 14))
        self.setLayout(column(frame("card", inside)))
        self.title.textChanged.connect(lambda _text: changed())
        self.explanation.textChanged.connect(changed)


class TextForm(QWidget):
    """`changed` after every change by hand."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = "en"
        self._filling = False
        self.title = QLineEdit()
        self.body = QPlainTextEdit()
        self.body.setTabChangesFocus(True)
        self.body.setFixedHeight(_BODY_HEIGHT)
        gaps = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        help_text = self.tr(
            "One line, one paragraph. In braces stand the controller's details: {gaps}. "
            "A paragraph whose detail is empty is left out."
        )
        self._title_field = Field(self.tr("Title"), self.title)
        self._body_field = Field(self.tr("Text"), self.body, help_text.replace("{gaps}", gaps))
        self.length = label("", "small")
        self.purposes: dict[PurposeKey, _PurposeFields] = {}
        self._below: QVBoxLayout = column(gap=12)
        self._fields = holding(column(self._title_field, self._body_field, self.length, self._below, gap=12))
        self.setLayout(column(self._fields))
        self.title.textChanged.connect(lambda _text: self._on_changed())
        self.body.textChanged.connect(self._on_changed)

    def fill(self, text: NoticeText, purposes: Sequence[Purpose], *, editable: bool) -> None:
        """Show a text; without announcing it."""
        self._filling = True
        self._language = text.language
        self._set_purposes([purpose.key for purpose in purposes])
        _put(self.title, text.title)
        _put(self.body, "\n".join(text.paragraphs))
        for key, fields in self.purposes.items():
            found = text.purposes.get(key, PurposeText("", ""))
            _put(fields.title, found.title)
            _put(fields.explanation, found.explanation)
        self._set_direction()
        for edit in self._edits():
            edit.setReadOnly(not editable)
        self._filling = False
        self._count()
        self.complain(purposes if editable else ())

    def text(self) -> NoticeText:
        """As typed."""
        said = {
            key: PurposeText(fields.title.text(), fields.explanation.toPlainText().replace("\n", " "))
            for key, fields in self.purposes.items()
        }
        return NoticeText(self._language, self.title.text(), tuple(self.body.toPlainText().splitlines()), said)

    def complain(self, purposes: Sequence[Purpose]) -> None:
        """Say at each field what keeps it from being published; of an untouched language nothing."""
        cleaned = clean_text(self.text())
        found = {each.field: each for each in reversed(text_problems(cleaned, purposes))} if purposes else {}
        self._title_field.complain(self._said(found.get("title")))
        self._body_field.complain(self._said(found.get("paragraphs")))
        for key, fields in self.purposes.items():
            problem = found.get(key)
            missing = problem is not None and problem.problem is TextProblem.MISSING
            titled = missing and bool(fields.title.text().strip())
            fields.field.complain("" if titled else self._said(problem))
            fields.below.complain(self._said(problem) if titled else "")

    def _said(self, problem: TextFinding | None) -> str:
        return "" if problem is None else words.finding(problem)

    def _edits(self) -> list[QLineEdit | QPlainTextEdit]:
        inside = [edit for fields in self.purposes.values() for edit in (fields.title, fields.explanation)]
        return [self.title, self.body, *inside]

    def _set_purposes(self, keys: Sequence[PurposeKey]) -> None:
        if list(self.purposes) == list(keys):
            return
        for fields in self.purposes.values():
            self._below.removeWidget(fields)
            fields.deleteLater()
        self.purposes = {key: _PurposeFields(key, self._on_changed) for key in keys}
        for fields in self.purposes.values():
            self._below.addWidget(fields)

    def _set_direction(self) -> None:
        """Of what is typed; the form's own labels stay in the window's direction."""
        leftward = self._language in RIGHT_TO_LEFT
        direction = Qt.LayoutDirection.RightToLeft if leftward else Qt.LayoutDirection.LeftToRight
        for edit in self._edits():
            edit.setLayoutDirection(direction)
            if isinstance(edit, QPlainTextEdit):
                option = edit.document().defaultTextOption()
                option.setTextDirection(direction)
                edit.document().setDefaultTextOption(option)
            else:
                edit.setAlignment(Qt.AlignmentFlag.AlignLeading)

    def _on_changed(self) -> None:
        self._count()
        if not self._filling:
            self.changed.emit()

    def _count(self) -> None:
        typed = sum(map(len, self.body.toPlainText().splitlines()))
        self.length.setText(self.tr("Characters: {count} of {most}").format(count=typed, most=MAX_BODY))


def _put(edit: QLineEdit | QPlainTextEdit, text: str) -> None:
    """The cursor stays where it is, unless something changes."""
    if isinstance(edit, QLineEdit):
        if edit.text() != text:
            edit.setText(text)
    elif edit.toPlainText() != text:
        edit.setPlainText(text)
