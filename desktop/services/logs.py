"""The program's log: JSON lines in the data folder, turned over at 1 MB, without names, secrets or texts of others.

Our own events are short constants with ids and numbers. An exception is logged by its kind and its places in the
code, never by its message: messages repeat what was typed. Of other libraries' log records only origin and level are
kept, for the same reason.
"""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from desktop.domain.faults import places, without_message
from desktop.domain.redact import redact_url
from desktop.services.crash_reports import CrashReports

FILE_NAME = "consentry.log"
MAX_BYTES = 1_000_000
BACKUPS = 5
_OWN = "desktop"

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def set_up_logging(folder: Path | None, reports: CrashReports | None = None) -> None:
    """Send every log record of this process to `folder`/consentry.log; None: nowhere. Again: to the new place instead.

    `reports` gets every exception that is logged as an error.
    Raises OSError if the folder or the file cannot be written; logging is as before then.
    """
    handler = logging.NullHandler() if folder is None else _file_handler(folder)
    close_logging()
    root = logging.getLogger()
    root.addHandler(handler)
    if reports is not None:
        root.addHandler(_FaultHandler(reports))
    root.setLevel(logging.WARNING)
    logging.getLogger(_OWN).setLevel(logging.INFO)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


class _LogFile(RotatingFileHandler):
    """Leaves out what cannot be written: the disk may be full, and Python would print the raw record instead."""

    def handleError(self, record: logging.LogRecord) -> None:
        del record


class _FaultHandler(logging.Handler):
    """Makes crash reports of our own events that carry an exception, which has lost its words by then."""

    def __init__(self, reports: CrashReports) -> None:
        super().__init__(logging.ERROR)
        self._reports = reports

    def emit(self, record: logging.LogRecord) -> None:
        event: Any = record.msg
        if isinstance(event, dict) and isinstance(event.get("error"), list):
            thread = str(event.get("thread") or record.threadName or "")
            self._reports.record(str(event.get("event")), event["error"], event.get("at", []), thread)


def _file_handler(folder: Path) -> logging.Handler:
    folder.mkdir(parents=True, exist_ok=True)
    handler = _LogFile(folder / FILE_NAME, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8")
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_origin_only, *_SHARED],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    return handler


def close_logging() -> None:
    """Close the log file; later records of this process go nowhere until logging is set up again."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if type(handler) in (_LogFile, logging.NullHandler, _FaultHandler):
            root.removeHandler(handler)
            with suppress(OSError):  # what still waits in memory has no room on the disk
                handler.close()


def set_up_fault_hooks() -> None:
    """Log what nobody caught, in any thread, and say on the terminal where it happened."""
    log = structlog.get_logger("desktop.faults")

    def of_main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.critical("fault", exc_info=(kind, error, trace))
        sys.stderr.write(f"Consentry met a fault of its own: {kind.__name__} at {places(trace)[-1:]}\n")

    def of_thread(args: threading.ExceptHookArgs) -> None:
        thread = args.thread.name if args.thread is not None else ""
        if args.exc_value is not None:
            log.critical("thread_fault", thread=thread, exc_info=(args.exc_type, args.exc_value, args.exc_traceback))

    def of_nobody(args: sys.UnraisableHookArgs) -> None:
        """In a destructor or a callback from native code. Python's own hook would print the message."""
        if args.exc_value is not None:
            log.error("unraisable_fault", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))

    sys.excepthook = of_main
    threading.excepthook = of_thread
    sys.unraisablehook = of_nobody


def _without_messages(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by the kinds of the exception and its causes, and the places of the first."""
    del logger, method
    info: Any = event.pop("exc_info", None)
    if not info:
        return event
    error = info if isinstance(info, BaseException) else info[1] if isinstance(info, tuple) else sys.exc_info()[1]
    if error is None:
        return event
    event.update(without_message(error))
    return event


def _without_addresses(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Camera addresses lose their passwords wherever they turn up."""
    del logger, method
    return {key: redact_url(value) if isinstance(value, str) else value for key, value in event.items()}


def _origin_only(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Of a record that is not ours: where it came from, not what it says."""
    del logger, method
    record: logging.LogRecord | None = event.get("_record")
    if record is not None and record.name.partition(".")[0] != _OWN:
        event["event"] = "library_record"
        event["at"] = [f"{record.filename}:{record.lineno} {record.funcName}"]
    return event


_SHARED: tuple[Processor, ...] = (
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _without_messages,
    _without_addresses,
)
