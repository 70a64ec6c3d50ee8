"""Somebody enrolled is asked once more: agreed, refused in part, refused altogether; and who cannot be asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.domain.capture import choose, confirm, show
from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.consent_proof import Method
from desktop.domain.conversation import Confirmation, Conversation, Step
from desktop.domain.ids import PersonId
from desktop.domain.notices import NoticeEdit
from desktop.domain.people import PersonKind
from desktop.domain.purposes import PHOTO, RECOGNITION, PurposeKey
from desktop.services.capture_errors import ConversationIncomplete, NoticeMissing, NoticeOutdated
from desktop.services.desk import Desk
from desktop.services.errors import NotRenewable
from desktop.services.gallery_feed import utc_now
from desktop.services.receipts import ReceiptFormat
from desktop.vault.errors import PersonUnknown
from tests.helpers.conversations import agreed_talk, make_ready, publish
from tests.helpers.desks import enrol, open_desk, source_path
from tests.helpers.vaults import MemoryKeyStore

GIVEN, RENEWED, REFUSED = ConsentState.GIVEN, ConsentState.RENEWED, ConsentState.REFUSED


@pytest.fixture
def desk(vault_folder: Path, keystore: MemoryKeyStore) -> Iterator[Desk]:
    with open_desk(vault_folder, keystore) as opened:
        opened._keeper.close()
        make_ready(opened)
        yield opened


@pytest.fixture
def ada(desk: Desk) -> PersonId:
    """Enrolled with a picture that is kept."""
    talk = agreed_talk(desk)
    desk.capture.enrol(talk, [desk.capture.check_photo(talk, source_path("astronaut.png"))])
    return talk.id


def answered(desk: Desk, talk: Conversation, **choices: bool) -> Conversation:
    """Ready to be recorded. Everything that is not named is agreed to."""
    notice = desk.notices.in_force()
    assert notice is not None
    talk = show(talk, notice, "en")
    for purpose in notice.purposes:
        talk = choose(talk, purpose.key, agreed=choices.get(purpose.key, True))
    return confirm(replace(talk, step=Step.CONFIRMATION), Confirmation(Method.CHECKBOX, "I agree", ticked=True))


def newest(desk: Desk, person: PersonId) -> dict[PurposeKey, ConsentState]:
    return {event.purpose: event.state for event in desk._vault.consents.history(person)}


def test_whoever_has_expired_agrees_again_and_is_matched(desk: Desk, ada: PersonId) -> None:
    (*_, recognition, _) = before = desk._vault.consents.history(ada)
    end = utc_now()
    desk._vault.withdrawals.record([replace(recognition, state=ConsentState.EXPIRED, at=end, valid_until=end)])
    desk._feed.refresh()
    assert desk.gallery_size == 0
    publish(desk)
    talk = desk.asking_again.begin(ada)
    assert (talk.step, talk.person_id, talk.who.details.name) == (Step.NOTICE, ada, "Ada Example")
    record = desk.asking_again.renew(answered(desk, talk))
    assert desk.gallery_size == 1
    events = [event for event in desk._vault.consents.history(ada) if event.consent_id == record]
    assert [(event.purpose, event.state) for event in events] == [
        (RECOGNITION, ConsentState.REQUESTED),
        (PHOTO, ConsentState.REQUESTED),
        (RECOGNITION, RENEWED),
        (PHOTO, RENEWED),
    ]
    assert record not in {event.consent_id for event in before}
    assert {event.notice_id for event in events} == {desk.notices.in_force().id}  # type: ignore[union-attr]
    values = desk.receipts.values(desk.receipts.make(ada).id, ReceiptFormat.ISO)
    assert values["record_id"] == record
    assert values["consent_proof"]["notice_version"] == 2
    assert desk._vault.people.photo(ada) is not None
    assert desk.capture.unfinished() == []


def test_refusing_the_picture_again_erases_it_and_nothing_else(desk: Desk, ada: PersonId) -> None:
    desk.asking_again.renew(answered(desk, desk.asking_again.begin(ada), photo=False))
    assert newest(desk, ada) == {RECOGNITION: RENEWED, PHOTO: REFUSED}
    assert desk._vault.people.photo(ada) is None
    assert desk.gallery_size == 1
    desk.asking_again.renew(answered(desk, desk.asking_again.begin(ada)))
    assert newest(desk, ada) == {RECOGNITION: RENEWED, PHOTO: RENEWED}


def test_refusing_recognition_again_ends_everything(desk: Desk, ada: PersonId) -> None:
    other = enrol(desk, "Bea", "obama.jpg")
    talk = desk.asking_again.begin(ada)
    with pytest.raises(ConversationIncomplete):
        desk.asking_again.refuse(answered(desk, talk))
    refusing = answered(desk, talk, recognition=False)
    with pytest.raises(ConversationIncomplete):
        desk.asking_again.renew(refusing)
    done = desk.asking_again.refuse(refusing)
    assert done.erasure is not None
    assert done.erasure.result.complete
    assert desk.people.name_of(ada) is None
    assert desk.people.name_of(other) == "Bea"
    states = {event.state for record in desk.consents.archived("Ada Example") for event in record.events}
    assert states == {ConsentState.REQUESTED, GIVEN, REFUSED, ConsentState.WITHDRAWN}
    with pytest.raises(PersonUnknown):
        desk.asking_again.begin(ada)


def test_what_the_notice_no_longer_asks_for_ends(desk: Desk, ada: PersonId) -> None:
    draft_id = desk.notices.begin()
    draft = next(each for each in desk.notices.list() if each.id == draft_id)
    only = tuple(each for each in draft.purposes if each.key == RECOGNITION)
    draft = desk.notices.edit(NoticeEdit(draft_id, draft.revision, only, tuple(draft.texts.values())))
    desk.notices.publish(draft_id, draft.revision, ask_again=True)
    assert [each.person_id for each in desk.notices.to_ask()] == [ada]
    desk.asking_again.renew(answered(desk, desk.asking_again.begin(ada)))
    assert newest(desk, ada) == {RECOGNITION: RENEWED, PHOTO: ConsentState.TERMINATED}
    desk.retention.run()
    assert desk._vault.people.photo(ada) is None
    assert desk.notices.to_ask() == []


def test_who_cannot_be_asked_again(desk: Desk, ada: PersonId) -> None:
    with pytest.raises(PersonUnknown):
        desk.asking_again.begin(PersonId("nobody"))
    talk = answered(desk, desk.asking_again.begin(ada))
    publish(desk)
    with pytest.raises(NoticeOutdated):
        desk.asking_again.renew(talk)
    talk = answered(desk, desk.asking_again.begin(ada))
    with pytest.raises(ConversationIncomplete):
        desk.asking_again.renew(replace(talk, confirmation=None))
    (given, *_) = desk._vault.consents.history(ada)
    taken_back = ConsentEvent(given.consent_id, ada, ConsentState.WITHDRAWN, utc_now() + timedelta(seconds=1))
    desk._vault.withdrawals.record([taken_back])
    for act in (lambda: desk.asking_again.begin(ada), lambda: desk.asking_again.renew(talk)):
        with pytest.raises(NotRenewable):
            act()
    desk.notices.retire(desk.notices.in_force().id)  # type: ignore[union-attr]
    other = enrol(desk, "Bea", "obama.jpg")
    with pytest.raises(NoticeMissing):
        desk.asking_again.begin(other)


def test_an_employee_without_a_reason_on_record_is_asked_for_it_first(desk: Desk) -> None:
    person = enrol(desk, "Bea", "obama.jpg")
    details = desk.people.get(person).details
    desk.people.change(person, replace(details, kind=PersonKind.EMPLOYEE))
    talk = desk.asking_again.begin(person)
    assert talk.step is Step.WHO
    talk = replace(talk, who=replace(talk.who, free_reason="A badge opens the same doors"))
    desk.asking_again.renew(answered(desk, talk))
    assert desk.asking_again.begin(person).step is Step.NOTICE
