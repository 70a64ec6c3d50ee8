"""Sightings as a table model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QPixmap

from desktop.domain.decision import Band
from desktop.services.activity import SightingRow
from desktop.ui import icons, texts
from desktop.ui.look import look, tokens
from desktop.ui.widgets.table import ROOT, HeadedModel, Index

TIME, PERSON, RESULT, CAMERA, STAY, SCORE = range(6)
_BAND_ICONS = {Band.MATCH: ("check", "calm"), Band.POSSIBLE: ("search", "attention"), Band.UNKNOWN: ("masked", "muted")}


class SightingsModel(HeadedModel):
    """Read-only rows, newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[SightingRow] = []
        self._headers = (
            self.tr("Time"),
            self.tr("Person"),
            self.tr("Result"),
            self.tr("Camera"),
            self.tr("In view"),
            self.tr("Score / threshold"),
        )
        look().changed.connect(self._on_look)

    def set_rows(self, rows: Sequence[SightingRow]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row(self, line: int) -> SightingRow:
        return self._rows[line]

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(row, index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == RESULT:
            return self._icon(row.sighting.band)
        if role == Qt.ItemDataRole.ForegroundRole and row.sighting.band is Band.UNKNOWN:
            return QColor(tokens().muted)
        return None

    def _text(self, row: SightingRow, column: int) -> str:
        sighting = row.sighting
        if column == TIME:
            return texts.moment(sighting.started_at.astimezone(UTC))
        if column == PERSON:
            return row.person_name or self.tr("Unknown person")
        if column == RESULT:
            return texts.band(sighting.band)
        if column == CAMERA:
            return row.camera_name or self.tr("Removed camera")
        if column == STAY:
            return texts.duration((sighting.ended_at - sighting.started_at).total_seconds())
        if sighting.score is None or sighting.threshold is None:
            return "–"
        return f"{sighting.score:.2f} / {sighting.threshold:.2f}"

    @staticmethod
    def _icon(band: Band) -> QPixmap:
        name, colour = _BAND_ICONS[band]
        return icons.pixmap(name, str(getattr(tokens(), colour)), 16)

    def _on_look(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, RESULT), self.index(len(self._rows) - 1, RESULT))
