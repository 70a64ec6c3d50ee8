"""The names in memory against a plain model of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.ids import PersonId
from desktop.domain.people import search_key
from desktop.vault.name_index import NameIndex

IDS = st.sampled_from([PersonId(letter) for letter in "abcdef"])
NAMES = st.text(alphabet="aAßéE\u0301王 ", max_size=5)
STEPS = st.lists(st.tuples(st.sampled_from(["put", "discard"]), IDS, NAMES), max_size=40)


@given(steps=STEPS, query=NAMES)
def test_it_behaves_like_a_dictionary_that_is_sorted_and_filtered(
    steps: list[tuple[str, PersonId, str]], query: str
) -> None:
    index, model = NameIndex(), dict[PersonId, str]()
    for step, person_id, name in steps:
        if step == "put":
            index.put(person_id, name)
            model[person_id] = name
        else:
            index.discard(person_id)
            model.pop(person_id, None)
    ordered = sorted(model, key=lambda person_id: (search_key(model[person_id]), person_id))
    assert index.all() == model
    assert index.find("") == ordered
    assert index.find(query) == [each for each in ordered if search_key(query) in search_key(model[each])]
    assert all(index.name(person_id) == model.get(person_id) for person_id in map(PersonId, "abcdef"))


def test_loading_replaces_everything() -> None:
    index = NameIndex()
    index.put(PersonId("old"), "Old")
    index.load([(PersonId("2"), "Zoe"), (PersonId("1"), "ada")])
    assert index.find("") == ["1", "2"]
    assert index.name(PersonId("old")) is None
