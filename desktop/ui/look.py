"""The look in force: which theme, and everything that must be tinted anew when it changes."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from desktop.ui import icons
from desktop.ui.stylesheet import stylesheet
from desktop.ui.theme import DARK, THEMES, ThemeName, Tokens, palette

_ICON = "iconName"
_ICON_TOKENS = "iconTokens"
_ICON_SIZE = "iconPixels"


class Look(QObject):
    """Applies themes to the application. One object a process: `look()`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name = ThemeName.DARK
        self.tokens: Tokens = DARK

    def apply(self, name: ThemeName) -> None:
        """Set palette, style sheet and icons of the whole application."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.name, self.tokens = name, THEMES[name]
        app.setPalette(palette(self.tokens))
        app.setStyleSheet(stylesheet(self.tokens, icons.icons_dir()))
        for widget in app.allWidgets():
            if widget.property(_ICON):
                _tint(widget, self.tokens)
        self.changed.emit()


_look: list[Look] = []


def look() -> Look:
    """The process's look, made at the first call."""
    if not _look:
        _look.append(Look())
    return _look[0]


def tokens() -> Tokens:
    return look().tokens


def set_icon(
    widget: QAbstractButton | QLabel, name: str, *, on: str = "text", off: str = "text", size: int = 20
) -> None:
    """Give a button or label icon `name`, tinted with tokens `on` (checked) and `off`, now and after theme changes."""
    widget.setProperty(_ICON, name)
    widget.setProperty(_ICON_TOKENS, [on, off])
    widget.setProperty(_ICON_SIZE, size)
    _tint(widget, tokens())


def _tint(widget: QWidget, colours: Tokens) -> None:
    name, (on, off), size = widget.property(_ICON), widget.property(_ICON_TOKENS), widget.property(_ICON_SIZE)
    if isinstance(widget, QAbstractButton):
        widget.setIcon(icons.icon(name, colours, on=on, off=off, size=size))
        widget.setIconSize(QSize(size, size))
    elif isinstance(widget, QLabel):
        widget.setPixmap(icons.pixmap(name, str(getattr(colours, off)), size))


def restyle(widget: QWidget) -> None:
    """Let the style sheet see a changed property."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
