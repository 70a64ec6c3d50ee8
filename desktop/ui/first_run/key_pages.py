"""What stands between a person and a desk whose keys are not at hand: its passphrase, or the recovery code."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.domain.errors import ConsentryError
from desktop.services.site import KeyPlace, Site, SiteKind
from desktop.ui.errors import error_text
from desktop.ui.first_run.passphrase_page import PassphrasePage
from desktop.ui.first_run.recovery_page import Lock, RecoveryPage

_HEALED_BY_CODE = frozenset({"KeyMissing", "KeyringChanged", "KeyPlaceDamaged", "KeyringUnavailable"})
_PASSPHRASE_ASKED = frozenset({"PassphraseNeeded", "PassphraseWrong"})
_CODE_ASKED_AGAIN = frozenset({"RecoveryCodeWrong", "PassphraseUnfit"})


class KeyPages(QObject):
    """Shows its pages in `stack` and says what was typed: `typed` a passphrase, `coded` a code with a new passphrase
    (or None). `left`: back from the recovery code; `quit`: the person gives up."""

    typed = Signal(str)
    coded = Signal(object, object)  # RecoveryCode, str | None
    left = Signal()
    quit = Signal()

    def __init__(self, stack: QStackedLayout, site: Site, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stack = stack
        self._site = site
        self.passphrase: PassphrasePage | None = None
        self.recovery: RecoveryPage | None = None

    def helps(self, error: ConsentryError) -> bool:
        """Whether the recovery code is a way out of `error`."""
        return error.code in _HEALED_BY_CODE and self._site.recoverable()

    def ask_again(self, error: ConsentryError) -> bool:
        """Show the page on which `error` can be answered; False if it is none of those."""
        text = error_text(error)
        if error.code in _PASSPHRASE_ASKED:
            self._ask_for_passphrase()
            if error.code == "PassphraseWrong" and self.passphrase is not None:
                self.passphrase.complain(f"{text.happened} {text.todo}")
        elif error.code in _CODE_ASKED_AGAIN and self.recovery is not None:
            self._show(self.recovery)
            self.recovery.complain(f"{text.happened} {text.todo}")
        else:
            return False
        return True

    def show_again(self, kind: SiteKind) -> bool:
        """After a cancelled attempt: the page it came from; False if it came from none."""
        if kind is not SiteKind.DESK:
            return False
        if self.recovery is not None:
            self.ask_again_for_code()
        elif self._site.place() is KeyPlace.PASSPHRASE:
            self._ask_for_passphrase()
        else:
            return False
        return True

    def ask_for_code(self, error: ConsentryError | None = None) -> None:
        """A fresh page for the recovery code; `error` is what made it necessary.

        The keys go where they were, under a passphrase or into the keyring; without a keyring only the former is left.
        """
        no_keyring = error is not None and error.code == "KeyringUnavailable"
        self._discard(self.recovery)
        locked = no_keyring or self._site.place() is KeyPlace.PASSPHRASE
        self.recovery = RecoveryPage(Lock.NEW_PASSPHRASE if locked else Lock.KEYRING)
        self.recovery.confirmed.connect(self.coded)
        self.recovery.left.connect(self._leave)
        self.ask_again_for_code()

    def ask_again_for_code(self) -> None:
        """The page as it was left, with what was typed."""
        if self.recovery is not None:
            self._show(self.recovery)
            self.recovery.enter()

    def forget(self) -> None:
        """Throw the pages away with what was typed on them."""
        self._discard(self.passphrase)
        self._discard(self.recovery)
        self.passphrase = self.recovery = None

    def _ask_for_passphrase(self) -> None:
        if self.passphrase is None:
            self.passphrase = PassphrasePage(recoverable=self._site.recoverable())
            self.passphrase.typed.connect(self.typed)
            self.passphrase.forgotten.connect(self.ask_for_code)
            self.passphrase.left.connect(self.quit)
        self._show(self.passphrase)
        self.passphrase.enter()

    def _leave(self) -> None:
        self._discard(self.recovery)
        self.recovery = None
        self.left.emit()

    def _show(self, page: QWidget) -> None:
        if self._stack.indexOf(page) < 0:
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)

    def _discard(self, page: QWidget | None) -> None:
        if page is not None:
            self._stack.removeWidget(page)
            page.deleteLater()
