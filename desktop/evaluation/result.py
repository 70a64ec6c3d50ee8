"""Results of an evaluation as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from desktop.domain.decision import Thresholds
from desktop.evaluation.folders import FolderGallery
from desktop.evaluation.metrics import Rate, percentiles
from desktop.evaluation.scoring import ClipScore
from desktop.evaluation.stills import StillResult
from desktop.evaluation.truth import Standing

TITLES = {
    "fte": "failure to enrol (FTE), people",
    "fta": "failure to acquire (FTA), probes",
    "fmr": "false match rate (FMR), comparisons",
    "fnmr": "false non-match rate (FNMR), comparisons",
    "fpir": "false positive identification (FPIR), strangers",
    "fnir": "false negative identification (FNIR), enrolled",
    "misidentified": "taken for somebody else, enrolled",
    "unmasked": "faces not hidden, painted faces",
    "coarse": "coarse pictures",
}


def still_json(gallery: FolderGallery, result: StillResult) -> dict[str, Any]:
    """JSON of `--gallery --probes`."""
    rates = {"fte": gallery.enrolled, **result.rates}
    return {
        "kind": "stills",
        "enrolled": len(gallery.names),
        "pictures": gallery.pictures,
        "refused": gallery.refused,
        "probes": result.probes,
        "threshold": _threshold_json(result.thresholds),
        "rates": {name: rate.as_json() for name, rate in rates.items()},
    }


def still_table(gallery: FolderGallery, result: StillResult) -> str:
    """The same for people."""
    rates = {"fte": gallery.enrolled, **result.rates}
    head = (
        f"{len(gallery.names)} people enrolled from {gallery.pictures} pictures, {result.probes} probes; "
        f"match threshold {result.thresholds.match:.3f} (FMR {result.thresholds.fmr:.0e})"
    )
    return "\n".join([head, *_lines(rates), *_refused(gallery)])


def clip_rates(scores: Sequence[ClipScore]) -> dict[str, Rate]:
    """Rates over all clips. Identification counts appearances, masking counts faces in painted pictures."""
    counted = [entry for clip in scores for entry in clip.appearances if entry.counted]
    mated = [entry for entry in counted if entry.standing is Standing.ENROLLED]
    others = [entry for entry in counted if entry.standing is not Standing.ENROLLED]
    return {
        "fta": Rate(sum(not entry.found for entry in counted), len(counted)),
        "fpir": Rate(sum(entry.named_wrong for entry in others), len(others)),
        "fnir": Rate(sum(entry.missed for entry in mated), len(mated)),
        "misidentified": Rate(sum(entry.named_wrong for entry in mated), len(mated)),
        "unmasked": Rate(sum(len(clip.unmasked) for clip in scores), sum(clip.hidden_faces for clip in scores)),
        "coarse": Rate(sum(clip.coarse_pictures for clip in scores), sum(clip.pictures for clip in scores)),
    }


def clip_json(gallery: FolderGallery, scores: Sequence[ClipScore]) -> dict[str, Any]:
    """JSON of `--video --truth`."""
    p50, p95 = _times(scores)
    return {
        "kind": "clips",
        "enrolled": len(gallery.names),
        "refused": gallery.refused,
        "clips": [
            {"camera": clip.camera, "pictures": clip.pictures, "appearances": len(clip.appearances)} for clip in scores
        ],
        "time_to_name_ms": {"p50": p50, "p95": p95},
        "rates": {name: rate.as_json() for name, rate in {"fte": gallery.enrolled, **clip_rates(scores)}.items()},
    }


def clip_table(gallery: FolderGallery, scores: Sequence[ClipScore]) -> str:
    """The same for people."""
    p50, p95 = _times(scores)
    rates = {"fte": gallery.enrolled, **clip_rates(scores)}
    appearances = sum(entry.counted for clip in scores for entry in clip.appearances)
    head = f"{len(scores)} clips, {appearances} appearances, {len(gallery.names)} people enrolled"
    name_line = f"{'time to name':48} p50 {_ms(p50)}, p95 {_ms(p95)}"
    return "\n".join([head, *_lines(rates), name_line, *_refused(gallery)])


def _lines(rates: dict[str, Rate]) -> list[str]:
    lines = []
    for name, rate in rates.items():
        none = rate.rule_of_three()
        note = f"; below {none:.2%} by the rule of three" if none is not None else ""
        lines.append(f"{TITLES[name]:48} {rate.text()}{note}")
    return lines


def _refused(gallery: FolderGallery) -> list[str]:
    if not gallery.refused:
        return []
    reasons = ", ".join(f"{problem} {count}" for problem, count in sorted(gallery.refused.items()))
    return [f"enrolment pictures refused: {reasons}"]


def _times(scores: Sequence[ClipScore]) -> tuple[float | None, ...]:
    named = [entry for clip in scores for entry in clip.appearances if entry.counted]
    values = [entry.time_to_name * 1000 for entry in named if entry.time_to_name is not None]
    return tuple(None if value is None else round(value, 1) for value in percentiles(values))


def _threshold_json(thresholds: Thresholds) -> dict[str, float | bool]:
    return {
        "match": thresholds.match,
        "possible": thresholds.possible,
        "fmr": thresholds.fmr,
        "calibrated": thresholds.calibrated,
    }


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"
