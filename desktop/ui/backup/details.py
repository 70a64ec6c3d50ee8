"""One destination: state in plain words, plan, backups, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from desktop.domain.backups import Backup
from desktop.services.backup import DestinationView
from desktop.ui import texts
from desktop.ui.backup import words
from desktop.ui.look import set_icon
from desktop.ui.widgets.basic import button, column, label, row, rule, symbol


class DestinationPanel(QFrame):
    """Shows one destination; the page carries the wishes out."""

    wants_backup = Signal(object)  # DestinationView
    wants_change = Signal(object)
    wants_remove = Signal(object)
    wants_verify = Signal(object)  # Backup
    wants_restore = Signal(object, object)  # DestinationView, Backup
    wants_erasures = Signal(object)  # DestinationView

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.setFixedWidth(400)
        self.view: DestinationView | None = None
        self._path = label("", "strong", wrap=True, selectable=True)
        self._icon = symbol("check")
        self._state = label("", "strong", wrap=True)
        self._reason = label("", "muted", wrap=True)
        self._schedule = label("", wrap=True)
        self._newest = label("", wrap=True)
        self.backups = QListWidget()
        self.backups.setSpacing(3)
        self.backups.setAccessibleName(self.tr("Backups there"))
        self.backup = button(self.tr("Back up now"), self._on_backup, look="primary", icon="backup")
        self.verify = button(self.tr("Verify"), self._on_verify, icon="check")
        self.restore = button(self.tr("Restore"), self._on_restore, icon="refresh")
        self.change = button(self.tr("Change"), lambda: self.wants_change.emit(self.view), icon="edit")
        self.remove = button(self.tr("Remove"), lambda: self.wants_remove.emit(self.view), look="danger", icon="remove")
        self.take_over = button(self.tr("Take over erasures ..."), self._on_take_over, look="primary", icon="key")
        self.backups.currentItemChanged.connect(lambda *_: self._follow())
        self._build()

    def _build(self) -> None:
        state = row(self._icon, column(self._state, self._reason, gap=2), gap=12)
        state.setAlignment(self._icon, Qt.AlignmentFlag.AlignTop)
        state.setStretch(1, 1)
        plan = row(
            column(label(self.tr("Schedule"), "caption"), self._schedule, gap=2),
            column(label(self.tr("Newest backup"), "caption"), self._newest, gap=2),
            gap=16,
        )
        there = column(label(self.tr("Backups there"), "caption"), self.backups, gap=6)
        whole = column(
            self._path,
            rule(),
            state,
            self.take_over,
            rule(),
            plan,
            there,
            row(self.verify, self.restore, None, gap=12),
            rule(),
            self.backup,
            row(self.change, self.remove, gap=12),
            gap=14,
            margins=(20, 20, 20, 20),
        )
        whole.setStretch(6, 1)
        self.setLayout(whole)

    def show_view(self, view: DestinationView | None) -> None:
        """Fill the panel; None hides it."""
        former = self.chosen()
        self.view = view
        self.setVisible(view is not None)
        if view is None:
            return
        icon, said, token = words.state(view)
        set_icon(self._icon, icon, off=token)
        self._path.setText(view.destination.plan.path)
        self._state.setText(said)
        self._reason.setText(words.reason(view))
        self._reason.setVisible(bool(words.reason(view)))
        self.take_over.setVisible(view.ahead)
        self.backup.setVisible(not view.ahead)
        self._schedule.setText(words.schedule(view))
        self._newest.setText(words.newest(view))
        self.backups.clear()
        for backup in view.backups:
            self.backups.addItem(self._item(backup))
            if former is not None and backup.id == former.id:
                self.backups.setCurrentRow(self.backups.count() - 1)
        if self.backups.currentRow() < 0 and view.backups:
            self.backups.setCurrentRow(0)
        self._follow()

    def _item(self, backup: Backup) -> QListWidgetItem:
        checked = self.tr("checked {at}").format(at=texts.day(backup.verified_at))
        item = QListWidgetItem(f"{texts.moment(backup.at)} · {words.size(backup)} · {checked}")
        item.setData(Qt.ItemDataRole.UserRole, backup)
        return item

    def chosen(self) -> Backup | None:
        """The chosen backup."""
        item = self.backups.currentItem()
        found = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        return found if isinstance(found, Backup) else None

    def set_busy(self, busy: bool) -> None:
        """While something runs, nothing else is begun."""
        for control in (self.backup, self.take_over, self.change, self.remove):
            control.setEnabled(not busy)
        self._busy = busy
        self._follow()

    _busy = False

    def _follow(self) -> None:
        for control in (self.verify, self.restore):
            control.setEnabled(self.chosen() is not None and not self._busy)

    def _on_take_over(self) -> None:
        self.wants_erasures.emit(self.view)

    def _on_backup(self) -> None:
        self.wants_backup.emit(self.view)

    def _on_verify(self) -> None:
        self.wants_verify.emit(self.chosen())

    def _on_restore(self) -> None:
        self.wants_restore.emit(self.view, self.chosen())
