"""What there is to say of a model pack, the one in use or one that was checked."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.services.models import ModelInfo
from desktop.ui import texts
from desktop.ui.widgets.basic import column, holding, label
from desktop.ui.widgets.notice import Notice, Tone
from desktop.vision.licence import LicenceKind


class PackFacts(QWidget):
    """Title, source, licence, vectors, thresholds, and the files that are left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = label("", "heading", wrap=True, selectable=True)
        self._source = label("", wrap=True, selectable=True)
        self.licence = Notice()
        self._vectors = label("", wrap=True)
        self._version = label("", wrap=True, selectable=True)
        self._thresholds = label("", wrap=True)
        self.calibration = Notice()
        self._left_out = label("", wrap=True, selectable=True)
        self._left_out_part = holding(self._part(self.tr("Left out"), self._left_out))
        self.setLayout(
            column(
                column(self._title, self._source, gap=2),
                self.licence,
                self._part(self.tr("Face vectors"), self._vectors),
                self._part(self.tr("Version"), self._version),
                self._part(self.tr("Thresholds"), self._thresholds),
                self.calibration,
                self._left_out_part,
                gap=14,
            )
        )

    @staticmethod
    def _part(title: str, value: QLabel) -> QVBoxLayout:
        return column(label(title, "caption"), value, gap=2)

    def show_pack(self, info: ModelInfo) -> None:
        source = self.tr("Built in, from the package {package}").format(package=info.package)
        self._title.setText(info.title)
        self._source.setText(source if info.built_in else str(info.folder))
        self.licence.say(texts.licence(info.licence.kind), _tone(info))
        self._vectors.setText(self.tr("{count} numbers").format(count=QLocale().toString(info.dimension)))
        self._version.setText(info.id if info.version in info.id else f"{info.version} ({info.id})")
        self._thresholds.setText("\n".join(self._threshold(*point) for point in info.thresholds))
        unmeasured = self.tr(
            "These thresholds were not measured: nobody is named, only possible matches are shown, until a "
            "calibration.json lies in the folder."
        )
        self.calibration.say("" if info.measured else unmeasured, Tone.ATTENTION)
        self._left_out.setText("\n".join(f"{name}: {texts.model_kind(kind)}" for name, kind in info.left_out))
        self._left_out_part.setVisible(bool(info.left_out))

    def _threshold(self, rate: float, threshold: float) -> str:
        words = self.tr("Cosine {threshold} for one false match in {count}")
        locale = QLocale()
        return words.format(threshold=locale.toString(threshold, "f", 3), count=locale.toString(round(1 / rate)))


def _tone(info: ModelInfo) -> Tone:
    if info.licence.kind is LicenceKind.UNKNOWN:
        return Tone.DANGER
    return Tone.GOOD if info.licence.commercial_use else Tone.ATTENTION


def enrol_again_words(people: int) -> str:
    """How many people other models leave unmatched; empty for none."""
    if people == 0:
        return ""
    words = QCoreApplication.translate(
        "PackFacts", "People who must be enrolled again before these models match them: {count}"
    )
    return words.format(count=QLocale().toString(people))
