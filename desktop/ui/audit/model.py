"""Audit entries as a table, newest first."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.bridge.tasks import TaskRunner
from desktop.domain.audit import UNREADABLE, AuditFilter
from desktop.services.audit import AuditListing, AuditRow, AuditService
from desktop.ui import texts
from desktop.ui.audit import words
from desktop.ui.look import tokens
from desktop.ui.widgets.paged_model import PagedTableModel

TIME, WHO, ACTION, ABOUT, NUMBER = range(5)


class AuditModel(PagedTableModel[AuditFilter, AuditListing, AuditRow]):
    """See PagedTableModel."""

    def __init__(self, audit: AuditService, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(tasks, AuditListing(0, AuditFilter()), parent)
        self._headers = (self.tr("Time"), self.tr("Who"), self.tr("Action"), self.tr("About"), self.tr("Entry"))
        self._audit = audit

    def _search(self, wanted: AuditFilter) -> AuditListing:
        return self._audit.find(wanted)

    def _read(self, listing: AuditListing, offset: int, limit: int) -> list[AuditRow]:
        return self._audit.list(listing.wanted, offset, limit)

    def _text(self, row: AuditRow, column: int) -> str:
        if column == TIME:
            return texts.moment(row.entry.at)
        if column == WHO:
            return words.who(row)
        if column == ACTION:
            return words.action(row.entry.action)
        if column == ABOUT:
            return words.about(row)
        return str(row.entry.seq)

    def _colour(self, row: AuditRow, column: int) -> str | None:
        if row.entry.action == UNREADABLE:
            return tokens().danger
        return tokens().muted if column == NUMBER else None
