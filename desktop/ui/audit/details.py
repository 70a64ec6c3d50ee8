"""One audit entry in full."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop.domain.audit import SYSTEM
from desktop.services.audit import AuditRow
from desktop.ui import texts
from desktop.ui.audit import words
from desktop.ui.widgets.basic import button, column, label, rule
from desktop.ui.widgets.scroll import FormScroll

_DIGEST = 64  # hex digits


class EntryDetails(QFrame):
    """Shows one AuditRow; the page carries the wishes out."""

    wants_object = Signal(str, str)
    wants_actor = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.setFixedWidth(344)
        self.row: AuditRow | None = None
        self._action = label("", "heading", wrap=True, selectable=True)
        self._time = label("", "muted", wrap=True)
        self._values: dict[str, tuple[QWidget, QLabel]] = {}
        parts = [
            self._part("who", self.tr("Who")),
            self._part("about", self.tr("About")),
            self._part("reason", self.tr("Reason")),
            self._part("detail", self.tr("Details")),
            self._part("head", self.tr("Head (what the next entry builds on)")),
        ]
        self._scroll = FormScroll(column(*parts, None, gap=12))
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # nothing in it takes the keyboard, and it may be long
        self._scroll.setAccessibleName(self.tr("Details of the entry"))
        self.about_button = button(self.tr("Everything about this"), self._ask_object, icon="search")
        self.who_button = button(self.tr("Everything by this operator"), self._ask_actor, icon="search")
        self.setLayout(
            column(
                self._action,
                self._time,
                rule(),
                self._scroll,
                self.about_button,
                self.who_button,
                gap=12,
                margins=(20, 20, 20, 20),
            )
        )
        self.show_row(None)

    def _part(self, key: str, title: str) -> QWidget:
        value = label("", wrap=True, selectable=True)
        made = QWidget()
        made.setLayout(column(label(title, "caption"), value, gap=2))
        self._values[key] = (made, value)
        return made

    def _set(self, key: str, text: str) -> None:
        part, value = self._values[key]
        value.setText(text)
        part.setVisible(bool(text))

    def show_row(self, row: AuditRow | None) -> None:
        """Fill the panel; None hides it."""
        self.row = row
        self.setVisible(row is not None)
        if row is None:
            return
        entry = row.entry
        self._action.setText(words.action(entry.action))
        time = self.tr("{time}, entry {number}").format(time=texts.moment(entry.at), number=entry.seq)
        late = self.tr("The computer's clock stood before the entry before this one.")
        self._time.setText(f"{time}\n{late}" if entry.clock_back else time)
        known = entry.actor != SYSTEM
        roles = ", ".join(words.role(name) for name in entry.roles)
        self._set("who", "\n".join(filter(None, (words.who(row), roles, entry.actor if known else ""))))
        self._set("about", "\n".join(filter(None, (row.about, entry.object_id))))
        self._set("reason", entry.reason)
        self._set("detail", "\n".join(f"{name}: {_shown(value)}" for name, value in entry.detail.items()))
        self._set("head", "\u200b".join(_grouped(entry.head.hex())))
        self.about_button.setVisible(entry.object_id is not None)
        self.who_button.setVisible(known)

    def _ask_object(self) -> None:
        if self.row is not None and self.row.entry.object_id is not None:
            self.wants_object.emit(self.row.entry.object_id, words.about(self.row))

    def _ask_actor(self) -> None:
        if self.row is not None:
            self.wants_actor.emit(self.row.entry.actor)


def _shown(value: object) -> str:
    """As in the log; a digest may wrap."""
    shown = json.dumps(value).strip('"')
    return "\u200b".join(_grouped(shown)) if len(shown) == _DIGEST else shown


def _grouped(text: str) -> list[str]:
    return [text[start : start + 8] for start in range(0, len(text), 8)]
