"""Taking note of a break in the audit log: who, and why, stays in the log."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.ui.widgets.reason_dialog import ReasonDialog, ReasonWords


def _said(text: str) -> str:
    return QCoreApplication.translate("NoteDialog", text)


class NoteDialog(ReasonDialog):
    """Asks for the explanation that will stand in the log; `on_yes` gets it."""

    def __init__(self, parent: QWidget | None, on_yes: Callable[[str], object]) -> None:
        words = ReasonWords(
            title=_said(T("NoteDialog", "Take note of the break")),
            text=_said(
                T("NoteDialog", "The warning ends. The audit log keeps the break, who took note of it, and why.")
            ),
            field=_said(T("NoteDialog", "What was found out")),
            help=_said(T("NoteDialog", "Your explanation stays in the audit log. Do not name people in it.")),
            missing=_said(T("NoteDialog", "Say what was found out.")),
            act=_said(T("NoteDialog", "Take note")),
        )
        super().__init__(parent, words, on_yes)
