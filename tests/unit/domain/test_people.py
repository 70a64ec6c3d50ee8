"""Names: what is kept of what was typed, and how they are found."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.consent import PlainConsent
from desktop.domain.people import MAX_NAME_LENGTH, PersonDetails, PersonKind, clean_details, clean_name, search_key


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Ada\tLovelace\n", "Ada Lovelace"),
        ("Zoe\u0308 Müller", "Zoë Müller"),
        ("王秀英", "王秀英"),
        ("محمد", "محمد"),
        ("\u202eada\u202c", "ada"),
        ("\u200fעדה", "עדה"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\x00b\x1b[31m", "a b [31m"),
    ],
)
def test_names_keep_their_letters_and_lose_what_disguises(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "\u202e\u202c", "\x00\n", "\u200c"])
def test_a_name_needs_a_visible_letter(typed: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        clean_name(typed)


def test_a_name_has_a_longest_length() -> None:
    assert clean_name("a" * MAX_NAME_LENGTH)
    with pytest.raises(ValueError, match="long"):
        clean_name("a" * 10_000)


@given(st.text())
def test_cleaning_twice_changes_nothing_more(typed: str) -> None:
    try:
        once = clean_name(typed)
    except ValueError:
        return
    assert clean_name(once) == once
    assert not any(unicodedata.category(c) == "Cc" for c in once)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("LOVE", "Ada Lovelace"),
        ("strasse", "Jan Straße"),
        ("zoë", "Zoe\u0308"),
        ("ａｄａ", "Ada"),
        ("میخواهم", "می\u200cخواهم"),
        ("ada  love", "Ada Lovelace"),
    ],
)
def test_search_finds_whatever_the_spelling_of_the_machine(query: str, name: str) -> None:
    assert search_key(query) in search_key(name)


def test_search_does_not_find_others() -> None:
    assert search_key("bob") not in search_key("Ada Lovelace")


def test_what_may_end_up_in_a_log_shows_no_personal_field() -> None:
    details = PersonDetails("Ada Lovelace", PersonKind.EMPLOYEE, "ada@example.org", "walks with a cane")
    consent = PlainConsent("signed before Mrs Smith", "en")
    shown = f"{details!r} {details} {consent!r} {consent}"
    assert [word for word in ("Ada", "ada@", "cane", "Smith") if word in shown] == []
    assert "employee" in shown


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("contact", "  ada@example.org\n", "ada@example.org"),
        ("contact", "\u202egro.elpmaxe@ada", "gro.elpmaxe@ada"),
        ("note", "first\r\nsecond\x00\x1b[0m line\n\n", "first\nsecond [0m line"),
        ("note", "\u2066hidden\u2069 \u200bmarks", "hidden marks"),
        ("note", "", ""),
    ],
)
def test_contact_and_note_lose_what_disguises_and_a_note_keeps_its_lines(field: str, typed: str, kept: str) -> None:
    assert getattr(clean_details(PersonDetails("Ada", **{field: typed})), field) == kept


@pytest.mark.parametrize(
    ("details", "reason"),
    [
        (PersonDetails("a" * 10_000), "long"),
        (PersonDetails("Ada", contact="a" * 10_000), "contact"),
        (PersonDetails("Ada", note="a" * 10_000), "note"),
        (PersonDetails("\x00\u202e"), "empty"),
    ],
)
def test_what_is_too_long_is_refused_and_never_cut(details: PersonDetails, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        clean_details(details)


def test_heaps_of_marks_on_a_letter_are_cut_and_real_names_are_not() -> None:
    assert len(clean_name("A" + "\u0335\u0321" * 80 + "da")) == 7
    assert clean_name("Nguyễn Thị Ệ") == "Nguyễn Thị Ệ"
    assert clean_name("กี่ ทั้งหมด") == "กี่ ทั้งหมด"
