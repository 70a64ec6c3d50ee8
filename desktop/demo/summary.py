"""The demo's report in a few lines for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.demo.report import DemoReport, GroupFigures


def summary(report: DemoReport) -> str:
    """Lines without a name of anybody."""
    tracks, masking = report.tracks, report.masking
    lines = [
        f"{report.seconds:.0f} s, {report.people.enrolled} people enrolled, {report.people.strangers} strangers, "
        f"{report.people.withdrawn} withdrawn",
        *(
            f"  {camera.name:18} captured {camera.captured_fps:5.1f}  analysed {camera.analysed_fps:5.1f}  "
            f"shown {camera.shown_fps:5.1f} a second, {camera.dropped_pct:.1f}% not shown"
            for camera in report.cameras
        ),
        f"appearances {tracks.total}: {tracks.named_right} of {tracks.enrolled} enrolled named, "
        f"{tracks.missed} missed; wrong names {tracks.named_wrong}, strangers named {tracks.strangers_named}, "
        f"withdrawn named {tracks.withdrawn_named}",
        _cross_line(report.cross_picture),
        f"time to name {_ms(report.time_to_name_ms.p50)} (p50), {_ms(report.time_to_name_ms.p95)} (p95)",
        f"masking: {masking.stranger_frames} pictures with somebody to hide, {masking.unmasked_frames} unmasked; "
        f"{masking.coarse_pct:.2f}% coarse",
        f"window heartbeat {report.gui_heartbeat_ms.p50:.1f} ms (p50), {report.gui_heartbeat_ms.p99:.1f} ms (p99)",
        f"vault: SQLCipher {report.vault.cipher_version}, keys in {report.vault.keyring_backend}; "
        f"network connections {report.network_connections}",
        "checks: " + _checks(report.checks, report.time_checks),
    ]
    return "\n".join(lines)


def _cross_line(groups: Mapping[str, GroupFigures]) -> str:
    group = groups["all"]
    return (
        f"of these with other pictures than at enrolment: {group.named_right} of {group.appearances} named, "
        f"{_ms(group.time_to_name_ms.p50)} (p50)"
    )


def _checks(checks: Mapping[str, bool], time_checks: Sequence[str]) -> str:
    failed = [f"{name}{' (time)' if name in time_checks else ''}" for name, holds in checks.items() if not holds]
    return "all hold" if not failed else "FAILED " + ", ".join(failed)


def _ms(value: float | None) -> str:
    return "never" if value is None else f"{value:.0f} ms"
