"""Cameras, sightings and settings in a real vault."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError, StatementError

from desktop.domain.cameras import Camera, SourceKind, SourceSpec
from desktop.domain.decision import Band
from desktop.domain.ids import CameraId, PersonId, SightingId, random_id
from desktop.domain.sightings import Sighting, SightingFilter
from desktop.vault.columns import from_microseconds, to_microseconds
from desktop.vault.errors import CameraUnknown
from desktop.vault.records import JsonValue
from desktop.vault.vault import Vault
from tests.helpers.vaults import new_person

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
AREA = ((0.1, 0.1), (0.9, 0.15), (0.5, 0.9))


def camera(name: str = "Door") -> Camera:
    source = SourceSpec(SourceKind.RTSP, "rtsp://user:s3cret@10.0.0.1/live", loop=False, fps=12.5)
    return Camera(CameraId(random_id()), name, source, AREA, notice_posted=True, enabled=False)


def test_a_camera_comes_back_as_it_was(vault: Vault) -> None:
    first, second = camera("Zoo"), camera("Arch")
    vault.cameras.add(first)
    vault.cameras.add(second)
    assert vault.cameras.list() == [first, second]
    assert vault.cameras.get(second.id) == second
    assert vault.cameras.get(CameraId("none")) is None


def test_cameras_are_changed_and_removed(vault: Vault) -> None:
    first, second = camera("A"), camera("B")
    vault.cameras.add(first)
    vault.cameras.add(second)
    changed = Camera(first.id, "Gate", SourceSpec(SourceKind.USB, "0"), (), notice_posted=False, enabled=True)
    vault.cameras.update(changed)
    assert vault.cameras.list() == [changed, second]
    vault.cameras.remove(first.id)
    assert vault.cameras.list() == [second]
    for missing in (lambda: vault.cameras.update(first), lambda: vault.cameras.remove(first.id)):
        with pytest.raises(CameraUnknown):
            missing()


def test_a_camera_password_is_in_no_error(vault: Vault) -> None:
    door = camera()
    vault.cameras.add(door)
    with pytest.raises(IntegrityError) as caught:
        vault.cameras.add(door)
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(caught.value)


def sighting(
    offset: int, band: Band = Band.UNKNOWN, person: PersonId | None = None, camera_id: str = "cam"
) -> Sighting:
    start = NOW + offset * SECOND
    scores = (0.7, 0.5) if person else (None, None)
    return Sighting(SightingId(random_id()), CameraId(camera_id), band, start, start + SECOND, person, *scores)


def test_sightings_are_filtered_newest_first(vault: Vault) -> None:
    ada = vault.people.add_many([new_person(1)])[0]
    batch = [
        sighting(0),
        sighting(1, Band.MATCH, ada),
        sighting(2, Band.POSSIBLE, camera_id="other"),
        sighting(3, Band.MATCH, ada, "other"),
    ]
    assert vault.sightings.append_many(batch) == 4
    assert vault.sightings.append_many([]) == 0

    def found(**wanted: object) -> list[Sighting]:
        return vault.sightings.query(SightingFilter(**wanted))  # type: ignore[arg-type]

    assert found() == batch[::-1]
    assert found(since=NOW + SECOND, until=NOW + 3 * SECOND) == [batch[2], batch[1]]
    assert found(camera_id=CameraId("other")) == [batch[3], batch[2]]
    assert found(person_id=ada, limit=1) == [batch[3]]
    assert found(band=Band.UNKNOWN) == [batch[0]]
    assert vault.sightings.count() == 4


def test_only_matches_keep_a_person_and_a_score(vault: Vault) -> None:
    ada = vault.people.add_many([new_person(1)])[0]
    removed = vault.people.add_many([new_person(2)])[0]
    vault.people.remove(removed)
    vault.sightings.append_many(
        [sighting(0, Band.POSSIBLE, ada), sighting(1, Band.MATCH, removed), sighting(2, Band.UNKNOWN, ada)]
    )
    kept = vault.sightings.query(SightingFilter())
    assert [each.band for each in kept] == [Band.UNKNOWN, Band.UNKNOWN, Band.POSSIBLE]
    assert all(each.person_id is each.score is each.threshold is None for each in kept)


def test_times_without_a_zone_are_refused(vault: Vault) -> None:
    start = datetime(2026, 3, 1)
    naive = Sighting(SightingId("s"), CameraId("c"), Band.UNKNOWN, start, start)
    with pytest.raises(StatementError, match="time zone"):
        vault.sightings.append_many([naive])


@given(st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(timezone(timedelta(hours=5, minutes=45)))))
def test_instants_survive_to_the_microsecond(instant: datetime) -> None:
    assert from_microseconds(to_microseconds(instant)) == instant


@pytest.mark.parametrize("value", [True, 7, 2.5, "text ä", [1, [2, "x"]], {"a": {"b": None}}])
def test_settings_keep_their_value_and_type(vault: Vault, value: JsonValue) -> None:
    assert vault.settings.get("key", value) is value
    vault.settings.set("key", "something else first")
    vault.settings.set("key", value)
    stored = vault.settings.get("key", type(value)())  # type: ignore[misc]
    assert stored == value
    assert type(stored) is type(value)
    assert vault.settings.all()["key"] == value


def test_a_setting_of_another_type_gives_the_default(vault: Vault) -> None:
    vault.settings.set("flag", 1)
    assert vault.settings.get("flag", False) is False
    assert vault.settings.get("flag", "x") == "x"
    assert vault.settings.get("flag", 0.5) == 1.0
    assert vault.settings.get("flag", None) == 1
