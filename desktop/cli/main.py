"""The command line's arguments. A sub-command is a module here ("-" is "_") with `add_arguments` and
`run`, imported when chosen."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from desktop import __version__
from desktop.domain.errors import Cancelled, ConsentryError
from desktop.domain.progress import Progress

if TYPE_CHECKING:  # the real thing takes a second to import
    from desktop.services.desk import Desk

COMMANDS = {
    "demo": "run the demo site in the window, offscreen where there is no display, and write a report",
    "doctor": "check what the program needs on this computer",
    "vault": "look at the vault, check it, back it up, restore it, rotate its keys",
    "bench": "measure this pipeline against plain OpenCV and InsightFace",
    "audit": "check an audit log: an exported file, or that of a vault",
    "verify-export": "check a package that was handed to a person",
    "verify-statement": "check a statement that nothing is held about somebody",
    "verify-certificate": "check a certificate of erasure",
    "evaluate": "measure accuracy on your own pictures or videos",
}
NO_DISPLAY = (
    "There is no display to open a window on. Start Consentry from a desktop session, or run `consentry demo`, "
    "which needs none."
)


class Command(Protocol):
    """What every sub-command module has. Neither function may import anything heavy before `run`."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, options: argparse.Namespace) -> int: ...


def run(arguments: Sequence[str]) -> int:
    """Parse and run; the exit code: 0 fine, 1 something is wrong, 2 wrong usage, 130 interrupted."""
    chosen = next((word for word in arguments if word in COMMANDS), None)
    options = _parser(chosen).parse_args(arguments)
    _use_folders(options)
    try:
        return int(options.start(options))
    except Cancelled:
        return 130
    except KeyboardInterrupt:
        return 130
    except ConsentryError as error:
        print(error.text(), file=sys.stderr)
        return 1


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    """The parser; only the chosen sub-command's module is imported."""
    parser = argparse.ArgumentParser(
        prog="consentry",
        description="Consent-first face recognition for security desks. Without a command the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"consentry {__version__}")
    parser.add_argument("--data", type=Path, metavar="DIR", help="keep vault, settings and logs in this folder")
    parser.set_defaults(start=_window)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, help_text in COMMANDS.items():
        sub = commands.add_parser(name, help=help_text, description=help_text[0].upper() + help_text[1:] + ".")
        if name == chosen:
            command = cast(Command, importlib.import_module(f"desktop.cli.{name.replace('-', '_')}"))
            command.add_arguments(sub)
            sub.set_defaults(start=_prepared(command.run))
    return parser


def _prepared(start: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    def prepare_and_start(options: argparse.Namespace) -> int:
        from desktop.bootstrap import prepare_process
        from desktop.services.loading import import_opencv_beside_qt

        prepare_process()
        import_opencv_beside_qt()
        return start(options)

    return prepare_and_start


def _use_folders(options: argparse.Namespace) -> None:
    if options.data is not None:
        os.environ["CONSENTRY_DATA"] = str(options.data.absolute())


def has_display() -> bool:
    """Whether a window can open here (Qt would end the process without a word to the caller otherwise)."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _window(options: argparse.Namespace) -> int:
    del options
    if not has_display():
        print(NO_DISPLAY, file=sys.stderr)
        return 2
    from desktop.bootstrap import prepare_process, run_window

    prepare_process()
    from desktop.demo.operators import SAMPLES

    return run_window([], _furnish_demo, SAMPLES)


def _furnish_demo(desk: Desk, progress: Progress) -> None:
    """Make the demo's clips and people; the generator is imported only when somebody opens the demo site."""
    from desktop.demo.furnish import furnish

    furnish(desk, progress)
