"""Wiring: builds the objects and hands them to each other."""

from __future__ import annotations

import os
import sys

import structlog

from desktop import __version__, paths
from desktop.services import crash_reports
from desktop.services.crash_reports import CrashReports
from desktop.services.logs import set_up_fault_hooks, set_up_logging
from desktop.services.preferences import PreferencesStore
from desktop.services.site import Furnish, Program, SampleOperator, Site, SiteKind

# At the usual 5 ms a busy worker thread costs the window half of its painted frames.
SWITCH_INTERVAL = 0.0005  # s
KEYRING_SERVICE = "consentry"

log = structlog.get_logger("desktop.bootstrap")


def prepare_process() -> None:
    """What must be so before the first window or worker.

    Without a writable data folder the program goes on without a log; opening a desk then says what is wrong.
    """
    sys.setswitchinterval(SWITCH_INTERVAL)
    set_up_fault_hooks()
    reports = CrashReports(paths.data_dir() / crash_reports.FOLDER_NAME)
    try:
        set_up_logging(paths.data_dir() / "logs", reports)
    except OSError as error:
        set_up_logging(None)
        sys.stderr.write(f"The log cannot be written ({type(error).__name__}); going on without it.\n")
    reports.watch_native_code()
    log.info("started", version=__version__, python=sys.version.split()[0])


def build_program(furnish_demo: Furnish | None = None, samples: tuple[SampleOperator, ...] = ()) -> Program:
    """The two sites of this computer and its preferences.

    `furnish_demo` fills the demo site, whose operators are `samples`; without it there is none to open.
    CONSENTRY_KEYRING_SERVICE names another keyring entry (tests).
    """
    service = os.environ.get("CONSENTRY_KEYRING_SERVICE") or KEYRING_SERVICE
    demo = paths.cache_dir() / "demo-site"
    return Program(
        desk=Site(SiteKind.DESK, paths.data_dir() / "vault", service),
        demo=Site(SiteKind.DEMO, demo, f"{service}-demo", furnish=furnish_demo, samples=samples),
        preferences=PreferencesStore(paths.data_dir()),
        reports=CrashReports(paths.data_dir() / crash_reports.FOLDER_NAME),
    )


def run_window(
    arguments: list[str], furnish_demo: Furnish | None = None, samples: tuple[SampleOperator, ...] = ()
) -> int:
    """Open the window and wait until it is closed; the process's exit code.

    `arguments` go to Qt (without the program's name). The process must have been prepared.
    """
    from desktop.ui.app import run_app

    return run_app(arguments, build_program(furnish_demo, samples))
