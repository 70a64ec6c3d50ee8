"""Everything that `make bench` measures, in one go: about a quarter of an hour on two cores."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import coach, identification, search, table, vault
from benchmarks.clips import benchmark_material
from desktop.demo.pixels import read_picture
from desktop.domain.progress import NoProgress
from desktop.paths import cache_dir, demo_sources_dir, models_dir
from desktop.vision.packs import load_default_pack

ROOT = Path(__file__).resolve().parent.parent
LONG_RUN = 600.0  # seconds with 4 cameras, for memory
SHORT_RUN = 60.0  # seconds with 9 cameras
START_WITHIN = 180.0  # seconds for making the site, enrolling its people and opening the window
MARKS = ("<!-- bench: begin -->", "<!-- bench: end -->")


def run(out: Path, *, only: str | None = None, quick: bool = False, readme: bool = False) -> int:
    """Measure, print the table, write `out` (JSON) and, if asked, the README's table; 0 if every goal was met.

    `only`: one of table.SECTIONS; the other figures in `out` are kept as they are.
    """
    kept = json.loads(out.read_text(encoding="utf-8")) if only and out.exists() else {}
    results: dict[str, Any] = {
        **kept,
        "machine": {"cpu": _processor(), "cores": os.cpu_count(), "python": platform.python_version()},
        "dates": dict(kept.get("dates", {})),
    }
    for section in (only,) if only else table.SECTIONS:
        results |= _SECTIONS[section](quick)
        results["dates"][section] = datetime.now(UTC).date().isoformat()
        out.write_text(json.dumps(results, indent=1), encoding="utf-8")  # what is measured is kept, whatever comes
    measured = [section for section in table.SECTIONS if section in results["dates"]]
    lines = table.rows(results, measured)
    sys.stdout.write(table.as_text(lines) + f"\n\nWritten to {out}.\n")
    if readme:
        write_readme(lines, results)
    return 0 if all(line.met is not False for line in lines) else 1


def _search(quick: bool) -> dict[str, Any]:
    del quick
    _say("search")
    return {"search": search.measure()}


def _identification(quick: bool) -> dict[str, Any]:
    del quick
    _say("identification against two peers")
    pack = load_default_pack(models_dir())
    material, roster = benchmark_material(cache_dir(), NoProgress())
    figures = identification.measure(pack, models_dir(), material, roster)
    group = np.asarray(read_picture(demo_sources_dir() / "t1.jpg"), np.uint8)
    figures["largest_vector_difference"] = identification.vector_difference(pack, models_dir(), group)
    return {"identification": figures}


def _coach(quick: bool) -> dict[str, Any]:
    del quick
    _say("enrolment coach")
    return {"coach": coach.measure(load_default_pack(models_dir()))}


def _window(quick: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="consentry-bench-") as folder:
        _say("start to first name")
        _show(folder, 0.0, "--prepare")
        startup = _show(folder, 60.0, "--until-name")
        seconds = 60.0 if quick else LONG_RUN
        _say(f"4 cameras for {seconds:.0f} s")
        four = _show(folder, seconds, "--cameras", "4", "--seconds", str(seconds))
    memory = {}
    if "minute_1_mb" in four:
        first, last = four["minute_1_mb"], four["end_mb"]
        memory = {"minute_1_mb": first, "minute_10_mb": last, "growth_mb": last - first}
    return {"startup": startup, "four": four, "memory": memory}


def _nine(quick: bool) -> dict[str, Any]:
    del quick
    _say(f"9 cameras for {SHORT_RUN:.0f} s")
    with tempfile.TemporaryDirectory(prefix="consentry-bench-") as folder:
        return {"nine": _show(folder, SHORT_RUN, "--cameras", "9", "--seconds", str(SHORT_RUN))}


def _vault(part: str) -> Callable[[bool], dict[str, Any]]:
    def measure(quick: bool) -> dict[str, Any]:
        del quick
        _say(f"vault: {part}")
        with tempfile.TemporaryDirectory(prefix="consentry-bench-") as folder:
            out = Path(folder) / "figures.json"
            subprocess.run([sys.executable, "-m", "benchmarks.vault", part, str(out)], check=True, cwd=ROOT)
            return {part: json.loads(out.read_text(encoding="utf-8"))}

    return measure


_SECTIONS: dict[str, Callable[[bool], dict[str, Any]]] = {
    "search": _search,
    "identification": _identification,
    "window": _window,
    "nine": _nine,
    "coach": _coach,
    **{part: _vault(part) for part in vault.PARTS},
}


def write_readme(lines: list[table.Row], results: dict[str, Any]) -> None:
    """Put the table between the README's marks, with date, machine and command."""
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    before, rest = text.split(MARKS[0])
    _, after = rest.split(MARKS[1])
    machine = results["machine"]
    dates = sorted(set(results["dates"].values()))
    days = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    head = f"Measured on {days} by `make bench` on {machine['cores']} cores ({machine['cpu']})."
    path.write_text(
        f"{before}{MARKS[0]}\n{head}\n\n{table.as_markdown(lines)}\n{MARKS[1]}{after}",
        encoding="utf-8",
    )


def _show(folder: str, seconds: float, *arguments: str) -> dict[str, Any]:
    """Run benchmarks.window for that long in its own process and read what it measured."""
    out = Path(folder) / "window.json"
    out.unlink(missing_ok=True)
    command = [sys.executable, "-m", "benchmarks.window", "--folder", str(Path(folder) / "site"), "--out", str(out)]
    subprocess.run([*command, *arguments], check=True, cwd=ROOT, timeout=seconds + START_WITHIN)
    return json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown processor"


def _say(what: str) -> None:
    sys.stderr.write(f"bench: {what} ...\n")
