"""`consentry evaluate`: error rates on your own pictures or videos, through the program's own pipeline.

Nothing is stored: people are enrolled in memory for the length of the run. Pictures of people may only be evaluated
where they agreed to it or another authority allows it; that is yours to see to.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--gallery", type=Path, metavar="DIR", help="people to enrol: a folder of pictures for each")
    parser.add_argument(
        "--probes", type=Path, metavar="DIR", help="pictures to search: a folder for each person, strangers in _unknown"
    )
    parser.add_argument("--video", type=Path, nargs="+", default=[], metavar="FILE", help="clips to run")
    parser.add_argument(
        "--truth", type=Path, nargs="+", default=[], metavar="FILE", help="their ground truth (docs/truth-format.md)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as JSON")


def run(options: argparse.Namespace) -> int:
    """0 when figures were made, 2 for wrong usage."""
    if options.video:
        usage = "" if options.truth and not options.probes else "--video needs --truth and no --probes"
    else:
        usage = "" if options.gallery and options.probes else "give --gallery and --probes, or --video and --truth"
    if usage:
        print(usage, file=sys.stderr)
        return 2
    figures, table = _clips(options) if options.video else _stills(options)
    print(table)
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    return 0


def _stills(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from desktop import paths
    from desktop.cli.progress import TerminalProgress
    from desktop.evaluation.folders import enrol_folders
    from desktop.evaluation.result import still_json, still_table
    from desktop.evaluation.stills import search_stills
    from desktop.vision.packs import load_default_pack

    pack = load_default_pack(paths.models_dir())
    with TerminalProgress("Enrolling") as progress:
        gallery = enrol_folders(options.gallery, pack, progress=progress)
    with TerminalProgress("Searching") as progress:
        result = search_stills(options.probes, gallery, pack, progress=progress)
    return still_json(gallery, result), still_table(gallery, result)


def _clips(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from desktop import paths
    from desktop.cli.progress import TerminalProgress
    from desktop.domain.progress import Part
    from desktop.evaluation.clips import load_clips, replay_clip, withdrawn_in
    from desktop.evaluation.folders import empty_gallery, enrol_folders
    from desktop.evaluation.result import clip_json, clip_table
    from desktop.vision.packs import load_default_pack

    pack = load_default_pack(paths.models_dir())
    clips = load_clips(options.video, options.truth)
    with TerminalProgress("Enrolling") as progress:
        gallery = (
            enrol_folders(options.gallery, pack, left_out=withdrawn_in(clips), progress=progress)
            if options.gallery
            else empty_gallery(pack)
        )
    with TerminalProgress("Playing") as progress:
        scores = [
            replay_clip(
                video, truth, gallery, pack, progress=Part(progress, number / len(clips), (number + 1) / len(clips))
            )
            for number, (video, truth) in enumerate(clips)
        ]
    return clip_json(gallery, scores), clip_table(gallery, scores)
