"""One person's consents: what counts now, what happened, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop.domain.consent import ConsentState
from desktop.domain.consent_register import PersonConsents, RegisterEntry
from desktop.domain.purposes import RECOGNITION, PurposeKey
from desktop.domain.renewal import RENEWABLE
from desktop.domain.withdrawal import OVER
from desktop.ui.consent import words
from desktop.ui.consent.timeline import Timeline, moments
from desktop.ui.look import set_icon
from desktop.ui.widgets.basic import button, column, label, row, rule, symbol
from desktop.ui.widgets.scroll import FormScroll


class ConsentDetails(QFrame):
    """Shows one RegisterEntry with the person's history; the page carries the wishes out."""

    wants_withdraw = Signal(object, object)  # the entry, and its purpose or None for all
    wants_restrict = Signal(object)
    wants_lift = Signal(object)
    wants_renew = Signal(object)
    wants_own = Signal(str)  # PersonId: on the visitor's screen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.setFixedWidth(360)
        self.entry: RegisterEntry | None = None
        self._name = label("", "title", wrap=True, selectable=True)
        self._icon = symbol("check")
        self._state = label("", "strong", wrap=True)
        self._remarks = label("", "muted", wrap=True)
        self.timeline = Timeline()
        self._scroll = FormScroll(column(self.timeline, None))
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll.setAccessibleName(self.tr("History"))
        self.renew = button(self.tr("Renew ..."), lambda: self.wants_renew.emit(self.entry), icon="refresh")
        self.withdraw_one = button(
            self.tr("Take back this purpose"), lambda: self._ask_withdraw(whole=False), icon="withdraw"
        )
        self.withdraw_all = button(
            self.tr("Take back everything"), lambda: self._ask_withdraw(whole=True), look="danger"
        )
        self.own = button(
            self.tr("On the visitor's screen ..."),
            self._show_own,
            tip=self.tr("The person takes consents back themselves"),
        )
        self.restrict = button(self.tr("Restrict ..."), lambda: self.wants_restrict.emit(self.entry), icon="lock")
        self.lift = button(self.tr("Lift the restriction ..."), lambda: self.wants_lift.emit(self.entry))
        self._build()
        self.show_entry(None, {})

    def _build(self) -> None:
        state = row(self._icon, column(self._state, self._remarks, gap=4), gap=12)
        state.setAlignment(self._icon, Qt.AlignmentFlag.AlignTop)
        state.setStretch(1, 1)
        layout = column(
            self._name,
            state,
            rule(),
            label(self.tr("History"), "caption"),
            self._scroll,
            row(self.renew, self.restrict, self.lift, gap=12),
            self.withdraw_one,
            self.withdraw_all,
            self.own,
            gap=12,
            margins=(20, 20, 20, 20),
        )
        layout.setStretch(4, 1)
        self.setLayout(layout)

    def show_entry(self, entry: RegisterEntry | None, titles: Mapping[PurposeKey, str]) -> None:
        """Fill the panel but for the history; None hides it."""
        self.entry = entry
        self.setVisible(entry is not None)
        self.timeline.show_moments(())
        if entry is None:
            return
        self._name.setText(entry.name)
        icon, colour = words.mark(entry)
        set_icon(self._icon, icon, off=colour)
        self._state.setText(f"{words.purpose(entry.purpose, titles)}: {words.state(entry.state)}")
        remarks = " ".join(words.remarks(entry))
        self._remarks.setText(remarks)
        self._remarks.setVisible(bool(remarks))
        live = not entry.archived
        ended = entry.state in OVER
        self.renew.setVisible(live and entry.state in RENEWABLE)
        self.withdraw_one.setVisible(live and not ended and entry.purpose != RECOGNITION)
        self.withdraw_all.setVisible(live and (not ended or entry.state is not ConsentState.WITHDRAWN))
        self.own.setVisible(self.withdraw_all.isVisibleTo(self))
        self.restrict.setVisible(live and not entry.restricted)
        self.lift.setVisible(live and entry.restricted)
        self.setAccessibleName(self.tr("Consents of {name}").format(name=entry.name))

    def show_history(self, told: PersonConsents, titles: Mapping[PurposeKey, str]) -> None:
        """Of the person in sight; that of anybody else came too late."""
        if self.entry is not None and told.person_id == self.entry.person_id:
            self.timeline.show_moments(moments(told, titles))

    def _ask_withdraw(self, *, whole: bool) -> None:
        if self.entry is not None:
            self.wants_withdraw.emit(self.entry, None if whole else self.entry.purpose)

    def _show_own(self) -> None:
        if self.entry is not None:
            self.wants_own.emit(self.entry.person_id)
