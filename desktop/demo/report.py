"""The demo's report: its figures and its checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from desktop.evaluation.metrics import Rate, percentiles
from desktop.evaluation.scoring import AppearanceScore, ClipScore
from desktop.evaluation.truth import Standing

# The goals of the first issue, which the README repeats beside what was measured.
ENOUGH_APPEARANCES = 40  # in 20 s
NAMED_LEAST = 0.95
NAME_WITHIN_MS = 900.0
HEARTBEAT_MOST_MS = 20.0
DROPPED_MOST_PCT = 2.0
ANALYSED_LEAST_FPS = 8.0
COARSE_MOST_PCT = 1.0


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CameraFigures(_Strict):
    """Rates of one camera over the whole run."""

    name: str
    captured_fps: float
    analysed_fps: float
    shown_fps: float
    dropped_pct: float
    coarse_pct: float
    delay_ms: float


class PeopleFigures(_Strict):
    enrolled: int
    strangers: int
    withdrawn: int


class TrackFigures(_Strict):
    """Appearances. `total`, `enrolled` and `missed` count those long and good enough to demand a name; wrong names
    count for any appearance however short. `named_right` is of `enrolled`."""

    total: int
    enrolled: int
    named_right: int
    named_wrong: int
    strangers_named: int
    withdrawn_named: int
    missed: int
    names_over_nobody: int


class TimeFigures(_Strict):
    p50: float | None
    p95: float | None


class MaskingFigures(_Strict):
    """`stranger_frames`: painted pictures with a head that had to be hidden, turned away or not; `unmasked_frames`:
    those in which one of them was not. `never_found`: stays with such a head of which no mark ever stood for it."""

    stranger_frames: int
    unmasked_frames: int
    coarse_pct: float
    stranger_faces: int
    unmasked_faces: int
    never_found: int
    pictures: int


class HeartbeatFigures(_Strict):
    p50: float
    p99: float
    longest: float


class VaultFigures(_Strict):
    cipher_version: str
    plaintext_header: bool
    keyring_backend: str


class GroupFigures(_Strict):
    """Appearances of one group of people: how many demanded a name, were named, how fast."""

    appearances: int
    named_right: int
    missed: int
    named_low: float
    named_high: float
    time_to_name_ms: TimeFigures


class DemoReport(_Strict):
    """report.json. `checks` of correctness must hold for exit code 0, those of time only with --strict.

    `time_checks` names the latter. Whether people were seen and named at all is correctness, however slow the computer:
    a run that tested nothing must not pass.
    """

    seconds: float
    cast: str
    cameras: tuple[CameraFigures, ...]
    people: PeopleFigures
    tracks: TrackFigures
    time_to_name_ms: TimeFigures
    masking: MaskingFigures
    gui_heartbeat_ms: HeartbeatFigures
    vault: VaultFigures
    network_connections: int
    checks: dict[str, bool]
    time_checks: tuple[str, ...]
    cross_picture: dict[str, GroupFigures]
    same_picture: GroupFigures
    never_found: tuple[dict[str, Any], ...]
    unmasked: tuple[dict[str, Any], ...]
    appearances: tuple[dict[str, Any], ...]

    @property
    def correct(self) -> bool:
        return all(holds for name, holds in self.checks.items() if name not in self.time_checks)

    @property
    def in_time(self) -> bool:
        return all(self.checks[name] for name in self.time_checks)


def make_report(
    *,
    seconds: float,
    cast: str,
    scores: Sequence[ClipScore],
    cameras: Sequence[CameraFigures],
    people: PeopleFigures,
    heartbeat: HeartbeatFigures,
    vault: VaultFigures,
    network_connections: int,
) -> DemoReport:
    """All figures and checks from what was measured."""
    every = [entry for clip in scores for entry in clip.appearances]
    counted = [entry for entry in every if entry.counted]
    tracks = track_figures(every, scores)
    masking = masking_figures(scores)
    times = time_figures(counted)
    checks = {
        "appearances_enough": tracks.total >= appearances_wanted(seconds),
        "no_wrong_name": tracks.named_wrong == 0,
        "no_stranger_named": tracks.strangers_named == 0,
        "no_withdrawn_named": tracks.withdrawn_named == 0,
        "enrolled_named": tracks.named_right >= NAMED_LEAST * tracks.enrolled,
        "no_unmasked_stranger": masking.unmasked_frames == 0,
        "every_camera_shown": all(camera.shown_fps > 0 for camera in cameras) and bool(cameras),
        "vault_encrypted": not vault.plaintext_header and bool(vault.cipher_version),
        "no_network": network_connections == 0,
    }
    in_time = {
        "name_in_time": times.p95 is not None and times.p95 <= NAME_WITHIN_MS,
        "heartbeat": heartbeat.p99 <= HEARTBEAT_MOST_MS,
        "frames_shown": all(camera.dropped_pct <= DROPPED_MOST_PCT for camera in cameras),
        "frames_analysed": all(camera.analysed_fps >= ANALYSED_LEAST_FPS for camera in cameras),
        "few_coarse": masking.coarse_pct <= COARSE_MOST_PCT,
    }
    return DemoReport(
        seconds=seconds,
        cast=cast,
        cameras=tuple(cameras),
        people=people,
        tracks=tracks,
        time_to_name_ms=times,
        masking=masking,
        gui_heartbeat_ms=heartbeat,
        vault=vault,
        network_connections=network_connections,
        checks={**checks, **in_time},
        time_checks=tuple(in_time),
        cross_picture=cross_figures(counted),
        same_picture=group_figures([entry for entry in counted if not entry.appearance.cross_picture]),
        never_found=tuple(
            _appearance(entry) for entry in every if (entry.counted or entry.checked) and not entry.found
        ),
        unmasked=tuple(_unmasked(clip) for clip in scores if clip.unmasked),
        appearances=tuple(_appearance(entry) for entry in every),
    )


def appearances_wanted(seconds: float) -> int:
    """Forty in 20 s; of a shorter run proportionally fewer, less the three seconds in which nobody has come far."""
    return ENOUGH_APPEARANCES if seconds >= 20 else max(1, int((seconds - 3) * ENOUGH_APPEARANCES / 20))


def track_figures(every: Sequence[AppearanceScore], scores: Sequence[ClipScore]) -> TrackFigures:
    enrolled = [entry for entry in every if entry.counted and entry.standing is Standing.ENROLLED]
    wrong = [entry for entry in every if entry.named_wrong]
    return TrackFigures(
        total=sum(entry.counted for entry in every),
        enrolled=len(enrolled),
        named_right=sum(entry.named_right for entry in enrolled),
        named_wrong=sum(entry.standing is Standing.ENROLLED for entry in wrong),
        strangers_named=sum(entry.standing is Standing.STRANGER for entry in wrong),
        withdrawn_named=sum(entry.standing is Standing.WITHDRAWN for entry in wrong),
        missed=sum(entry.missed for entry in enrolled),
        names_over_nobody=sum(clip.names_over_nobody for clip in scores),
    )


def masking_figures(scores: Sequence[ClipScore]) -> MaskingFigures:
    pictures = sum(clip.pictures for clip in scores)
    coarse = sum(clip.coarse_pictures for clip in scores)
    return MaskingFigures(
        stranger_frames=sum(clip.hidden_pictures for clip in scores),
        unmasked_frames=sum(clip.unmasked_pictures for clip in scores),
        coarse_pct=round(100 * coarse / pictures, 2) if pictures else 0.0,
        stranger_faces=sum(clip.hidden_faces for clip in scores),
        unmasked_faces=sum(len(clip.unmasked) for clip in scores),
        never_found=sum(entry.checked > 0 and not entry.found for clip in scores for entry in clip.appearances),
        pictures=pictures,
    )


def time_figures(entries: Sequence[AppearanceScore]) -> TimeFigures:
    """Milliseconds to the right name, of those who were named."""
    times = [entry.time_to_name * 1000 for entry in entries if entry.time_to_name is not None]
    p50, p95 = (None if value is None else round(value, 1) for value in percentiles(times))
    return TimeFigures(p50=p50, p95=p95)


def group_figures(entries: Sequence[AppearanceScore]) -> GroupFigures:
    enrolled = [entry for entry in entries if entry.standing is Standing.ENROLLED]
    right = sum(entry.named_right for entry in enrolled)
    low, high = Rate(right, len(enrolled)).interval()
    return GroupFigures(
        appearances=len(enrolled),
        named_right=right,
        missed=len(enrolled) - right,
        named_low=round(low, 4),
        named_high=round(high, 4),
        time_to_name_ms=time_figures(enrolled),
    )


def cross_figures(entries: Sequence[AppearanceScore]) -> dict[str, GroupFigures]:
    """Figures of people whose probes come from other pictures than their enrolment: each person, and all together."""
    cross = [entry for entry in entries if entry.appearance.cross_picture and entry.standing is Standing.ENROLLED]
    people = sorted({entry.person for entry in cross})
    figures = {person: group_figures([entry for entry in cross if entry.person == person]) for person in people}
    return {"all": group_figures(cross), **figures}


def _appearance(entry: AppearanceScore) -> dict[str, Any]:
    return {
        "camera": entry.camera,
        "pass": entry.pass_,
        "appearance": entry.appearance.id,
        "person": entry.person,
        "standing": entry.standing.value,
        "frames": [entry.appearance.first, entry.appearance.last],
        "cross_picture": entry.appearance.cross_picture,
        "counted": entry.counted,
        "found": entry.found,
        "names": dict(entry.names),
        "time_to_name_ms": None if entry.time_to_name is None else round(entry.time_to_name * 1000, 1),
    }


def _unmasked(clip: ClipScore) -> dict[str, Any]:
    """The unmasked faces of a clip, one line each; a whole clip's would be too long, so the first hundred."""
    lines = [
        {
            "pass": entry.pass_,
            "frame": entry.check.position,
            "person": entry.person,
            "covered": round(entry.check.covered, 3),
            "size": entry.head.size,
            "yaw": entry.head.yaw,
            "visible": entry.head.visible,
            "found": entry.found,
        }
        for entry in clip.unmasked[:100]
    ]
    return {"camera": clip.camera, "faces": len(clip.unmasked), "listed": lines}
