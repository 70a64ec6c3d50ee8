"""The verdict of a verification, in plain words."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QFrame, QWidget

from desktop.domain.audit_verdict import Verdict
from desktop.ui import texts
from desktop.ui.audit import words
from desktop.ui.look import restyle, set_icon
from desktop.ui.widgets.basic import column, icon_button, label, row, symbol

_SHOWN = 5  # faults; more say nothing new to a person


class VerdictCard(QFrame):
    """Hidden until there is a verdict, or after it was put away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "notice")
        self._icon = symbol("check", "calm", 24)
        self.headline = label("", "heading", wrap=True)
        self.faults = label("", wrap=True, selectable=True)
        self._figures = label("", "small", wrap=True, selectable=True)
        self.close_button = icon_button("close", self.tr("Put the verdict away"), self.hide)
        layout = row(
            self._icon,
            column(self.headline, self.faults, self._figures, gap=6),
            self.close_button,
            gap=14,
            margins=(16, 12, 12, 12),
        )
        layout.setStretch(1, 1)
        for fixed in (self._icon, self.close_button):
            layout.setAlignment(fixed, Qt.AlignmentFlag.AlignTop)
        self.setLayout(layout)
        self.hide()

    def say(self, verdict: Verdict) -> None:
        faults = words.faults(verdict)
        more = len(faults) - _SHOWN
        shown = faults[:_SHOWN] + ([self.tr("And {count} more.").format(count=more)] if more > 0 else [])
        self.headline.setText(words.headline(verdict))
        self.faults.setText("\n".join(shown))
        self.faults.setVisible(bool(shown))
        self._figures.setText(self._said_figures(verdict))
        name, colour = ("check", "calm") if verdict.intact else ("warning", "danger")
        set_icon(self._icon, name, off=colour, size=24)
        self.setProperty("tone", "good" if verdict.intact else "danger")
        restyle(self)
        self.setAccessibleName(" ".join((self.headline.text(), *shown)))
        self.show()

    def _said_figures(self, verdict: Verdict) -> str:
        number = QLocale().toString
        parts = [
            self.tr("Entries checked: {count}, the newest of {time}.").format(
                count=number(verdict.entries), time=texts.moment(verdict.until)
            )
            if verdict.until is not None
            else self.tr("The log is empty."),
            self.tr("Signed checkpoints: {count}.").format(count=number(verdict.checkpoints)),
        ]
        if verdict.anchored is not None:
            parts.append(
                self.tr("Compared with entry {entry}, which the key place remembers.").format(
                    entry=number(verdict.anchored)
                )
            )
        if verdict.pruned:
            parts.append(
                self.tr("Entries up to {entry} were deleted when their time was over, under a signature.").format(
                    entry=number(verdict.pruned)
                )
            )
        key = self.tr("Signing key: {fingerprint}").format(fingerprint=verdict.fingerprint)
        return f"{' '.join(parts)}\n{key}"
