"""Who is at the desk, and what they may do. `demand` is the first line of every use case."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from types import MappingProxyType

import structlog

from desktop.domain.audit import Actor, AuditAction, AuditDraft, AuditValue
from desktop.domain.ids import OperatorId
from desktop.domain.operators import Moment, Operator, OperatorState, SessionEnd
from desktop.domain.permissions import Permission, permitted
from desktop.services.authentication import Authenticator
from desktop.services.errors import NotConfirmed, NotPermitted, NotSignedIn, ScreenLocked
from desktop.services.gallery_feed import utc_now
from desktop.services.hub import Hub, SessionChanged
from desktop.services.session import SignedIn, Stay
from desktop.vault.passwords import PasswordHasher
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")

CONFIRM_WITHIN = timedelta(minutes=2)  # a password typed this recently confirms a dangerous act
_STORE_EVERY = timedelta(minutes=1)
_NO_DETAIL: Mapping[str, AuditValue] = MappingProxyType({})


class Access:
    """The one session of this desk. Calls return at once and may come from any thread, unless they say otherwise.

    Every change is announced as SessionChanged; read `current` then.
    """

    def __init__(
        self,
        vault: Vault,
        hasher: PasswordHasher,
        hub: Hub,
        *,
        clock: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Reads and writes the vault: worker thread."""
        self._operators = vault.operators
        self._sessions = vault.operator_sessions
        self._hub = hub
        self._clock = clock
        self._monotonic = monotonic
        self._lock = threading.RLock()
        self._stay: Stay | None = None
        self.authenticator = Authenticator(vault.operators, vault.audit, hasher, clock, monotonic)
        self.first_needed = not vault.operators.exist()
        self._sessions.end_lost()

    @property
    def current(self) -> SignedIn | None:
        """Who is signed in, behind a locked screen or not; None: nobody."""
        with self._lock:
            stay = self._looked_at()
            return stay.signed_in() if stay is not None else None

    def draft(
        self, action: AuditAction, object_id: str | None = None, detail: Mapping[str, AuditValue] = _NO_DETAIL
    ) -> AuditDraft:
        """An entry for the audit log in the name of whoever is signed in; of the program itself where nobody is."""
        with self._lock:
            stay = self._looked_at()
        return AuditDraft(action, Actor() if stay is None else _actor(stay), object_id, detail=detail)

    @property
    def operator_id(self) -> OperatorId:
        """Who acts. Raises NotSignedIn, ScreenLocked."""
        with self._lock:
            return self._acting().operator_id

    @property
    def actor(self) -> Actor:
        """Who acts, for the audit log. Raises NotSignedIn, ScreenLocked."""
        with self._lock:
            return _actor(self._acting())

    def demand(self, permission: Permission) -> None:
        """Raises NotSignedIn, ScreenLocked, NotPermitted."""
        self.demand_any((permission,))

    def demand_any(self, permissions: Collection[Permission]) -> None:
        """One of them is enough. Raises as `demand`."""
        with self._lock:
            roles = self._acting().roles
        if not any(permitted(roles, permission) for permission in permissions):
            log.warning("not_permitted", permissions=sorted(permissions))
            raise NotPermitted

    def allows(self, permission: Permission) -> bool:
        """Whether `demand` would pass; for what shows less instead of failing."""
        with self._lock:
            stay = self._looked_at()
            return stay is not None and not stay.locked and permitted(stay.roles, permission)

    def demand_confirmed(self, permission: Permission, within: timedelta = CONFIRM_WITHIN) -> None:
        """`demand`, for acts that need the password typed anew. Raises NotConfirmed, too."""
        self.demand(permission)
        with self._lock:
            if self._now().since(self._acting().confirmed) > within:
                raise NotConfirmed

    def sign_in(self, login: str, password: str) -> SignedIn:
        """Begin a session, or unlock one's own; somebody else's locked one ends. Worker thread.

        Raises SignInFailed, SignInWait, vault errors.
        """
        operator = self.authenticator.check(login, password)
        with self._lock:
            stay = self._looked_at()
            own = stay is not None and stay.operator_id == operator.id
            if stay is not None and own:
                self._unlock(stay)
        if stay is None or not own:
            stay = self._begin(operator)
        self._hub.publish(SessionChanged())
        return stay.signed_in()

    def unlock(self, password: str) -> None:
        """Open one's own locked screen. Worker thread.

        Raises NotSignedIn (the session is over: sign in), SignInFailed, SignInWait, vault errors.
        """
        self._check_own(password)
        self._hub.publish(SessionChanged())

    def confirm(self, password: str) -> None:
        """The password once more, before a dangerous act. Worker thread.

        Raises NotSignedIn, ScreenLocked, SignInFailed, SignInWait, vault errors.
        """
        with self._lock:
            self._acting()
        self._check_own(password)

    def _check_own(self, password: str) -> None:
        """A right password opens the session's screen and confirms."""
        with self._lock:
            stay = self._looked_at()
        if stay is None:
            raise NotSignedIn
        self.authenticator.check(self._operators.get(stay.operator_id).operator.login, password)
        with self._lock:
            if self._looked_at() is not stay:  # it ended meanwhile
                raise NotSignedIn
            self._unlock(stay)

    def _unlock(self, stay: Stay) -> None:
        now = stay.active = stay.confirmed = self._now()
        if stay.locked:
            stay.locked = False
            entry = AuditDraft(AuditAction.LOGIN, _actor(stay), stay.operator_id, detail={"unlocked": True})
            _logged(self._sessions.seen(stay.id, now.wall, audit=entry))

    def lock(self) -> None:
        """Hide everything until a password is typed. Nobody signed in, or locked already: nothing happens."""
        with self._lock:
            stay = self._looked_at()
            if stay is None or stay.locked:
                return
            self._lock_screen(stay)
        self._hub.publish(SessionChanged())

    def sign_out(self) -> None:
        with self._lock:
            stay = self._looked_at()
            if stay is None:
                return
            self._end(stay, SessionEnd.SIGNED_OUT)
        self._hub.publish(SessionChanged())

    def touch(self) -> None:
        """The operator did something."""
        with self._lock:
            stay = self._looked_at()
            if stay is None or stay.locked:
                return
            now = stay.active = self._now()
            if now.since(stay.stored) >= _STORE_EVERY:
                stay.stored = now
                _logged(self._sessions.seen(stay.id, now.wall))

    def left(self) -> timedelta | None:
        """Time until the screen locks by itself, which it does here when it is over. None: locked, or nobody."""
        with self._lock:
            stay = self._looked_at()
            return stay.due(self._now()) if stay is not None and not stay.locked else None

    def operator_changed(self, operator_id: OperatorId) -> None:
        """Roles were changed or the operator was removed: in force when this returns. Reads the vault."""
        operator = self._operators.get(operator_id).operator
        with self._lock:
            stay = self._looked_at()
            if stay is None or stay.operator_id != operator_id:
                return
            if operator.state is OperatorState.REMOVED:
                self._end(stay, SessionEnd.REMOVED)
            stay.roles = operator.roles
        self._hub.publish(SessionChanged())

    def close(self) -> None:
        """The desk is being closed."""
        with self._lock:
            if self._stay is not None:
                self._end(self._stay, SessionEnd.CLOSED)

    def _begin(self, operator: Operator) -> Stay:
        now = self._now()
        entry = AuditDraft(AuditAction.LOGIN, operator.actor, operator.id)
        session_id = self._sessions.start(
            operator.id, now.wall, audit=entry
        )  # not under the lock, which the window may wait for
        stay = Stay(session_id, operator.id, operator.name, operator.roles, now, now, now, now)
        with self._lock:
            if self._stay is not None:
                self._end(self._stay, SessionEnd.SWITCHED)
            self._stay = stay
        log.info("signed_in", operator=operator.id, session=session_id)
        return stay

    def _end(self, stay: Stay, why: SessionEnd) -> None:
        self._stay = None
        entry = AuditDraft(AuditAction.LOGOUT, _actor(stay), stay.operator_id, detail={"why": why})
        _logged(self._sessions.end(stay.id, self._now().wall, why, audit=entry))
        log.info("session_ended", session=stay.id, why=why.value)

    def _lock_screen(self, stay: Stay) -> None:
        stay.locked = True
        entry = AuditDraft(AuditAction.LOCKED, _actor(stay), stay.operator_id)
        _logged(self._sessions.seen(stay.id, self._now().wall, audit=entry))
        log.info("locked", session=stay.id)

    def _acting(self) -> Stay:
        stay = self._looked_at()
        if stay is None:
            raise NotSignedIn
        if stay.locked:
            raise ScreenLocked
        return stay

    def _looked_at(self) -> Stay | None:
        """The session as it is now: an idle one is locked and one that is over ended before anybody relies on it."""
        stay = self._stay
        if stay is None:
            return None
        now = self._now()
        if stay.over(now):
            self._end(stay, SessionEnd.TOO_LONG)
        elif not stay.locked and stay.idle(now):
            self._lock_screen(stay)
        else:
            return stay
        self._hub.publish(SessionChanged())
        return self._stay

    def _now(self) -> Moment:
        return Moment(self._clock(), self._monotonic())


def _actor(stay: Stay) -> Actor:
    return Actor(stay.operator_id, tuple(sorted(stay.roles)))


def _logged(writing: Future[None]) -> None:
    """Locking and leaving never wait for the disk; that a time was not stored is only logged."""

    def look(done: Future[None]) -> None:
        error = done.exception()
        if error is not None:
            log.warning("session_not_stored", error=type(error).__name__)

    writing.add_done_callback(look)
