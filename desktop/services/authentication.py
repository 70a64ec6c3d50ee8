"""Is this the operator they say they are? The same time for every answer, and a delay after failures."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from desktop.domain.audit import AuditAction, AuditDraft
from desktop.domain.operators import Operator, clean_login, delay_after, remaining_delay
from desktop.services.errors import SignInFailed, SignInWait
from desktop.vault.audit_entries import AuditRepository
from desktop.vault.operators import Credentials, OperatorRepository
from desktop.vault.passwords import PasswordHasher

log = structlog.get_logger("desktop.services")

_NAMES = 1000  # login names that nobody has, remembered with their failures


@dataclass(slots=True)
class _Tries:
    """Failures in a row, and when the next try counts, on the clock that cannot be set."""

    failures: int = 0
    free_at: float = 0.0


class Authenticator:
    """`check` takes a sixth of a second and writes to the vault: worker thread. One check at a time.

    Args:
        clock: UTC, for the delay that outlives a restart.
        monotonic: seconds, for the delay within this one.
    """

    def __init__(
        self,
        operators: OperatorRepository,
        audit: AuditRepository,
        hasher: PasswordHasher,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._operators = operators
        self._audit = audit
        self._hasher = hasher
        self._clock = clock
        self._monotonic = monotonic
        self._checking = threading.Lock()
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    def check(self, login: str, password: str) -> Operator:
        """Raises SignInWait (too soon after failures; nothing was checked), SignInFailed, vault errors."""
        try:
            wanted = clean_login(login)
        except ValueError:
            wanted = ""
        with self._checking:
            found = self._operators.find(wanted)
            tries = self._tries_of(wanted, found)
            left = tries.free_at - self._monotonic()
            if left > 0:
                raise SignInWait(seconds=max(1, round(left)))
            right = self._hasher.matches(found.phc if found is not None else None, password)
            if found is not None and right:
                self._succeeded(wanted, found)
                return found.operator
            delay = self._failed(tries, found)
            raise SignInFailed(seconds=round(delay.total_seconds()))

    def forget(self, login: str) -> None:
        """A new password was set: no delay is left."""
        with self._checking:
            self._tries.pop(login, None)

    def _tries_of(self, login: str, found: Credentials | None) -> _Tries:
        """What this run of the program knows; the first time, what the vault has kept of an operator."""
        tries = self._tries.get(login)
        if tries is None:
            tries = _Tries()
            if found is not None:
                left = remaining_delay(found.failures, found.locked_until, self._clock())
                tries = _Tries(found.failures, self._monotonic() + left.total_seconds())
            self._tries[login] = tries
        self._tries.move_to_end(login)
        while len(self._tries) > _NAMES:
            self._tries.popitem(last=False)
        return tries

    def _succeeded(self, login: str, found: Credentials) -> None:
        self._tries.pop(login, None)
        if found.failures:
            self._operators.note_tries(found.operator.id, 0, None)

    def _failed(self, tries: _Tries, found: Credentials | None) -> timedelta:
        tries.failures += 1
        delay = delay_after(tries.failures)
        tries.free_at = self._monotonic() + delay.total_seconds()
        log.warning("sign_in_failed", failures=tries.failures, operator=found.operator.id if found else None)
        operator_id = found.operator.id if found is not None else None
        entry = AuditDraft(AuditAction.LOGIN_FAILED, object_id=operator_id, detail={"failures": tries.failures})
        if operator_id is not None:
            until = self._clock() + delay if delay > timedelta() else None
            self._operators.note_tries(operator_id, tries.failures, until, audit=entry)
        else:
            self._audit.append(entry)  # also, so that both answers take as long
        return delay
