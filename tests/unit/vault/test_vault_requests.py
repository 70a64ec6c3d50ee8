"""The register of requests: what is written goes with its person, what happened stays; one change or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from desktop.domain.erasure import Category, ErasureOrder
from desktop.domain.ids import OperatorId, PersonId, RequestId, random_id
from desktop.domain.requests import (
    Channel,
    RequestAct,
    RequestDetails,
    RequestEvent,
    RequestKind,
    RequestStatus,
    RightsRequest,
    with_event,
)
from desktop.vault.errors import PersonUnknown, RequestChanged, RequestUnknown
from desktop.vault.records import utc_now
from desktop.vault.request_models import RequestDetailsRow, RequestRow
from desktop.vault.vault import Vault
from tests.helpers.vaults import new_person

DAY = date(2026, 3, 2)
BY = OperatorId(random_id())


def event(act: RequestAct, text: str = "", detail: str = "") -> RequestEvent:
    return RequestEvent(act, utc_now(), DAY, BY, detail, text)


def registered(vault: Vault, person_id: PersonId | None = None) -> RightsRequest:
    request = RightsRequest(
        RequestId(random_id()),
        RequestKind.ERASURE,
        Channel.LETTER,
        "de",
        DAY,
        (event(RequestAct.REGISTERED),),
        RequestDetails("Zebulon Quirk", "zebulon@example.org", "everything"),
        person_id,
    )
    vault.requests.add(request)
    return request


def test_what_was_stored_is_read_back_and_lies_sealed(vault: Vault) -> None:
    ada = vault.people.add_many([new_person(1)])[0]
    kept = [registered(vault), registered(vault, ada)]
    refused = with_event(kept[1], event(RequestAct.REFUSED, "because Zebulon said so", "excessive"))
    vault.requests.save(refused)
    assert vault.requests.get(kept[0].id) == kept[0]
    assert vault.requests.get(kept[1].id) == refused
    assert {each.id for each in vault.requests.list()} == {each.id for each in kept}
    rows = vault.read(
        lambda live: [live.execute(select(each.__table__)).all() for each in (RequestRow, RequestDetailsRow)]
    )
    assert "Zebulon" not in repr(rows)
    assert "Zebulon" not in repr(refused)


@pytest.mark.parametrize("linked_later", [False, True])
def test_with_the_person_goes_what_was_written_and_the_history_stays(vault: Vault, linked_later: bool) -> None:
    ada = vault.people.add_many([new_person(1)])[0]
    request = registered(vault, None if linked_later else ada)
    if linked_later:
        request = with_event(replace(request, person_id=ada), event(RequestAct.PERSON_FOUND))
        vault.requests.save(request)
    result = vault.erasures.erase(ErasureOrder((ada,))).result
    assert result.complete
    assert result.erased[Category.REQUESTS] == 1
    left = vault.requests.get(request.id)
    assert (left.details, left.person_id, left.received_on) == (None, None, DAY)
    assert not vault._room.sealer.has(request.id)
    vault.requests.save(with_event(left, event(RequestAct.ANSWERED, "done")))
    assert vault.requests.get(request.id).status is RequestStatus.ANSWERED
    assert vault.read(lambda live: live.execute(select(RequestDetailsRow.__table__)).all()) == []


def test_a_change_is_made_to_what_was_read_or_not_at_all(vault: Vault) -> None:
    request = registered(vault)
    vault.requests.save(with_event(request, event(RequestAct.ASSIGNED)))
    with pytest.raises(RequestChanged):
        vault.requests.save(with_event(request, event(RequestAct.ANSWERED)))
    with pytest.raises(PersonUnknown):
        vault.requests.save(
            with_event(replace(vault.requests.get(request.id), person_id=PersonId("x")), event(RequestAct.PERSON_FOUND))
        )
    assert [each.act for each in vault.requests.get(request.id).events] == [RequestAct.REGISTERED, RequestAct.ASSIGNED]
    with pytest.raises(RequestUnknown):
        vault.requests.get(RequestId("none"))
    with pytest.raises(RequestUnknown):
        vault.requests.save(with_event(replace(request, id=RequestId("none")), event(RequestAct.ANSWERED)))
    with pytest.raises(PersonUnknown):
        registered(vault, PersonId("nobody"))
    assert len(vault.requests.list()) == 1
