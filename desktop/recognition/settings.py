"""What may be set about recognition: typed, with default, range and help."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class MaskStyle(StrEnum):
    """How a head is hidden. Both hide the whole head box."""

    OPAQUE = "opaque"
    PIXELATED = "pixelated"


class EngineSettings(BaseModel):
    """Settings of the recognition engine; immutable, a changed copy is given to a new engine."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target_fpir: float = Field(
        default=0.01,
        gt=0.0,
        le=0.1,
        description="Wanted share of strangers' searches that may name anybody (false positive identification rate).",
    )
    mask_style: MaskStyle = Field(default=MaskStyle.OPAQUE, description="How people who are not matched are hidden.")
    detection_width: int = Field(
        default=640, ge=320, le=1280, description="Width in pixels at which faces are searched; smaller is faster."
    )
    scan_every: float = Field(
        default=0.2,
        ge=0.0,
        le=0.3,
        description="Seconds between full searches; frames in between are searched only for faces already followed.",
    )
    target_fps: float = Field(
        default=10.0, ge=1.0, le=25.0, description="Analysed frames per second and camera while the processor suffices."
    )
    detector_workers: int = Field(default=1, ge=1, le=2, description="Threads that search faces.")
    low_score: float = Field(
        default=0.3, ge=0.1, le=0.6, description="Detections from this score on are masked and keep a track alive."
    )
    high_score: float = Field(default=0.6, ge=0.3, le=0.95, description="Detections from this score on start a track.")
