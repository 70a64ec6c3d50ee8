"""The conversation against a real vault and the real models: its draft, its two ends, and what nobody may do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.capture import withdraw
from desktop.domain.consent import ConsentState
from desktop.domain.consent_proof import Method
from desktop.domain.conversation import Conversation, Step
from desktop.domain.purposes import PHOTO, RECOGNITION
from desktop.services.capture_errors import (
    ControllerUnknown,
    ConversationIncomplete,
    ConversationOver,
    NoticeMissing,
    NoticeOutdated,
)
from desktop.services.desk import Desk
from desktop.services.errors import ConsentMissing, NoUsablePhoto, PhotosDiffer
from desktop.services.photo_check import PhotoCheck
from desktop.vault.errors import DiskFull
from tests.helpers.conversations import CONTROLLER, agreed_talk, make_ready, proof_of, publish
from tests.helpers.desks import enrol, open_desk, source_path
from tests.helpers.file_keystore import FileKeyStore
from tests.helpers.killing import killed
from tests.helpers.operators import Clock
from tests.helpers.vaults import MemoryKeyStore


@pytest.fixture
def desk(vault_folder: Path, keystore: MemoryKeyStore) -> Iterator[Desk]:
    with open_desk(vault_folder, keystore) as opened:
        make_ready(opened)
        yield opened


def checks(desk: Desk, talk: Conversation, *photos: str) -> list[PhotoCheck]:
    return [desk.capture.check_photo(talk, source_path(photo)) for photo in photos]


@pytest.mark.parametrize("photo", [True, False])
def test_the_end_of_a_conversation_is_written_at_once_and_a_photo_only_where_agreed(desk: Desk, photo: bool) -> None:
    talk = agreed_talk(desk, photo=photo)
    talk = replace(talk, asked_at=talk.begun_at)
    desk.capture.keep(talk)
    found = checks(desk, talk, "astronaut.png")
    consent_id = desk.capture.enrol(talk, found, place="Door")
    person = desk.people.get(talk.id)
    assert (person.details.name, person.consent, person.templates) == ("Ada Example", ConsentState.GIVEN, 1)
    assert person.consent_until is not None
    events = desk.people.history(talk.id)
    assert {event.purpose: event.state for event in events} == {
        RECOGNITION: ConsentState.GIVEN,
        PHOTO: ConsentState.GIVEN if photo else ConsentState.REFUSED,
    }
    requests = events[:2]
    assert {(event.purpose, event.state) for event in requests} == {
        (RECOGNITION, ConsentState.REQUESTED),
        (PHOTO, ConsentState.REQUESTED),
    }
    assert {event.at for event in requests} == {talk.asked_at}
    notice = desk.notices.in_force()
    assert notice is not None
    for event in events:
        assert (event.consent_id, event.operator_id, event.notice_id) == (
            consent_id,
            desk.access.operator_id,
            notice.id,
        )
    proof = proof_of(desk, talk.id)
    assert (proof.notice_id, proof.text_hash) == (notice.id, notice.hashes["en"])
    assert (proof.language, proof.screen_text, proof.method) == ("en", "I agree", Method.CHECKBOX)
    assert (proof.place, proof.controller) == ("Door", CONTROLLER)
    assert (desk._vault.people.photo(talk.id) is not None) is photo
    assert desk.gallery_size == 1
    assert desk.capture.unfinished() == []
    assert all(check.vector is None or not check.vector.any() for check in found)
    written = desk._vault.audit.list(AuditFilter(object_id=talk.id), 0, 10)
    assert [entry.action for entry in written].count(AuditAction.PERSON_ENROLLED) == 1
    assert [entry.action for entry in written].count(AuditAction.CONSENT_CHANGED) == 4


def test_nothing_is_computed_from_a_face_before_agreement_and_confirmation(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.services.photo_examiner.PhotoExaminer.examine", lambda *_: pytest.fail("computed"))
    whole = agreed_talk(desk)
    for talk in (
        replace(whole, confirmation=None),
        replace(whole, choices={}),
        replace(whole, choices={RECOGNITION: False, PHOTO: True}),
        replace(whole, shown=None),
    ):
        with pytest.raises(ConsentMissing):
            desk.capture.check_photo(talk, source_path("astronaut.png"))
        with pytest.raises(ConsentMissing):
            desk.capture.enrol(talk, [])
    assert desk.people.count() == 0


def test_a_draft_is_sealed_holds_no_picture_and_is_offered_again(
    desk: Desk, vault_folder: Path, keystore: MemoryKeyStore
) -> None:
    talk = replace(agreed_talk(desk, "Zoë Beispiel"), step=Step.CHECK)
    desk.capture.keep(replace(talk, step=Step.CHOICES))
    desk.capture.keep(talk)
    (stored,) = desk._vault.capture_drafts.list()
    assert stored.values is not None
    assert stored.values["state"].keys() == {
        *("version", "id", "begun_at", "step", "kind", "nameless", "minor", "another", "shown", "choices"),
        *("confirmation", "asked_at"),
    }
    desk.close()
    files = [each for each in vault_folder.iterdir() if each.is_file()]
    assert not any("Zoë Beispiel".encode() in each.read_bytes() for each in files)
    with open_desk(vault_folder, keystore) as again:
        (resumed,) = again.capture.unfinished()
        assert resumed == replace(talk, step=Step.PHOTO)


def test_giving_up_destroys_the_draft_with_its_key(desk: Desk) -> None:
    talk = agreed_talk(desk)
    desk.capture.keep(talk)
    sealer = desk._vault._room.sealer
    assert sealer.has(talk.id)
    desk.capture.give_up(withdraw(talk))
    assert not sealer.has(talk.id)
    assert desk.capture.unfinished() == []
    result = desk._vault.erasures.results()[0].result
    assert result.complete
    assert result.subjects == (talk.id,)
    for late in (lambda: desk.capture.keep(talk), lambda: desk.capture.enrol(talk, [])):
        with pytest.raises(ConversationOver):
            late()
    desk.capture.give_up(talk)
    assert not sealer.has(talk.id)


def test_giving_up_what_was_never_written_leaves_no_trace(desk: Desk) -> None:
    talk = agreed_talk(desk)
    desk.capture.give_up(talk)
    assert desk._vault.erasures.results() == []
    with pytest.raises(ConversationOver):
        desk.capture.keep(talk)


def test_a_draft_of_yesterday_goes_by_itself(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = agreed_talk(desk), agreed_talk(desk)
    old = replace(old, begun_at=old.begun_at - timedelta(hours=23))
    for talk in (old, new):
        desk.capture.keep(talk)
    assert desk.capture.tend() == 0
    clock = Clock(new.begun_at + timedelta(hours=2))
    monkeypatch.setattr("desktop.services.capture.utc_now", lambda: clock.wall)
    assert [talk.id for talk in desk.capture.unfinished()] == [new.id]
    with pytest.raises(ConversationOver):
        desk.capture.enrol(old, [])
    assert desk.capture.tend() == 1
    assert not desk._vault._room.sealer.has(old.id)
    assert desk._vault._room.sealer.has(new.id)


def test_a_draft_that_cannot_be_read_goes_as_well(desk: Desk) -> None:
    talk = agreed_talk(desk)
    desk.capture.keep(talk)
    (stored,) = desk._vault.capture_drafts.list()
    desk._vault.capture_drafts.save(replace(stored, values={"name": "x"}), talk.begun_at)
    assert desk.capture.unfinished() == []
    assert desk.capture.tend() == 1
    assert desk._vault.capture_drafts.list() == []


def test_a_notice_published_while_the_person_reads_stops_the_enrolment(desk: Desk) -> None:
    talk = agreed_talk(desk)
    desk.capture.keep(talk)
    publish(desk)
    with pytest.raises(NoticeOutdated):
        desk.capture.enrol(talk, checks(desk, talk, "astronaut.png"))
    assert desk.people.count() == 0
    assert len(desk.capture.unfinished()) == 1
    force = desk.notices.in_force()
    assert force is not None
    desk.notices.retire(force.id)
    for late in (lambda: desk.capture.enrol(talk, []), desk.capture.begin):
        with pytest.raises(NoticeMissing):
            late()


def test_what_is_incomplete_is_not_enrolled(desk: Desk) -> None:
    whole = agreed_talk(desk)
    for talk, lacking in (
        (replace(whole, choices={RECOGNITION: True}), "choices"),
        (replace(whole, who=replace(whole.who, minor=True)), "guardian"),
    ):
        with pytest.raises(ConversationIncomplete, match=lacking):
            desk.capture.enrol(talk, [])
    assert desk.people.count() == 0


def test_pictures_of_two_people_or_none_enrol_nobody(desk: Desk) -> None:
    talk = agreed_talk(desk)
    with pytest.raises(NoUsablePhoto):
        desk.capture.enrol(talk, [])
    with pytest.raises(PhotosDiffer):
        desk.capture.enrol(talk, checks(desk, talk, "astronaut.png", "obama.jpg"))
    desk.capture.enrol(talk, checks(desk, talk, "obama.jpg", "obama2.jpg"))
    assert desk.people.get(talk.id).templates == 2


def test_a_full_disk_enrols_nobody_and_wipes_what_was_computed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **_named: object) -> None:
        raise DiskFull

    talk = agreed_talk(desk)
    found = checks(desk, talk, "obama.jpg")
    monkeypatch.setattr(desk._vault.enrolments, "add", full)
    with pytest.raises(DiskFull):
        desk.capture.enrol(talk, found)
    assert all(check.vector is not None and not check.vector.any() for check in found)
    assert (desk.people.count(), desk.gallery_size) == (0, 0)


def test_only_people_of_the_very_same_name_are_offered(desk: Desk) -> None:
    enrol(desk, "Ada Example", "astronaut.png")
    enrol(desk, "Ada Example-Smith", "obama.jpg")
    talk = agreed_talk(desk, "  ADA  example")
    assert [person.details.name for person in desk.capture.namesakes(talk)] == ["Ada Example"]
    nameless = replace(talk, who=replace(talk.who, nameless=True))
    assert desk.capture.namesakes(nameless) == []


def test_without_a_controller_nobody_is_asked(vault_folder: Path, keystore: MemoryKeyStore) -> None:
    with open_desk(vault_folder, keystore) as desk:
        with pytest.raises(NoticeMissing):
            desk.capture.begin()
        make_ready(desk)
        desk.controller._current = None
        with pytest.raises(ControllerUnknown):
            desk.capture.begin()


KILLED = """
import sys
from pathlib import Path
from desktop.domain.conversation import Step
from tests.helpers.conversations import agreed_talk, make_ready
from tests.helpers.desks import open_desk
from tests.helpers.file_keystore import FileKeyStore

with open_desk(Path(sys.argv[1]), FileKeyStore(Path(sys.argv[2]))) as desk:
    make_ready(desk)
    desk.capture.keep(agreed_talk(desk, "Ada Example"))
    ready()
    say("kept")
    import time
    time.sleep(60)
"""


def test_kill_9_in_the_middle_loses_nothing_that_was_said(vault_folder: Path, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    assert ["kept"] in killed(KILLED, [str(vault_folder), str(keys)], after=0.2)  # the log says something, too
    with open_desk(vault_folder, FileKeyStore(keys)) as desk:  # type: ignore[arg-type]
        (talk,) = desk.capture.unfinished()
        assert (talk.who.details.name, talk.step) == ("Ada Example", Step.PHOTO)
        desk.capture.enrol(talk, checks(desk, talk, "astronaut.png"))
        assert desk.people.get(talk.id).details.name == "Ada Example"
        assert json.dumps([each.details.name for each in desk.people.list()]) == '["Ada Example"]'
