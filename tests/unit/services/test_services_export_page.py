"""The readable page: whole in every language, from the site's own settings, asking for nothing from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from desktop.domain.audit import AuditAction
from desktop.domain.export import ExportKind, ExportPart
from desktop.domain.ids import PersonId
from desktop.domain.notices import LANGUAGES
from desktop.services.desk import Desk
from desktop.services.export_files import as_csv, columns
from desktop.services.export_making import content_of
from desktop.services.export_page import Page
from desktop.services.export_reading import Content, readable
from desktop.services.export_statements import SiteFacts
from desktop.services.export_tables import Tables
from desktop.services.export_words import export_words
from tests.helpers.consents import CONTROLLER
from tests.helpers.desks import open_desk
from tests.helpers.exports import NAME, furnished, order
from tests.helpers.vaults import new_person

GAP = re.compile(r"\{(\w*)\}")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, PersonId]]:
    with open_desk(tmp_path_factory.mktemp("page") / "desk" / "vault") as opened:
        yield opened, furnished(opened, "ar")


def content(
    shared: tuple[Desk, PersonId], language: str = "en", kind: ExportKind = ExportKind.ACCESS, **settings: object
) -> Content:
    desk, person_id = shared
    copy = desk._vault.copies.read(person_id)
    site = SiteFacts(CONTROLLER, desk.settings.current.model_copy(update=settings), 2)
    return content_of(copy, order(person_id, kind, language=language), site, "9f3c 01ab")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ExportKind)
def test_it_stands_for_itself_in_every_language(shared: tuple[Desk, PersonId], language: str, kind: ExportKind) -> None:
    found = content(shared, language, kind)
    for printed in (False, True):
        page = readable(found, printed=printed)
        assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page
        assert not re.search(r"<script|javascript:|https?://|src=\"(?!data:)|href|@import|url\(", page)
        assert not GAP.search(re.sub(r"<style>.*?</style>", "", page))
        for words in (NAME, CONTROLLER.legal_name, "2026-05-04", export_words(language).titles[kind]):
            assert words in page
    assert len(found.statements) == (8 if kind is ExportKind.ACCESS else 0)


def test_the_eight_statements_come_from_the_sites_own_settings(shared: tuple[Desk, PersonId]) -> None:
    said = content(shared, sighting_days=17, audit_months=7, consent_kept_days=444, target_fpir=0.002).statements
    text = {each.article: " ".join(each.lines) for each in said}
    assert list(text) == [f"15(1)({letter})" for letter in "abcdefgh"]
    assert "Recognise me by my face" in text["15(1)(a)"]
    assert "article 6(1)(a)" in text["15(1)(a)"]
    assert "article 9(2)(a)" in text["15(1)(a)"]
    assert "When and where you were recognised: 30" in text["15(1)(b)"]
    assert CONTROLLER.legal_name in text["15(1)(c)"]
    assert "Number of places: 2" in text["15(1)(c)"]
    for number in ("17", "444", "7"):
        assert f": {number}." in text["15(1)(d)"]
    assert "Take your consent back" in text["15(1)(e)"]
    assert text["15(1)(f)"] == CONTROLLER.authority
    assert "Camera at the desk" in text["15(1)(g)"]
    assert "test-model" in text["15(1)(g)"]
    assert "0.2 %" in text["15(1)(h)"]
    assert "article 22" in text["15(1)(h)"]


def test_sightings_are_told_by_day_in_the_sites_time(shared: tuple[Desk, PersonId]) -> None:
    page = readable(content(shared), printed=False)
    assert "<td>2026-05-04</td><td>14</td><td>10:00</td><td>23:03</td>" in page
    assert "<td>2026-05-05</td><td>16</td><td>00:00</td><td>15:03</td>" in page


def test_everything_of_others_is_escaped(shared: tuple[Desk, PersonId]) -> None:
    evil = '<img src="https://evil.example/x"><script>alert(1)</script>'
    found = replace(content(shared), name=evil, controller=replace(CONTROLLER, contact=evil))
    page = readable(found, printed=False)
    assert "<script" not in page
    assert '<img src="https' not in page
    assert "default-src 'none'" in page


def test_somebody_about_whom_there_is_little(shared: tuple[Desk, PersonId]) -> None:
    desk, _ = shared
    person_id = desk._vault.people.add_many([new_person(7)])[0]
    found = content((desk, person_id))
    assert export_words("en").nothing in readable(found, printed=False)
    assert [each.article for each in found.statements][-1] == "15(1)(h)"


def test_times_read_from_left_to_right_in_arabic() -> None:
    assert Page("ar", printed=True).fixed("2026-05-04") == "\u20662026-05-04\u2069"
    assert Page("en", printed=True).fixed("2026-05-04") == "2026-05-04"
    page = Page("ar", printed=True)
    page.table(("a", "b"), [("1", "2")])
    assert page.html("x").index(">b<") < page.html("x").index(">a<"), "Qt never mirrors a table"


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_whole_and_have_the_same_gaps(language: str) -> None:
    words, english = export_words(language).model_dump(), export_words("en").model_dump()

    def compare(one: object, other: object) -> None:
        if isinstance(other, dict):
            assert isinstance(one, dict)
            assert list(one) == list(other)
            for key, each in other.items():
                compare(one[key], each)
        else:
            assert sorted(GAP.findall(str(one))) == sorted(GAP.findall(str(other)))
            assert bool(one) == bool(other)

    compare(words, english)
    assert set(words["actions"]) <= {action.value for action in AuditAction}


def test_a_formula_is_no_formula_in_a_table() -> None:
    assert as_csv(ExportPart.COPIES, []).decode("utf-8-sig") == "package,at,kind,sha256\r\n"
    rows: Tables = {ExportPart.IDENTITY: [{"name": "=1+1", "n": 1.5, "b": True, "x": None, "v": (0.5, -1.0)}]}
    assert (
        as_csv(ExportPart.IDENTITY, rows[ExportPart.IDENTITY]).decode("utf-8-sig").splitlines()[1]
        == "'=1+1,1.5,true,,0.5 -1.0"
    )
    assert columns(ExportPart.SIGHTINGS)[0] == "sighting"
