"""A face picture's quality report, after the components of ISO/IEC 29794-5."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

WEAK = 50  # a component below is a reason

# Below these (see desktop.vision.covering, which also says how often that is wrong) a face counts as covered.
EYES_SHOWN_LEAST = 0.45
MOUTH_SHOWN_LEAST = 0.2


class Component(StrEnum):
    """Names of ISO/IEC 29794-5. The values given to them here are this program's own and cannot be compared with those
    of another implementation."""

    BACKGROUND_UNIFORMITY = "BackgroundUniformity"
    ILLUMINATION_UNIFORMITY = "IlluminationUniformity"
    LUMINANCE = "Luminance"
    UNDER_EXPOSURE_PREVENTION = "UnderExposurePrevention"
    OVER_EXPOSURE_PREVENTION = "OverExposurePrevention"
    DYNAMIC_RANGE = "DynamicRange"
    SHARPNESS = "Sharpness"
    COMPRESSION_ARTIFACTS = "CompressionArtifacts"
    NATURAL_COLOUR = "NaturalColour"
    SINGLE_FACE_PRESENT = "SingleFacePresent"
    EYES_OPEN = "EyesOpen"
    EYES_VISIBLE = "EyesVisible"
    MOUTH_CLOSED = "MouthClosed"
    MOUTH_OCCLUSION_PREVENTION = "MouthOcclusionPrevention"
    FACE_OCCLUSION_PREVENTION = "FaceOcclusionPrevention"
    INTER_EYE_DISTANCE = "InterEyeDistance"
    HEAD_SIZE = "HeadSize"
    CROP_OF_THE_FACE_IMAGE = "CropOfTheFaceImage"
    HEAD_POSE_YAW = "HeadPoseYaw"
    HEAD_POSE_PITCH = "HeadPosePitch"
    HEAD_POSE_ROLL = "HeadPoseRoll"
    EXPRESSION_NEUTRALITY = "ExpressionNeutrality"
    NO_HEAD_COVERINGS = "NoHeadCoverings"


NOT_MEASURED = frozenset(
    {
        Component.BACKGROUND_UNIFORMITY,
        Component.COMPRESSION_ARTIFACTS,
        Component.EYES_OPEN,
        Component.MOUTH_CLOSED,
        Component.FACE_OCCLUSION_PREVENTION,
        Component.EXPRESSION_NEUTRALITY,
        Component.NO_HEAD_COVERINGS,
    }
)
"""What cannot be told honestly with a detector, five landmarks and the pixels around them."""


@dataclass(frozen=True, slots=True)
class QualityReport:
    """`unified`: usefulness for recognition, 0 to 100. `components`: 0 (bad) to 100 for each one that is measured."""

    unified: int
    components: Mapping[Component, int]

    @property
    def reasons(self) -> tuple[Component, ...]:
        """The components that are weak, weakest first."""
        weak = [component for component, value in self.components.items() if value < WEAK]
        return tuple(sorted(weak, key=lambda component: self.components[component]))
