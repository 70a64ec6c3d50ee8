"""Retention for the housekeeper, who runs it, and for the privacy officer, who sees what goes when and why.

A run looks at everything when the desk is opened and once a day, and at the sightings of strangers every hour. One that
was cut short is carried on with.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from desktop.domain.audit import Actor, AuditAction, AuditDraft, AuditFilter
from desktop.domain.ids import random_id
from desktop.domain.permissions import Permission
from desktop.domain.progress import UNWATCHED, Progress
from desktop.domain.retention import Decision, Kept, Rule
from desktop.domain.retention_run import RetentionRun
from desktop.services.access import Access
from desktop.services.audit_recorder import AuditRecorder
from desktop.services.errors import ClockNotBelieved
from desktop.services.gallery_feed import utc_now
from desktop.services.health import Health, ProblemKind
from desktop.services.hub import Hub, RetentionChanged
from desktop.services.retention_clock import ClockState, RetentionClock
from desktop.services.retention_engine import RetentionEngine
from desktop.services.retention_rules import rules_in_force
from desktop.services.settings import SiteSettings
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")

EVERY = timedelta(hours=23, minutes=30)  # the looks come every hour: once a day
VIEW_EVERY = 60.0  # s
_PROBLEMS = {ClockState.AHEAD: ProblemKind.CLOCK, ClockState.BACK: ProblemKind.CLOCK_BACK}


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """One person's data that goes, with the name joined in memory (empty where nobody is called so any more)."""

    decision: Decision
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What goes until `until`, earliest first, as the rules and holds stand at `at`.

    Attributes:
        decisions: people and their pictures, those that are kept all the same included.
        amounts: how much of what is about nobody in particular goes, by category.
        held: categories that are held as a whole.
        clock: anything but GOOD, and nothing goes for now.
    """

    at: datetime
    until: datetime
    decisions: tuple[Decision, ...]
    amounts: Mapping[Kept, int]
    held: frozenset[Kept]
    clock: ClockState

    @property
    def going(self) -> int:
        """How many decisions nothing stands against."""
        return sum(decision.keeper is None for decision in self.decisions)


class RetentionService:
    """All calls read or write the vault: worker thread. `believed` and `tend` are the housekeeper's."""

    def __init__(
        self,
        vault: Vault,
        access: Access,
        views: AuditRecorder,
        engine: RetentionEngine,
        health: Health,
        hub: Hub,
        settings: Callable[[], SiteSettings],
    ) -> None:
        self._vault = vault
        self._access = access
        self._views = views
        self._engine = engine
        self._health = health
        self._hub = hub
        self._settings = settings
        self._clock = RetentionClock(lambda key: vault.settings.get(key, 0.0), vault.settings.set)
        self._state = ClockState.GOOD
        self._turn = threading.Lock()
        self._looked: tuple[datetime, SiteSettings] | None = None  # at everything, the last time since opening

    def believed(self) -> bool:
        """Whether the computer's clock is; where it is not, the status strip says so."""
        self._state = self._clock.look(utc_now())
        for state, problem in _PROBLEMS.items():
            if state is self._state:
                self._health.report(problem)
            else:
                self._health.clear(problem)
        return self._state is ClockState.GOOD

    def tend(self, progress: Progress = UNWATCHED) -> int:
        """What is due now; how much went. Only call it while the clock is `believed`. Raises Cancelled, vault errors:
        the next call carries on."""
        with self._turn:
            now = utc_now()
            unfinished = self._vault.retention_runs.unfinished()
            if unfinished is not None or self._everything_due(now):
                return self._run(unfinished, now, Actor(), progress).total
            before = self._engine.rule(Kept.STRANGERS).period.before(now)
            if not self._vault.retention.count(Kept.STRANGERS, before, now):
                return 0
            run = self._begun(now, Actor())
            self._engine.delete_rows(Kept.STRANGERS, now, run, progress)
            return self._ended(run, Actor(), 0, 0).total

    def run(self, progress: Progress = UNWATCHED) -> RetentionRun:
        """A whole run now; its report. Raises ClockNotBelieved, Cancelled, vault errors."""
        self._access.demand(Permission.RETENTION)
        actor = self._access.actor
        if not self.believed():
            raise ClockNotBelieved
        with self._turn:
            return self._run(self._vault.retention_runs.unfinished(), utc_now(), actor, progress)

    def forecast(self, days: int = 30) -> Forecast:
        """What goes in that many days; 0: what a run would delete now (a dry run)."""
        self._access.demand(Permission.RETENTION)
        now = utc_now()
        until = now + timedelta(days=days)
        decisions = tuple(self._engine.decisions(now, until))
        detail = {"days": days, "people": len(decisions)}
        self._views.record(self._access.draft(AuditAction.RETENTION_VIEWED, detail=detail), every=VIEW_EVERY)
        held = frozenset(self._vault.holds.categories(now))
        amounts = {category: 0 if category in held else self._amount(category, now, until) for category in _AMOUNTS}
        return Forecast(now, until, decisions, amounts, held, self._state)

    def named(self, decisions: Sequence[Decision]) -> list[ForecastRow]:
        """The same with names, for a page of a forecast."""
        self._access.demand(Permission.RETENTION)
        name = self._vault.people.name
        return [ForecastRow(decision, name(decision.person_id) or "") for decision in decisions]

    def rules(self) -> list[Rule]:
        """Those in force, by category."""
        self._access.demand(Permission.RETENTION)
        return rules_in_force(self._settings(), self._vault.notices.published())

    def runs(self, limit: int = 50) -> list[RetentionRun]:
        """Newest first."""
        self._access.demand(Permission.RETENTION)
        return self._vault.retention_runs.list(limit)

    def _everything_due(self, now: datetime) -> bool:
        if self._looked is None:
            return True
        at, settings = self._looked
        return not at <= now < at + EVERY or settings != self._settings()

    def _run(self, run: RetentionRun | None, now: datetime, actor: Actor, progress: Progress) -> RetentionRun:
        settings = self._settings()
        run = run or self._begun(now, actor)
        kept, waits = self._engine.everything(run, now, actor, progress)
        self._looked = (now, settings)
        return self._ended(run, actor, kept, waits)

    def _begun(self, now: datetime, actor: Actor) -> RetentionRun:
        run = RetentionRun(random_id(), now, started_by=actor.id)
        self._vault.retention_runs.begin(run)
        return run

    def _ended(self, run: RetentionRun, actor: Actor, kept: int, waits: int) -> RetentionRun:
        runs = self._vault.retention_runs
        done = runs.get(run.id) or run
        counts = {category.value: amount for category, amount in done.counts.items()}
        detail = {**counts, "kept": kept, "waits": waits, "interruptions": done.interruptions}
        runs.end(run.id, utc_now(), kept, waits, audit=AuditDraft(AuditAction.RETENTION_RUN, actor, detail=detail))
        log.info("retention_run", run=run.id, **detail)
        self._hub.publish(RetentionChanged())
        return runs.get(run.id) or run

    def _amount(self, category: Kept, now: datetime, until: datetime) -> int:
        if category is Kept.ARCHIVE:
            return len(self._vault.archive.over(until))
        if category is Kept.DRAFTS:
            return len(self._vault.capture_drafts.list()) if until > now else 0
        before = self._engine.rule(category).period.before(until)
        if category is Kept.AUDIT:
            return self._vault.audit.count(AuditFilter(until=before))
        return self._vault.retention.count(category, before, now)


_AMOUNTS = (Kept.STRANGERS, Kept.SIGHTINGS, Kept.ARCHIVE, Kept.DRAFTS, Kept.PASSES, Kept.AUDIT)
