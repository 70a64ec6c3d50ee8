"""Taking over erasures that a destination knows of and a restored desk does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.backups import Destination
from desktop.domain.erasure import ErasureOrder
from desktop.domain.ids import PersonId
from desktop.domain.progress import UNWATCHED
from desktop.domain.recovery_code import RecoveryCode
from desktop.services.desk import Desk
from desktop.services.health import ProblemKind
from desktop.vault.key_errors import RecoveryCodeWrong
from desktop.vault.restore import RestoreOrder
from desktop.vault.vault import Vault
from tests.helpers.backups import CODE, add_destination, back_up, recoverable_vault
from tests.helpers.desks import open_desk, wait_until
from tests.helpers.vaults import MemoryKeyStore, new_person


def restored(root: Path, keystore: MemoryKeyStore) -> PersonId:
    """Puts a backup into `root`/bare; whose erasure only the second destination knows of."""
    first, second, former = root / "first", root / "second", MemoryKeyStore()
    with recoverable_vault(root / "former" / "vault", former) as vault:
        person = vault.people.add_many([new_person(number) for number in range(3)])[0]
        backup = first / back_up(vault, add_destination(vault, first)).folder
        back_up(vault, add_destination(vault, second))
        first.rename(root / "away")
        vault.erasures.erase(ErasureOrder((person,)))
        (root / "away").rename(first)
    Vault.restore(RestoreOrder(backup, root / "bare", CODE), keystore, UNWATCHED)
    return person


def second_of(desk: Desk) -> Destination:
    ((view),) = [one for one in desk.backup.destinations() if one.ahead]
    return view.destination


def test_who_was_erased_elsewhere_is_erased_here_and_the_destination_written_anew(tmp_path: Path) -> None:
    keystore = MemoryKeyStore()
    person = restored(tmp_path, keystore)
    with open_desk(tmp_path / "bare", keystore) as desk:
        wait_until(lambda: ProblemKind.COMPANIONS in {one.kind for one in desk.health.problems()})
        behind = second_of(desk)
        with pytest.raises(RecoveryCodeWrong):
            desk.ledgers.take_over(behind.id, RecoveryCode(bytes(16)))
        assert desk.people.count() == 3
        assert desk.ledgers.take_over(behind.id, CODE) == 1
        assert person not in {one.id for one in desk.people.list()}
        assert not any(one.ahead or one.behind for one in desk.backup.destinations())
        assert desk.erasures.results()[0].result.complete
        (entry,) = desk._vault.audit.list(AuditFilter(action=AuditAction.ERASURES_TAKEN_OVER), 0, 9)
        assert (entry.actor, entry.object_id, entry.detail) == (desk.access.operator_id, behind.id, {"people": 1})
        assert desk.ledgers.take_over(behind.id, CODE) == 0  # again: nothing happens
