"""The quality report of one picture: what was measured, what is weak, and what is not measured."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.quality import NOT_MEASURED, WEAK, Component, QualityReport
from desktop.ui.widgets.basic import button, column, holding, label, row, rule, symbol
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.scroll import FormScroll

_NAMES: Mapping[Component, str] = {
    Component.BACKGROUND_UNIFORMITY: T("Quality", "Plain background"),
    Component.ILLUMINATION_UNIFORMITY: T("Quality", "Even light on both halves of the face"),
    Component.LUMINANCE: T("Quality", "Brightness"),
    Component.UNDER_EXPOSURE_PREVENTION: T("Quality", "No parts that are black"),
    Component.OVER_EXPOSURE_PREVENTION: T("Quality", "No parts that are white"),
    Component.DYNAMIC_RANGE: T("Quality", "Range of shades"),
    Component.SHARPNESS: T("Quality", "Sharpness"),
    Component.COMPRESSION_ARTIFACTS: T("Quality", "No traces of compression"),
    Component.NATURAL_COLOUR: T("Quality", "Natural colour"),
    Component.SINGLE_FACE_PRESENT: T("Quality", "One face only"),
    Component.EYES_OPEN: T("Quality", "Eyes open"),
    Component.EYES_VISIBLE: T("Quality", "No dark glasses"),
    Component.MOUTH_CLOSED: T("Quality", "Mouth closed"),
    Component.MOUTH_OCCLUSION_PREVENTION: T("Quality", "Mouth uncovered"),
    Component.FACE_OCCLUSION_PREVENTION: T("Quality", "Rest of the face uncovered"),
    Component.INTER_EYE_DISTANCE: T("Quality", "Distance of the eyes in the picture"),
    Component.HEAD_SIZE: T("Quality", "Size of the head in the picture"),
    Component.CROP_OF_THE_FACE_IMAGE: T("Quality", "Whole face in the picture"),
    Component.HEAD_POSE_YAW: T("Quality", "Not turned to a side"),
    Component.HEAD_POSE_PITCH: T("Quality", "Neither up nor down"),
    Component.HEAD_POSE_ROLL: T("Quality", "Head upright"),
    Component.EXPRESSION_NEUTRALITY: T("Quality", "Neutral expression"),
    Component.NO_HEAD_COVERINGS: T("Quality", "No covering on the head"),
}


def component_name(component: Component) -> str:
    return QCoreApplication.translate("Quality", _NAMES[component])


class QualityDialog(Dialog):
    """The components beside the names that ISO/IEC 29794-5 gives them, weakest first."""

    def __init__(self, title: str, report: QualityReport, parent: QWidget | None) -> None:
        super().__init__(self.tr("Quality of {title}").format(title=title), parent)
        whole = self.tr("Usefulness for recognition: {value} of 100").format(value=_number(report.unified))
        weak = ", ".join(component_name(component) for component in report.reasons)
        why = self.tr("Weak: {reasons}.").format(reasons=weak) if weak else self.tr("Nothing is weak.")
        measured = sorted(report.components.items(), key=lambda item: item[1])
        missing = ", ".join(component_name(component) for component in Component if component in NOT_MEASURED)
        lines = column(*(_line(component, value) for component, value in measured), gap=6, margins=(0, 0, 12, 0))
        scroll = FormScroll(lines)
        scroll.setAccessibleName(self.tr("What was measured"))
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # nothing in it takes the keyboard, and it is long
        note = self.tr(
            "After the components of ISO/IEC 29794-5; the values are this program's own. Not measured, because a "
            "detector and five points in the face cannot tell it: {names}."
        )
        body = column(
            label(whole, "heading"),
            label(why, "muted", wrap=True),
            rule(),
            scroll,
            rule(),
            label(note.format(names=missing), "small", wrap=True),
            gap=12,
        )
        body.setStretch(3, 1)
        close = button(self.tr("Close"), self.accept)
        close.setDefault(True)
        self.fill(body, row(None, close))
        self.resize(460, 620)


def _line(component: Component, value: int) -> QWidget:
    weak = value < WEAK
    name = label(component_name(component), wrap=True)
    name.setToolTip(component.value)
    sign = symbol("warning", "attention", 18) if weak else symbol("check", "calm", 18)
    line = row(sign, name, label(_number(value), "strong"), gap=10)
    line.setStretch(1, 1)
    return holding(line)


def _number(value: int) -> str:
    return QLocale().toString(value)
