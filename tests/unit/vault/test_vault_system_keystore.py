"""The keyring of the system: which ones are accepted, and that silence never reads as an answer."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from keyring import errors as keyring_errors
from keyring.backend import KeyringBackend
from keyring.backends import kwallet

from desktop.domain.errors import Cancelled
from desktop.vault import system_keystore
from desktop.vault.errors import KeyringFailed, KeyringLocked, KeyringTimeout, KeyringUnavailable
from desktop.vault.system_keystore import SystemKeyStore


class Accepted(kwallet.DBusKeyring):
    """Counts as KWallet by its base class, without a KWallet to talk to."""

    # `keyring` registers every class of backends that is ever defined; at 0 it never picks this one by itself, in any
    # other test of the same process.
    priority = 0.0  # type: ignore[assignment]

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], str] = {}
        self.hook: Callable[[], None] = lambda: None

    def get_password(self, service: str, username: str) -> str | None:
        self.hook()
        return self.values.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.hook()
        self.values[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.hook()
        del self.values[service, username]


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> Accepted:
    made = Accepted()
    answers = {"keyring.backends.kwallet.DBusKeyring": made}
    monkeypatch.setattr(system_keystore, "_load_backend", answers.get)
    return made


@pytest.fixture
def stuck(backend: Accepted) -> Iterator[threading.Event]:
    """The keyring does not answer until this event is set (it is, at the end)."""
    released = threading.Event()

    def wait() -> None:
        assert released.wait(60)

    backend.hook = wait
    yield released
    released.set()


def test_entries_are_stored_read_and_deleted(backend: Accepted) -> None:
    store = SystemKeyStore("mine")
    assert store.backend == "KWallet"
    assert store.get("a") is None
    store.set("a", "1")
    assert store.get("a") == "1"
    assert SystemKeyStore("another").get("a") is None
    store.delete("a")
    store.delete("a")
    assert store.get("a") is None


def test_the_service_name_comes_from_the_environment(backend: Accepted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSENTRY_KEYRING_SERVICE", "from-the-environment")
    SystemKeyStore().set("a", "1")
    assert backend.values == {("from-the-environment", "a"): "1"}


@pytest.mark.parametrize(
    "path",
    [
        "keyring.backends.null.Keyring",
        "keyring.backends.fail.Keyring",
        "keyring.backends.chainer.ChainerBackend",
        "keyrings.alt.file.PlaintextKeyring",
        "tests.no_such_module.Keyring",
    ],
)
def test_other_backends_are_refused_and_not_even_imported(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(path: str) -> KeyringBackend | None:
        raise AssertionError(f"{path} was loaded")

    monkeypatch.setattr(system_keystore, "_load_backend", load)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", path)
    store = SystemKeyStore("mine")
    with pytest.raises(KeyringUnavailable):
        _ = store.backend
    with pytest.raises(KeyringUnavailable):
        store.get("a")
    with pytest.raises(KeyringUnavailable):
        store.set("a", "1")


def test_backends_of_other_systems_are_not_imported() -> None:
    """keyring's own search imports the macOS plug-in everywhere, which runs a compiler to look for its libraries."""
    code = (
        "import sys\n"
        "from desktop.vault.errors import KeyringUnavailable\n"
        "from desktop.vault.system_keystore import SystemKeyStore\n"
        "try:\n    SystemKeyStore('mine').backend\nexcept KeyringUnavailable:\n    pass\n"
        "print(*(name for name in sys.modules if name.startswith('keyring.backends.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    foreign = {"linux": {"macOS", "Windows"}, "darwin": {"Windows", "SecretService"}}.get(sys.platform, {"macOS"})
    assert not {name.split(".")[2] for name in done.stdout.split()} & foreign


def test_a_timeout_is_not_an_absent_entry(stuck: threading.Event) -> None:
    store = SystemKeyStore("mine", timeout=0.2, waiting_after=0.05)
    with pytest.raises(KeyringTimeout, match=r"0\.2 seconds"):
        store.get("a")


def test_a_call_may_have_a_shorter_timeout_of_its_own(stuck: threading.Event) -> None:
    with pytest.raises(KeyringTimeout):
        SystemKeyStore("mine", timeout=100).set("a", "1", timeout=0.1)


def test_waiting_is_told_once_and_the_answer_still_comes(stuck: threading.Event, backend: Accepted) -> None:
    backend.values["mine", "a"] = "1"
    told: list[int] = []

    def tell() -> None:
        told.append(threading.get_ident())
        threading.Timer(0.2, stuck.set).start()

    assert SystemKeyStore("mine", on_waiting=tell, waiting_after=0.1, timeout=30).get("a") == "1"
    assert told == [threading.get_ident()]


def test_a_quick_answer_is_not_announced(backend: Accepted) -> None:
    told: list[bool] = []
    SystemKeyStore("mine", on_waiting=lambda: told.append(True), waiting_after=5).get("a")
    assert told == []


def test_waiting_can_be_cancelled(stuck: threading.Event) -> None:
    started = time.monotonic()
    store = SystemKeyStore("mine", cancelled=lambda: time.monotonic() - started > 0.1, timeout=100)
    with pytest.raises(Cancelled):
        store.get("a")


def test_background_calls_neither_bother_nor_obey_whoever_watches(stuck: threading.Event) -> None:
    told: list[bool] = []
    store = SystemKeyStore("mine", on_waiting=lambda: told.append(True), cancelled=lambda: True, waiting_after=0.05)
    with pytest.raises(KeyringTimeout):
        store.get("a", timeout=0.3)
    assert told == []


def test_a_value_that_is_not_kept_is_an_error(backend: Accepted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Accepted, "set_password", lambda *args: None)
    with pytest.raises(KeyringFailed):
        SystemKeyStore("mine").set("a", "1")


def test_a_secret_too_long_for_windows_is_refused_everywhere(backend: Accepted) -> None:
    with pytest.raises(ValueError, match="long"):
        SystemKeyStore("mine").set("a", "x" * 1280)


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (keyring_errors.KeyringLocked("x"), KeyringLocked),
        (keyring_errors.InitError("x"), KeyringUnavailable),
        (keyring_errors.NoKeyringError("x"), KeyringUnavailable),
        (keyring_errors.PasswordSetError("x"), KeyringFailed),
        (ConnectionError("bus gone"), KeyringFailed),
    ],
)
def test_errors_of_the_keyring_are_told_in_words(
    backend: Accepted, raised: Exception, expected: type[Exception]
) -> None:
    def fail_now() -> None:
        raise raised

    backend.hook = fail_now
    with pytest.raises(expected):
        SystemKeyStore("mine").get("a")
