"""The figures a site can publish: how it answers, erases and forgets."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from desktop.domain.audit import AuditAction
from desktop.domain.consent import ConsentState
from desktop.domain.erasure import ErasureReason, SubjectKind
from desktop.domain.permissions import Permission
from desktop.domain.requests import Lane, RequestKind, RequestStatus
from desktop.domain.retention import Kept, Since, Unit
from desktop.domain.trust import TrustFigure, TrustPart, TrustPrinter, TrustReport, TrustUnit, response_times
from desktop.services.access import Access
from desktop.services.errors import ResultNotSaved
from desktop.services.files import write_atomically
from desktop.services.gallery_feed import utc_now
from desktop.services.requests import RequestService
from desktop.services.retention import RetentionService
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")

YEAR: Final = timedelta(days=365)
_MANY: Final = 100_000  # erasures and runs that are looked through
_UNITS: Final = {Unit.HOURS: TrustUnit.HOURS, Unit.DAYS: TrustUnit.DAYS, Unit.MONTHS: TrustUnit.MONTHS}
_STATES: Final = (ConsentState.GIVEN, ConsentState.RENEWED, ConsentState.EXPIRED, ConsentState.WITHDRAWN)


class TrustService:
    """For privacy officers. All calls read the vault: worker thread."""

    def __init__(
        self,
        vault: Vault,
        access: Access,
        requests: RequestService,
        retention: RetentionService,
        site_name: Callable[[], str],
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._vault = vault
        self._access = access
        self._requests = requests
        self._retention = retention
        self._site_name = site_name
        self._clock = clock

    def report(self) -> TrustReport:
        """Every figure, of the last year for what happened."""
        self._access.demand(Permission.RETENTION)
        now = self._clock()
        since = now - YEAR
        figures = (
            *self._consents(now),
            *self._of_requests(since),
            *self._erasures(since),
            *self._runs(since),
            *self._periods(),
        )
        return TrustReport(self._site_name(), since, now, figures)

    def save(self, target: Path, printer: TrustPrinter) -> None:
        """Write the figures for the public: PDF, or CSV or JSON by the file's ending. Raises ResultNotSaved."""
        self._access.demand(Permission.RETENTION)
        report = self.report().for_the_public()
        try:
            if target.suffix.lower() == ".json":
                write_atomically(target, json.dumps(report.to_values(), indent=2).encode())
            elif target.suffix.lower() == ".csv":
                write_atomically(target, _csv(report).encode())
            else:
                printer.save(report, target)
        except OSError as error:
            raise ResultNotSaved(path=target) from error
        hidden = sum(figure.value is None for figure in report.figures)
        detail = {"figures": len(report.figures), "left_out": hidden}
        self._vault.audit.append(self._access.draft(AuditAction.TRUST_EXPORTED, detail=detail))

    def _consents(self, now: datetime) -> list[TrustFigure]:
        counts = self._vault.consent_register.states(now)
        return [TrustFigure(TrustPart.CONSENTS, state.value, counts.get(state, 0)) for state in _STATES]

    def _of_requests(self, since: datetime) -> list[TrustFigure]:
        views = self._requests.board()
        new = [view for view in views if view.request.received_on >= since.date()]
        kinds = Counter(view.request.kind for view in new)
        days = [
            (closed - view.request.received_on).days for view in new if (closed := view.request.closed_on) is not None
        ]
        counts = {
            "received": len(new),
            "open": sum(not view.request.status.closed for view in views),
            "overdue": sum(view.lane is Lane.OVERDUE for view in views),
            "answered": sum(view.request.status is RequestStatus.ANSWERED for view in new),
            "refused": sum(view.request.status is RequestStatus.REFUSED for view in new),
            **{kind.value: kinds[kind] for kind in RequestKind},
        }
        part = TrustPart.REQUESTS
        return [*(TrustFigure(part, name, amount) for name, amount in counts.items()), *response_times(days)]

    def _erasures(self, since: datetime) -> list[TrustFigure]:
        results = [each.result for each in self._vault.erasures.results(_MANY)]
        recent = [each for each in results if each.begun_at >= since and each.kind is SubjectKind.PERSON]
        counts = dict.fromkeys(ErasureReason, 0)
        for each in recent:
            counts[each.reason] += len(each.subjects)
        incomplete = sum(len(each.subjects) for each in recent if not each.complete)
        named = {reason.value: amount for reason, amount in counts.items()} | {"incomplete": incomplete}
        return [TrustFigure(TrustPart.ERASURES, name, amount) for name, amount in named.items()]

    def _runs(self, since: datetime) -> list[TrustFigure]:
        runs = [run for run in self._vault.retention_runs.list(_MANY) if run.begun_at >= since]
        gone = {kept.value: sum(run.counts.get(kept, 0) for run in runs) for kept in Kept}
        return [TrustFigure(TrustPart.RETENTION, name, amount) for name, amount in {"runs": len(runs), **gone}.items()]

    def _periods(self) -> list[TrustFigure]:
        found = []
        for rule in self._retention.rules():
            name = f"{rule.category.value}_after_contact" if rule.since is Since.CONTACT else rule.category.value
            found.append(TrustFigure(TrustPart.PERIODS, name, rule.period.amount, _UNITS[rule.period.unit]))
        return found


def _csv(report: TrustReport) -> str:
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(["part", "name", "unit", "value"])
    for each in report.figures:
        writer.writerow([each.part.value, each.name, each.unit.value, "" if each.value is None else each.value])
    return made.getvalue()
