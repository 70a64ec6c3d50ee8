"""A key place that is made together with its vault: the passphrase file.

It is made in the hidden folder in which the vault is built, and takes its place in the rename that puts the vault
there: a crash leaves both or neither. Then it is brought out beside the folder, so that it is not copied with it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from desktop.vault import layout
from desktop.vault.failures import translated
from desktop.vault.files import take_place
from desktop.vault.keystore import KeyStore
from desktop.vault.passphrase_keystore import PassphraseKeyStore
from desktop.vault.restore_place import finish_restore


@dataclass(frozen=True, slots=True)
class NewPassphrase:
    """A passphrase file that does not exist yet, instead of a key place that does."""

    text: str = field(repr=False)


def made_in(staging: Path, keys: KeyStore | NewPassphrase) -> KeyStore:
    """The key place for a vault that is being built in `staging`. Raises PassphraseUnfit and the disk's errors."""
    if not isinstance(keys, NewPassphrase):
        return keys
    return PassphraseKeyStore.create(staging / layout.PASSPHRASE, keys.text)


def settle(folder: Path) -> None:
    """Finish what a crash left to do before the key place of `folder` can be looked for: a restored vault that waits,
    and a passphrase file that is still inside. Raises the disk's errors."""
    with translated(folder):
        finish_restore(folder)
        inside, outside = folder / layout.PASSPHRASE, layout.passphrase_file(folder)
        if inside.exists() and not outside.exists():
            with suppress(FileNotFoundError):  # another process was faster
                take_place(inside, outside)
