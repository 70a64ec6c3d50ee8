"""Visitors' passes: the way in for whoever does not want to be recognised, with the same access."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from desktop.domain.audit import AuditAction
from desktop.domain.code_verdict import CodeFinding, CodeVerdict
from desktop.domain.controller import Controller
from desktop.domain.desk_codes import CodeKind
from desktop.domain.ids import PassId, random_id
from desktop.domain.paper import Paper, PaperRenderer
from desktop.domain.permissions import Permission
from desktop.domain.visitor_pass import LONGEST, VisitorPass
from desktop.services.access import Access
from desktop.services.desk_codes import make_code, own_code
from desktop.services.gallery_feed import utc_now
from desktop.services.receipt_errors import PaperUnwritable, PassTimeInvalid, PassUnknown, RecordIncomplete
from desktop.services.receipt_paper import pass_paper
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")


class PassService:
    """Reads and writes the vault: worker thread. `now`: the clock, UTC."""

    def __init__(
        self,
        vault: Vault,
        access: Access,
        controller: Callable[[], Controller | None],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._vault = vault
        self._access = access
        self._controller = controller
        self._now = now

    def issue(self, valid_until: datetime) -> VisitorPass:
        """A pass until then, a month at most. Raises PassTimeInvalid, vault errors."""
        self._access.demand(Permission.ENROL)
        now = self._now()
        if not now < valid_until <= now + LONGEST:
            raise PassTimeInvalid
        issued = VisitorPass(PassId(random_id()), now, valid_until)
        self._vault.passes.add(issued, audit=self._access.draft(AuditAction.PASS_ISSUED, issued.id))
        log.info("pass_issued", visitor_pass=issued.id)
        return issued

    def check(self, text: str) -> CodeFinding:
        """What a scanned or typed code is: a pass in force, or what is wrong with it."""
        self._access.demand_any((Permission.ENROL, Permission.PERSON_CARD))
        code = own_code(self._vault, text)
        if isinstance(code, CodeFinding):
            return code
        if code.kind is not CodeKind.PASS:
            return CodeFinding(CodeVerdict.UNREADABLE)
        found = self._vault.passes.get(PassId(code.object_id))
        if found is None:
            return CodeFinding(CodeVerdict.UNKNOWN, code.kind)
        return _finding(found, self._now())

    def revoke(self, pass_id: PassId) -> None:
        """It is no longer good; again: nothing happens. Raises PassUnknown, vault errors."""
        self._access.demand(Permission.ENROL)
        found = self._get(pass_id)
        if found.revoked_at is None:
            self._vault.passes.revoke(pass_id, self._now(), audit=self._access.draft(AuditAction.PASS_REVOKED, pass_id))

    def paper(self, pass_id: PassId, language: str) -> Paper:
        """The pass to be printed or shown. Raises PassUnknown, RecordIncomplete: nobody said who answers for this
        desk."""
        self._access.demand(Permission.ENROL)
        found = self._get(pass_id)
        controller = self._controller()
        if controller is None:
            raise RecordIncomplete
        return pass_paper(found, controller, language, make_code(self._vault, CodeKind.PASS, pass_id))

    def save(self, pass_id: PassId, language: str, target: Path, renderer: PaperRenderer) -> None:
        """As PDF. Raises as `paper`, PaperUnwritable."""
        self._access.demand(Permission.ENROL)
        try:
            renderer.save(self.paper(pass_id, language), target)
        except OSError as error:
            raise PaperUnwritable(path=target) from error

    def _get(self, pass_id: PassId) -> VisitorPass:
        found = self._vault.passes.get(pass_id)
        if found is None:
            raise PassUnknown
        return found


def _finding(found: VisitorPass, now: datetime) -> CodeFinding:
    """A clock that was set back does not make a pass good: it is of the future then."""
    if found.revoked_at is not None:
        verdict, until = CodeVerdict.REVOKED, found.revoked_at
    else:
        verdict = CodeVerdict.VALID if found.issued_at <= now < found.valid_until else CodeVerdict.OLD
        until = found.valid_until
    return CodeFinding(verdict, CodeKind.PASS, found.id, since=found.issued_at, until=until)
