"""Backups as the window uses them: who may, what is shown, and the schedule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.backups import DestinationPlan, Schedule
from desktop.domain.operators import OperatorDraft
from desktop.domain.permissions import Role, TwoPersonAct
from desktop.services.backup_schedule import BackupSchedule
from desktop.services.desk import Desk
from desktop.services.errors import ApprovalNeeded, BackupPlanInvalid, NotPermitted
from desktop.services.health import Health, ProblemKind
from desktop.services.hub import BackupsChanged, Hub
from desktop.vault.backup_errors import DestinationInvalid, DestinationTaken, DestinationUnreachable
from desktop.vault.vault import Vault
from tests.helpers.backups import add_destination, back_up, names_in, recoverable_vault
from tests.helpers.desks import Heard, open_desk, wait_until
from tests.helpers.vaults import MemoryKeyStore, new_person


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    keystore = MemoryKeyStore()
    recoverable_vault(tmp_path / "desk" / "vault", keystore).close()
    with open_desk(tmp_path / "desk" / "vault", keystore) as opened:
        yield opened


def test_add_back_up_verify_change_remove(desk: Desk, place: Path) -> None:
    heard = Heard(desk)
    assert desk.backup.ready()
    added = desk.backup.add(DestinationPlan(str(place)))
    (view,) = desk.backup.destinations()
    assert (view.reachable, view.same_disk, view.behind, view.backups) == (True, True, False, ())
    made = desk.backup.back_up(added)
    assert desk.backup.verify(made).verified_at >= made.verified_at
    desk.backup.change(added, DestinationPlan(str(place), 1, Schedule.WEEKLY, 5))
    (view,) = desk.backup.destinations()
    assert view.destination.plan == DestinationPlan(str(place), 1, Schedule.WEEKLY, 5)
    assert [one.folder for one in view.backups] == [made.folder]
    assert desk.backup.remove(added)
    assert desk.backup.destinations() == []
    assert names_in(place) == [made.folder]
    assert len(heard.of(BackupsChanged)) == 5


@pytest.mark.parametrize("plan", [{"keep": 0}, {"keep": 366}, {"hour": 24}, {"hour": -1}])
def test_a_plan_outside_its_range(desk: Desk, place: Path, plan: dict[str, int]) -> None:
    with pytest.raises(BackupPlanInvalid):
        desk.backup.add(DestinationPlan(str(place), **plan))  # type: ignore[arg-type]
    assert not place.exists()


def test_folders_that_cannot_take_backups(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path, kind in (
        ("relative", DestinationInvalid),
        (str(desk.folder), DestinationInvalid),
        (str(tmp_path / "no" / "parent"), DestinationUnreachable),
        (str(tmp_path / "file"), DestinationUnreachable),
    ):
        with pytest.raises(kind):
            desk.backup.add(DestinationPlan(path))
    with recoverable_vault(tmp_path / "other", MemoryKeyStore()) as other:
        back_up(other, add_destination(other, tmp_path / "theirs"))
    with pytest.raises(DestinationTaken):
        desk.backup.add(DestinationPlan(str(tmp_path / "theirs")))
    assert desk.backup.destinations() == []


def test_only_administrators(desk: Desk, place: Path) -> None:
    added = desk.backup.add(DestinationPlan(str(place)))
    made = desk.backup.back_up(added)
    desk.operators.add(OperatorDraft("Olive Officer", "olive", "a long enough secret", frozenset({Role.OFFICER})))
    desk.access.sign_in("olive", "a long enough secret")
    for use in (
        desk.backup.ready,
        desk.backup.destinations,
        lambda: desk.backup.add(DestinationPlan(str(place))),
        lambda: desk.backup.change(added, DestinationPlan(str(place))),
        lambda: desk.backup.remove(added),
        lambda: desk.backup.back_up(added),
        lambda: desk.backup.verify(made),
        lambda: desk.backup.allow_restore(made.id),
    ):
        with pytest.raises(NotPermitted):
            use()


def test_a_restore_may_take_two(desk: Desk, place: Path) -> None:
    made = desk.backup.back_up(desk.backup.add(DestinationPlan(str(place))))
    desk.backup.allow_restore(made.id)
    desk.operators.add(OperatorDraft("Ann Other", "ann", "a long enough secret", frozenset({Role.ADMINISTRATOR})))
    desk.approvals.want(TwoPersonAct.RESTORE, True)
    with pytest.raises(ApprovalNeeded):
        desk.backup.allow_restore(made.id)
    desk.approvals.agree_as([desk.approvals.request(TwoPersonAct.RESTORE, made.id)], "ann", "a long enough secret")
    desk.backup.allow_restore(made.id)
    desk.backup.allow_restore(made.id)  # one that failed may be tried again; one that works puts another vault here


class Clock:
    """A local time that stands still."""

    def __init__(self) -> None:
        self.now = datetime.now().astimezone()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def vault(vault_folder: Path, keystore: MemoryKeyStore) -> Iterator[Vault]:
    with recoverable_vault(vault_folder, keystore) as fresh:
        fresh.people.add_many([new_person(1)])
        yield fresh


@pytest.fixture
def health() -> Health:
    return Health(Hub())


def run(vault: Vault, health: Health, clock: Clock) -> BackupSchedule:
    schedule = BackupSchedule(vault.backups, health, Hub(), lambda: "desk", now=clock, look=0.02, retry=0.1)
    schedule.start()
    return schedule


def kinds(health: Health) -> set[ProblemKind]:
    return {problem.kind for problem in health.problems()}


def test_the_schedule_makes_what_is_due_and_makes_up_for_a_failure(
    vault: Vault, health: Health, place: Path, tmp_path: Path
) -> None:
    destination = add_destination(vault, place)
    vault.backups.destinations.change(destination, DestinationPlan(str(place), 7, Schedule.DAILY, 2))
    clock = Clock()
    schedule = run(vault, health, clock)
    try:
        wait_until(lambda: len(vault.backups.destinations.backups(destination)) == 1)
        away = place.rename(tmp_path / "unplugged")
        clock.now += timedelta(days=3)  # as after a holiday with the computer off
        wait_until(lambda: ProblemKind.BACKUP in kinds(health))
        away.rename(place)
        wait_until(lambda: ProblemKind.BACKUP not in kinds(health))
        assert len(vault.backups.destinations.backups(destination)) == 2
    finally:
        schedule.close()
    assert vault.backups.destinations.get(destination).last_success <= datetime.now(UTC)  # type: ignore[operator]


def test_companions_that_were_out_of_reach_are_made_up_for(
    vault: Vault, health: Health, place: Path, tmp_path: Path
) -> None:
    destination = add_destination(vault, place)
    back_up(vault, destination)
    away = place.rename(tmp_path / "unplugged")
    vault.rotate_epoch()
    assert len(vault.backups.companions.write_all()) == 1
    schedule = run(vault, health, Clock())
    try:
        wait_until(lambda: ProblemKind.COMPANIONS in kinds(health))
        away.rename(place)
        wait_until(lambda: ProblemKind.COMPANIONS not in kinds(health))
        assert vault.backups.destinations.get(destination).companion_epoch == 2
    finally:
        schedule.close()
