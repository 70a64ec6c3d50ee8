"""Step: the site and who answers for it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QTimeZone
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from desktop.domain.controller import JURISDICTIONS, MAX_LINE, Controller, cleaned, problems
from desktop.ui.first_run.steps.step import Step
from desktop.ui.widgets.basic import column, row
from desktop.ui.widgets.field import Field


class ControllerStep(Step):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Site and controller"),
            self.tr(
                "Notices, receipts and certificates name who answers for the processing. All of it can be changed."
            ),
            parent,
        )
        self.site, self.legal_name, self.contact = QLineEdit(), QLineEdit(), QLineEdit()
        self.dpo, self.authority = QLineEdit(), QLineEdit()
        self.address = QPlainTextEdit()
        self.address.setTabChangesFocus(True)
        self.address.setFixedHeight(72)
        self.zone, self.jurisdiction = QComboBox(), QComboBox()
        self._fields: dict[str, Field] = {}
        self._choices()
        self._build()
        for edit in (self.site, self.legal_name, self.contact, self.dpo, self.authority):
            edit.setMaxLength(MAX_LINE)
            edit.textChanged.connect(lambda _text: self._on_change())
        self.address.textChanged.connect(self._on_change)

    def _choices(self) -> None:
        for name in sorted(bytes(zone.data()).decode() for zone in QTimeZone.availableTimeZoneIds()):
            if "/" in name and not name.startswith("Etc/"):
                self.zone.addItem(name)
        self.zone.setCurrentText(bytes(QTimeZone.systemTimeZoneId().data()).decode())
        named = [(self._place(code), code) for code in JURISDICTIONS if code != "OTHER"]
        for words, code in sorted(named):
            self.jurisdiction.addItem(words, code)
        self.jurisdiction.addItem(self.tr("Another place (the strictest common rules)"), "OTHER")
        here = QLocale.territoryToCode(QLocale.system().territory())
        self.jurisdiction.setCurrentIndex(max(0, self.jurisdiction.findData(here)))

    def _place(self, code: str) -> str:
        country, _, part = code.partition("-")
        name = QLocale.territoryToString(QLocale.codeToTerritory(country))
        return f"{name} ({self.tr('Illinois')})" if part else name

    def _build(self) -> None:
        def field(name: str, title: str, control: QWidget, help_text: str = "") -> Field:
            self._fields[name] = Field(title, control, help_text)
            return self._fields[name]

        place = row(
            field("jurisdiction", self.tr("Law of"), self.jurisdiction),
            field("time_zone", self.tr("Time zone"), self.zone),
            gap=16,
        )
        reach = row(
            field("contact", self.tr("Contact"), self.contact, self.tr("E-mail or telephone for people's requests")),
            field("dpo", self.tr("Data protection officer"), self.dpo, self.tr("Leave empty where none is appointed")),
            gap=16,
        )
        for line in (place, reach):
            line.setStretch(0, 1)
            line.setStretch(1, 1)
        self.fill(
            column(
                field("site", self.tr("Name of this desk"), self.site, self.tr("For example: Main entrance")),
                field("legal_name", self.tr("Controller (legal name)"), self.legal_name),
                field("address", self.tr("Address"), self.address),
                reach,
                field(
                    "authority", self.tr("Supervisory authority"), self.authority, self.tr("Where people may complain")
                ),
                place,
                gap=14,
            )
        )

    def enter(self) -> None:
        self.site.setFocus()

    def draft(self) -> Controller:
        """As typed, cleaned."""
        return cleaned(self._typed())

    def _typed(self) -> Controller:
        return Controller(
            site=self.site.text(),
            legal_name=self.legal_name.text(),
            address=self.address.toPlainText(),
            contact=self.contact.text(),
            dpo=self.dpo.text(),
            authority=self.authority.text(),
            time_zone=self.zone.currentText(),
            jurisdiction=str(self.jurisdiction.currentData()),
        )

    def problem(self) -> str:
        found = problems(self._typed())
        if not found:
            return ""
        return self.tr("Fill in: {field}.").format(field=self._fields[next(iter(found))].caption.text())

    def complain(self) -> None:
        found = problems(self._typed())
        words = {
            "empty": self.tr("This is needed."),
            "long": self.tr("This is too long."),
            "unknown": self.tr("Choose from the list."),
        }
        for name, field in self._fields.items():
            field.complain(words.get(found.get(name, ""), ""))

    def _on_change(self) -> None:
        self.changed.emit()
