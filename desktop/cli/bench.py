"""`consentry bench`: the figures of the README; a part of the checkout, not of the packaged program."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from desktop import paths
from desktop.domain.errors import ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T

SECTIONS = (
    "identification", "window", "nine", "coach", "search", "people", "erasure", "audit", "backup", "withdrawal",
    "export", "retention",
)  # fmt: skip


class BenchNotHere(ConsentryError):
    happened = T("errors", "The benchmarks are not part of the packaged program.")
    kept = T("errors", "Nothing was measured and nothing was changed.")
    todo = T("errors", "Run `make bench` in a checkout of the source.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=Path("bench.json"), metavar="FILE", help="where the figures go")
    parser.add_argument("--only", choices=SECTIONS, help="measure one part; the figures of the others in FILE stay")
    parser.add_argument("--quick", action="store_true", help="one minute with 4 cameras instead of ten (no memory)")
    parser.add_argument("--readme", action="store_true", help="write the table into README.md as well")


def run(options: argparse.Namespace) -> int:
    """Raises BenchNotHere in a bundle."""
    checkout = paths.resources_dir().parent
    if paths.bundle_dir() is not None or not (checkout / "benchmarks").is_dir():
        raise BenchNotHere
    sys.path.insert(0, str(checkout))
    from benchmarks.run import run as measure  # type: ignore[import-not-found, unused-ignore]

    return int(measure(options.out, only=options.only, quick=options.quick, readme=options.readme))
