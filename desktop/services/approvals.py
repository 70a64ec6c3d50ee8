"""Acts that take two people, where the site wants it: one asks, another agrees."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

import structlog

from desktop.domain.audit import Actor, AuditAction, AuditDraft, AuditValue
from desktop.domain.ids import ApprovalId, OperatorId
from desktop.domain.operators import Approval, ApprovalState, Operator, OperatorState
from desktop.domain.permissions import ACT_PERMISSION, APPROVING, Permission, TwoPersonAct, permitted
from desktop.services.access import Access
from desktop.services.errors import ApprovalNeeded, NotPermitted, OwnApproval, TooFewForTwo
from desktop.services.gallery_feed import utc_now
from desktop.services.hub import ApprovalsChanged, Hub
from desktop.vault.errors import ApprovalGone, VaultError
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")
_SETTING = "two_person"
_PEOPLE = 2


class ApprovalService:
    """Reads and writes the vault: worker thread, but for `wanted`."""

    def __init__(self, vault: Vault, access: Access, hub: Hub) -> None:
        self._vault = vault
        self._access = access
        self._hub = hub
        self.changing = threading.Lock()  # who may take part, and what needs two, are compared before either changes
        stored = vault.settings.get(_SETTING, list[str]())
        self._wanted = frozenset(act for act in TwoPersonAct if act.value in stored)

    @property
    def wanted(self) -> frozenset[TwoPersonAct]:
        """The acts that take two people here; from memory."""
        return self._wanted

    def want(self, act: TwoPersonAct, on: bool) -> None:
        """Ask for two people from now on, or no longer. Raises NotConfirmed, TooFewForTwo."""
        self._access.demand_confirmed(Permission.OPERATORS)
        with self.changing:
            wanted = self._wanted | {act} if on else self._wanted - {act}
            check_eligible(self._vault.operators.list(), wanted)
            entry = self._access.draft(AuditAction.SETTING_CHANGED, detail={f"two_person_{act.value}": on})
            self._vault.settings.set(_SETTING, [one.value for one in TwoPersonAct if one in wanted], audit=entry)
            self._wanted = wanted
        log.info("two_person_changed", act=act.value, on=on)
        self._hub.publish(ApprovalsChanged())

    def eligible(self) -> dict[TwoPersonAct, int]:
        """How many active operators could take part in each act."""
        self._access.demand(Permission.OPERATORS)
        operators = self._vault.operators.list()
        return {act: len(_eligible(operators, act)) for act in TwoPersonAct}

    def request(self, act: TwoPersonAct, object_id: str) -> ApprovalId:
        """Put a wish into the queue; asking twice for the same makes one."""
        self._access.demand(ACT_PERMISSION[act])
        entry = self._access.draft(AuditAction.APPROVAL_REQUESTED, object_id, {"act": act})
        approval_id = self._vault.approvals.request(act, object_id, self._access.operator_id, audit=entry)
        log.info("approval_requested", act=act.value, approval=approval_id)
        self._hub.publish(ApprovalsChanged())
        return approval_id

    def pending(self) -> list[Approval]:
        """What waits and still counts, of the acts that the operator at the desk may take part in; own wishes too."""
        self._access.demand_any(APPROVING)
        now = utc_now()
        waiting = self._vault.approvals.list(ApprovalState.PENDING)
        return [one for one in waiting if one.valid(now) and self._access.allows(ACT_PERMISSION[one.act])]

    def decide(self, approval_id: ApprovalId, agreed: bool) -> None:
        """By the operator at the desk. Raises NotPermitted, OwnApproval, ApprovalGone."""
        self._access.demand_any(APPROVING)
        approval = self._of(approval_id)
        self._access.demand(ACT_PERMISSION[approval.act])
        self._decide(approval, self._access.actor, agreed)

    def agree_as(self, approval_ids: Collection[ApprovalId], login: str, password: str) -> None:
        """To all of these, by a second person who types name and password at this desk; the session stays the first
        one's.

        Raises SignInFailed, SignInWait, NotPermitted, OwnApproval, ApprovalGone.
        """
        self._access.demand_any(APPROVING)
        approvals = [self._of(each) for each in approval_ids]
        other = self._access.authenticator.check(login, password)
        if not all(permitted(other.roles, ACT_PERMISSION[each.act]) for each in approvals):
            raise NotPermitted
        for each in approvals:
            self._decide(each, other.actor, True)

    def demand(self, act: TwoPersonAct, object_id: str) -> None:
        """Raises ApprovalNeeded where the site asks for two people, and nobody has agreed to the operator's own wish.

        The agreement is not spent: for an act that takes the approvals away with all the rest (a restore).
        """
        if act in self._wanted:
            self._agreed(act, object_id)
            self._vault.audit.append(self._access.draft(AuditAction.APPROVAL_USED, object_id, {"act": act}))

    @contextmanager
    def spending(self, act: TwoPersonAct, object_ids: Sequence[str]) -> Iterator[None]:
        """For the services that carry an act out, after their own demand. Raises ApprovalNeeded, with nothing spent.

        Where the site asks for two people, the agreements to the operator's own wishes are spent before the act begins,
        so that no crash lets it be done twice. If the act fails they count again.
        """
        if act not in self._wanted or not object_ids:
            yield
            return
        spent = [self._agreed(act, one) for one in object_ids]
        self._vault.approvals.use(spent, audit=self._entries(AuditAction.APPROVAL_USED, act, object_ids))
        log.info("approval_used", act=act.value, count=len(spent))
        try:
            yield
        except BaseException:
            try:
                self._vault.approvals.give_back(
                    spent, audit=self._entries(AuditAction.APPROVAL_RETURNED, act, object_ids)
                )
            except VaultError as error:  # the next try asks for a second person again
                log.warning("approval_not_returned", kind=error.code)
            raise

    def _agreed(self, act: TwoPersonAct, object_id: str) -> ApprovalId:
        found = self._vault.approvals.agreed(act, object_id, self._access.operator_id, utc_now())
        if found is None:
            raise ApprovalNeeded(act=act, object_id=object_id)
        return found

    def _entries(self, action: AuditAction, act: TwoPersonAct, object_ids: Sequence[str]) -> list[AuditDraft]:
        return [self._access.draft(action, one, {"act": act}) for one in object_ids]

    def _of(self, approval_id: ApprovalId) -> Approval:
        for one in self._vault.approvals.list(ApprovalState.PENDING):
            if one.id == approval_id and one.valid(utc_now()):
                return one
        raise ApprovalGone

    def _decide(self, approval: Approval, by: Actor, agreed: bool) -> None:
        if approval.requested_by == by.id:
            raise OwnApproval
        detail: dict[str, AuditValue] = {"act": approval.act, "agreed": agreed}
        entry = AuditDraft(AuditAction.APPROVAL_DECIDED, by, approval.object_id, detail=detail)
        self._vault.approvals.decide(approval.id, OperatorId(by.id), agreed, utc_now(), audit=entry)
        log.info("approval_decided", approval=approval.id, agreed=agreed)
        self._hub.publish(ApprovalsChanged())


def check_eligible(operators: Collection[Operator], wanted: Collection[TwoPersonAct]) -> None:
    """Raises TooFewForTwo if an act that takes two people has fewer than two who may take part."""
    for act in wanted:
        count = len(_eligible(operators, act))
        if count < _PEOPLE:
            raise TooFewForTwo(act=act, count=count)


def _eligible(operators: Collection[Operator], act: TwoPersonAct) -> list[Operator]:
    active = (one for one in operators if one.state is OperatorState.ACTIVE)
    return [one for one in active if permitted(one.roles, ACT_PERMISSION[act])]
