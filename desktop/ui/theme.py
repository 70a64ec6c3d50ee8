"""One set of design tokens for the dark and the light theme.

Saturated colour is kept for what needs a person (`attention`, `danger`); everything else is grey. `PAIRS` lists which
token stands on which, with the contrast WCAG 2.2 AA asks for (4.5 text, 3 non-text); a test computes them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from PySide6.QtGui import QColor, QPalette


class ThemeName(StrEnum):
    DARK = "dark"
    LIGHT = "light"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours as #RRGGBB. Grounds from the back to the front: rail, canvas, surface, raised, pressed."""

    rail: str
    rail_chosen: str
    canvas: str
    surface: str
    raised: str
    pressed: str
    line: str  # decoration between areas
    edge: str  # borders that show where a control is
    text: str
    muted: str
    disabled: str
    primary: str  # the one action of a page
    primary_hover: str
    on_primary: str
    focus: str
    calm: str  # all is well
    attention: str
    attention_ground: str
    danger: str
    danger_ground: str
    on_danger: str
    selection: str
    on_selection: str


DARK: Final = Tokens(
    rail="#1A1C20",
    rail_chosen="#333840",
    canvas="#1F2226",
    surface="#282C31",
    raised="#333840",
    pressed="#3D434C",
    line="#3A3F47",
    edge="#838C98",
    text="#ECEEF1",
    muted="#B0B7C1",
    disabled="#838C98",
    primary="#E3E7EC",
    primary_hover="#FFFFFF",
    on_primary="#1A1C20",
    focus="#8DB9F2",
    calm="#93C9A9",
    attention="#F0B84A",
    attention_ground="#3B3222",
    danger="#FF9A8F",
    danger_ground="#42282A",
    on_danger="#2A0E0B",
    selection="#3F4B5C",
    on_selection="#FFFFFF",
)

LIGHT: Final = Tokens(
    rail="#E7E9ED",
    rail_chosen="#FFFFFF",
    canvas="#F2F4F6",
    surface="#FFFFFF",
    raised="#ECEEF1",
    pressed="#DDE1E6",
    line="#D5D9DF",
    edge="#767E89",
    text="#1C1F24",
    muted="#555D68",
    disabled="#767E89",
    primary="#262A30",
    primary_hover="#3A404A",
    on_primary="#FFFFFF",
    focus="#1D5FC4",
    calm="#2F6B46",
    attention="#8A5300",
    attention_ground="#FFF1D6",
    danger="#B3261E",
    danger_ground="#FDE7E4",
    on_danger="#FFFFFF",
    selection="#D3DFF0",
    on_selection="#14181D",
)

THEMES: Final = {ThemeName.DARK: DARK, ThemeName.LIGHT: LIGHT}

_GROUNDS: Final = ("rail", "canvas", "surface", "raised")
TEXT_CONTRAST: Final = 4.5
SHAPE_CONTRAST: Final = 3.0

# (foreground, background, least contrast)
PAIRS: Final[tuple[tuple[str, str, float], ...]] = (
    *((front, ground, TEXT_CONTRAST) for front in ("text", "muted") for ground in (*_GROUNDS, "pressed")),
    *((front, ground, TEXT_CONTRAST) for front in ("calm", "attention", "danger") for ground in _GROUNDS),
    *((front, ground, SHAPE_CONTRAST) for front in ("edge", "focus") for ground in _GROUNDS),
    ("text", "rail_chosen", TEXT_CONTRAST),
    ("on_primary", "primary", TEXT_CONTRAST),
    ("on_primary", "primary_hover", TEXT_CONTRAST),
    ("on_danger", "danger", TEXT_CONTRAST),
    ("on_selection", "selection", TEXT_CONTRAST),
    ("text", "attention_ground", TEXT_CONTRAST),
    ("attention", "attention_ground", TEXT_CONTRAST),
    ("text", "danger_ground", TEXT_CONTRAST),
    ("danger", "danger_ground", TEXT_CONTRAST),
    ("primary", "canvas", SHAPE_CONTRAST),
    ("primary", "surface", SHAPE_CONTRAST),
    ("focus", "selection", SHAPE_CONTRAST),
)


class Space:
    """Distances in logical pixels; everything is a multiple of 4."""

    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24
    XXL = 40


class Size:
    """Least sizes of what is hit: WCAG 2.5.8 asks for 24; what is touched at the desk gets 44."""

    TARGET = 24
    CONTROL = 36
    TOUCH = 44
    RADIUS = 8


FONT_PX: Final = 14
TITLE_PX: Final = 20
HEADING_PX: Final = 16
SMALL_PX: Final = 12


# Over video the ground is never the theme's: labels bring their own, the same in both themes.
@dataclass(frozen=True, slots=True)
class OverVideo:
    matte: str = "#131519"  # around a picture that does not fill its tile
    chip: str = "#15171B"
    chip_text: str = "#F4F6F8"
    chip_muted: str = "#B9C0CA"
    match: str = "#F4F6F8"
    possible: str = "#F0B84A"
    possible_text: str = "#20180A"
    unknown: str = "#C4CAD2"
    outline: str = "#15171B"  # drawn under light lines so that they show on a bright picture


OVER_VIDEO: Final = OverVideo()
OVER_VIDEO_PAIRS: Final[tuple[tuple[str, str, float], ...]] = (
    ("chip_text", "chip", TEXT_CONTRAST),
    ("chip_muted", "chip", TEXT_CONTRAST),
    ("chip_muted", "matte", TEXT_CONTRAST),
    ("possible_text", "possible", TEXT_CONTRAST),
    ("match", "outline", SHAPE_CONTRAST),
    ("possible", "outline", SHAPE_CONTRAST),
    ("unknown", "outline", SHAPE_CONTRAST),
)


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB, 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(front: str, ground: str) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    high, low = sorted((luminance(front), luminance(ground)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def token_names() -> tuple[str, ...]:
    return tuple(field.name for field in fields(Tokens))


def palette(tokens: Tokens) -> QPalette:
    """Qt's palette from the tokens, so that what no style sheet reaches fits too."""
    result = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, tokens.canvas),
        (role.WindowText, tokens.text),
        (role.Base, tokens.surface),
        (role.AlternateBase, tokens.canvas),
        (role.Text, tokens.text),
        (role.Button, tokens.raised),
        (role.ButtonText, tokens.text),
        (role.BrightText, tokens.danger),
        (role.ToolTipBase, tokens.raised),
        (role.ToolTipText, tokens.text),
        (role.PlaceholderText, tokens.muted),
        (role.Highlight, tokens.selection),
        (role.HighlightedText, tokens.on_selection),
        (role.Link, tokens.focus),
        (role.LinkVisited, tokens.focus),
        (role.Light, tokens.pressed),
        (role.Midlight, tokens.raised),
        (role.Mid, tokens.line),
        (role.Dark, tokens.rail),
        (role.Shadow, tokens.rail),
        (role.Accent, tokens.focus),
    ):
        result.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.disabled))
    return result
