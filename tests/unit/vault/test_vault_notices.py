"""Versions of the notice in the vault: one draft, one in force, and nothing published ever changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.ids import ConsentId, NoticeId, OperatorId, PersonId, random_id
from desktop.domain.notices import NoticeEdit, NoticeState, NoticeText, PurposeText, ToAsk
from desktop.domain.purposes import PHOTO, RECOGNITION, LawfulBasis, Purpose, PurposeKey, SpecialCondition
from desktop.vault import cipher, migrate
from desktop.vault.errors import DraftExists, NoticeChanged, NoticeUnknown
from desktop.vault.migrations import REVISIONS
from desktop.vault.notices import Publication, text_hash
from desktop.vault.vault import Vault
from tests.helpers.filled_tables import fill
from tests.helpers.vaults import new_person

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OFFICER = OperatorId(random_id())

PURPOSES = (
    Purpose(RECOGNITION, condition=SpecialCondition.EXPLICIT_CONSENT, optional=False),
    Purpose(PHOTO, retention_days=3, validity_days=None),
    Purpose(PurposeKey("letters"), LawfulBasis.LEGITIMATE_INTERESTS),
)
WORDS = {purpose.key: PurposeText(f"About {purpose.key}", "Why.") for purpose in PURPOSES}
ENGLISH = NoticeText("en", "May we?", ("One {site}.", "Two."), WORDS)
ARABIC = NoticeText("ar", "هل تسمح؟", ("واحد",), WORDS)


def draft(vault: Vault) -> NoticeEdit:
    edit = NoticeEdit(NoticeId(random_id()), 1, PURPOSES, (ENGLISH, ARABIC))
    vault.notices.begin(edit, NOW)
    return edit


def publish(vault: Vault, *, ask_again: bool = False, at: datetime = NOW) -> NoticeId:
    edit = draft(vault)
    vault.notices.publish(Publication(edit.notice_id, 1, ask_again, OFFICER, at))
    return edit.notice_id


def agree(
    vault: Vault,
    person_id: PersonId,
    at: datetime,
    notice: NoticeId | None,
    purpose: PurposeKey = RECOGNITION,
    state: ConsentState = ConsentState.GIVEN,
    until: datetime | None = None,
) -> None:
    event = ConsentEvent(ConsentId(random_id()), person_id, state, at, until, purpose, OFFICER, notice)
    vault.consents.append(event)
    assert vault.consents.history(person_id)[-1] == event


def test_a_draft_is_read_back_as_it_was_written(vault: Vault) -> None:
    edit = draft(vault)
    notice = vault.notices.get(edit.notice_id)
    assert (notice.version, notice.state, notice.revision) == (1, NoticeState.DRAFT, 1)
    assert notice.purposes == PURPOSES
    assert notice.texts == {"en": ENGLISH, "ar": ARABIC}
    assert notice.languages == ("en", "ar")
    assert notice.hashes == {}
    changed = replace(edit, purposes=PURPOSES[:1], texts=(replace(ENGLISH, title="Shall we?"),))
    vault.notices.save(changed, NOW + DAY)
    notice = vault.notices.get(edit.notice_id)
    assert (notice.revision, notice.changed_at) == (2, NOW + DAY)
    assert notice.purposes == PURPOSES[:1]
    assert [text.title for text in notice.texts.values()] == ["Shall we?"]
    assert vault.notices.published() is None


def test_whoever_edits_an_older_revision_is_refused_and_the_newer_one_stays(vault: Vault) -> None:
    edit = draft(vault)
    vault.notices.save(replace(edit, texts=(replace(ENGLISH, title="First"),)), NOW)
    for attempt in (
        lambda: vault.notices.save(replace(edit, texts=(replace(ENGLISH, title="Second"),)), NOW),
        lambda: vault.notices.publish(Publication(edit.notice_id, 1, False, OFFICER, NOW)),
        lambda: vault.notices.discard(edit.notice_id, 1),
        lambda: vault.notices.retire(edit.notice_id, NOW),
    ):
        with pytest.raises(NoticeChanged):
            attempt()
    assert vault.notices.get(edit.notice_id).texts["en"].title == "First"
    with pytest.raises(DraftExists):
        draft(vault)
    vault.notices.discard(edit.notice_id, 2)
    assert vault.notices.list() == []
    with pytest.raises(NoticeUnknown):
        vault.notices.get(edit.notice_id)
    with pytest.raises(NoticeUnknown):
        vault.notices.retire(edit.notice_id, NOW)


def test_publishing_freezes_hashes_and_retires_the_version_before(vault: Vault) -> None:
    first = publish(vault)
    second = publish(vault, ask_again=True, at=NOW + DAY)
    newest, older = vault.notices.list()
    assert [newest.id, older.id] == [second, first]
    assert (newest.version, newest.state, newest.published_at, newest.published_by) == (
        2,
        NoticeState.PUBLISHED,
        NOW + DAY,
        OFFICER,
    )
    assert (older.state, older.published_at, older.retired_at) == (NoticeState.RETIRED, NOW, NOW + DAY)
    assert newest.hashes == {text.language: text_hash(text, PURPOSES) for text in (ENGLISH, ARABIC)}
    assert vault.notices.published() == newest
    assert vault.notices.asked_again_since() == 2
    vault.notices.retire(second, NOW + 2 * DAY)
    assert vault.notices.published() is None
    assert vault.notices.get(second).hashes == newest.hashes


def test_the_hash_covers_every_word_and_every_fact() -> None:
    known = text_hash(ENGLISH, PURPOSES)
    assert len(known) == 32
    assert known == text_hash(replace(ENGLISH, purposes=dict(reversed(WORDS.items()))), PURPOSES)
    other_words = {**WORDS, PHOTO: PurposeText("About photo", "Because.")}
    changed = [
        text_hash(replace(ENGLISH, title="May we"), PURPOSES),
        text_hash(replace(ENGLISH, language="de"), PURPOSES),
        text_hash(replace(ENGLISH, paragraphs=("One {site}. Two.",)), PURPOSES),
        text_hash(replace(ENGLISH, purposes=other_words), PURPOSES),
        text_hash(ENGLISH, PURPOSES[:2]),
        text_hash(ENGLISH, PURPOSES[::-1]),
        *(
            text_hash(ENGLISH, (*PURPOSES[:1], replace(PURPOSES[1], **{name: value}), PURPOSES[2]))
            for name, value in (
                ("basis", LawfulBasis.CONTRACT),
                ("condition", SpecialCondition.EMPLOYMENT),
                ("retention_days", 4),
                ("validity_days", 1),
                ("optional", False),
            )
        ),
    ]
    assert len({known, *changed}) == len(changed) + 1


ALTERATIONS = (
    "UPDATE notice_texts SET title = 'other'",
    "UPDATE notice_texts SET text_hash = x'00'",
    "DELETE FROM notice_texts",
    "UPDATE purposes SET retention_days = 99",
    "DELETE FROM purposes",
    "UPDATE notices SET ask_again = 1",
    "UPDATE notices SET state = 'draft', published_at = NULL, retired_at = NULL",
    "UPDATE notices SET state = 'retired', retired_at = 1, published_at = 2",
    "DELETE FROM notices",
)


@pytest.mark.parametrize("retired", [False, True])
def test_the_database_itself_refuses_to_change_what_was_published(vault: Vault, retired: bool) -> None:
    notice_id = publish(vault)
    if retired:
        vault.notices.retire(notice_id, NOW)
    before = vault.notices.get(notice_id)
    for statement in ALTERATIONS:
        with pytest.raises(IntegrityError, match="stays as it is"):
            vault.write(lambda live, statement=statement: live.execute(text(statement))).result()
        assert vault.notices.get(notice_id) == before, statement


def test_who_must_be_asked_again(vault: Vault) -> None:
    names = ("Ada", "Bea", "Cyd", "Dan", "Eve", "Flo", "Gus")
    ada, bea, cyd, dan, eve, flo, gus = vault.people.add_many([new_person(n, name) for n, name in enumerate(names)])
    old = publish(vault)
    agree(vault, ada, NOW, old)
    agree(vault, ada, NOW + DAY, old, PHOTO)
    agree(vault, bea, NOW, old, until=NOW + 5 * DAY)
    agree(vault, cyd, NOW, old, state=ConsentState.WITHDRAWN)
    new = publish(vault, ask_again=True)
    agree(vault, dan, NOW, new)
    agree(vault, eve, NOW, old)
    agree(vault, eve, NOW + 2 * DAY, new, state=ConsentState.RENEWED)
    agree(vault, flo, NOW, new)
    agree(vault, flo, NOW + 3 * DAY, old, PHOTO)  # of a conversation that had begun before
    later = NOW + 4 * DAY
    found = {each.person_id: each for each in vault.consents_in_force.before_version(2, later)}
    assert found[ada] == ToAsk(ada, (RECOGNITION, PHOTO), NOW, 1)
    assert found[flo] == ToAsk(flo, (PHOTO,), NOW + 3 * DAY, 1)
    assert found[gus].version is None
    assert found.keys() == {ada, bea, flo, gus}
    assert bea not in {each.person_id for each in vault.consents_in_force.before_version(2, NOW + 5 * DAY)}
    assert {each.person_id for each in vault.consents_in_force.before_version(3, later)} == {*found, dan, eve}
    vault.people.remove(ada)
    assert ada not in {each.person_id for each in vault.consents_in_force.before_version(2, later)}


def test_events_of_before_the_purposes_were_all_about_recognition(tmp_path: Path) -> None:
    connection = cipher.connect(tmp_path / "old.db", bytes(32), create=True)
    connection.execute("PRAGMA foreign_keys=OFF")
    place = [module.revision for module in REVISIONS].index("0007")
    with migrate.engine_on(connection).begin() as live:
        migrate._run(live, REVISIONS[:place])
        fill(live)
    before = connection.execute("SELECT seq, person_id, state, at FROM consent_events ORDER BY seq").fetchall()
    assert migrate.migrate(connection, tmp_path)
    found = connection.execute("SELECT seq, person_id, state, at FROM consent_events ORDER BY seq").fetchall()
    assert found == before
    assert before
    added = connection.execute("SELECT DISTINCT purpose, operator_id, notice_id FROM consent_events").fetchall()
    assert added == [("recognition", None, None)]
    assert connection.execute("SELECT DISTINCT own_key FROM photos").fetchall() == [(0,)]
    connection.close()
