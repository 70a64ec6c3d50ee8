"""The package a person takes along: what it holds, who may make it, and that nothing is left of one that failed."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest
from jsonschema import Draft202012Validator

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.errors import Cancelled, ConsentryError
from desktop.domain.export import ExportKind, ExportPart, MadeExport, Protection
from desktop.domain.ids import PersonId, random_id
from desktop.domain.permissions import Role
from desktop.services.desk import Desk
from desktop.services.errors import ScreenLocked
from desktop.services.export_errors import ControllerNeeded
from desktop.vault.errors import PersonUnknown
from desktop.vault.export_errors import ExportTargetLost, ExportTargetRefused, RecipientInvalid
from desktop.vault.export_verify import verify_package
from tests.helpers.consents import CONTROLLER
from tests.helpers.desks import Watch, open_desk
from tests.helpers.exports import NAME, NOTE, files, furnished, inner, order, photo
from tests.helpers.operators import sign_in_as
from tests.helpers.vaults import new_person


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, PersonId]]:
    """A desk with one person, for tests that change nothing about them."""
    with open_desk(tmp_path_factory.mktemp("shared") / "desk" / "vault") as opened:
        yield opened, furnished(opened)


def export(shared: tuple[Desk, PersonId], folder: Path, **changes: Any) -> tuple[MadeExport, dict[str, bytes]]:
    desk, person_id = shared
    kind = changes.pop("kind", ExportKind.ACCESS)
    made = desk.exports.export(order(person_id, kind, **changes), folder / "package.zip")
    return made, dict(files(made.copy.path, made.secret))


def data_of(content: dict[str, bytes]) -> dict[str, Any]:
    return json.loads(content["data.json"])["data"]  # type: ignore[no-any-return]


def test_everything_held_is_in_it_as_its_schema_says(shared: tuple[Desk, PersonId], tmp_path: Path) -> None:
    desk, person_id = shared
    made, content = export(shared, tmp_path)
    values = json.loads(content["data.json"])
    Draft202012Validator(json.loads(content["schema.json"])).validate(values)
    data = values["data"]
    assert set(data) == {part.value for part in ExportPart}
    assert data["identity"][0]["name"] == NAME
    assert data["identity"][0]["note"] == NOTE
    assert {row["state"] for row in data["consents"]} == {"ConsentGiven"}
    assert [row["how"] for row in data["answers"]] == ["plain", "signature"]
    assert content[data["answers"][1]["signature"]].startswith(b"\x89PNG")
    notice = data["notices"][0]
    assert (notice["language"], len(notice["sha256"])) == ("en", 64)
    assert CONTROLLER.legal_name in notice["text"]
    assert content[data["photos"][0]["file"]] == photo()
    assert (data["templates"][0]["model"], len(data["templates"][0]["vector"])) == ("test-model", 128)
    assert len(data["sightings"]) == 30
    assert data["sightings"][0]["score"] == 0.61
    assert len(data["restrictions"]) == len(data["authorities"]) == len(data["receipts"]) == 1
    assert (data["requests"][0]["kind"], data["requests"][0]["wish"]) == ("access", "all of it")
    assert [row["act"] for row in data["request_steps"]] == ["registered", "identified"]
    assert (data["holds"][0]["reason"], data["holds"][0]["lifted_at"] is not None) == ("court case", True)
    done = [row["action"] for row in data["accesses"]]
    assert {"receipt_made", "person_restricted", "person_viewed"} <= set(done)
    assert {row["by"] for row in data["accesses"]} == {"staff-1"}, "told apart, not named"
    for somebody_else in (b"Robin", b"Counsel", b"Stand-In"):
        assert somebody_else not in b"".join(content.values())
    assert verify_package(made.copy.path, made.secret, made.fingerprint).intact
    assert desk._vault.exports.list_for(person_id)[-1] == made.copy
    again = data_of(export(shared, tmp_path)[1])
    assert again["copies"][-1]["package"] == made.copy.id
    assert again["accesses"][-1]["action"] == "exported"


def test_tables_say_the_same_as_the_json(shared: tuple[Desk, PersonId], tmp_path: Path) -> None:
    _, content = export(shared, tmp_path)
    for name, rows in data_of(content).items():
        text = content[f"csv/{name}.csv"].decode("utf-8-sig")
        read = list(csv.DictReader(io.StringIO(text)))
        assert len(read) == len(rows)
        if rows:
            assert list(read[0]) == list(rows[0])
    assert content["csv/sightings.csv"].decode("utf-8-sig").splitlines()[0].startswith("sighting,camera,started_at")


def test_the_preview_counts_what_the_package_holds(shared: tuple[Desk, PersonId], tmp_path: Path) -> None:
    desk, person_id = shared
    for kind in ExportKind:
        preview = desk.exports.preview(person_id)
        _, content = export(shared, tmp_path, kind=kind)
        held = {ExportPart(name): len(rows) for name, rows in data_of(content).items()}
        assert preview.counts[kind] == held
    assert preview.texts == (NOTE, "her aunt asked", "case closed", "court case", "looked at it twice")
    assert preview.language == "en"
    assert NOTE not in repr(preview)


def test_a_portable_package_holds_only_what_the_person_gave(shared: tuple[Desk, PersonId], tmp_path: Path) -> None:
    """The consents are of today, and of 1 May; the sightings of May happened under that of 1 May."""
    _, content = export(shared, tmp_path, kind=ExportKind.PORTABILITY)
    data = data_of(content)
    assert set(data) == {"identity", "consents", "answers", "photos", "sightings"}
    assert set(data["identity"][0]) == {"person", "name", "kind", "contact", "enrolled_at"}
    assert set(data["sightings"][0]) == {"sighting", "camera", "started_at", "ended_at"}
    assert json.loads(content["data.json"])["statements"] == []
    everything = b"".join(content.values())
    for words in (NOTE, "Karl", "her aunt asked", "test-model", "person_viewed", "threshold"):
        assert words.encode() not in everything.replace(content["schema.json"], b""), words


def test_sightings_without_consent_are_not_portable(desk: Desk, tmp_path: Path) -> None:
    person_id = furnished(desk, seen=4)
    desk._vault.write(
        lambda live: live.exec_driver_sql("UPDATE consent_events SET at = at + 864000000000"), matching=True
    ).result()
    assert desk.exports.preview(person_id).counts[ExportKind.PORTABILITY][ExportPart.SIGHTINGS] == 0
    assert desk.exports.preview(person_id).counts[ExportKind.ACCESS][ExportPart.SIGHTINGS] == 4


def test_what_names_other_people_can_be_left_out(shared: tuple[Desk, PersonId], tmp_path: Path) -> None:
    _, content = export(shared, tmp_path, without_texts=True)
    assert json.loads(content["data.json"])["texts_left_out"] is True
    for words in ("Karl", "her aunt asked", "court case", "case closed", "twice"):
        assert words.encode() not in b"".join(content.values())
    assert "names other people" in content["export.html"].decode()


def test_seven_zip_opens_it(shared: tuple[Desk, PersonId], tmp_path: Path) -> None:
    made, content = export(shared, tmp_path)
    tool = shutil.which("7z") or shutil.which("7zz")
    assert tool is not None, "scripts/setup installs p7zip-full"

    def run(*arguments: str) -> str:
        done = subprocess.run([tool, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr if done.returncode == 0 else ""

    listed = run("l", "-slt", "package.zip")
    assert "AES-256" in listed
    assert "data.json" not in listed
    assert not run("t", "-pwrong", "package.zip")
    assert run("x", f"-p{made.secret}", "package.zip")
    assert run("x", "-oout", "export.zip")
    assert (tmp_path / "export.zip").read_bytes() == inner(made.copy.path, made.secret)
    found = {str(each.relative_to(tmp_path / "out")) for each in (tmp_path / "out").rglob("*") if each.is_file()}
    assert found == set(content)
    assert (tmp_path / "out" / "data.json").read_bytes() == content["data.json"]


def test_nothing_is_written_unsealed(
    shared: tuple[Desk, PersonId], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every byte that goes to a file in the folder is looked at, also of one that is gone afterwards."""
    desk, person_id = shared
    written: list[bytes] = []

    class Looking(io.FileIO):
        def write(self, data: Any) -> int:
            written.append(bytes(data))
            return super().write(data)

    def look(path: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        return io.BufferedWriter(Looking(path, mode)) if "w" in mode else real(path, mode, *rest, **more)

    real = Path.open
    monkeypatch.setattr(Path, "open", look)
    monkeypatch.setattr("tempfile.mkstemp", lambda *_, **__: pytest.fail("a temporary file"))
    made = desk.exports.export(order(person_id), tmp_path / "package.zip")
    raw = b"".join(written)
    assert len(raw) > 5000
    for words in (NAME.encode(), b"data.json", b"manifest", b"Example Works", made.secret.encode(), photo()[:40]):
        assert words not in raw


def test_cancelled_at_every_step_it_leaves_nothing(shared: tuple[Desk, PersonId], tmp_path: Path) -> None:
    desk, person_id = shared
    target, watch = tmp_path / "package.zip", Watch()
    desk.exports.export(order(person_id), target, watch)
    before, remembered = target.read_bytes(), desk._vault.exports.list_for(person_id)
    steps = sorted({share for share in watch.shares if share < 1})
    assert len(steps) > 15
    for share in steps:
        with pytest.raises(Cancelled):
            desk.exports.export(order(person_id), target, Watch(share))
        assert [each.name for each in tmp_path.iterdir()] == ["package.zip"]
        assert target.read_bytes() == before
    assert desk._vault.exports.list_for(person_id) == remembered


class At:
    """A progress that does something once, at a share."""

    def __init__(self, share: float, act: Any) -> None:
        self.share, self.act = share, act

    def report(self, share: float) -> None:
        if share >= self.share and self.act is not None:
            act, self.act = self.act, None
            act()

    def cancelled(self) -> bool:
        return False


def refused(desk: Desk, person_id: PersonId, folder: Path, kind: type[ConsentryError], act: Any, share: float) -> None:
    with pytest.raises(kind):
        desk.exports.export(order(person_id), folder / "package.zip", At(share, act))
    assert list(folder.iterdir()) == []


def test_a_screen_that_locks_or_an_erasure_meanwhile_ends_it(desk: Desk, tmp_path: Path) -> None:
    person_id = furnished(desk)
    folder = tmp_path / "out"
    folder.mkdir()
    refused(desk, person_id, folder, ScreenLocked, desk.access.lock, 0.5)
    desk.access.unlock("violet-teapot-orbit-9")
    assert desk._vault.exports.list_for(person_id) == []
    # With the picture still to be opened, and with everything written but not yet recorded.
    for share in (0.05, 0.9):
        refused(desk, person_id, folder, PersonUnknown, lambda gone=person_id: desk._vault.people.remove(gone), share)
        person_id = furnished(desk)
    # And between the record and the name: the erasure has not seen the file.
    real = desk._vault.exports.known

    def known(export_id: Any) -> bool:
        desk._vault.people.remove(person_id)
        return real(export_id)

    desk._vault.exports.known = known  # type: ignore[method-assign]
    refused(desk, person_id, folder, PersonUnknown, None, 2.0)


def test_a_target_that_cannot_be_written(shared: tuple[Desk, PersonId], tmp_path: Path) -> None:
    desk, person_id = shared
    for target, kind in (
        (tmp_path / "absent" / "package.zip", ExportTargetLost),
        (desk.folder / "vault.db", ExportTargetRefused),
    ):
        with pytest.raises(kind):
            desk.exports.export(order(person_id), target)
    (tmp_path / "package.zip").mkdir()
    remembered = desk._vault.exports.list_for(person_id)
    with pytest.raises(ExportTargetLost):
        desk.exports.export(order(person_id), tmp_path / "package.zip")
    assert [each.name for each in tmp_path.iterdir()] == ["package.zip"]
    assert desk._vault.exports.list_for(person_id) == remembered, "recorded before it got its name, and forgotten"
    newest = desk.audit.list(AuditFilter(action=AuditAction.EXPORTED), 0, 1)[0]
    assert newest.entry.detail["undone"] is True


def test_age_is_the_other_choice(shared: tuple[Desk, PersonId], tmp_path: Path) -> None:
    desk, person_id = shared
    key = pyrage.x25519.Identity.generate()
    wanted = order(person_id, protection=Protection.AGE_RECIPIENT, recipient=str(key.to_public()))
    made = desk.exports.export(wanted, tmp_path / "package.zip.age")
    assert made.secret == ""
    assert verify_package(made.copy.path, str(key), made.fingerprint).intact
    made = desk.exports.export(order(person_id, protection=Protection.AGE_KEY), tmp_path / "own.zip.age")
    assert verify_package(made.copy.path, made.secret, made.fingerprint).intact
    with pytest.raises(RecipientInvalid):
        desk.exports.export(order(person_id, protection=Protection.AGE_RECIPIENT), tmp_path / "x.zip.age")


def test_who_may_and_what_is_needed(desk: Desk, tmp_path: Path) -> None:
    person_id = desk._vault.people.add_many([new_person(1)])[0]
    with pytest.raises(ControllerNeeded):
        desk.exports.export(order(person_id), tmp_path / "package.zip")
    desk.controller.begin_with(CONTROLLER)
    sign_in_as(desk, Role.OFFICER)
    made = desk.exports.export(order(person_id), tmp_path / "package.zip")
    entry = desk.audit.list(AuditFilter(action=AuditAction.EXPORTED), 0, 1)[0].entry
    assert entry.object_id == person_id
    assert entry.detail == {"kind": "access", "package": made.copy.id, "sha256": made.copy.sha256.hex()}
    assert made.secret not in repr(made)
    with pytest.raises(PersonUnknown):
        desk.exports.export(order(PersonId(random_id())), tmp_path / "package.zip")
