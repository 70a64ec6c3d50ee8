"""The figures a site can publish: counted right, and small ones never leave the desk."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.erasure import ErasureReason
from desktop.domain.ids import ConsentId, PersonId, random_id
from desktop.domain.permissions import Role
from desktop.domain.requests import Channel, RequestDetails, RequestKind
from desktop.domain.retention import Kept
from desktop.domain.trust import TrustPart, TrustReport
from desktop.services.desk import Desk
from desktop.services.errors import NotPermitted, ResultNotSaved
from desktop.services.gallery_feed import utc_now
from desktop.services.requests import NewRequest
from tests.helpers.operators import sign_in_as
from tests.helpers.vaults import new_person

DAY = timedelta(days=1)


class Printer:
    """Takes what would be drawn."""

    def __init__(self) -> None:
        self.report: TrustReport | None = None

    def save(self, report: TrustReport, target: Path) -> None:
        self.report = report
        target.write_bytes(b"%PDF")


@pytest.fixture
def people(desk: Desk) -> list[PersonId]:
    """Seven with consent, of whom two are over, and one is erased."""
    desk._keeper.close()
    desk._purge()
    people = desk._vault.people.add_many([new_person(seed) for seed in range(8)])
    end = utc_now() - DAY
    for person in people[5:7]:
        event = ConsentEvent(ConsentId(random_id()), person, ConsentState.GIVEN, end - DAY, end)
        desk._vault.consents.append(event)
    desk.erasures.erase([people[7]], reason=ErasureReason.MISTAKE)
    return people


def values(report: TrustReport, part: TrustPart) -> dict[str, float | None]:
    return {each.name: each.value for each in report.of(part)}


def test_everything_is_counted(desk: Desk, people: list[PersonId]) -> None:
    desk.requests.register(
        NewRequest(RequestKind.ACCESS, Channel.DESK, desk.requests.today, "en", RequestDetails("Zoë Asker"))
    )
    report = desk.trust.report()
    consents = values(report, TrustPart.CONSENTS)
    assert (consents[ConsentState.GIVEN], consents[ConsentState.EXPIRED]) == (5, 2)
    erased = values(report, TrustPart.ERASURES)
    assert (erased[ErasureReason.MISTAKE], erased[ErasureReason.REQUEST], erased["incomplete"]) == (1, 0, 0)
    requests = values(report, TrustPart.REQUESTS)
    assert (requests["received"], requests["open"], requests[RequestKind.ACCESS], requests["overdue"]) == (1, 1, 1, 0)
    assert requests["middle_response"] is None
    desk.retention.run()
    later = desk.trust.report()
    assert values(later, TrustPart.RETENTION)[Kept.PEOPLE] == 2
    assert values(later, TrustPart.CONSENTS)[ConsentState.EXPIRED] == 0
    assert values(later, TrustPart.PERIODS)[Kept.STRANGERS] == 24


def test_what_is_saved_tells_of_nobody(desk: Desk, people: list[PersonId], tmp_path: Path) -> None:
    printer = Printer()
    for name in ("trust.json", "trust.csv", "trust.pdf"):
        desk.trust.save(tmp_path / name, printer)
    document = json.loads((tmp_path / "trust.json").read_text())
    found = {(each["part"], each["name"]): each["value"] for each in document["figures"]}
    assert found["consents", "ConsentGiven"] == 5
    assert found["consents", "ConsentExpired"] is None
    assert found["erasures", "mistake"] is None
    assert found["periods", "strangers"] == 24
    with (tmp_path / "trust.csv").open(newline="") as file:
        lines = {(line["part"], line["name"]): line["value"] for line in csv.DictReader(file)}
    assert lines["consents", "ConsentGiven"] == "5"
    assert lines["erasures", "mistake"] == ""
    assert printer.report is not None
    assert printer.report.public
    listing = desk.audit.find(AuditFilter(action=AuditAction.TRUST_EXPORTED))
    assert listing.count == 3


def test_what_is_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultNotSaved):
        desk.trust.save(tmp_path / "file" / "trust.json", Printer())
    sign_in_as(desk, Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted):
        desk.trust.report()
