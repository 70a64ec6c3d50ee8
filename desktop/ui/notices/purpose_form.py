"""The facts of the purposes: on what ground, how long, whether one may refuse it alone, in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox, QWidget

from desktop.domain.purposes import (
    MAX_DAYS,
    MAX_PURPOSES,
    LawfulBasis,
    Purpose,
    PurposeKey,
    PurposeKind,
    PurposeProblem,
    SpecialCondition,
    purpose_problems,
)
from desktop.ui.notices import words
from desktop.ui.widgets.basic import button, column, frame, icon_button, label, row
from desktop.ui.widgets.check import CheckLine
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.number import with_room

Change = Callable[[], None]


class PurposeCard(QWidget):
    """One purpose. Recognising faces has a ground that cannot be chosen, cannot be removed, and refusing it is refusing
    everything."""

    def __init__(self, purpose: Purpose, changed: Change) -> None:
        super().__init__()
        self._purpose = purpose
        name = words.purpose(purpose.key)
        self.up = icon_button("up", self.tr("Ask about {purpose} earlier").format(purpose=name))
        self.down = icon_button("down", self.tr("Ask about {purpose} later").format(purpose=name))
        self.remove = icon_button("remove", self.tr("Remove {purpose}").format(purpose=name))
        self.basis = _choices(LawfulBasis, purpose.basis)
        self.condition = _choices(SpecialCondition, purpose.condition)
        self.retention = _days(0, purpose.retention_days, self.tr("at once"))
        self.validity = _days(0, purpose.validity_days or 0, self.tr("until it is taken back"))
        self.optional = CheckLine(
            self.tr("May be refused on its own"),
            self.tr("Otherwise refusing it means the visitor pass."),
        )
        self.optional.box.setChecked(purpose.optional)
        self._build(name)
        for box in (self.basis, self.condition):
            box.currentIndexChanged.connect(lambda _index: changed())
        for spin in (self.retention, self.validity):
            spin.valueChanged.connect(lambda _value: changed())
        self.optional.box.toggled.connect(lambda _on: changed())

    def _build(self, name: str) -> None:
        head = row(label(name, "heading"), None, self.up, self.down, self.remove, gap=4)
        grounds = row(
            Field(self.tr("Lawful basis"), self.basis), Field(self.tr("Special category"), self.condition), gap=16
        )
        times = row(
            Field(self.tr("Consent is good for"), self.validity, self.tr("Days; 0: until it is taken back")),
            Field(self.tr("Erased after its end"), self.retention, self.tr("Days; 0: at once")),
            gap=16,
        )
        for line in (grounds, times):
            line.setStretch(0, 1)
            line.setStretch(1, 1)
        inside = column(head, grounds, times, self.optional, gap=12, margins=(16, 12, 16, 14))
        self.setLayout(column(frame("card", inside)))

    def purpose(self) -> Purpose:
        return replace(
            self._purpose,
            basis=LawfulBasis(self.basis.currentData()),
            condition=SpecialCondition(self.condition.currentData()),
            retention_days=self.retention.value(),
            validity_days=self.validity.value() or None,
            optional=self.optional.box.isChecked(),
        )

    def allow(self, editable: bool, *, first: bool, last: bool) -> None:
        recognising = self._purpose.kind is PurposeKind.RECOGNITION
        for spin in (self.retention, self.validity):
            spin.setEnabled(editable)
        self.optional.setEnabled(editable and not recognising)
        self.basis.setEnabled(editable and not recognising)
        self.condition.setEnabled(editable and not recognising)
        self.up.setEnabled(editable and not first)
        self.down.setEnabled(editable and not last)
        self.remove.setEnabled(editable and not recognising)
        for tool in (self.up, self.down, self.remove):
            tool.setVisible(editable)


class PurposeForm(QWidget):
    """`changed` after every change by hand."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[PurposeCard] = []
        self._list = column(gap=12)
        self.key = QLineEdit()
        self.key.setMaxLength(32)
        self.add = button(self.tr("Add purpose"), self._add, icon="add")
        self._key_field = Field(
            self.tr("Short name of a further purpose"),
            self.key,
            self.tr("Small letters, digits and _; “photo” is the one that keeps a picture. Its words come under Text."),
        )
        line = row(self._key_field, self.add, gap=12)
        line.setStretch(0, 1)
        self.more = frame("card", column(line, margins=(16, 14, 16, 14)))
        self.setLayout(column(self._list, self.more, None, gap=12))
        self.key.textChanged.connect(lambda _text: self._follow())
        self.key.returnPressed.connect(self._add)
        self._follow()

    def fill(self, purposes: Sequence[Purpose], *, editable: bool) -> None:
        """Show the facts; without announcing it."""
        for card in self.cards:
            self._list.removeWidget(card)
            card.deleteLater()
        self.cards = [PurposeCard(purpose, self.changed.emit) for purpose in purposes]
        for place, card in enumerate(self.cards):
            self._list.addWidget(card)
            card.allow(editable, first=place == 0, last=place == len(purposes) - 1)
            card.up.clicked.connect(lambda _checked=False, place=place: self._move(place, -1))
            card.down.clicked.connect(lambda _checked=False, place=place: self._move(place, 1))
            card.remove.clicked.connect(lambda _checked=False, place=place: self._remove(place))
        self.more.setVisible(editable)
        self._follow()

    def purposes(self) -> tuple[Purpose, ...]:
        return tuple(card.purpose() for card in self.cards)

    def _set(self, purposes: Sequence[Purpose], focus: int) -> None:
        self.fill(purposes, editable=True)
        self.changed.emit()
        card = self.cards[max(0, min(focus, len(self.cards) - 1))]
        (card.up if card.up.isEnabled() else card.down if card.down.isEnabled() else card.validity).setFocus()

    def _move(self, place: int, by: int) -> None:
        purposes = list(self.purposes())
        purposes.insert(place + by, purposes.pop(place))
        self._set(purposes, place + by)

    def _remove(self, place: int) -> None:
        purposes = list(self.purposes())
        del purposes[place]
        self._set(purposes, place)

    def _add(self) -> None:
        if self.add.isEnabled():
            new = Purpose(PurposeKey(self.key.text().strip()))
            self.key.clear()
            self._set([*self.purposes(), new], len(self.cards))

    def _follow(self) -> None:
        key = PurposeKey(self.key.text().strip())
        wrong = {PurposeProblem.KEY, PurposeProblem.TWICE}
        found = [problem for _, problem in purpose_problems([*self.purposes(), Purpose(key)]) if problem in wrong]
        full = len(self.cards) >= MAX_PURPOSES
        self.add.setEnabled(bool(key) and not found and not full)
        problem = words.said(PurposeProblem.TOO_MANY) if full else words.said(found[0]) if key and found else ""
        self._key_field.complain(problem)


def _choices(kind: type[StrEnum], chosen: StrEnum) -> QComboBox:
    box = QComboBox()
    for value in kind:
        box.addItem(words.said(value), value)
    box.setCurrentIndex(box.findData(chosen))
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)
    return box


def _days(least: int, value: int, nothing: str) -> QSpinBox:
    box = with_room(QSpinBox())
    box.setRange(least, MAX_DAYS)
    box.setSpecialValueText(nothing)
    box.setValue(value)
    return box
