"""What people do at the desk stands in the audit log, in their name, with ids and numbers only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.audit import SYSTEM, AuditAction, AuditFilter
from desktop.domain.audit_verdict import Signer
from desktop.domain.cameras import SourceKind, SourceSpec
from desktop.domain.ids import OperatorId, random_id
from desktop.domain.operators import OperatorDraft
from desktop.domain.people import PersonDetails
from desktop.domain.permissions import Role, TwoPersonAct
from desktop.services.audit import AuditRow
from desktop.services.cameras import CameraDraft
from desktop.services.desk import Desk
from desktop.services.errors import NotPermitted, SignInFailed
from desktop.services.health import ProblemKind
from desktop.vault import cipher
from desktop.vault.audit_export import verify_file
from desktop.vault.keystore import database_key_name
from tests.helpers.desks import LOGIN, PASSWORD, enrol, open_desk, wait_until
from tests.helpers.vaults import MemoryKeyStore

OTHER = "marigold-lantern-52"


@pytest.fixture
def desk(vault_folder: Path) -> Iterator[Desk]:
    with open_desk(vault_folder) as opened:
        yield opened


def written(desk: Desk, wanted: AuditFilter | None = None) -> list[AuditRow]:
    """Everything in the log that fits, oldest first, once nothing waits any more."""
    wait_until(lambda: desk._views.waiting == 0)
    listing = desk.audit.find(wanted or AuditFilter())
    return desk.audit.list(listing.wanted, 0, listing.count)[::-1]


def newest(desk: Desk, action: AuditAction) -> AuditRow:
    return written(desk, AuditFilter(action=action))[-1]


def test_a_persons_way_through_the_desk(desk: Desk) -> None:
    me = desk.access.operator_id
    ada = enrol(desk, "Ada Example", "astronaut.png")
    desk.people.list("Ada")
    desk.people.viewed(ada)
    desk.people.viewed(ada)  # only looked at again
    desk.people.change(ada, PersonDetails("Ada Sample"))
    desk.withdrawals.withdraw(ada)
    desk.withdrawals.withdraw(ada)
    found = written(desk, AuditFilter(object_id=ada))
    assert sorted(row.entry.action for row in found) == sorted(
        [
            "person_enrolled",
            "consent_changed",
            "person_viewed",
            "person_changed",
            "consent_changed",
            "erasure_intended",
            "erasure_done",
        ]
    )
    assert {row.entry.actor for row in found} == {me}
    assert {row.who for row in found} == {"Robin Example"}
    assert {row.about for row in found} == {""}, "the name has gone"
    states = [row.entry.detail["state"] for row in found if row.entry.action == "consent_changed"]
    assert states == ["ConsentGiven", "ConsentWithdrawn"]
    assert newest(desk, AuditAction.PEOPLE_SEARCHED).entry.detail == {"letters": 3}


def test_no_entry_holds_a_name(desk: Desk) -> None:
    ada = enrol(desk, "Zebedee Quux", "astronaut.png")
    desk.people.list("Zebedee")
    desk.people.get(ada)
    desk.cameras.add(CameraDraft("Quux gate", SourceSpec(SourceKind.RTSP, "rtsp://zeb:quux@198.51.100.7/1")))
    written(desk)
    bodies = desk._vault.read(lambda c: [row[0] for row in c.exec_driver_sql("SELECT body FROM audit_entries")])
    assert len(bodies) > 5
    assert not [body for body in bodies if "zeb" in body.lower() or "quux" in body.lower() or "Robin" in body]


def test_settings_cameras_and_operators(desk: Desk) -> None:
    desk.settings.change(stranger_hours=12, target_fpir=0.01)
    change = newest(desk, AuditAction.SETTING_CHANGED).entry.detail
    assert change == {"stranger_hours": 12, "stranger_hours_before": 24}, "what stays the same is no change"
    camera = desk.cameras.add(CameraDraft("Gate", SourceSpec(SourceKind.USB, "7"), enabled=False))
    desk.cameras.update(replace(desk.cameras.get(camera), name="North gate", notice_posted=True))
    desk.cameras.remove(camera)
    cameras = written(desk, AuditFilter(object_id=camera))
    assert [row.entry.action for row in cameras] == ["camera_added", "camera_changed", "camera_removed"]
    assert cameras[1].entry.detail == {"name": True, "notice_posted": True}
    guard = desk.operators.add(OperatorDraft("Kim Sample", "kim", OTHER, frozenset({Role.GUARD})))
    desk.operators.set_roles(guard, {Role.GUARD, Role.OFFICER})
    desk.operators.remove(guard)
    operators = written(desk, AuditFilter(object_id=guard))
    assert [row.entry.action for row in operators] == ["operator_added", "operator_changed", "operator_removed"]
    assert operators[1].entry.detail == {"guard": True, "officer": True, "administrator": False}


def test_signing_in_failing_locking_and_leaving(desk: Desk) -> None:
    me: OperatorId = desk.access.operator_id
    desk.access.lock()
    desk.access.unlock(PASSWORD)
    desk.access.sign_out()
    for login in (LOGIN, "nobody"):
        with pytest.raises(SignInFailed):
            desk.access.sign_in(login, OTHER)
    desk.access.sign_in(LOGIN, PASSWORD)
    kinds = [(row.entry.action, row.entry.actor, row.entry.object_id) for row in written(desk)]
    assert kinds[-7:-1] == [
        ("login", me, me),
        ("locked", me, me),
        ("login", me, me),
        ("logout", me, me),
        ("login_failed", SYSTEM, me),
        ("login_failed", SYSTEM, None),
    ]
    assert kinds[-1] == ("login", me, me)
    assert newest(desk, AuditAction.LOGOUT).entry.detail == {"why": "signed_out"}


def test_opening_and_closing_are_written_and_closing_signs_them(vault_folder: Path) -> None:
    keystore = MemoryKeyStore()
    with open_desk(vault_folder, keystore):
        pass
    with open_desk(vault_folder, keystore) as again:
        kinds = [row.entry.action for row in written(again)]
        assert kinds[0] == "vault_opened"
        assert kinds.index("vault_closed") < kinds.index("vault_opened", 1)
        verdict = again.audit.verify()
        assert (verdict.intact, verdict.signer, verdict.checkpoints >= 1) == (True, Signer.KNOWN, True)
        assert newest(again, AuditAction.AUDIT_VERIFIED).entry.detail["intact"] is True


def test_exports_and_sheets_are_recorded_and_prove_themselves(desk: Desk, tmp_path: Path) -> None:
    enrol(desk, "Ada Example", "astronaut.png")
    desk.audit.export(tmp_path / "log.jsonl")
    sheet = desk.audit.sheet(datetime.now(UTC))
    known = verify_file(tmp_path / "log.jsonl", sheet.fingerprint)
    assert (known.intact, known.signer) == (True, Signer.KNOWN)
    assert newest(desk, AuditAction.AUDIT_EXPORTED).entry.detail["entries"] == known.last
    assert sheet.counts["person_enrolled"] == 1
    assert sheet.seq == newest(desk, AuditAction.AUDIT_PRINTED).entry.seq
    assert sheet.head == newest(desk, AuditAction.AUDIT_PRINTED).entry.head.hex()
    assert sheet.code.splitlines() == [sheet.statement, sheet.signature]


def test_the_log_is_for_officers(desk: Desk, tmp_path: Path) -> None:
    for role in (Role.GUARD, Role.ADMINISTRATOR):
        desk.operators.add(OperatorDraft(f"Kim {role}", f"kim-{role}", OTHER, frozenset({role})))
    for role in (Role.GUARD, Role.ADMINISTRATOR):
        desk.access.sign_in(f"kim-{role}", OTHER)
        for act in (
            lambda: desk.audit.find(AuditFilter()),
            lambda: desk.audit.list(AuditFilter(), 0, 1),
            desk.audit.actors,
            desk.audit.verify,
            lambda: desk.audit.export(tmp_path / "no.jsonl"),
            lambda: desk.audit.acknowledge("because"),
            lambda: desk.audit.sheet(datetime.now(UTC)),
        ):
            with pytest.raises(NotPermitted):
                act()
    assert not (tmp_path / "no.jsonl").exists()


def test_what_is_over_goes_once_a_day(desk: Desk) -> None:
    enrol(desk, "Ada Example", "astronaut.png")
    before = written(desk)
    now = datetime.now(UTC)
    assert desk.audit.tend(now + timedelta(days=200)) == 0, "twelve months by default"
    desk.settings.change(audit_months=6)
    gone = desk.audit.tend(now + timedelta(days=250))
    assert gone >= len(before)
    assert desk.audit.tend(now + timedelta(days=250, hours=5)) == 0
    assert written(desk)[0].entry.action == "audit_pruned"
    assert desk.audit.verify().intact


def test_a_cut_log_is_said_loudly_until_an_officer_takes_note(vault_folder: Path) -> None:
    keystore = MemoryKeyStore()
    with open_desk(vault_folder, keystore) as desk:
        vault_id = desk._vault.id
    connection = cipher.connect(vault_folder / "vault.db", bytes.fromhex(keystore.values[database_key_name(vault_id)]))
    for name in ("entries", "checkpoints"):
        connection.execute(f"DROP TRIGGER audit_{name}_no_delete")
        connection.execute(f"DELETE FROM audit_{name} WHERE seq > 2")
    connection.close()
    with open_desk(vault_folder, keystore) as desk:
        assert ProblemKind.AUDIT_BROKEN in {problem.kind for problem in desk.health.problems()}
        assert desk.audit.broken is not None
        assert not desk.audit.verify().intact
        assert newest(desk, AuditAction.AUDIT_BREAK_FOUND).entry.actor == SYSTEM
        desk.audit.acknowledge("the disk was exchanged")
        assert ProblemKind.AUDIT_BROKEN not in {problem.kind for problem in desk.health.problems()}
        assert newest(desk, AuditAction.AUDIT_BREAK_ACKNOWLEDGED).entry.reason == "the disk was exchanged"


def test_a_wish_for_agreement_its_answer_and_its_use(desk: Desk) -> None:
    desk.operators.add(OperatorDraft("Kim Sample", "kim", OTHER, frozenset({Role.OFFICER})))
    desk.approvals.want(TwoPersonAct.ERASURE, True)
    assert newest(desk, AuditAction.SETTING_CHANGED).entry.detail == {"two_person_erasure": True}
    person = random_id()
    wish = desk.approvals.request(TwoPersonAct.ERASURE, person)
    desk.approvals.agree_as([wish], "kim", OTHER)
    with desk.approvals.spending(TwoPersonAct.ERASURE, [person]):
        pass
    rows = written(desk, AuditFilter(object_id=person))
    assert [row.entry.action for row in rows] == ["approval_requested", "approval_decided", "approval_used"]
    assert rows[1].who == "Kim Sample"
    assert rows[1].entry.detail == {"act": "erasure", "agreed": True}
