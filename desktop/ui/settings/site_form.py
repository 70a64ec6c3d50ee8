"""The site's settings as fields, with their help and their ranges."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox, QWidget

from desktop.domain.consent_proof import Method
from desktop.recognition.settings import MaskStyle
from desktop.services.settings import SiteSettings
from desktop.ui.widgets.basic import column, row
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.number import with_room


class SiteForm(QWidget):
    """What cannot be typed cannot be wrong: every field keeps its range. `changed` after every change.

    `recognition`, `consent`: whether these fields are the operator's to set; others are not shown.
    """

    changed = Signal()

    def __init__(self, *, recognition: bool, consent: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recognition = recognition
        self._consent = consent
        self.fpir = with_room(QDoubleSpinBox())
        self.fpir.setDecimals(2)
        self.fpir.setRange(0.01, 10.0)  # per cent
        self.fpir.setSingleStep(0.1)
        self.fpir.setSuffix(" %")
        self.mask_style = QComboBox()
        self.mask_style.addItem(self.tr("Opaque"), MaskStyle.OPAQUE)
        self.mask_style.addItem(self.tr("Pixelated, at most 4 × 4 cells"), MaskStyle.PIXELATED)
        self.width_px = self._spin("analysis_width", self.tr(" px"), step=32)
        self.fps = with_room(QDoubleSpinBox())
        self.fps.setDecimals(0)
        self.fps.setRange(*setting_range("analysis_fps"))
        self.confirmation = QComboBox()
        self.confirmation.addItem(self.tr("With a signature on the screen"), Method.SIGNATURE)
        self.confirmation.addItem(self.tr("With a tick"), Method.CHECKBOX)
        self.confirmation.addItem(self.tr("Spoken, with a witness"), Method.SPOKEN)
        self.renewal_notice_days = self._spin("renewal_notice_days", self.tr(" days"))
        self._build()
        self._listen()

    def _spin(self, name: str, suffix: str, step: int = 1) -> QSpinBox:
        made = with_room(QSpinBox())
        least, most = setting_range(name)
        made.setRange(int(least), int(most))
        made.setSingleStep(step)
        made.setSuffix(suffix)
        return made

    def _build(self) -> None:
        recognition = (
            (
                Field(self.tr("Strangers taken for somebody"), self.fpir, _help("target_fpir")),
                Field(self.tr("Masks"), self.mask_style, _help("mask_style")),
            ),
            (
                Field(self.tr("Search width"), self.width_px, _help("analysis_width")),
                Field(self.tr("Analysed pictures a second"), self.fps, _help("analysis_fps")),
            ),
        )
        consent = (
            (
                Field(self.tr("Announce the end of a consent"), self.renewal_notice_days, _help("renewal_notice_days")),
                Field(self.tr("Confirming consent"), self.confirmation, _help("confirmation")),
            ),
        )
        lines = []
        for left, right, shown in (
            *((*pair, self._recognition) for pair in recognition),
            *((*pair, self._consent) for pair in consent),
        ):
            for field in (left, right):
                field.setVisible(shown)
            line = row(left, right, gap=16)
            line.setStretch(0, 1)
            line.setStretch(1, 1)
            for field in (left, right):
                line.setAlignment(field, Qt.AlignmentFlag.AlignTop)
            lines.append(line)
        self.setLayout(column(*lines, gap=14))

    def _listen(self) -> None:
        for spin in (
            self.width_px,
            self.renewal_notice_days,
        ):
            spin.valueChanged.connect(lambda _value: self.changed.emit())
        for double in (self.fpir, self.fps):
            double.valueChanged.connect(lambda _value: self.changed.emit())
        for choice in (self.mask_style, self.confirmation):
            choice.currentIndexChanged.connect(lambda _index: self.changed.emit())

    def fill(self, settings: SiteSettings) -> None:
        """Show what is in force."""
        self.fpir.setValue(settings.target_fpir * 100)
        self.mask_style.setCurrentIndex(self.mask_style.findData(settings.mask_style))
        self.width_px.setValue(settings.analysis_width)
        self.fps.setValue(settings.analysis_fps)
        self.renewal_notice_days.setValue(settings.renewal_notice_days)
        self.confirmation.setCurrentIndex(self.confirmation.findData(settings.confirmation))

    def values(self) -> dict[str, Any]:
        """By field name of SiteSettings, those that are the operator's to set."""
        recognition = {
            "target_fpir": round(self.fpir.value() / 100, 4),
            "mask_style": MaskStyle(self.mask_style.currentData()),
            "analysis_width": self.width_px.value(),
            "analysis_fps": self.fps.value(),
        }
        consent = {
            "renewal_notice_days": self.renewal_notice_days.value(),
            "confirmation": Method(self.confirmation.currentData()),
        }
        return (recognition if self._recognition else {}) | (consent if self._consent else {})


def _help(name: str) -> str:
    return QCoreApplication.translate("settings", SiteSettings.model_fields[name].description or "")


def setting_range(name: str) -> tuple[float, float]:
    """Least and largest value of a setting."""
    limits: dict[str, float] = {}
    for rule in SiteSettings.model_fields[name].metadata:
        limits |= {kind: float(getattr(rule, kind)) for kind in ("ge", "le") if hasattr(rule, kind)}
    return limits["ge"], limits["le"]
