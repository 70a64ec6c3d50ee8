"""The keyring of the operating system, through `keyring`, with an allow-list and without ever blocking for good.

Only backends that keep secrets in the desktop's own encrypted store are accepted: others write files, ask on the
terminal or keep nothing at all.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from keyring import errors as keyring_errors
from keyring.backend import KeyringBackend

from desktop.domain.errors import Cancelled, ConsentryError
from desktop.vault.errors import KeyringFailed, KeyringLocked, KeyringTimeout, KeyringUnavailable
from desktop.vault.keystore import MAX_SECRET_LENGTH

T = TypeVar("T")
log = structlog.get_logger("desktop.vault")

ALLOWED_BACKENDS = {
    "keyring.backends.SecretService.Keyring": "Secret Service",
    "keyring.backends.macOS.Keyring": "macOS Keychain",
    "keyring.backends.Windows.WinVaultKeyring": "Windows Credential Locker",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
}
_FREE_DESKTOPS = ("keyring.backends.SecretService.Keyring", "keyring.backends.kwallet.DBusKeyring")
_CANDIDATES = {
    "darwin": ("keyring.backends.macOS.Keyring",),
    "win32": ("keyring.backends.Windows.WinVaultKeyring",),
}
_SECRET_SERVICE = "Secret Service"  # noqa: S105 - the name of a service
_DEFAULT_SERVICE = "consentry"


class SystemKeyStore:
    """KeyStore over the session's keyring.

    Args:
        service: the entries' service name; None: CONSENTRY_KEYRING_SERVICE or "consentry".
        on_waiting: called once per call, in the calling thread, when there is no answer after `waiting_after` seconds.
        cancelled: polled while waiting; True raises Cancelled. Neither is used by background calls (with a timeout of
            their own): whoever watched the vault being opened is not bothered by them later.
        timeout: seconds after which a call raises KeyringTimeout. Long, because a person may have to answer a
            question of the keyring.
    """

    def __init__(
        self,
        service: str | None = None,
        *,
        on_waiting: Callable[[], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        timeout: float = 60.0,
        waiting_after: float = 2.0,
    ) -> None:
        self.service = service or os.environ.get("CONSENTRY_KEYRING_SERVICE") or _DEFAULT_SERVICE
        self.on_waiting = on_waiting
        self.cancelled = cancelled
        self.timeout = timeout
        self.waiting_after = waiting_after
        self._found: tuple[str, KeyringBackend] | None = None
        self._turn = threading.Lock()

    @property
    def backend(self) -> str:
        return self._call(lambda: self._ready()[0], None)

    def get(self, name: str, *, timeout: float | None = None) -> str | None:
        return self._call(lambda: self._unlocked().get_password(self.service, name), timeout)

    def set(self, name: str, value: str, *, timeout: float | None = None) -> None:
        if len(value) >= MAX_SECRET_LENGTH:
            raise ValueError("secret too long for the keyring")

        def store() -> str | None:
            keyring = self._unlocked()
            keyring.set_password(self.service, name, value)
            return keyring.get_password(self.service, name)

        if self._call(store, timeout) != value:
            raise KeyringFailed

    def delete(self, name: str, *, timeout: float | None = None) -> None:
        def remove() -> None:
            keyring = self._unlocked()
            if keyring.get_password(self.service, name) is not None:
                keyring.delete_password(self.service, name)

        self._call(remove, timeout)

    def unlock(self) -> bool:
        """Let the desktop ask for the keyring's password. False: the person dismissed the question."""

        def ask() -> bool:
            name, _ = self._ready()
            return _ask_to_unlock() if name == _SECRET_SERVICE else True

        return self._call(ask, None)

    def _ready(self) -> tuple[str, KeyringBackend]:
        if self._found is None:
            self._found = _find_backend()
        return self._found

    def _unlocked(self) -> KeyringBackend:
        name, keyring = self._ready()
        # keyring itself would open a prompt and wait for it: a locked store is reported instead.
        if name == _SECRET_SERVICE and _is_locked():
            raise KeyringLocked
        return keyring

    def _call(self, operation: Callable[[], T], timeout: float | None) -> T:
        """Run `operation` in a helper thread, because a keyring may hang in a system call for ever.

        One at a time: a call that was given up may still reach the keyring, but never after one that was made later
        (it could put an old key over a new one). A call that was given up before its turn is not made at all.
        """
        outcome: list[T] = []
        failure: list[BaseException] = []
        done, given_up = threading.Event(), threading.Event()

        def run() -> None:
            try:
                with self._turn:
                    if not given_up.is_set():
                        outcome.append(operation())
            except BaseException as error:  # noqa: BLE001 - handed to the caller below
                failure.append(error)
            finally:
                done.set()

        threading.Thread(target=run, name="keyring-call", daemon=True).start()
        try:
            self._wait(done, self.timeout if timeout is None else timeout, background=timeout is not None)
        except ConsentryError:
            given_up.set()
            raise
        if failure:
            raise _translated(failure[0]) from failure[0]
        return outcome[0]

    def _wait(self, done: threading.Event, limit: float, background: bool) -> None:
        started = time.monotonic()
        told = False
        while not done.wait(0.05):
            waited = time.monotonic() - started
            if not background and self.cancelled is not None and self.cancelled():
                raise Cancelled
            if waited >= self.waiting_after and not told:
                told = True
                log.info("keyring.waiting")
                if not background and self.on_waiting is not None:
                    self.on_waiting()
            if waited >= limit:
                log.warning("keyring.timeout", seconds=limit)
                raise KeyringTimeout(seconds=f"{limit:g}")


def _find_backend() -> tuple[str, KeyringBackend]:
    """The first accepted backend that works here; PYTHON_KEYRING_BACKEND may choose among the accepted ones.

    `keyring.get_keyring()` is not asked: it imports every plug-in it can find, those of other systems too (one runs a
    compiler to look for libraries), and whatever a configuration file names, before anybody could refuse it.
    """
    wanted = os.environ.get("PYTHON_KEYRING_BACKEND")
    for path in (wanted,) if wanted else _CANDIDATES.get(sys.platform, _FREE_DESKTOPS):
        backend = _load_backend(path) if path in ALLOWED_BACKENDS else None
        if backend is not None:
            return ALLOWED_BACKENDS[path], backend
    raise KeyringUnavailable


def _load_backend(path: str) -> KeyringBackend | None:
    """An instance of the class, over D-Bus on Linux; None where it does not work on this computer."""
    module, _, name = path.rpartition(".")
    kind: type[KeyringBackend] = getattr(importlib.import_module(module), name)
    return kind() if kind.viable else None


def _is_locked() -> bool:
    from contextlib import closing

    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        return bool(secretstorage.get_default_collection(bus).is_locked())


def _ask_to_unlock() -> bool:
    from contextlib import closing

    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        collection = secretstorage.get_default_collection(bus)
        return not collection.is_locked() or not collection.unlock()


def _translated(error: BaseException) -> BaseException:
    """The error in the vault's words. The library's own texts never hold a secret, but may hold entry names."""
    if isinstance(error, ConsentryError) or not isinstance(error, Exception):
        return error
    log.warning("keyring.error", kind=type(error).__name__)
    if isinstance(error, keyring_errors.KeyringLocked) or type(error).__name__ == "LockedException":
        return KeyringLocked()
    if isinstance(error, (keyring_errors.NoKeyringError, keyring_errors.InitError)):
        return KeyringUnavailable()
    if type(error).__name__ == "SecretServiceNotAvailableException":
        return KeyringUnavailable()
    return KeyringFailed()
