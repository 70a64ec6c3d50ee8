"""Everything that `make bench` measures, in one go: about a quarter of an hour on two cores."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import identification, search, table
from benchmarks.clips import benchmark_material
from desktop.demo.pixels import read_picture
from desktop.domain.progress import NoProgress
from desktop.paths import cache_dir, demo_sources_dir, models_dir
from desktop.vision.packs import load_default_pack

ROOT = Path(__file__).resolve().parent.parent
LONG_RUN = 600.0  # seconds with 4 cameras, for memory
SHORT_RUN = 60.0  # seconds with 9 cameras
MARKS = ("<!-- bench: begin -->", "<!-- bench: end -->")


def run(out: Path, *, quick: bool = False, readme: bool = False) -> int:
    """Measure, print the table, write `out` (JSON) and, if asked, the README's table; 0 if every goal was met."""
    results: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {"cpu": _processor(), "cores": os.cpu_count(), "python": platform.python_version()},
    }
    _say("search")
    results["search"] = search.measure()
    _say("identification against two peers")
    results["identification"] = _identification()
    with tempfile.TemporaryDirectory(prefix="consentry-bench-") as folder:
        _say("start to first name")
        _window(folder, "four", "--prepare")
        results["startup"] = _window(folder, "four", "--until-name")
        seconds = 60.0 if quick else LONG_RUN
        _say(f"4 cameras for {seconds:.0f} s")
        four = _window(folder, "four", "--cameras", "4", "--seconds", str(seconds))
        _say(f"9 cameras for {SHORT_RUN:.0f} s")
        nine = _window(folder, "nine", "--cameras", "9", "--seconds", str(SHORT_RUN))
    results["live"] = {"4": four, "9": nine}
    results["memory"] = {}
    if "minute_1_mb" in four:
        first, last = four["minute_1_mb"], four["end_mb"]
        results["memory"] = {"minute_1_mb": first, "minute_10_mb": last, "growth_mb": last - first}
    out.write_text(json.dumps(results, indent=1), encoding="utf-8")
    lines = table.rows(results)
    sys.stdout.write(table.as_text(lines) + f"\n\nWritten to {out}.\n")
    if readme:
        write_readme(lines, results)
    return 0 if all(line.met is not False for line in lines) else 1


def write_readme(lines: list[table.Row], results: dict[str, Any]) -> None:
    """Put the table between the README's marks, with date, machine and command."""
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    before, rest = text.split(MARKS[0])
    _, after = rest.split(MARKS[1])
    machine = results["machine"]
    head = f"Measured on {results['date']} by `make bench` on {machine['cores']} cores ({machine['cpu']})."
    path.write_text(
        f"{before}{MARKS[0]}\n{head}\n\n{table.as_markdown(lines)}\n{MARKS[1]}{after}",
        encoding="utf-8",
    )


def _identification() -> dict[str, Any]:
    pack = load_default_pack(models_dir())
    material, roster = benchmark_material(cache_dir(), NoProgress())
    figures = identification.measure(pack, models_dir(), material, roster)
    group = np.asarray(read_picture(demo_sources_dir() / "t1.jpg"), np.uint8)
    figures["largest_vector_difference"] = identification.vector_difference(pack, models_dir(), group)
    return figures


def _window(folder: str, site: str, *arguments: str) -> dict[str, Any]:
    """Run benchmarks.window in its own process and read what it measured."""
    out = Path(folder) / "window.json"
    out.unlink(missing_ok=True)
    command = [sys.executable, "-m", "benchmarks.window", "--folder", str(Path(folder) / site), "--out", str(out)]
    subprocess.run([*command, *arguments], check=True, cwd=ROOT, timeout=LONG_RUN + 400)
    return json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown processor"


def _say(what: str) -> None:
    sys.stderr.write(f"bench: {what} ...\n")
