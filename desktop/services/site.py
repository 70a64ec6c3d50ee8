"""Which sites this computer has: a desk of its own, and the demo site.

The start window stands on this, so the vault and the desk are imported only by what works on them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain.backups import RestoreReport
from desktop.domain.permissions import Role
from desktop.domain.progress import UNWATCHED, Part, Progress, checkpoint
from desktop.domain.recovery_code import RecoveryCode
from desktop.services.crash_reports import CrashReports
from desktop.services.errors import PassphraseNeeded
from desktop.services.passwords import refuse_guessable
from desktop.services.preferences import PreferencesStore
from desktop.vault import layout
from desktop.vault.errors import VaultMissing
from desktop.vault.layout import passphrase_file
from desktop.vault.setup import VaultSetup

if TYPE_CHECKING:
    from desktop.services.desk import Desk
    from desktop.vault.passphrase_keystore import PassphraseKeyStore
    from desktop.vault.system_keystore import SystemKeyStore


class SiteKind(StrEnum):
    DESK = "desk"
    DEMO = "demo"


class KeyPlace(StrEnum):
    KEYRING = "keyring"  # of the operating system
    PASSPHRASE = "passphrase"  # noqa: S105 - a file beside the vault that a passphrase locks


class SiteState(StrEnum):
    NONE = "none"  # nothing is there: offer the first-run choice
    READY = "ready"  # something of a vault is there: open it (which may refuse)


Furnish = Callable[["Desk", Progress], None]
"""Fills a site that was just opened (the demo's cameras and people); must be harmless when done already."""


@dataclass(frozen=True, slots=True)
class SampleOperator:
    """An operator of the demo site, offered on its lock screen. Nothing of it is secret."""

    login: str
    password: str = field(repr=False)
    roles: frozenset[Role]


Waiting = Callable[[], None]
"""Called once, in the worker thread, when the keyring has not answered for two seconds."""


_PLAIN_SETUP = VaultSetup()


class Site:
    """One place with a vault and a keyring service of its own. Nothing here is for the GUI thread but `state`.

    Args:
        folder: where the vault lies; made by `create`.
        service: name of the keyring entries' service.
        samples: operators that a demo site's lock screen offers to fill in.
        furnish: fills the site each time it is opened. With it, `open` makes a missing vault by itself.
    """

    def __init__(
        self,
        kind: SiteKind,
        folder: Path,
        service: str,
        *,
        furnish: Furnish | None = None,
        samples: tuple[SampleOperator, ...] = (),
    ) -> None:
        if samples and kind is not SiteKind.DEMO:
            raise ValueError("only a demo site shows its passwords")
        self.kind = kind
        self.folder = folder
        self.service = service
        self.samples = samples
        self._furnish = furnish

    @property
    def available(self) -> bool:
        """Whether `open` can succeed at all: a demo site needs somebody to furnish it."""
        return self.kind is SiteKind.DESK or self._furnish is not None

    def state(self) -> SiteState:
        """Looks at file names only: any thread."""
        return SiteState.READY if layout.holds_vault(self.folder) else SiteState.NONE

    def place(self) -> KeyPlace:
        """Where the keys are. Looks at file names only: any thread."""
        return KeyPlace.PASSPHRASE if layout.under_passphrase(self.folder) else KeyPlace.KEYRING

    def recoverable(self) -> bool:
        """Whether a recovery code can help at all. Looks at file names only: any thread."""
        return layout.holds_escrow(self.folder)

    def create(
        self,
        progress: Progress = UNWATCHED,
        on_waiting: Waiting | None = None,
        *,
        place: KeyPlace = KeyPlace.KEYRING,
        passphrase: str = "",
        setup: VaultSetup = _PLAIN_SETUP,
    ) -> None:
        """Make the vault and its keys. Raises the vault's and the keyring's errors; nothing half-made stays.

        `passphrase` is for `KeyPlace.PASSPHRASE`: 15 to 128 characters, otherwise PassphraseUnfit.
        """
        from desktop.vault.creation import create_files
        from desktop.vault.key_place import NewPassphrase
        from desktop.vault.vault import Vault

        checkpoint(progress, 0.0)
        if self.place() is KeyPlace.PASSPHRASE and self.state() is SiteState.NONE:
            raise VaultMissing(folder=self.folder)  # one whose keys are there belongs here
        if place is KeyPlace.PASSPHRASE:
            refuse_guessable(passphrase)
            create_files(self.folder, NewPassphrase(passphrase), setup)
        else:
            Vault.create(self.folder, self._keyring(progress, on_waiting), setup=setup).close()

    def open(
        self,
        progress: Progress = UNWATCHED,
        on_waiting: Waiting | None = None,
        *,
        built_in_models: bool = False,
        passphrase: str | None = None,
    ) -> Desk:
        """Open the site. Raises as `Desk.open`; what `furnish` raises closes the desk again.

        `passphrase`: needed where `place` says so (PassphraseNeeded, PassphraseWrong).
        """
        if self._furnish is None:
            return self._opened(progress, on_waiting, built_in_models, passphrase)
        if self.state() is SiteState.NONE:
            self.create(progress, on_waiting)
        desk = self._opened(Part(progress, 0.0, 0.1), on_waiting, built_in_models, passphrase)
        try:
            self._furnish(desk, Part(progress, 0.1, 1.0))
        except BaseException:
            desk.close()
            raise
        return desk

    def destroy(self, passphrase: str | None = None) -> None:
        """Delete the closed vault and its keys: for a set-up that failed half-way."""
        from desktop.vault.vault import Vault

        Vault.destroy(self.folder, self.keystore(passphrase=passphrase))
        passphrase_file(self.folder).unlink(missing_ok=True)

    def recover(
        self,
        code: RecoveryCode,
        progress: Progress = UNWATCHED,
        on_waiting: Waiting | None = None,
        *,
        passphrase: str | None = None,
    ) -> None:
        """Take the keys out of the escrow; the desk opens afterwards.

        They go into the keyring of this session, or with a new `passphrase` into a file that it locks. Raises
        RecoveryCodeWrong and the other errors of `Vault.recover` with nothing changed.
        """
        from desktop.vault.key_place import settle
        from desktop.vault.passphrase_keystore import PassphraseKeyStore
        from desktop.vault.vault import Vault

        settle(self.folder)
        if passphrase is None:
            Vault.recover(self.folder, self._keyring(progress, on_waiting), code)
            passphrase_file(self.folder).unlink(missing_ok=True)
            return
        refuse_guessable(passphrase)
        file = passphrase_file(self.folder)
        aside = file.with_name(f"{file.name}.recovered")
        try:
            keystore = PassphraseKeyStore.create(aside, passphrase)
            Vault.recover(self.folder, keystore, code)
            keystore.move(file)
        finally:
            aside.unlink(missing_ok=True)

    def restore(
        self,
        backup: Path,
        code: RecoveryCode,
        progress: Progress = UNWATCHED,
        on_waiting: Waiting | None = None,
        *,
        keys: Path | None = None,
        passphrase: str | None = None,
    ) -> RestoreReport:
        """Put a backup in the place of this site; what is there is moved aside whole. See desktop.vault.restore.

        The keys go where those of this site are; where there are none yet, into the keyring of this session, or with
        a `passphrase` into a new file that it locks. Raises as `Vault.restore`, PassphraseNeeded, PassphraseWrong.
        """
        from desktop.vault.key_place import NewPassphrase
        from desktop.vault.restore import RestoreOrder
        from desktop.vault.vault import Vault

        order = RestoreOrder(backup, self.folder, code, keys)
        if passphrase is None or self.place() is KeyPlace.PASSPHRASE:
            return Vault.restore(order, self.keystore(progress, on_waiting, passphrase), progress)
        refuse_guessable(passphrase)
        return Vault.restore(order, NewPassphrase(passphrase), progress)

    def unlock_keyring(self, progress: Progress = UNWATCHED) -> bool:
        """Let the desktop ask for the keyring's password. False: the person dismissed the question."""
        return self._keyring(progress, None).unlock()

    def keystore(
        self, progress: Progress = UNWATCHED, on_waiting: Waiting | None = None, passphrase: str | None = None
    ) -> PassphraseKeyStore | SystemKeyStore:
        """Where the keys of this site are. Raises PassphraseNeeded, PassphraseWrong."""
        if self.place() is KeyPlace.KEYRING:
            return self._keyring(progress, on_waiting)
        if passphrase is None:
            raise PassphraseNeeded
        from desktop.vault.key_place import settle
        from desktop.vault.passphrase_keystore import PassphraseKeyStore

        settle(self.folder)
        return PassphraseKeyStore.open(passphrase_file(self.folder), passphrase)

    def _opened(
        self, progress: Progress, on_waiting: Waiting | None, built_in_models: bool, passphrase: str | None
    ) -> Desk:
        from desktop.services.desk import Desk
        from desktop.vault.system_keystore import SystemKeyStore

        keys = self.keystore(progress, on_waiting, passphrase)
        desk = Desk.open(self.folder, keys, progress, built_in_models=built_in_models)
        if isinstance(keys, SystemKeyStore):
            # The vault goes on using the keyring; what watched over the opening has nothing to say then.
            keys.cancelled = keys.on_waiting = None
        return desk

    def _keyring(self, progress: Progress, on_waiting: Waiting | None) -> SystemKeyStore:
        from desktop.vault.system_keystore import SystemKeyStore

        return SystemKeyStore(self.service, on_waiting=on_waiting, cancelled=progress.cancelled)


@dataclass(frozen=True, slots=True)
class Program:
    """What the window is started with."""

    desk: Site
    demo: Site
    preferences: PreferencesStore
    reports: CrashReports | None = None

    def site(self, kind: SiteKind) -> Site:
        return self.desk if kind is SiteKind.DESK else self.demo
