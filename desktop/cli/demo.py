"""`consentry demo`: the window on the demo site, offscreen by default, checked against the clips' ground truth."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

_LEAST_SECONDS, _MOST_SECONDS = 3.0, 3600.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=_seconds, default=20.0, help="how long to watch (default 20)")
    parser.add_argument("--out", type=Path, default=Path("out/demo"), metavar="DIR", help="report and screenshots")
    parser.add_argument("--strict", action="store_true", help="checks of time must hold as well")
    parser.add_argument("--window-visible", action="store_true", help="show the window on this display")
    parser.add_argument(
        "--cast",
        choices=("all", "public"),
        default="all",
        help="public: only people from public-domain photos are enrolled (for pictures that are published)",
    )


def run(options: argparse.Namespace) -> int:
    """0 if the checks of correctness hold (with --strict those of time too), 1 otherwise."""
    from desktop.cli.main import NO_DISPLAY, has_display
    from desktop.cli.progress import TerminalProgress
    from desktop.demo.roster import Cast
    from desktop.demo.runner import REPORT, DemoOptions, run_demo
    from desktop.demo.summary import summary

    if options.window_visible and not has_display():
        print(NO_DISPLAY, file=sys.stderr)
        return 2
    wanted = DemoOptions(options.seconds, options.out, Cast(options.cast), options.window_visible)
    with TerminalProgress("Setting up the demo site") as progress:
        report = run_demo(wanted, progress)
    print(summary(report))
    print(f"report and screenshots: {options.out / REPORT}")
    return int(not report.correct or (options.strict and not report.in_time))


def _seconds(text: str) -> float:
    value = float(text)
    if not _LEAST_SECONDS <= value <= _MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"between {_LEAST_SECONDS:.0f} and {_MOST_SECONDS:.0f}")
    return value
