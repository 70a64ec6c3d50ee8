"""Settings of the site and preferences of the computer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from desktop.recognition.settings import MaskStyle
from desktop.services.desk import Desk
from desktop.services.errors import PreferencesNotSaved, SettingInvalid
from desktop.services.hub import SettingsChanged
from desktop.services.preferences import FILE_NAME, PreferencesStore, ThemeChoice
from desktop.services.settings import SiteSettings
from tests.helpers.desks import Heard, open_desk
from tests.helpers.vaults import MemoryKeyStore


def test_defaults_protect(desk: Desk) -> None:
    assert desk.settings.current == SiteSettings()
    assert desk.settings.current.mask_style is MaskStyle.OPAQUE
    assert desk.settings.current.stranger_hours == 24
    assert desk.settings.current.target_fpir == 0.01


def test_every_setting_has_help() -> None:
    assert all(field.description for field in SiteSettings.model_fields.values())


def test_changes_are_kept_over_a_restart(vault_folder: Path, keystore: MemoryKeyStore) -> None:
    with open_desk(vault_folder, keystore) as desk:
        heard = Heard(desk)
        desk.settings.change(target_fpir=0.002, mask_style="pixelated", stranger_hours=2)
        assert heard.of(SettingsChanged)
    with open_desk(vault_folder, keystore) as desk:
        wanted = SiteSettings(target_fpir=0.002, mask_style=MaskStyle.PIXELATED, stranger_hours=2)
        assert desk.settings.current == wanted
        assert desk.settings.current.engine().target_fpir == 0.002
        assert desk.settings.current.engine().mask_style is MaskStyle.PIXELATED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("target_fpir", 0.5),
        ("target_fpir", 0),
        ("mask_style", "none"),
        ("analysis_width", 10),
        ("stranger_hours", 0),
        ("no_such_setting", 1),
    ],
)
def test_values_out_of_range_are_refused_and_named(desk: Desk, field: str, value: object) -> None:
    with pytest.raises(SettingInvalid) as refused:
        desk.settings.change(**{field: value})
    assert refused.value.params == {"field": field}
    assert desk.settings.current == SiteSettings()
    assert not [key for key in desk._vault.settings.all() if key.startswith("site.")]


def test_a_stored_value_that_no_longer_fits_gives_way_to_the_default(
    vault_folder: Path, keystore: MemoryKeyStore
) -> None:
    with open_desk(vault_folder, keystore) as desk:
        desk._vault.settings.set("site.target_fpir", 5)
        desk._vault.settings.set("site.stranger_hours", 3)
        desk._vault.settings.set("site.from_the_future", "x")
        desk._vault.settings.set("another.key", "x")
    with open_desk(vault_folder, keystore) as desk:
        assert desk.settings.current == SiteSettings(stranger_hours=3)


def test_preferences_are_kept(tmp_path: Path) -> None:
    PreferencesStore(tmp_path / "deep" / "folder").change(theme="dark", language="de")
    again = PreferencesStore(tmp_path / "deep" / "folder").current
    assert (again.theme, again.language) == (ThemeChoice.DARK, "de")
    assert [path.name for path in (tmp_path / "deep" / "folder").iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"theme": "pink"}', b"null"])
def test_a_damaged_preferences_file_means_defaults(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    store = PreferencesStore(tmp_path)
    assert store.current.theme is ThemeChoice.SYSTEM
    store.change(theme=ThemeChoice.LIGHT)
    assert json.loads((tmp_path / FILE_NAME).read_text())["theme"] == "light"


def test_preferences_of_a_newer_version_are_read_as_far_as_known(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('{"theme": "light", "wallpaper": "sea"}')
    assert PreferencesStore(tmp_path).current.theme is ThemeChoice.LIGHT


def test_invalid_preferences_change_nothing(tmp_path: Path) -> None:
    store = PreferencesStore(tmp_path)
    with pytest.raises(ValidationError):
        store.change(theme="pink")
    assert store.current.theme is ThemeChoice.SYSTEM
    assert not (tmp_path / FILE_NAME).exists()


def test_preferences_that_cannot_be_written_stay_as_they_were(tmp_path: Path) -> None:
    store = PreferencesStore(tmp_path)
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(PreferencesNotSaved):
        store.change(theme="light")
    assert store.current.theme is ThemeChoice.SYSTEM
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(f".{FILE_NAME}")] == []
