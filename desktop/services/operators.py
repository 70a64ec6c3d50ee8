"""Managing operators: add, roles, passwords, remove, and who was signed in when."""

from __future__ import annotations

from builtins import list as List  # noqa: N812 - `list` is a method here
from collections.abc import Collection

import structlog

from desktop.domain.audit import AuditAction
from desktop.domain.ids import OperatorId, random_id
from desktop.domain.operators import Operator, OperatorDraft, OperatorSession, clean_login
from desktop.domain.people import clean_name
from desktop.domain.permissions import Permission, Role
from desktop.services.access import Access
from desktop.services.approvals import ApprovalService, check_eligible
from desktop.services.errors import LoginInvalid, NameInvalid, PasswordRefused, RoleMissing
from desktop.services.hub import Hub, OperatorsChanged
from desktop.services.passwords import problem_of
from desktop.vault.operators import NewOperator
from desktop.vault.passwords import PasswordHasher
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")


class OperatorService:
    """All calls read or write the vault: worker thread. Changes need the administrator's password once more."""

    def __init__(
        self, vault: Vault, access: Access, approvals: ApprovalService, hasher: PasswordHasher, hub: Hub
    ) -> None:
        self._operators = vault.operators
        self._sessions = vault.operator_sessions
        self._access = access
        self._approvals = approvals
        self._hasher = hasher
        self._hub = hub

    def list(self) -> List[Operator]:
        """All, the removed too, oldest first."""
        self._access.demand(Permission.OPERATORS)
        return self._operators.list()

    def sessions(self, limit: int = 200) -> List[OperatorSession]:
        """Newest first."""
        self._access.demand(Permission.OPERATORS)
        return self._sessions.list(limit)

    def create_first(self, draft: OperatorDraft) -> OperatorId:
        """The first operator of a desk, an administrator at least. The one call that needs nobody to be signed in.

        Raises OperatorsExist, and as `add`.
        """
        operator_id = self._added(self._checked(draft, draft.roles | {Role.ADMINISTRATOR}), first=True)
        self._access.first_needed = False
        log.info("first_operator_added", operator=operator_id)
        self._hub.publish(OperatorsChanged())
        return operator_id

    def add(self, draft: OperatorDraft) -> OperatorId:
        """Raises NotConfirmed, NameInvalid, LoginInvalid, LoginTaken, RoleMissing, PasswordRefused, vault errors."""
        self._access.demand_confirmed(Permission.OPERATORS)
        operator_id = self._added(self._checked(draft, draft.roles))
        log.info("operator_added", operator=operator_id, roles=sorted(draft.roles))
        self._hub.publish(OperatorsChanged())
        return operator_id

    def set_roles(self, operator_id: OperatorId, roles: Collection[Role]) -> None:
        """In force at once, also for somebody who is signed in.

        Raises NotConfirmed, RoleMissing, OperatorUnknown, LastAdministrator, TooFewForTwo.
        """
        self._access.demand_confirmed(Permission.OPERATORS)
        if not roles:
            raise RoleMissing
        with self._approvals.changing:
            entry = self._access.draft(AuditAction.OPERATOR_CHANGED, operator_id, _flags(roles))
            self._operators.set_roles(operator_id, roles, self._still_two, audit=entry)
        log.info("operator_roles_changed", operator=operator_id, roles=sorted(roles))
        self._changed(operator_id)

    def reset_password(self, operator_id: OperatorId, password: str) -> None:
        """Set another operator's password; a delay after failures ends. Raises NotConfirmed, PasswordRefused."""
        self._access.demand_confirmed(Permission.OPERATORS)
        self._set_password(operator_id, password)
        log.info("operator_password_reset", operator=operator_id)

    def change_own_password(self, old: str, new: str) -> None:
        """Whoever is signed in. Raises NotSignedIn, ScreenLocked, SignInFailed, SignInWait, PasswordRefused."""
        operator_id = self._access.operator_id
        self._access.confirm(old)
        self._set_password(operator_id, new)
        log.info("operator_password_changed", operator=operator_id)

    def remove(self, operator_id: OperatorId) -> None:
        """Ends the operator's session, too. Raises NotConfirmed, OperatorUnknown, LastAdministrator, TooFewForTwo."""
        self._access.demand_confirmed(Permission.OPERATORS)
        with self._approvals.changing:
            entry = self._access.draft(AuditAction.OPERATOR_REMOVED, operator_id)
            self._operators.remove(operator_id, self._still_two, audit=entry)
        log.info("operator_removed", operator=operator_id)
        self._changed(operator_id)

    def _added(self, new: NewOperator, *, first: bool = False) -> OperatorId:
        operator_id = OperatorId(random_id())
        entry = self._access.draft(AuditAction.OPERATOR_ADDED, operator_id, _flags(new.roles))
        return self._operators.add(new, first=first, operator_id=operator_id, audit=entry)

    def _changed(self, operator_id: OperatorId) -> None:
        self._access.operator_changed(operator_id)
        self._hub.publish(OperatorsChanged())

    def _still_two(self, left: List[Operator]) -> None:
        check_eligible(left, self._approvals.wanted)

    def _set_password(self, operator_id: OperatorId, password: str) -> None:
        operator = self._operators.get(operator_id).operator
        entry = self._access.draft(AuditAction.OPERATOR_CHANGED, operator_id, {"password": True})
        self._operators.set_password(operator_id, self._hashed(password, operator.name, operator.login), audit=entry)
        self._access.authenticator.forget(operator.login)

    def _checked(self, draft: OperatorDraft, roles: frozenset[Role]) -> NewOperator:
        try:
            name = clean_name(draft.name)
        except ValueError as error:
            raise NameInvalid(reason=error) from error
        try:
            login = clean_login(draft.login)
        except ValueError as error:
            raise LoginInvalid from error
        if not roles:
            raise RoleMissing
        return NewOperator(name, login, self._hashed(draft.password, name, login), roles)

    def _hashed(self, password: str, *names: str) -> str:
        problem = problem_of(password, *names)
        if problem is not None:
            raise PasswordRefused(problem=problem.value)
        return self._hasher.hash(password)


def _flags(roles: Collection[Role]) -> dict[str, bool]:
    """The roles as fields of an audit entry."""
    return {role.value: role in roles for role in Role}
