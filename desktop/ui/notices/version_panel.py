"""One version of the notice: its words in each language, its purposes, and how people read it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget
from shiboken6 import Shiboken

from desktop.domain.controller import Controller
from desktop.domain.notices import LANGUAGES, Notice, NoticeState
from desktop.services.notices import starter_text, unchanged_starters
from desktop.ui.notices import words
from desktop.ui.notices.editing import Editing
from desktop.ui.notices.preview import Preview
from desktop.ui.notices.purpose_form import PurposeForm
from desktop.ui.notices.text_form import TextForm
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.notice import Notice as Said
from desktop.ui.widgets.notice import Tone
from desktop.ui.widgets.scroll import FormScroll
from desktop.ui.widgets.segments import Segments

_SETTLE_MS = 200  # after the last key, before a long text is looked through
_FEW = 3  # problems named; the others are counted


class Part(StrEnum):
    TEXT = "text"
    PURPOSES = "purposes"
    PREVIEW = "preview"


class VersionPanel(QWidget):
    """Stores nothing itself: the signals say what the person wants."""

    wants_save = Signal()
    wants_publish = Signal()
    wants_discard = Signal()
    wants_retire = Signal()

    def __init__(self, controller: Callable[[], Controller | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.editing: Editing | None = None
        self._focused: QWidget | None = None
        self._heading = label("", "heading")
        self._standing = label("", "small")
        self.save = button(self.tr("Save"), self.wants_save.emit, icon="check")
        self.publish = button(self.tr("Publish ..."), self.wants_publish.emit, look="primary")
        self.discard = button(self.tr("Discard"), self.wants_discard.emit, look="danger", icon="remove")
        self.retire = button(self.tr("Retire"), self.wants_retire.emit, look="danger")
        self.parts: Segments[Part] = Segments(
            self.tr("Part of the version"),
            [
                (Part.TEXT, self.tr("Text"), "", ""),
                (Part.PURPOSES, self.tr("Purposes"), "", ""),
                (Part.PREVIEW, self.tr("Preview"), "", ""),
            ],
        )
        self.languages: Segments[str] = Segments(
            self.tr("Language"), [(language, words.OWN_NAMES[language], "", "") for language in LANGUAGES]
        )
        self.problems = Said()
        self.text_form = TextForm()
        self.purpose_form = PurposeForm()
        self.preview = Preview()
        self.leave_out = button(self.tr("Leave this language out"), self._leave_out, icon="remove")
        self.absent = EmptyState("notices", self.tr("Not in this language"), "")
        self.absent.offer(self.tr("Write it"), self._take_in, icon="add")
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._build()
        self._connect()

    def _build(self) -> None:
        title = column(self._heading, self._standing, gap=0)
        head = row(title, None, self.discard, self.retire, self.save, self.publish, gap=10)
        text = column(self.text_form, row(None, self.leave_out), None, gap=12, margins=(0, 0, 12, 0))
        self._pages: dict[Part, QWidget] = {
            Part.TEXT: FormScroll(text),
            Part.PURPOSES: FormScroll(column(self.purpose_form, margins=(0, 0, 12, 0))),
            Part.PREVIEW: FormScroll(column(self.preview, margins=(0, 0, 12, 0))),
        }
        self._stack = QStackedWidget()
        for page in (*self._pages.values(), self.absent):
            self._stack.addWidget(page)
        tools = row(self.parts, None, self.languages, gap=10)
        body = column(head, tools, self.problems, self._stack, gap=12)
        body.setStretch(3, 1)
        self.setLayout(body)

    def _connect(self) -> None:
        self.parts.changed.connect(lambda _part: self._show_part())
        self.languages.changed.connect(lambda _language: self._show_part())
        self.text_form.changed.connect(self._on_text)
        self.purpose_form.changed.connect(self._on_purposes)
        self._settle.timeout.connect(self._look_through)

    def show_editing(self, editing: Editing) -> None:
        """Show a version as it is in the form; part and language stay."""
        self.editing = editing
        notice = editing.notice
        self._heading.setText(words.version(notice))
        self._standing.setText(words.standing(notice))
        for control in (self.save, self.publish, self.discard):
            control.setVisible(editing.editable)
        self.retire.setVisible(notice.state is NoticeState.PUBLISHED)
        self.purpose_form.fill(editing.purposes, editable=editing.editable)
        self._show_part()
        self._look_through()

    def refresh(self) -> None:
        """The controller's details may have changed."""
        if self.parts.value() is Part.PREVIEW:
            self._show_part()

    def set_busy(self, busy: bool) -> None:
        """Nothing can be typed while something is being written; the keyboard comes back to where it was."""
        if busy:
            at = QApplication.focusWidget()
            self._focused = at if at is not None and self.isAncestorOf(at) else None
        for control in (self._stack, self.save, self.publish, self.discard, self.retire):
            control.setEnabled(not busy)
        if busy:
            return
        self._look_through()
        if self._focused is not None and Shiboken.isValid(self._focused):
            self._focused.setFocus()

    @property
    def language(self) -> str:
        return self.languages.value()

    def _show_part(self) -> None:
        editing = self.editing
        if editing is None:
            return
        part = self.parts.value()
        self.languages.setVisible(part is not Part.PURPOSES)
        text = editing.texts.get(self.language)
        if part is not Part.PURPOSES and text is None:
            name = words.OWN_NAMES[self.language]
            sentence = self.tr("Nobody can be asked in {language} under this version.").format(language=name)
            self.absent.say("notices", self.tr("Not in this language"), sentence)
            self.absent.action.setVisible(editing.editable)
            self._stack.setCurrentWidget(self.absent)
            return
        if part is Part.TEXT and text is not None:
            self.text_form.fill(text, editing.purposes, editable=editing.editable)
            self.leave_out.setVisible(editing.editable)
        elif part is Part.PREVIEW and text is not None:
            self.preview.show_text(text, editing.purposes, self._controller())
        self._stack.setCurrentWidget(self._pages[part])

    def _on_text(self) -> None:
        if self.editing is not None:
            self.editing.texts[self.language] = self.text_form.text()
            self._on_edited()

    def _on_purposes(self) -> None:
        if self.editing is not None:
            self.editing.purposes = self.purpose_form.purposes()
            self._on_edited()

    def _on_edited(self) -> None:
        if self.editing is not None:
            self.editing.changed = True
            self.save.setEnabled(True)
            self._settle.start()

    def _look_through(self) -> None:
        """Say what is still missing, and whether it may be published."""
        editing = self.editing
        if editing is None:
            return
        if not editing.editable:
            self.problems.clear()
            return
        found = editing.problems()
        self.save.setEnabled(editing.changed)
        self.publish.setEnabled(not found)
        if self.parts.value() is Part.TEXT and self.language in editing.texts:
            self.text_form.complain(editing.purposes)
        if not found:
            self.problems.say(self._draft_words(editing.notice), Tone.PLAIN)
            return
        said = [words.finding(each) for each in found[:_FEW]]
        if len(found) > _FEW:
            said.append(self.tr("And more: {count}.").format(count=len(found) - _FEW))
        self.problems.say(self.tr("Before it can be published:") + " " + " ".join(said), Tone.ATTENTION)

    def _draft_words(self, notice: Notice) -> str:
        """What the starter texts say of themselves, as long as one of them is unchanged."""
        same = [words.OWN_NAMES[language] for language in unchanged_starters(notice)]
        if not same:
            return ""
        return self.tr("A draft for your lawyer, not checked for any country: {languages}.").format(
            languages=", ".join(same)
        )

    def _take_in(self) -> None:
        """The language with the text that every desk starts from, to be changed."""
        if self.editing is not None:
            self.editing.texts[self.language] = starter_text(self.language)
            self._on_edited()
            self._show_part()
            self.text_form.title.setFocus()

    def _leave_out(self) -> None:
        if self.editing is not None:
            self.editing.texts.pop(self.language, None)
            self._on_edited()
            self._show_part()
            self.absent.action.setFocus()
