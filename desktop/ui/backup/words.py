"""What the page Backup says about a destination, in plain words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QCoreApplication

from desktop.domain.backups import Backup, Schedule
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.services.backup import DestinationView
from desktop.ui import texts

_LATE = {Schedule.DAILY: timedelta(days=2), Schedule.WEEKLY: timedelta(days=8)}

_SCHEDULES = {
    Schedule.OFF: T("backup", "Only by hand"),
    Schedule.DAILY: T("backup", "Every day at {hour}"),
    Schedule.WEEKLY: T("backup", "Every week at {hour}"),
}

# Why the newest attempt failed, by the error's code.
_FAILURES = {
    "DestinationUnreachable": T("backup", "The disk or network folder could not be reached. Connect it."),
    "DestinationFull": T("backup", "The disk there is full. Free some space, or keep fewer backups."),
    "DestinationRefused": T("backup", "Nothing may be written there. Remove the write protection."),
    "DestinationTaken": T("backup", "The folder now holds the backups of another desk. Choose another one."),
    "BackupNotProven": T("backup", "What was written there could not be read back. Check the disk."),
    "RecoveryCodeNeeded": T("backup", "This desk has no recovery code yet. Make one first."),
}
_FAILED = T("backup", "The newest backup failed. Back up now to see why.")


def _said(text: str) -> str:
    return QCoreApplication.translate("backup", text)


def state(view: DestinationView) -> tuple[str, str, str]:
    """Icon, words and colour token."""
    one = view.destination
    if view.ahead:
        return "warning", _said(T("backup", "Knows of more erasures")), "attention"
    if one.last_error is not None:
        return "warning", _said(T("backup", "Failed")), "attention"
    if one.last_success is None:
        return "info", _said(T("backup", "No backup yet")), "muted"
    if view.behind:
        return "warning", _said(T("backup", "Connect it")), "attention"
    late = _LATE.get(one.plan.schedule)
    if late is not None and datetime.now(UTC) - one.last_success > late:
        return "warning", _said(T("backup", "Overdue")), "attention"
    return "check", _said(T("backup", "Backed up")), "calm"


def reason(view: DestinationView) -> str:
    """What to do, or why all is well."""
    one = view.destination
    if view.ahead:
        return _said(
            T(
                "backup",
                "Written by this desk after the backup that was restored. Nothing is written there until you take over "
                "its erasures.",
            )
        )
    if one.last_error is not None:
        return _said(_FAILURES.get(one.last_error, _FAILED))
    if view.behind:
        return _said(
            T(
                "backup",
                "Sealed keys from before an erasure still lie there. Connect it: they are replaced.",
            )
        )
    if not view.reachable:
        return _said(T("backup", "Out of reach right now. What is there stays as it is."))
    if view.same_disk:
        return _said(T("backup", "On the same disk as the desk, and lost with it. Add a second one elsewhere."))
    return ""


def schedule(view: DestinationView) -> str:
    plan = view.destination.plan
    return _said(_SCHEDULES[plan.schedule]).format(hour=f"{plan.hour:02}:00")


def newest(view: DestinationView) -> str:
    """When the newest backup was made."""
    at = view.destination.last_success
    return texts.moment(at) if at is not None else _said(T("backup", "Never"))


def size(backup: Backup) -> str:
    return _said(T("backup", "{amount} MB")).format(amount=f"{backup.size / 1e6:.1f}")
