"""The pictures of somebody who is being added: what was found in each, in plain words."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.services.likeness import Closest
from desktop.services.photo_check import PhotoCheck
from desktop.ui import texts
from desktop.ui.look import set_icon
from desktop.ui.people.quality_dialog import QualityDialog
from desktop.ui.widgets.basic import button, column, icon_button, label, row, set_text, symbol
from desktop.ui.widgets.picture import PictureView

_SIDE = 64


class PhotoRow(QFrame):
    """One picture: face, title, verdict, and a button that takes it out."""

    removed = Signal(object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "notice")
        self.title = title
        self.check: PhotoCheck | None = None
        self.again: Callable[[], PhotoCheck] | None = None  # how the picture can be checked once more
        self._face = PictureView(self.tr("Face found in {title}").format(title=title))
        self._face.setFixedSize(_SIDE, _SIDE)
        self._icon = symbol("refresh", "muted", 18)
        name = label(title, "strong")
        name.setMinimumWidth(60)
        self._verdict = label(self.tr("Being checked ..."), "muted", wrap=True)
        self._hint = label("", "attention", wrap=True)
        self._hint.hide()
        tip = self.tr("Take out {title}").format(title=title)
        take_out = icon_button("close", tip, lambda: self.removed.emit(self))
        self._details = button("", self._show_report, look="quiet", tip=self.tr("What was measured"))
        self._details.hide()
        verdict = row(self._icon, self._verdict, gap=8)
        verdict.setAlignment(self._icon, Qt.AlignmentFlag.AlignTop)
        verdict.setStretch(1, 1)
        words = column(row(name, None, self._details), verdict, self._hint, gap=4)
        line = row(self._face, words, take_out, gap=12, margins=(8, 8, 8, 8))
        line.setStretch(1, 1)
        line.setAlignment(take_out, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)
        self.setAccessibleName(title)

    def show_check(self, check: PhotoCheck, closest: str | None) -> None:
        """The verdict; `closest` names somebody already enrolled who looks alike."""
        self.check = check
        self._face.show_pixels(check.preview)
        if check.problem is None:
            set_icon(self._icon, "check", off="calm", size=18)
            self._verdict.setText(self.tr("Good picture"))
        else:
            set_icon(self._icon, "warning", off="attention", size=18)
            self._verdict.setText(texts.photo_problem(check.problem))
        if check.report is not None:
            set_text(self._details, self.tr("Quality {value} of 100").format(value=check.report.unified))
        self._details.setVisible(check.report is not None)
        self._hint.setText(self._likeness(check.closest, closest))
        self._hint.setVisible(bool(self._hint.text()))
        self.setAccessibleDescription(f"{self._verdict.text()} {self._hint.text()}".strip())

    def _likeness(self, found: Closest | None, name: str | None) -> str:
        if found is None or name is None:
            return ""
        if found.duplicate:
            return self.tr("Looks like {name}, who is already enrolled.").format(name=name)
        return self.tr("May be confused with {name}: {margin} below a match.").format(
            name=name, margin=QLocale().toString(found.margin, "f", 2)
        )

    def leave_out(self) -> None:
        """It does not show the person of the other pictures."""
        if self.check is not None:
            self.show_check(self.check.left_out(), None)

    def _show_report(self) -> None:
        if self.check is not None and self.check.report is not None:
            QualityDialog(self.title, self.check.report, self).open()

    def wait(self) -> None:
        """No verdict any more, another check is under way."""
        self.forget()
        set_icon(self._icon, "refresh", off="muted", size=18)
        self._verdict.setText(self.tr("Being checked ..."))
        self._hint.hide()
        self._details.hide()

    def fail(self, sentence: str) -> None:
        set_icon(self._icon, "warning", off="danger", size=18)
        self._verdict.setText(sentence)

    def forget(self) -> None:
        """Wipe what was computed from the face."""
        self._face.show_pixels(None)
        if self.check is not None:
            self.check.discard()
            self.check = None


class PhotoList(QScrollArea):
    """The rows, newest on top. Rows taken out are wiped."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Pictures"))
        self._inside = QWidget()
        self._lines = QVBoxLayout(self._inside)
        self._lines.setContentsMargins(0, 0, 4, 0)
        self._lines.setSpacing(8)
        self._lines.addStretch(1)
        self.setWidget(self._inside)
        self.rows: list[PhotoRow] = []

    def add(self, title: str) -> PhotoRow:
        made = PhotoRow(title)
        made.removed.connect(self.take_out)
        self.rows.append(made)
        self._lines.insertWidget(0, made)
        self.changed.emit()
        return made

    def take_out(self, photo: PhotoRow) -> None:
        if photo in self.rows:
            self.rows.remove(photo)
            photo.forget()
            photo.hide()
            photo.deleteLater()
            self.changed.emit()

    def clear(self) -> None:
        for photo in list(self.rows):
            self.take_out(photo)

    def good(self) -> list[PhotoCheck]:
        """The checks that can be enrolled."""
        return [photo.check for photo in self.rows if photo.check is not None and photo.check.ok]
