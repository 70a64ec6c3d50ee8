"""Finding the person by name, id, receipt or camera, and the signed statement that nothing is held."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from desktop.cli.main import run as command
from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.audit_verdict import Signer
from desktop.domain.ids import CameraId, random_id
from desktop.domain.people import PersonDetails
from desktop.domain.requests import Channel, RequestAct, RequestDetails, RequestKind
from desktop.services.desk import Desk
from desktop.services.errors import ScreenLocked
from desktop.services.face_search import FaceFinding
from desktop.services.receipt_errors import CameraSilent, RecordIncomplete
from desktop.services.request_errors import (
    FaceNotSeen,
    LetterUnwritable,
    LookNotAgreed,
    SearchNameMissing,
    SomethingHeld,
)
from desktop.services.requests import NewRequest
from desktop.vault.nothing_statement import verify_statement
from tests.helpers.desks import enrol, picture, staff
from tests.helpers.setups import CONTROLLER
from tests.unit.services.test_services_requests import Kept

CAMERA = CameraId("c")


def entries(desk: Desk, action: AuditAction) -> list[dict[str, object]]:
    rows = desk.audit.list(desk.audit.find(AuditFilter(action=action)).wanted, 0, 20)
    return [dict(row.entry.detail) for row in rows]


def test_by_name_and_by_id_and_two_of_one_name_can_be_told_apart(desk: Desk) -> None:
    ada = enrol(desk, "Ada Example", "obama.jpg")
    other = enrol(desk, "Ada Example", "astronaut.png")
    desk.people.change(other, PersonDetails("Ada Example", contact="other@example.org"))
    assert {each.id for each in desk.finding.search("example")} == {ada, other}
    assert [each.details.contact for each in desk.finding.search(other)] == ["other@example.org"]
    assert desk.finding.search(ada.upper())[0].id == ada
    for nobody in ("", "Zebulon", random_id()):
        assert desk.finding.search(nobody) == []
    desk.controller.change(CONTROLLER)
    with pytest.raises(SomethingHeld):
        desk.finding.state_nothing("example ADA", "en")


def test_a_look_into_the_camera_finds_whoever_agreed_and_nothing_of_it_is_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = enrol(desk, "Ada", "obama.jpg")
    search = desk.face_search
    with pytest.raises(LookNotAgreed):
        search.look(CAMERA, agreed=False)
    held = []
    examine = search._examiner.examine

    def examined(image: object) -> object:
        held.append(examine(image))  # type: ignore[arg-type]
        return held[-1]

    monkeypatch.setattr(search._examiner, "examine", examined)
    monkeypatch.setattr(search, "_newest_frame", lambda _: picture("obama.jpg").copy())
    assert search.look(CAMERA, agreed=True) == FaceFinding(ada, 1)
    monkeypatch.setattr(search, "_newest_frame", lambda _: picture("astronaut.png").copy())
    assert search.look(CAMERA, agreed=True) == FaceFinding(None, 1)
    assert entries(desk, AuditAction.FACE_SEARCHED) == [{"found": False, "compared": 1}, {"found": True, "compared": 1}]
    assert held
    assert not any(check.vector.any() or check.preview.any() for check in held)


def test_a_camera_without_a_picture_or_a_face_finds_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter(range(100))
    monkeypatch.setattr(desk.face_search, "_clock", lambda: float(next(seconds)))
    with pytest.raises(CameraSilent):
        desk.face_search.look(CAMERA, agreed=True)
    empty = picture("obama.jpg") * 0
    monkeypatch.setattr(desk.face_search, "_newest_frame", lambda _: empty.copy())
    with pytest.raises(FaceNotSeen):
        desk.face_search.look(CAMERA, agreed=True)

    def locks(_: CameraId) -> object:
        desk.access.lock()
        return empty.copy()

    monkeypatch.setattr(desk.face_search, "_newest_frame", locks)
    with pytest.raises(ScreenLocked):
        desk.face_search.look(CAMERA, agreed=True)
    staff(desk)
    assert entries(desk, AuditAction.FACE_SEARCHED) == []


def test_a_statement_says_what_was_searched_and_one_changed_byte_shows(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.controller.change(CONTROLLER)
    enrol(desk, "Ada Example", "obama.jpg")
    request = desk.requests.register(
        NewRequest(RequestKind.ACCESS, Channel.DESK, desk.requests.today, "fr", RequestDetails("Zoé Quirk"))
    )
    made = desk.finding.state_nothing(" Zoé  Quirk ", "fr", request, FaceFinding(None, 1))
    kept, target = Kept(), tmp_path / "nothing.pdf"
    desk.finding.save(made, target, kept)
    file, key = target.with_suffix(".json"), desk._vault.signing_key.fingerprint
    verdict = verify_statement(file, key.upper().replace(" ", ""))
    assert (verdict.intact, verdict.signer, verdict.statement) == (True, Signer.KNOWN, made.statement)
    assert made.statement.searched == {"people": 1, "archive": 0, "gallery": 1}
    assert kept.papers[0].language == "fr"
    assert [each.act for each in desk.requests.get(request).request.events][-1] is RequestAct.NOTHING_FOUND
    (entry,) = entries(desk, AuditAction.NOTHING_STATED)
    assert entry["by_face"] is True
    assert "Quirk" not in repr(made)

    assert command(["verify-statement", str(file)]) == 0
    assert command(["verify-statement", str(file), "--fingerprint", key]) == 0
    assert command(["verify-statement", str(file), "--fingerprint", "0" * 32]) == 1
    assert "Zoé Quirk" in capsys.readouterr().out
    whole = file.read_bytes()
    for place in range(0, len(whole), 7):
        changed = bytearray(whole)
        changed[place] ^= 1
        file.write_bytes(changed)
        with contextlib.suppress(ValueError):
            assert not verify_statement(file).intact, place
    assert command(["verify-statement", str(file)]) == 1
    file.write_text(json.dumps({"kind": "something else"}))
    assert command(["verify-statement", str(file)]) == 1
    assert command(["verify-statement", str(tmp_path / "missing.json")]) == 1


def test_what_cannot_be_stated(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(RecordIncomplete):
        desk.finding.state_nothing("Zoe", "en")
    desk.controller.change(CONTROLLER)
    ada = enrol(desk, "Ada Example", "obama.jpg")
    with pytest.raises(SearchNameMissing):
        desk.finding.state_nothing("  ", "en")
    with pytest.raises(SomethingHeld):
        desk.finding.state_nothing("Zoe", "en", face=FaceFinding(ada, 1))
    desk.withdrawals.withdraw(ada)
    with pytest.raises(SomethingHeld):  # what proves the consent is archived
        desk.finding.state_nothing("Ada Example", "en")
    made = desk.finding.state_nothing("Zoe", "en")
    with pytest.raises(LetterUnwritable):
        desk.finding.save(made, tmp_path / "x.pdf", Kept(fails=True))
