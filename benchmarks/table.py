"""Figures beside their goals, as a table for the terminal and for the README."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Results = Mapping[str, Any]
VAULT = ("people", "erasure", "audit", "backup", "withdrawal", "export", "retention")
SECTIONS = ("identification", "window", "nine", "coach", "search", *VAULT)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what was measured, the figure as text, the goal as text, and whether it is met (None: no goal)."""

    what: str
    figure: str
    goal: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class _Limit:
    """`value` reads the figure out of the results; `most` and `least` are the goal's bounds."""

    what: str
    value: Callable[[Results], float]
    unit: str
    most: float | None = None
    least: float | None = None
    digits: int = 1

    def row(self, results: Results) -> Row:
        try:
            value = self.value(results)
        except KeyError:
            return Row(self.what, "not measured", self._goal(), False)
        met = (self.most is None or value <= self.most) and (self.least is None or value >= self.least)
        return Row(self.what, f"{value:.{self.digits}f}{self.unit}", self._goal(), met)

    def _goal(self) -> str:
        if self.most is not None:
            return f"<= {self.most:g}{self.unit}"
        return f">= {self.least:g}{self.unit}"


def rows(results: Results, sections: Sequence[str] = SECTIONS) -> list[Row]:
    """Every line of these sections; a figure that the run did not take reads "not measured"."""
    lines: list[Row] = []
    for section in sections:
        if section == "identification":
            lines += _identification(results)
        if section in VAULT:
            lines += _vault(results, section)
        lines += [limit.row(results) for limit in _LIMITS.get(section, ())]
    return lines


def _vault(results: Results, part: str) -> list[Row]:
    """Each figure brings its own goal (benchmarks.vault.Figure)."""
    figures = results.get(part)
    if not figures:
        return [Row(f"vault: {part}", "not measured", "", False)]
    return [_own_goal(*figure) for figure in figures]


def _own_goal(what: str, value: float, unit: str, goal: str) -> Row:
    text = f"{value:,.0f}{unit}" if value >= 100 else f"{value:.2f}{unit}"
    if not goal:
        return Row(what, text)
    sign, _, bound = goal.partition(" ")
    met = value <= float(bound) if sign == "<=" else value >= float(bound)
    return Row(what, text, f"{goal}{unit}", met)


def _ratio(clip: str, peer: str) -> Callable[[Results], float]:
    def value(results: Results) -> float:
        figures = results["identification"][clip]
        return float(figures[peer]["cpu_s_per_min"] / figures["ours"]["cpu_s_per_min"])

    return value


def _live(run: str, key: str) -> Callable[[Results], float]:
    return lambda results: float(results[run][key])


def _search(size: int) -> Callable[[Results], float]:
    return lambda results: float(next(row["search_ms"] for row in results["search"] if row["templates"] == size))


_LIMITS: dict[str, tuple[_Limit, ...]] = {
    "identification": (
        _Limit("CPU less than OpenCV, passage", _ratio("passage", "opencv"), "x", least=3),
        _Limit("CPU less than insightface, passage", _ratio("passage", "insightface"), "x", least=5),
        _Limit("CPU less than OpenCV, desk", _ratio("desk", "opencv"), "x", least=5),
        _Limit("CPU less than insightface, desk", _ratio("desk", "insightface"), "x", least=8),
        _Limit(
            "CPU an analysed frame outside inference, passage",
            lambda r: float(r["identification"]["passage"]["ours"]["outside_inference_ms"]),
            " ms",
            most=3,
        ),
        _Limit(
            "CPU an analysed frame outside inference, desk",
            lambda r: float(r["identification"]["desk"]["ours"]["outside_inference_ms"]),
            " ms",
            most=3,
        ),
    ),
    "window": (
        _Limit("4 cameras 720p25: frames not shown", _live("four", "dropped_pct"), " %", most=2),
        _Limit("4 cameras: analysed frames a second, slowest camera", _live("four", "analysed_fps"), "", least=8),
        _Limit("4 cameras: GUI heartbeat p99", _live("four", "heartbeat_p99_ms"), " ms", most=20),
        _Limit("Resident memory, minute 10 less minute 1", lambda r: float(r["memory"]["growth_mb"]), " MB", most=50),
        _Limit("Process start to first named overlay", lambda r: float(r["startup"]["first_name_s"]), " s", most=5),
    ),
    "nine": (
        _Limit("9 cameras 720p25: frames not shown", _live("nine", "dropped_pct"), " %", most=5),
        _Limit("9 cameras: analysed frames a second, slowest camera", _live("nine", "analysed_fps"), "", least=4),
    ),
    "coach": (_Limit("Coach: updates a second at 720p", lambda r: float(r["coach"]["updates_per_s"]), "", least=15),),
    "search": (
        _Limit("Search, 10,000 templates", _search(10_000), " ms", most=2, digits=2),
        _Limit("Search, 100,000 templates", _search(100_000), " ms", most=2, digits=2),
        _Limit("Search, 1,000,000 templates", _search(1_000_000), " ms", most=40, digits=2),
    ),
}


def _identification(results: Results) -> list[Row]:
    lines = []
    for clip in ("passage", "desk"):
        if clip not in results.get("identification", {}):
            continue
        figures = results["identification"][clip]
        for method in ("ours", "opencv", "insightface"):
            one = figures[method]
            text = (
                f"{one['cpu_s_per_min']:.1f} s/min; named {one['named_right']} of {one['enrolled_appearances']}, "
                f"wrongly {one['named_wrong']}; strangers named {one['others_named']} of {one['other_appearances']}"
            )
            lines.append(Row(f"{clip}: {one['name']}", text))
        lines.append(_no_worse(clip, figures))
    return lines


def _no_worse(clip: str, figures: Results) -> Row:
    """Identification no worse than either peer: by appearances named, wrongly named, and strangers named."""
    ours, peers = figures["ours"], [figures["opencv"], figures["insightface"]]
    met = all(
        ours["fnir"] <= peer["fnir"] and ours["fpir"] <= peer["fpir"] and ours["named_wrong"] <= peer["named_wrong"]
        for peer in peers
    )
    return Row(f"{clip}: identification against both", "no worse" if met else "worse", "no worse", met)


def as_text(lines: list[Row]) -> str:
    """Columns for the terminal."""
    wide = max(len(line.what) for line in lines)
    middle = max(len(line.figure) for line in lines if line.goal)
    marks = {True: "ok", False: "MISSED", None: ""}
    return "\n".join(
        f"{line.what:<{wide}}  {line.figure:<{middle}}  {line.goal:<10} {marks[line.met]}".rstrip() for line in lines
    )


def as_markdown(lines: list[Row]) -> str:
    """A table for the README."""
    marks = {True: "yes", False: "**no**", None: ""}
    body = [f"| {line.what} | {line.figure} | {line.goal} | {marks[line.met]} |" for line in lines]
    return "\n".join(["| figure | measured | goal | met |", "| --- | --- | --- | --- |", *body])
