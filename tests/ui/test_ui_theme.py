"""Every pair of tokens that meets on screen has the contrast WCAG 2.2 AA asks for; icons and style sheets are whole."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from desktop.ui import icons
from desktop.ui.stylesheet import stylesheet
from desktop.ui.theme import OVER_VIDEO, OVER_VIDEO_PAIRS, PAIRS, THEMES, ThemeName, Tokens, contrast, token_names

CODE = Path(icons.__file__).parent


@pytest.mark.parametrize("theme", list(ThemeName))
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_tokens_have_contrast(theme: ThemeName, front: str, ground: str, least: float) -> None:
    tokens = THEMES[theme]
    assert contrast(getattr(tokens, front), getattr(tokens, ground)) >= least


@pytest.mark.parametrize(("front", "ground", "least"), OVER_VIDEO_PAIRS)
def test_labels_over_video_bring_their_own_contrast(front: str, ground: str, least: float) -> None:
    assert contrast(getattr(OVER_VIDEO, front), getattr(OVER_VIDEO, ground)) >= least


def test_contrast_is_the_formula_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)
    assert contrast("#FFFFFF", "#777777") == contrast("#777777", "#FFFFFF")


def test_dark_is_grey_not_black() -> None:
    assert all(QColor(getattr(THEMES[ThemeName.DARK], name)).lightness() >= 24 for name in ("rail", "canvas"))


@pytest.mark.parametrize("theme", list(ThemeName))
def test_saturated_colour_is_kept_for_what_needs_a_person(theme: ThemeName) -> None:
    loud = {"attention", "attention_ground", "danger", "danger_ground", "on_danger", "focus", "selection", "calm"}
    for name in token_names():
        colour = QColor(getattr(THEMES[theme], name))
        if name not in loud:
            spread = max(colour.red(), colour.green(), colour.blue()) - min(colour.red(), colour.green(), colour.blue())
            assert spread <= 32, name


@pytest.mark.parametrize("theme", list(ThemeName))
def test_style_sheet_takes_every_colour_from_the_tokens(theme: ThemeName) -> None:
    tokens: Tokens = THEMES[theme]
    sheet = stylesheet(tokens, icons.icons_dir())
    assert "$" not in sheet
    known = {getattr(tokens, name).upper() for name in token_names()}
    assert {colour.upper() for colour in re.findall(r"#[0-9A-Fa-f]{6}", sheet)} <= known
    for path in re.findall(r'url\("([^"]+)"\)', sheet):
        assert Path(path).is_file(), path


def test_no_widget_has_colours_of_its_own() -> None:
    for path in CODE.rglob("*.py"):
        if path.name != "theme.py":
            assert not re.findall(r'"#[0-9A-Fa-f]{6}"', path.read_text("utf-8").replace('"#FFFFFF"', "")), path


def test_every_icon_draws_something(qtbot: QtBot) -> None:
    names = [path.stem for path in icons.icons_dir().glob("*.svg")]
    assert len(names) > 30
    for name in names:
        image = icons.pixmap(name, "#FF0000", 24, 1.0).toImage()
        drawn = [image.pixelColor(x, y).alpha() for x in range(24) for y in range(24)]
        assert max(drawn) > 100, name


def test_an_unknown_icon_is_an_error(qtbot: QtBot) -> None:
    with pytest.raises(FileNotFoundError):
        icons.pixmap("no-such-icon", "#FF0000")
