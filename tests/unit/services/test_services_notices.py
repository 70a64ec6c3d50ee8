"""The officer's notices: from the starter texts to a version in force, and what a desk without one answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.ids import ConsentId, NoticeId, random_id
from desktop.domain.notices import (
    LANGUAGES,
    PLACEHOLDERS,
    Notice,
    NoticeEdit,
    NoticeState,
    clean_text,
    filled,
    publishing_problems,
)
from desktop.domain.permissions import Role
from desktop.domain.purposes import RECOGNITION, Purpose, PurposeKey
from desktop.services.desk import Desk
from desktop.services.errors import (
    ControllerMissing,
    NoticeTooLong,
    NoticeUnfinished,
    NotPermitted,
    PurposesInvalid,
)
from desktop.services.gallery_feed import utc_now
from desktop.services.hub import NoticesChanged
from desktop.services.notices import starter_text, unchanged_starters
from desktop.services.starter_notice import starter_notice
from desktop.vault.errors import DraftExists, NoticeChanged, NoticeUnknown
from tests.helpers.desks import Heard
from tests.helpers.operators import sign_in_as
from tests.helpers.setups import CONTROLLER
from tests.helpers.vaults import new_person


def draft(desk: Desk) -> Notice:
    return desk._vault.notices.get(desk.notices.begin())


def edited(notice: Notice, **changes: object) -> NoticeEdit:
    whole = NoticeEdit(notice.id, notice.revision, notice.purposes, tuple(notice.texts.values()))
    return replace(whole, **changes)


def actions(desk: Desk) -> list[tuple[str, object]]:
    entries = reversed(desk._vault.audit.list(AuditFilter(), 0, 50))
    return [(entry.action, entry.object_id) for entry in entries if entry.action.startswith("notice")]


def test_the_starter_texts_are_complete_in_five_languages_and_say_what_the_law_asks() -> None:
    starter = starter_notice()
    assert [text.language for text in starter.texts] == list(LANGUAGES)
    assert set(starter.notes) == set(LANGUAGES)
    notice = Notice(
        NoticeId("n"), 1, NoticeState.DRAFT, 1, utc_now(), starter.purposes, {t.language: t for t in starter.texts}
    )
    assert publishing_problems(notice) == []
    for text in starter.texts:
        whole = " ".join((text.title, *text.paragraphs))
        assert all(f"{{{name}}}" in whole for name in PLACEHOLDERS), text.language
        assert len(text.paragraphs) == len(starter.texts[0].paragraphs)
        assert clean_text(text) == text
        shown = filled(text, CONTROLLER)
        assert "{" not in "".join(shown.paragraphs)
        assert len(shown.paragraphs) == len(text.paragraphs) - 1, (
            "no officer for data protection: nothing is said of one"
        )
        assert "6(1)" in whole or "6 Absatz 1" in whole
        assert sum(map(len, text.paragraphs)) < 2_600, "people have two minutes"


def test_a_desk_without_a_notice_says_so_and_starts_from_the_starter_texts(desk: Desk) -> None:
    assert desk.notices.in_force() is None
    assert desk.notices.to_ask() == []
    notice = draft(desk)
    assert notice.languages == LANGUAGES
    assert unchanged_starters(notice) == LANGUAGES
    assert desk.notices.in_force() is None
    with pytest.raises(DraftExists):
        desk.notices.begin()
    with pytest.raises(ControllerMissing):
        desk.notices.publish(notice.id, notice.revision, ask_again=False)
    desk.controller.begin_with(CONTROLLER)
    desk.notices.publish(notice.id, notice.revision, ask_again=False)
    found = desk.notices.in_force()
    assert found is not None
    assert (found.id, found.state, found.published_by) == (notice.id, NoticeState.PUBLISHED, desk.access.operator_id)
    assert set(found.hashes) == set(LANGUAGES)


def test_every_change_is_in_the_audit_log_with_the_hashes_of_what_was_published(desk: Desk) -> None:
    desk.controller.begin_with(CONTROLLER)
    heard = Heard(desk)
    notice = draft(desk)
    desk.notices.edit(edited(notice, texts=(starter_text("ar"),)))
    desk.notices.publish(notice.id, 2, ask_again=True)
    desk.notices.retire(notice.id)
    second = draft(desk)
    desk.notices.discard(second.id, 1)
    assert actions(desk) == [
        ("notice_drafted", notice.id),
        ("notice_edited", notice.id),
        ("notice_published", notice.id),
        ("notice_retired", notice.id),
        ("notice_drafted", second.id),
        ("notice_discarded", second.id),
    ]
    (entry,) = desk._vault.audit.list(AuditFilter(action=AuditAction.NOTICE_PUBLISHED), 0, 9)
    stored = desk._vault.notices.get(notice.id).hashes
    assert entry.detail == {"version": 1, "ask_again": True, "text_ar": stored["ar"].hex()}
    assert len(heard.of(NoticesChanged)) == 6
    assert second.texts.keys() == {"ar"}, "a new version begins as a copy of the newest"
    assert desk.notices.in_force() is None


def test_a_draft_is_cleaned_and_need_not_be_complete(desk: Desk) -> None:
    notice = draft(desk)
    english = replace(starter_text("en"), title=" May\u202e we\x00 talk? ", paragraphs=("One\x07", "", " Two "))
    stored = desk.notices.edit(edited(notice, purposes=notice.purposes[:1], texts=(english,)))
    assert stored.revision == 2
    assert stored.texts["en"].title == "May we talk?"
    assert stored.texts["en"].paragraphs == ("One", "Two")
    assert stored.texts["en"].purposes.keys() == {RECOGNITION}, "words of a purpose that is gone go with it"
    desk.controller.begin_with(CONTROLLER)
    stored = desk.notices.edit(edited(stored, texts=(replace(english, title=""),)))
    with pytest.raises(NoticeUnfinished):
        desk.notices.publish(notice.id, stored.revision, ask_again=False)
    stored = desk.notices.edit(edited(stored, texts=()))
    with pytest.raises(NoticeUnfinished):
        desk.notices.publish(notice.id, stored.revision, ask_again=False)


def test_what_is_too_long_or_impossible_is_refused_whole(desk: Desk) -> None:
    notice = draft(desk)
    english = starter_text("en")
    whole = replace(english, paragraphs=("x" * 10_000,))
    stored = desk.notices.edit(edited(notice, texts=(whole,)))
    for texts in ((replace(english, paragraphs=("x" * 10_001,)),), (replace(english, title="x" * 201),)):
        with pytest.raises(NoticeTooLong):
            desk.notices.edit(edited(stored, texts=texts))
    twice = (*notice.purposes, notice.purposes[0])
    for purposes in (twice, (*notice.purposes, Purpose(PurposeKey("Not A Key")))):
        with pytest.raises(PurposesInvalid):
            desk.notices.edit(edited(stored, purposes=purposes))
    assert desk._vault.notices.get(notice.id) == stored


def test_a_notice_that_changed_meanwhile_is_neither_saved_over_nor_published(desk: Desk) -> None:
    desk.controller.begin_with(CONTROLLER)
    notice = draft(desk)
    theirs = desk.notices.edit(edited(notice, texts=(replace(starter_text("en"), title="Theirs"),)))
    with pytest.raises(NoticeChanged):
        desk.notices.edit(edited(notice, texts=(replace(starter_text("en"), title="Mine"),)))
    with pytest.raises(NoticeChanged):
        desk.notices.publish(notice.id, notice.revision, ask_again=False)
    desk.notices.publish(notice.id, theirs.revision, ask_again=False)
    for late in (
        lambda: desk.notices.edit(edited(theirs)),
        lambda: desk.notices.publish(notice.id, theirs.revision, ask_again=True),
        lambda: desk.notices.discard(notice.id, theirs.revision),
    ):
        with pytest.raises(NoticeChanged):
            late()
    published = desk.notices.in_force()
    assert published is not None
    assert published.texts["en"].title == "Theirs"
    with pytest.raises(NoticeUnknown):
        desk.notices.publish(NoticeId(random_id()), 1, ask_again=False)


def test_who_must_be_asked_again_is_told_before_and_listed_after(desk: Desk) -> None:
    desk.controller.begin_with(CONTROLLER)
    ada, _ = desk._vault.people.add_many([new_person(1), new_person(2)])
    first = draft(desk)
    assert desk.notices.would_ask(first) == 2
    desk.notices.publish(first.id, 1, ask_again=False)
    assert desk.notices.to_ask() == []
    second = draft(desk)
    desk.notices.publish(second.id, 1, ask_again=True)
    assert len(desk.notices.to_ask()) == 2
    event = ConsentEvent(
        ConsentId(random_id()), ada, ConsentState.RENEWED, utc_now(), None, RECOGNITION, None, second.id
    )
    desk._vault.consents.append(event)
    assert ada not in {each.person_id for each in desk.notices.to_ask()}
    assert len(desk.notices.to_ask()) == 1
    third = draft(desk)
    assert desk.notices.would_ask(third) == 2
    desk.notices.publish(third.id, 1, ask_again=False)
    assert len(desk.notices.to_ask()) == 1, "a version that asks nobody does not end what an earlier one began"


def test_guards_may_read_what_is_in_force_and_nothing_else(desk: Desk) -> None:
    sign_in_as(desk, Role.GUARD)
    assert desk.notices.in_force() is None
    for act in (desk.notices.list, desk.notices.begin, desk.notices.to_ask):
        with pytest.raises(NotPermitted):
            act()
    sign_in_as(desk, Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted):
        desk.notices.in_force()
    sign_in_as(desk, Role.OFFICER)
    assert desk.notices.list() == []
