"""Desks that are ready to ask for consent, and conversations at a given step."""

from __future__ import annotations

import json
from dataclasses import replace

from sqlalchemy import select

from desktop.domain.capture import choose, confirm, show
from desktop.domain.consent_proof import Method, Proof
from desktop.domain.controller import Controller
from desktop.domain.conversation import Confirmation, Conversation, Step, Who
from desktop.domain.ids import PersonId
from desktop.domain.notices import Notice, NoticeEdit
from desktop.domain.people import PersonDetails
from desktop.domain.purposes import PHOTO, RECOGNITION
from desktop.services.desk import Desk
from desktop.vault.models import ConsentProofRow

CONTROLLER = Controller(
    site="Main entrance",
    legal_name="Example Works Ltd",
    address="1 Mill Lane",
    contact="privacy@example.org",
    dpo="",
    authority="Supervisory authority of Springfield",
    time_zone="Europe/Berlin",
    jurisdiction="DE",
)


def publish(desk: Desk, *, languages: tuple[str, ...] = ()) -> Notice:
    """The starter texts, or those in `languages`, as a new version in force."""
    notice_id = desk.notices.begin()
    draft = next(each for each in desk.notices.list() if each.id == notice_id)
    if languages:
        texts = tuple(draft.texts[language] for language in languages)
        edit = NoticeEdit(notice_id, draft.revision, draft.purposes, texts)
        draft = desk.notices.edit(edit)
    desk.notices.publish(notice_id, draft.revision, ask_again=False)
    found = desk.notices.in_force()
    assert found is not None
    return found


def make_ready(desk: Desk, method: Method = Method.CHECKBOX, *, languages: tuple[str, ...] = ()) -> Notice:
    """A controller, a published notice, and a way to confirm."""
    desk.controller.change(CONTROLLER)
    desk.settings.change(confirmation=method)
    return publish(desk, languages=languages)


def agreed_talk(desk: Desk, name: str = "Ada Example", *, photo: bool = True, language: str = "en") -> Conversation:
    """At the step PHOTO: everything before it is said and confirmed."""
    notice = desk.notices.in_force()
    assert notice is not None
    talk = replace(desk.capture.begin(), who=Who(PersonDetails(name)), step=Step.PHOTO)
    talk = show(talk, notice, language)
    talk = choose(choose(talk, RECOGNITION, agreed=True), PHOTO, agreed=photo)
    return confirm(talk, Confirmation(Method.CHECKBOX, "I agree", ticked=True))


def proof_of(desk: Desk, person_id: PersonId) -> Proof:
    """The one proof about a person."""
    row = ConsentProofRow
    query = select(row.id, row.sealed).where(row.person_id == person_id)
    found = desk._vault.read(lambda connection: connection.execute(query).one())
    plain = desk._vault._room.open_sealed("consent_proofs", found.id, person_id, found.sealed)
    assert plain is not None
    return Proof.from_values(json.loads(plain))
