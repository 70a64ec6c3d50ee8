"""Renewing keys: who may, the password once more, and that everything still opens afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.domain.permissions import Role
from desktop.domain.recovery_code import RecoveryCode
from desktop.services.desk import Desk
from desktop.services.errors import NotConfirmed, NotPermitted
from desktop.services.operators import OperatorDraft
from desktop.vault.recovering import recover_with_code
from desktop.vault.recovery import RecoveryCodeWrong
from tests.helpers.desks import LOGIN, PASSWORD, enrol, open_desk
from tests.helpers.vaults import MemoryKeyStore

OTHER = "cobalt-meadow-lantern-4"


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
