"""A run of retention that is killed with -9 in the middle is carried on with: nothing is counted twice or lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.decision import Band
from desktop.domain.ids import random_id
from desktop.domain.progress import UNWATCHED
from desktop.domain.retention import Kept
from desktop.vault.models import SightingRow
from desktop.vault.records import utc_now
from desktop.vault.vault import Vault
from tests.helpers.desks import open_desk
from tests.helpers.file_keystore import FileKeyStore
from tests.helpers.killing import killed
from tests.helpers.vaults import TEST_BALLAST, new_person

SIGHTINGS, OVER, STAYING = 3000, 6, 3
MOMENTS = (0.15, 0.4)  # s after the run has begun

RUNNER = """
import sys
from pathlib import Path
from desktop.services import retention_engine
from desktop.services.keeper import Keeper
from tests.helpers.desks import open_desk
from tests.helpers.desks import open_desk
from tests.helpers.file_keystore import FileKeyStore
retention_engine._MOST = 100
Keeper.start = lambda self: None
with open_desk(Path(sys.argv[1]), FileKeyStore(Path(sys.argv[2])), staffed=False) as desk:
    ready()
    desk._purge()
    say("done")
"""


def fill(folder: Path, keystore: FileKeyStore) -> None:
    with Vault.create(folder, keystore, ballast_bytes=TEST_BALLAST) as vault:
        people = vault.people.add_many([new_person(seed) for seed in range(OVER + STAYING)])
        end = utc_now() - timedelta(days=1)
        for person in people[:OVER]:
            (given,) = vault.consents.history(person)
            vault.consents.append(ConsentEvent(given.consent_id, person, ConsentState.RENEWED, end, end))
        old = utc_now() - timedelta(days=40)
        rows = [
            {
                "id": random_id(),
                "camera_id": "c",
                "band": (Band.MATCH if number % 2 else Band.UNKNOWN).value,
                "started_at": old + timedelta(seconds=number),
                "ended_at": old + timedelta(seconds=number + 5),
                "person_id": people[OVER + number % STAYING] if number % 2 else None,
            }
            for number in range(SIGHTINGS)
        ]
        vault.write(lambda live: live.execute(insert(SightingRow), rows)).result()


def test_a_run_survives_being_killed(tmp_path: Path) -> None:
    folder, keyring = tmp_path / "vault", tmp_path / "keyring.json"
    fill(folder, FileKeyStore(keyring))
    for moment in MOMENTS:
        killed(RUNNER, [str(folder), str(keyring)], after=moment)
    with open_desk(folder, FileKeyStore(keyring), staffed=False) as desk:  # type: ignore[arg-type]
        desk._keeper.close()
        desk._purge()
        desk._finish(UNWATCHED)
    with Vault.open(folder, FileKeyStore(keyring)) as vault:
        newest, *_ = runs = vault.retention_runs.list()
        whole = runs[-1]
        assert whole.ended_at is not None
        assert newest.ended_at is not None
        assert whole.interruptions > 0, "it was never killed in the middle"
        assert whole.counts == {Kept.STRANGERS: SIGHTINGS // 2, Kept.SIGHTINGS: SIGHTINGS // 2, Kept.PEOPLE: OVER}
        assert vault.sightings.count() == 0
        assert vault.people.count() == STAYING
        assert vault.archive.count() == OVER
        assert vault.audit.count(AuditFilter(action=AuditAction.RETENTION_RUN)) == len(runs)
        assert all(each.last_contact.year == utc_now().year for each in vault.retention.people(utc_now()))
        assert vault.check_integrity() == []
