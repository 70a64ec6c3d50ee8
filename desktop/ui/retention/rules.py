"""The rules: what the officer sets, and what the notice promises."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSpinBox, QWidget

from desktop.domain.retention import Kept, Rule, Since, Unit
from desktop.services.retention_rules import SETTINGS
from desktop.services.settings import LONGER_NEEDS_REASON, SiteSettings
from desktop.ui.retention import words
from desktop.ui.settings.card import SaveCard
from desktop.ui.settings.site_form import setting_range
from desktop.ui.widgets.basic import column, frame, label
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.number import with_room
from desktop.ui.widgets.scroll import FormScroll

_WIDEST = 980


class PeriodsForm(QWidget):
    """One field a category, each within its range. `changed` after every change."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        suffix = {Unit.HOURS: self.tr(" hours"), Unit.DAYS: self.tr(" days"), Unit.MONTHS: self.tr(" months")}
        self.spins: dict[str, QSpinBox] = {}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(14)
        for place, (category, (name, unit, _)) in enumerate(SETTINGS.items()):
            spin = with_room(QSpinBox())
            least, most = setting_range(name)
            spin.setRange(int(least), int(most))
            spin.setSuffix(suffix[unit])
            spin.valueChanged.connect(lambda _value: self.changed.emit())
            self.spins[name] = spin
            title = self.tr("People, after the last contact") if category is Kept.PEOPLE else words.category(category)
            field = Field(title, spin, _help(name))
            grid.addWidget(field, place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        self.setLayout(grid)

    def fill(self, settings: SiteSettings) -> None:
        for name, spin in self.spins.items():
            spin.setValue(getattr(settings, name))

    def changes(self, settings: SiteSettings) -> dict[str, int]:
        """By setting, those that differ."""
        return {name: spin.value() for name, spin in self.spins.items() if spin.value() != getattr(settings, name)}


class RulesPanel(QWidget):
    """`wants_save` when the officer wants the periods of `form` stored."""

    wants_save = Signal()

    def __init__(self, current: SiteSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._current = current
        self.form = PeriodsForm()
        self.form.fill(current)
        self.card = SaveCard(self.tr("Set here"), self.form, lambda: bool(self.form.changes(self._current)), self._undo)
        self._promises = label("", wrap=True)
        told = frame(
            "card",
            column(
                label(self.tr("Promised in the notice, and fixed"), "heading"),
                self._promises,
                label(
                    self.tr("The shortest rule wins. A hold or a restriction wins over all of them."),
                    "muted",
                    wrap=True,
                ),
                gap=12,
                margins=(20, 18, 20, 18),
            ),
        )
        for card in (self.card, told):
            card.setMaximumWidth(_WIDEST)
        self.setLayout(column(FormScroll(column(self.card, told, None, gap=16))))
        self.form.changed.connect(self.card.follow)
        self.card.wanted.connect(self.wants_save)

    def show_rules(self, rules: list[Rule], current: SiteSettings) -> None:
        """Show what is in force; what was typed and is not saved yet stays."""
        untouched = not self.form.changes(self._current)
        self._current = current
        if untouched:
            self.form.fill(current)
        self.card.follow()
        others = [rule for rule in rules if rule.since is Since.CONSENT_END and rule.notice is not None]
        others += [rule for rule in rules if rule.category is Kept.DRAFTS]
        self._promises.setText(
            "\n".join(f"{words.category(rule.category)}: {words.rule(rule)} ({words.source(rule)})" for rule in others)
        )

    def longer(self) -> bool:
        """Whether something is to be kept longer than now: that takes a reason."""
        changes = self.form.changes(self._current)
        return any(
            value > getattr(self._current, name) for name, value in changes.items() if name in LONGER_NEEDS_REASON
        )

    def _undo(self) -> None:
        self.form.fill(self._current)
        self.card.follow()


def _help(name: str) -> str:
    return QCoreApplication.translate("settings", SiteSettings.model_fields[name].description or "")
