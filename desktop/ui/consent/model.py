"""The register of consents as a table."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt

from desktop.bridge.tasks import TaskRunner
from desktop.domain.consent_register import RegisterEntry, RegisterFilter
from desktop.domain.purposes import PurposeKey
from desktop.services.consent_register import ConsentRegisterService, RegisterListing
from desktop.ui import icons, texts
from desktop.ui.consent import words
from desktop.ui.look import tokens
from desktop.ui.widgets.paged_model import PagedTableModel
from desktop.ui.widgets.table import Index

PERSON, PURPOSE, STATE, SINCE, UNTIL, NOTICE = range(6)
_ICON_PX = 16


class RegisterModel(PagedTableModel[RegisterFilter, RegisterListing, RegisterEntry]):
    """See PagedTableModel. `titles`: of the site's own purposes."""

    def __init__(self, consents: ConsentRegisterService, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(tasks, RegisterListing(RegisterFilter(), array("q")), parent)
        self._consents = consents
        self.titles: Mapping[PurposeKey, str] = {}
        self._headers = (
            self.tr("Person"),
            self.tr("Purpose"),
            self.tr("State"),
            self.tr("Since"),
            self.tr("Until"),
            self.tr("Notice"),
        )

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if role == Qt.ItemDataRole.DecorationRole and index.column() == STATE:
            entry = self.arrived_row(index.row())
            if entry is None:
                return None
            icon, colour = words.mark(entry)
            return icons.pixmap(icon, getattr(tokens(), colour), _ICON_PX)
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == STATE:
            entry = self.arrived_row(index.row())
            if entry is not None:
                return " ".join([words.state(entry.state), *words.remarks(entry)])
        return super().data(index, role)

    def _search(self, wanted: RegisterFilter) -> RegisterListing:
        return self._consents.find(wanted)

    def _read(self, listing: RegisterListing, offset: int, limit: int) -> list[RegisterEntry]:
        return self._consents.list(listing, offset, limit)

    def _text(self, row: RegisterEntry, column: int) -> str:
        if column == PERSON:
            return row.name
        if column == PURPOSE:
            return words.purpose(row.purpose, self.titles)
        if column == STATE:
            return words.state(row.state)
        if column == SINCE:
            return texts.day(row.since)
        return words.until(row) if column == UNTIL else words.notice(row.notice_version)

    def _colour(self, row: RegisterEntry, column: int) -> str | None:
        if column == UNTIL and (row.ends_soon or row.need is not None):
            return tokens().attention
        return tokens().muted if row.archived or column == NOTICE else None
