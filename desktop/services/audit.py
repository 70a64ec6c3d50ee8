"""The audit log for those who may read it: listed, verified, exported, put on paper; and how long it is kept."""

from __future__ import annotations

from builtins import list as List  # noqa: N812 - `list` is a method here
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from desktop.domain.audit import Actor, AuditAction, AuditDraft, AuditEntry, AuditFilter, AuditValue, months_before
from desktop.domain.audit_sheet import AuditSheet, SheetPrinter
from desktop.domain.audit_verdict import Verdict
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import PersonId
from desktop.domain.permissions import Permission
from desktop.domain.progress import UNWATCHED, Progress
from desktop.services.access import Access
from desktop.services.gallery_feed import utc_now
from desktop.services.health import Health, ProblemKind
from desktop.vault.errors import AuditExportUnwritable
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")

CHECKPOINT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An entry with names joined in memory; empty where nobody is called so (any more)."""

    entry: AuditEntry
    who: str = field(repr=False)
    about: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AuditListing:
    """What fits a filter: how many entries, as of one point of the log, and the filter that keeps to it."""

    count: int
    wanted: AuditFilter


class AuditService:
    """For privacy officers, but for `broken`, `report_break` and `tend`. Reads and writes the vault: worker thread."""

    def __init__(self, vault: Vault, access: Access, health: Health, months: Callable[[], int]) -> None:
        self._vault = vault
        self._access = access
        self._health = health
        self._months = months
        self._checkpointed: datetime | None = None

    @property
    def broken(self) -> ConsentryError | None:
        """The break that was noticed when the desk was opened, until `acknowledge`. For everybody, from memory."""
        return self._vault.audit.broken

    def find(self, wanted: AuditFilter) -> AuditListing:
        """Count what fits. Entries that are added later do not move the pages of this listing."""
        self._access.demand(Permission.AUDIT)
        fixed = AuditFilter(
            wanted.since, wanted.until, wanted.action, wanted.actor, wanted.object_id, self._vault.audit.point().seq
        )
        return AuditListing(self._vault.audit.count(fixed), fixed)

    def list(self, wanted: AuditFilter, offset: int, limit: int) -> List[AuditRow]:
        """A page, newest first."""
        self._access.demand(Permission.AUDIT)
        operators, cameras = self._operators(), {str(camera.id): camera.name for camera in self._vault.cameras.list()}

        def about(object_id: str | None) -> str:
            if object_id is None:
                return ""
            person = self._vault.people.name(PersonId(object_id))
            return person or operators.get(object_id) or cameras.get(object_id, "")

        found = self._vault.audit.list(wanted, offset, limit)
        return [AuditRow(entry, operators.get(entry.actor, ""), about(entry.object_id)) for entry in found]

    def actors(self) -> List[tuple[str, str]]:
        """Id and name of everybody who left entries; the name is empty where it is not known."""
        self._access.demand(Permission.AUDIT)
        names = self._operators()
        return sorted(((actor, names.get(actor, "")) for actor in self._vault.audit.actors()), key=lambda one: one[1])

    def verify(self, progress: Progress = UNWATCHED) -> Verdict:
        """Check every entry and signature. Raises keyring errors, Cancelled."""
        self._access.demand(Permission.AUDIT)
        verdict = self._vault.verify_audit(progress)
        self._record(
            AuditAction.AUDIT_VERIFIED,
            {"intact": verdict.intact, "entries": verdict.entries, "findings": len(verdict.findings)},
        )
        return verdict

    def export(self, target: Path, progress: Progress = UNWATCHED) -> None:
        """Write the whole log to a file that `consentry audit verify` checks.

        Raises AuditExportUnwritable, Cancelled.
        """
        self._access.demand(Permission.AUDIT)
        end = self._vault.audit.export(target, progress)
        self._record(AuditAction.AUDIT_EXPORTED, {"entries": end.point.seq, "head": end.point.head})

    def acknowledge(self, reason: str) -> None:
        """Take note of a break: the warning ends, the log keeps who took note and why."""
        self._access.demand(Permission.AUDIT)
        self._vault.audit.acknowledge(self._access.actor, reason)
        self._health.clear(ProblemKind.AUDIT_BROKEN)

    def sheet(self, month: datetime) -> AuditSheet:
        """The sheet for the month in which that instant lies (UTC)."""
        self._access.demand(Permission.AUDIT)
        begin = month.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        after = months_before(begin, -1)
        self._record(AuditAction.AUDIT_PRINTED, {"year": begin.year, "month": begin.month})
        statement, signature = self._vault.audit.anchor()
        counts = {action.value: self._vault.audit.count(AuditFilter(begin, after, action)) for action in AuditAction}
        return AuditSheet(
            month=begin,
            at=statement.at,
            vault_id=statement.vault_id,
            seq=statement.point.seq,
            head=statement.point.head.hex(),
            epoch=statement.epoch,
            ledger=statement.ledger,
            counts={action: count for action, count in counts.items() if count},
            fingerprint=self._vault.signing_key.fingerprint,
            statement=statement.text(),
            signature=signature.hex(),
        )

    def write_sheet(self, month: datetime, target: Path, printer: SheetPrinter) -> None:
        """The same as a file. Raises AuditExportUnwritable."""
        sheet = self.sheet(month)
        try:
            printer.save(sheet, target)
        except OSError as error:
            raise AuditExportUnwritable(path=target) from error

    def report_break(self) -> None:
        """At opening: say loudly what was noticed. For the desk."""
        point = self._vault.audit.disputed
        if point is None:
            return
        self._health.report(ProblemKind.AUDIT_BROKEN, count=point.seq)
        detail: dict[str, AuditValue] = {"entry": point.seq, "head": point.head}
        self._vault.audit.append(AuditDraft(AuditAction.AUDIT_BREAK_FOUND, detail=detail))

    def tend(self, now: datetime | None = None, *, believed: bool = True) -> int:
        """Once a day: sign where the log stands and let go of what is over; how many entries. For the keeper.

        `believed`: the computer's clock is; otherwise nothing goes.
        """
        now = now or utc_now()
        if self._checkpointed is not None and self._checkpointed <= now < self._checkpointed + CHECKPOINT:
            return 0
        self._vault.audit.checkpoint()
        if not believed:
            return 0
        pruned = self._vault.audit.prune(months_before(now, self._months()), Actor())
        self._checkpointed = now
        return pruned

    def _record(self, action: AuditAction, detail: dict[str, AuditValue]) -> None:
        self._vault.audit.append(self._access.draft(action, detail=detail))

    def _operators(self) -> dict[str, str]:
        return {operator.id: operator.name for operator in self._vault.operators.list()}
