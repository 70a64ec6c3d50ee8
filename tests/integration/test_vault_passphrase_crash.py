"""kill -9 between any two writes: a vault and its passphrase file come together, and one passphrase always opens it."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.helpers.small_disk import run

BEGIN = """
import sys
from pathlib import Path
from desktop.domain.recovery_code import RecoveryCode
from desktop.services.site import KeyPlace, Site, SiteKind, SiteState
from desktop.vault.key_errors import PassphraseWrong
from desktop.vault.passphrase_keystore import PassphraseKeyStore
from desktop.vault.passwords import HashCost
from desktop.vault.setup import VaultSetup
from desktop.vault.vault import Vault
from tests.helpers.dying import killed_before, operations_of

FIRST, SECOND = "seven small green boats", "ten slow yellow trams"
CODE = RecoveryCode(bytes(range(16)))
cheap = HashCost(memory_kib=64, passes=1, lanes=1)
PassphraseKeyStore.create.__defaults__ = (cheap,)  # how long a passphrase takes is not what is tested
root = Path(sys.argv[1])
root.mkdir(exist_ok=True)

def site(name):
    return Site(SiteKind.DESK, root / name / "vault", "unused")

def names(one):
    parent = one.folder.parent
    return sorted(path.name for path in parent.iterdir()) if parent.exists() else []

def opens(one, passphrase):
    with Vault.open(one.folder, one.keystore(passphrase=passphrase)) as vault:
        assert vault.check_integrity() == []
    assert names(one) == ["vault", "vault.keys"], names(one)
    assert not (one.folder / "passphrase.keys").exists()

def checked(work):
    "Kill `work` at its beginning, in its middle and before each of its last operations; how often it had happened."
    total = operations_of(lambda: work(site("whole"), FIRST), root)
    at = sorted({1, total // 2, *range(total - 4, total + 1)})
    for number in at:
        killed_before(number, lambda: work(site(str(number)), FIRST), root)
    happened = 0
    for number in at:
        one = site(str(number))
        if one.state() is SiteState.READY:
            assert one.place() is KeyPlace.PASSPHRASE
            opens(one, FIRST)
            happened += 1
        else:
            assert one.place() is KeyPlace.KEYRING
            assert all(name.startswith(".vault.") for name in names(one)), names(one)
    for number in (1, total - 4):  # what is left keeps nobody from choosing another passphrase
        if site(str(number)).state() is SiteState.NONE:
            work(site(str(number)), SECOND)
            with Vault.open(site(str(number)).folder, site(str(number)).keystore(passphrase=SECOND)):
                pass
    print("happened", happened, "of", len(at))
    assert 0 < happened < len(at)
"""

CREATIONS = """
from desktop.vault.creation import create_files
from desktop.vault.key_place import NewPassphrase
from tests.helpers.vaults import TEST_BALLAST

def create(one, passphrase):
    create_files(one.folder, NewPassphrase(passphrase), VaultSetup(CODE), TEST_BALLAST)

checked(create)
"""

BACKUP = """
from tests.helpers.backups import add_destination, back_up, recoverable_vault
from tests.helpers.vaults import MemoryKeyStore, new_person

with recoverable_vault(root / "former", MemoryKeyStore()) as vault:
    vault.people.add_many([new_person(1)])
    print(root / "stick" / back_up(vault, add_destination(vault, root / "stick")).folder)
"""

RESTORES = """
checked(lambda one, passphrase: one.restore(Path(sys.argv[2]), CODE, passphrase=passphrase))
"""

CHANGES = """
def made(number):
    store = PassphraseKeyStore.create(root / str(number) / "vault.keys", FIRST)
    store.set("one", "kept")
    return store

def opened(number, passphrase):
    try:
        return PassphraseKeyStore.open(root / str(number) / "vault.keys", passphrase)
    except PassphraseWrong:
        return None

made(0)
total = operations_of(lambda: opened(0, FIRST).change(SECOND, cheap), root)
assert (opened(0, FIRST), opened(0, SECOND).get("one")) == (None, "kept")
for number in range(1, total + 1):
    made(number)
    killed_before(number, lambda: opened(number, FIRST).change(SECOND, cheap), root)
    found = [store for store in (opened(number, FIRST), opened(number, SECOND)) if store is not None]
    assert [store.get("one") for store in found] == ["kept"], number
    found[0].change("a third one for everybody", cheap)
    assert opened(number, "a third one for everybody").get("one") == "kept"
print(total)
"""


def test_a_killed_creation_leaves_a_whole_desk_or_none(tmp_path: Path) -> None:
    assert "happened" in run([sys.executable, "-c", BEGIN + CREATIONS, str(tmp_path)])


def test_a_killed_restore_under_a_new_passphrase_happened_or_did_not(tmp_path: Path) -> None:
    backup = run([sys.executable, "-c", BEGIN + BACKUP, str(tmp_path)]).splitlines()[-1]
    assert "happened" in run([sys.executable, "-c", BEGIN + RESTORES, str(tmp_path / "desks"), backup])


def test_a_killed_change_leaves_one_of_the_two_passphrases(tmp_path: Path) -> None:
    assert int(run([sys.executable, "-c", BEGIN + CHANGES, str(tmp_path)]).splitlines()[-1]) >= 2
