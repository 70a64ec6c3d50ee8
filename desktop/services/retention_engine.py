"""The engine of retention: what the rules say of everybody, and the steps of a run.

Each step finds what is over by the stored times alone, so that a step that was cut short is simply done again. Rows go
in lots of a size that follows the disk; people, pictures and archived consents go through the erasure primitive.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from desktop.domain.audit import Actor
from desktop.domain.erasure import ErasureOrder, ErasureReason, SubjectKind
from desktop.domain.ids import PersonId
from desktop.domain.progress import Progress, checkpoint
from desktop.domain.retention import Decision, Due, Kept, PersonFacts, Rule, Since, decide
from desktop.domain.retention_run import RetentionRun
from desktop.services.erasure import ErasureService
from desktop.services.errors import ErasureNotBegun
from desktop.services.retention_rules import site_rule
from desktop.services.settings import SiteSettings
from desktop.vault.errors import VaultError
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")

LOT_SECONDS = 0.05  # what one lot may keep the writer: a third of the most that anybody is to wait for it
_FIRST, _LEAST, _MOST = 100, 20, 4000  # rows of a lot
_CONTACTS = 200  # people in one transaction
_KINDS = {
    SubjectKind.PERSON: Kept.PEOPLE,
    SubjectKind.PHOTO: Kept.PHOTOS,
    SubjectKind.ARCHIVE: Kept.ARCHIVE,
    SubjectKind.DRAFT: Kept.DRAFTS,
}


class RetentionEngine:
    """Nothing here asks who is signed in: that is for the service. Worker thread.

    Args:
        tend_drafts: destroys the conversations that are over; how many.
        tend_audit: lets go of the audit log's entries that are over, unless told not to; how many.
    """

    def __init__(
        self,
        vault: Vault,
        erasures: ErasureService,
        settings: Callable[[], SiteSettings],
        tend_drafts: Callable[[], int],
        tend_audit: Callable[[bool], int],
    ) -> None:
        self._vault = vault
        self._erasures = erasures
        self._settings = settings
        self._tend_drafts = tend_drafts
        self._tend_audit = tend_audit

    def rule(self, category: Kept) -> Rule:
        return site_rule(self._settings(), category)

    def decisions(self, now: datetime, until: datetime) -> list[Decision]:
        """Everybody's data whose time is over by `until`, earliest first, held or not."""
        contact = self.rule(Kept.PEOPLE)
        facts = self._with_sightings(self._vault.retention.people(now), contact, until)
        found = [decision for each in facts for decision in decide(each, contact)]
        due = [(decision.due.at, decision) for decision in found if decision.due is not None]
        return [decision for at, decision in sorted(due, key=lambda one: one[0]) if at <= until]

    def _with_sightings(self, people: Sequence[PersonFacts], contact: Rule, until: datetime) -> list[PersonFacts]:
        """The sightings that are still stored count as contact, too: looked up only where it makes a difference."""
        old = [each.person_id for each in people if Due(contact, each.last_contact).at <= until]
        seen = self._vault.retention.last_seen(old) if old else {}
        return [
            replace(each, last_contact=max(each.last_contact, seen[each.person_id])) if each.person_id in seen else each
            for each in people
        ]

    def delete_rows(self, category: Kept, now: datetime, run: RetentionRun, progress: Progress) -> None:
        """All rows of STRANGERS, SIGHTINGS or PASSES that are over. Raises Cancelled, vault errors."""
        before = self.rule(category).period.before(now)
        if category is Kept.SIGHTINGS:
            self._remember_contacts(before, progress)
        most, at = _FIRST, None
        while True:
            checkpoint(progress, 0.0)
            lot = self._vault.retention.delete(category, before, now, most, run=run.id, begin=at)
            if lot.at is None:
                return
            at = lot.at
            wanted = most * LOT_SECONDS / max(lot.seconds, 1e-4)
            most = int(min(_MOST, 2 * most, max(_LEAST, wanted)))

    def everything(self, run: RetentionRun, now: datetime, actor: Actor, progress: Progress) -> tuple[int, int]:
        """Every step of a run; how many people and pictures a hold or a restriction keeps, and what waits.

        Raises Cancelled, vault errors; then the run can be carried on with.
        """
        for category in (Kept.STRANGERS, Kept.PASSES, Kept.SIGHTINGS):
            self.delete_rows(category, now, run, progress)
        decisions = self.decisions(now, now)
        kept = sum(decision.keeper is not None for decision in decisions)
        waits = self._erase_people(decisions, now, actor, progress)
        waits += self._erase_archive(now, actor, progress)
        self._tend_drafts()
        held = self._vault.holds.categories(now)
        self._vault.retention_runs.set_count(run.id, Kept.AUDIT, self._tend_audit(Kept.AUDIT not in held))
        self._vault.retention_runs.forget(self.rule(Kept.AUDIT).period.before(now))
        self._count_erased(run)
        return kept, waits

    def _remember_contacts(self, before: datetime, progress: Progress) -> None:
        contacts = self._vault.retention.unseen_since(before)
        for start in range(0, len(contacts), _CONTACTS):
            checkpoint(progress, 0.0)
            self._vault.retention.remember_contacts(contacts[start : start + _CONTACTS])

    def _erase_people(self, decisions: Sequence[Decision], now: datetime, actor: Actor, progress: Progress) -> int:
        """How much could not be erased yet. What was taken back is left to the withdrawals, which tell about it."""
        over = [each for each in decisions if each.over(now) and not _taken_back(each)]
        people = [each.person_id for each in over if each.category is Kept.PEOPLE]
        owners = {each.person_id for each in over if each.category is Kept.PHOTOS} - set(people)
        photos = self._vault.retention.photos_of(owners) if owners else []
        waits = self._erase(photos, SubjectKind.PHOTO, actor, progress)
        try:
            self._archive(people, now)
        except VaultError as error:
            log.warning("archive_waits", error=error.code)
            return waits + len(people)
        return waits + self._erase(people, SubjectKind.PERSON, actor, progress)

    def _archive(self, people: Sequence[PersonId], now: datetime) -> None:
        """What proves their consents outlives them for as long as it does after a withdrawal."""
        until = self.rule(Kept.ARCHIVE).period.after(now)
        for person_id in people:
            self._vault.archive.put(person_id, now, until)

    def _erase_archive(self, now: datetime, actor: Actor, progress: Progress) -> int:
        if Kept.ARCHIVE in self._vault.holds.categories(now):
            return 0
        return self._erase(self._vault.archive.over(now), SubjectKind.ARCHIVE, actor, progress)

    def _erase(self, subjects: Sequence[str], kind: SubjectKind, actor: Actor, progress: Progress) -> int:
        """How many wait."""
        if not subjects:
            return 0
        order = ErasureOrder(tuple(subjects), ErasureReason.RETENTION, actor, kind)
        try:
            self._erasures.carry_out(order, progress)
        except (VaultError, ErasureNotBegun) as error:
            log.warning("retention_erasure_waits", error=error.code)
            return len(subjects)
        return 0

    def _count_erased(self, run: RetentionRun) -> None:
        """By the erasures' own results, so that nothing is counted twice or lost where a run was cut short."""
        counts = dict.fromkeys(_KINDS.values(), 0)
        for erasure in self._vault.erasures.results():
            result = erasure.result
            if result.reason is ErasureReason.RETENTION and result.begun_at >= run.begun_at and result.kind in _KINDS:
                counts[_KINDS[result.kind]] += len(result.subjects)
        for category, amount in counts.items():
            if amount:
                self._vault.retention_runs.set_count(run.id, category, amount)


def _taken_back(decision: Decision) -> bool:
    return decision.due is not None and decision.due.rule.since is Since.WITHDRAWAL
