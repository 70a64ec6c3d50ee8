"""Renewing keys: who may, the password once more, and that everything still opens afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.permissions import Role
from desktop.domain.recovery_code import RecoveryCode
from desktop.services.desk import Desk
from desktop.services.errors import NotConfirmed, NotPermitted
from desktop.services.operators import OperatorDraft
from desktop.vault.key_errors import NoPassphrase, PassphraseUnfit, PassphraseWrong
from desktop.vault.passphrase_keystore import PassphraseKeyStore
from desktop.vault.recovering import recover_with_code
from desktop.vault.recovery import RecoveryCodeWrong
from tests.helpers.desks import CHEAP, LOGIN, PASSWORD, enrol, open_desk
from tests.helpers.vaults import MemoryKeyStore

OTHER = "cobalt-meadow-lantern-4"
FIRST, NEXT = "seven small green boats", "ten slow yellow trams"


@pytest.fixture
def keystore() -> MemoryKeyStore:
    return MemoryKeyStore()


@pytest.fixture
def desk(tmp_path: Path, keystore: MemoryKeyStore) -> Iterator[Desk]:
    with open_desk(tmp_path / "vault", keystore) as opened:
        yield opened


@pytest.mark.parametrize("role", [Role.GUARD, Role.OFFICER])
def test_only_administrators_see_and_renew_keys(desk: Desk, role: Role) -> None:
    desk.operators.add(OperatorDraft("Kim Example", "kim", OTHER, frozenset({role})))
    desk.access.sign_in("kim", OTHER)
    for act in (
        desk.keys.facts,
        desk.keys.renew_person_keys,
        desk.keys.renew_database_key,
        lambda: desk.keys.set_recovery_code(RecoveryCode.new()),
        lambda: desk.keys.change_passphrase(NEXT),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_the_password_is_asked_for_once_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    later = desk.access._monotonic() + 600
    monkeypatch.setattr(desk.access, "_monotonic", lambda: later)
    monkeypatch.setattr(desk.access, "_looked_at", lambda: desk.access._stay)  # not locked meanwhile
    before = desk.keys.facts()
    with pytest.raises(NotConfirmed):
        desk.keys.renew_person_keys()
    assert desk.keys.facts() == before
    desk.access.confirm(PASSWORD)
    assert desk.keys.renew_person_keys() == []


def test_renewed_keys_open_what_was_stored_before(desk: Desk, tmp_path: Path, keystore: MemoryKeyStore) -> None:
    person = enrol(desk, "Noor Example", "astronaut.png")
    epoch = desk.keys.facts().epoch
    before = dict(keystore.values)
    desk.keys.renew_person_keys()
    desk.keys.renew_database_key()
    assert desk.keys.facts().epoch == epoch + 1
    assert desk.people.get(person).details.name == "Noor Example"
    folder = desk.folder
    desk.close()
    assert not set(before.values()) & {v for n, v in keystore.values.items() if "database" in n or "wrapping" in n}
    with open_desk(folder, keystore) as again:
        again.access.sign_in(LOGIN, PASSWORD)
        assert again.people.get(person).details.name == "Noor Example"


def test_a_new_recovery_code_opens_and_the_former_does_not(desk: Desk, keystore: MemoryKeyStore) -> None:
    former, new = RecoveryCode.new(), RecoveryCode.new()
    assert not desk.keys.facts().recoverable
    desk.keys.set_recovery_code(former)
    desk.keys.set_recovery_code(new)
    assert desk.keys.facts().recoverable
    folder = desk.folder
    desk.close()
    bare = MemoryKeyStore()
    with pytest.raises(RecoveryCodeWrong):
        recover_with_code(folder, bare, former)
    assert bare.values == {}
    recover_with_code(folder, bare, new)
    with open_desk(folder, bare) as again:
        assert again.keys.facts().recoverable


def test_another_passphrase_opens_the_desk_from_then_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = PassphraseKeyStore.create(tmp_path / "vault.keys", FIRST, CHEAP)
    with open_desk(tmp_path / "vault", keys) as desk:
        assert desk.keys.facts().under_passphrase
        with pytest.raises(PassphraseUnfit):
            desk.keys.change_passphrase("passwordpassword")
        desk.keys.change_passphrase(NEXT)
        newest = desk._vault.audit.list(AuditFilter(action=AuditAction.PASSPHRASE_CHANGED), 0, 9)
        assert [entry.actor for entry in newest] == [desk.access.operator_id]
        later = desk.access._monotonic() + 600
        monkeypatch.setattr(desk.access, "_monotonic", lambda: later)
        monkeypatch.setattr(desk.access, "_looked_at", lambda: desk.access._stay)
        with pytest.raises(NotConfirmed):
            desk.keys.change_passphrase(FIRST)
        monkeypatch.undo()
    with pytest.raises(PassphraseWrong):
        PassphraseKeyStore.open(tmp_path / "vault.keys", FIRST)
    with open_desk(tmp_path / "vault", PassphraseKeyStore.open(tmp_path / "vault.keys", NEXT)):
        pass


def test_keys_in_a_keyring_have_no_passphrase(desk: Desk) -> None:
    assert not desk.keys.facts().under_passphrase
    with pytest.raises(NoPassphrase):
        desk.keys.change_passphrase(NEXT)
