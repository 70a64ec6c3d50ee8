"""The fields about the site and who answers for it, in the set-up and on the page Settings."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QTimeZone, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from desktop.domain.controller import JURISDICTIONS, MAX_LINE, Controller, cleaned, problems
from desktop.ui.widgets.basic import column, row
from desktop.ui.widgets.field import Field


class ControllerForm(QWidget):
    """`changed` after every change."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
            edit.textChanged.connect(lambda _text: self.changed.emit())
        self.address.textChanged.connect(self.changed)
        for box in (self.zone, self.jurisdiction):
            box.currentIndexChanged.connect(lambda _index: self.changed.emit())

    def _choices(self) -> None:
        for name in sorted(bytes(zone.data()).decode() for zone in QTimeZone.availableTimeZoneIds()):
            if name == "UTC" or ("/" in name and not name.startswith("Etc/")):
                self.zone.addItem(name)
        here = bytes(QTimeZone.systemTimeZoneId().data()).decode()
        self.zone.setCurrentText(here if self.zone.findText(here) >= 0 else "UTC")
        named = [(self._place(code), code) for code in JURISDICTIONS if code != "OTHER"]
        for words, code in sorted(named):
            self.jurisdiction.addItem(words, code)
        self.jurisdiction.addItem(self.tr("Another place (the strictest common rules)"), "OTHER")
        territory = QLocale.territoryToCode(QLocale.system().territory())
        self.jurisdiction.setCurrentIndex(max(0, self.jurisdiction.findData(territory)))

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
        self.setLayout(
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

    def fill(self, controller: Controller) -> None:
        """Show what is stored."""
        self.site.setText(controller.site)
        self.legal_name.setText(controller.legal_name)
        self.address.setPlainText(controller.address)
        self.contact.setText(controller.contact)
        self.dpo.setText(controller.dpo)
        self.authority.setText(controller.authority)
        self.zone.setCurrentText(controller.time_zone)
        self.jurisdiction.setCurrentIndex(self.jurisdiction.findData(controller.jurisdiction))

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
        """What is missing, as a sentence; empty when complete."""
        found = problems(self._typed())
        if not found:
            return ""
        return self.tr("Fill in: {field}.").format(field=self._fields[next(iter(found))].caption.text())

    def complain(self) -> None:
        """Say at each field what is wrong with it."""
        found = problems(self._typed())
        words = {
            "empty": self.tr("This is needed."),
            "long": self.tr("This is too long."),
            "unknown": self.tr("Choose from the list."),
        }
        for name, field in self._fields.items():
            field.complain(words.get(found.get(name, ""), ""))
