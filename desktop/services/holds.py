"""Legal holds for the privacy officer: placing and releasing them, with the audit log as witness."""

from __future__ import annotations

from builtins import list as List  # noqa: N812 - `list` is a method here
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from desktop.domain.audit import AuditAction, AuditDraft, Id, clean_reason
from desktop.domain.holds import HOLDABLE, LONGEST, OWNER_LENGTH, Hold
from desktop.domain.ids import HoldId, OperatorId, PersonId, random_id
from desktop.domain.permissions import Permission
from desktop.domain.retention import Kept
from desktop.services.access import Access
from desktop.services.errors import HoldEndInvalid, ReasonMissing
from desktop.services.gallery_feed import utc_now
from desktop.services.hub import Hub, PeopleChanged
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold as the officer sees it. `name`: of its person; empty for a category."""

    hold: Hold
    name: str = field(repr=False)
    in_force: bool


class HoldService:
    """All calls read or write the vault: worker thread. A hold stops erasure and retention, never the end of
    matching that a withdrawal brings."""

    def __init__(self, vault: Vault, access: Access, hub: Hub, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._vault = vault
        self._access = access
        self._hub = hub
        self._clock = clock

    def hold_person(self, person_id: PersonId, reason: str, owner: str, ends_at: datetime) -> HoldId:
        """Keep everything about one person until then. `owner`: who answers for it.

        Raises ReasonMissing, HoldEndInvalid, PersonUnknown (also once their erasure has begun).
        """
        self._access.demand(Permission.RETENTION)
        return self._place(person_id, None, reason, owner, ends_at)

    def hold_category(self, category: Kept, reason: str, owner: str, ends_at: datetime) -> HoldId:
        """Keep a whole category. Raises ReasonMissing, HoldEndInvalid; ValueError for one that cannot be held."""
        self._access.demand(Permission.RETENTION)
        return self._place(None, category, reason, owner, ends_at)

    def release(self, hold_id: HoldId, reason: str) -> None:
        """End a hold before its time; what waited for it is deleted at the next look. `reason` stands in the audit log.

        Raises ReasonMissing, HoldUnknown.
        """
        self._access.demand(Permission.RETENTION)
        cleaned = clean_reason(reason)
        if not cleaned:
            raise ReasonMissing
        hold = self._vault.holds.get(hold_id)
        entry = AuditDraft(
            AuditAction.HOLD_RELEASED, self._access.actor, hold.person_id, cleaned, {"hold": Id(hold_id)}
        )
        self._vault.holds.release(hold_id, self._clock(), audit=entry)
        log.info("hold_released", hold=hold_id)
        self._hub.publish(PeopleChanged())

    def list(self) -> List[HoldView]:
        """All holds, those in force first, then the newest."""
        self._access.demand(Permission.RETENTION)
        now = self._clock()
        views = [HoldView(hold, self._name(hold), hold.in_force(now)) for hold in self._vault.holds.list()]
        return sorted(views, key=lambda view: not view.in_force)

    def _name(self, hold: Hold) -> str:
        return "" if hold.person_id is None else self._vault.people.name(hold.person_id) or ""

    def _place(
        self, person_id: PersonId | None, category: Kept | None, reason: str, owner: str, ends_at: datetime
    ) -> HoldId:
        actor = self._access.actor
        why, who = clean_reason(reason), clean_reason(owner)[:OWNER_LENGTH]
        if not why or not who:
            raise ReasonMissing
        now = self._clock()
        if not now < ends_at <= now + LONGEST:
            raise HoldEndInvalid
        if category is not None and category not in HOLDABLE:
            raise ValueError("this category cannot be held")
        hold = Hold(HoldId(random_id()), person_id, category, why, who, now, ends_at, OperatorId(actor.id))
        # The reason may tell about the person: it is sealed with their key and not in the log, which outlives them.
        detail = {"hold": Id(hold.id), "category": category, "until": int(ends_at.timestamp())}
        self._vault.holds.place(hold, audit=AuditDraft(AuditAction.HOLD_PLACED, actor, person_id, detail=detail))
        log.info("hold_placed", hold=hold.id)
        self._hub.publish(PeopleChanged())
        return hold.id
