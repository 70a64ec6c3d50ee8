"""The application's style sheet, written from the tokens of a theme.

Widgets choose a look with the dynamic property `look` ("primary", "danger", "quiet", "card", ...), never with colours
of their own.
"""

from __future__ import annotations

from pathlib import Path
from string import Template

from desktop.ui.theme import FONT_PX, HEADING_PX, SMALL_PX, TITLE_PX, Size, Tokens, token_names

_SHEET = Template(
    """
* { font-family: "Inter", "Segoe UI", "Noto Sans", "Helvetica Neue", sans-serif; font-size: ${font}px; }
QWidget { color: $text; }
QMainWindow, QDialog, QWidget[look="page"] { background: $canvas; }
QToolTip { background: $raised; color: $text; border: 1px solid $edge; padding: 6px 8px; }
QLabel { background: transparent; }
QAbstractScrollArea { background: transparent; border: none; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }
QLabel[look="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[look="welcome"] { font-size: 28px; font-weight: 600; }
QLabel[look="heading"] { font-size: ${heading}px; font-weight: 600; }
QLabel[look="strong"] { font-weight: 600; }
QLabel[look="muted"] { color: $muted; }
QLabel[look="small"] { color: $muted; font-size: ${small}px; }
QLabel[look="caption"] { color: $muted; font-size: ${small}px; font-weight: 600; }
QLabel[look="problem"] { color: $danger; }
QLabel[look="code"] { font-family: "Noto Sans Mono", "DejaVu Sans Mono", monospace; font-size: 26px; }
QLabel[look="code"]:focus { color: $focus; }
QLabel[look="step"] { color: $muted; padding: 7px 10px; border-radius: 6px; }
QLabel[look="step"][state="now"] { color: $text; background: $rail_chosen; font-weight: 600; }
QLabel[look="step"][state="done"] { color: $text; }
QLabel[look="attention"] { color: $attention; }
QFrame[look="card"] { background: $surface; border: 1px solid $line; border-radius: ${radius}px; }
QFrame[look="strip"] { background: $rail; border: none; border-top: 1px solid $line; }
QFrame[look="rail"] { background: $rail; border: none; border-right: 1px solid $line; }
QFrame[look="bar"] { background: $canvas; border: none; border-bottom: 1px solid $line; }
QFrame[look="side"] { background: $rail; border: none; border-right: 1px solid $line; }
QFrame[look="foot"] { background: $surface; border: none; border-top: 1px solid $line; }
QFrame[look="rule"] { background: $line; border: none; max-height: 1px; min-height: 1px; }
QFrame[look="notice"] { background: $raised; border: 1px solid $line; border-radius: ${radius}px; }
QFrame[look="notice"][tone="attention"] { background: $attention_ground; border-color: $attention; }
QFrame[look="notice"][tone="danger"] { background: $danger_ground; border-color: $danger; }
QFrame[look="drop"] { background: $canvas; border: 2px dashed $edge; border-radius: ${radius}px; }
QFrame[look="drop"][over="true"] { background: $raised; border-color: $focus; }

QPushButton, QToolButton { background: $raised; color: $text; border: 1px solid $edge; border-radius: 6px;
    padding: 0 14px; min-height: ${inner}px; }
QToolButton { padding: 0 8px; min-width: ${target}px; }
QPushButton:hover, QToolButton:hover { background: $pressed; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; border-color: $line; background: $surface; }
QPushButton[look="primary"] { background: $primary; color: $on_primary; border-color: $primary; font-weight: 600; }
QPushButton[look="primary"]:hover { background: $primary_hover; border-color: $primary_hover; }
QPushButton[look="primary"]:disabled { background: $raised; color: $disabled; border-color: $line; }
QPushButton[look="danger"] { background: transparent; color: $danger; border-color: $danger; }
QPushButton[look="danger"]:hover { background: $danger_ground; }
QPushButton[look="danger"]:disabled { color: $disabled; border-color: $line; }
QPushButton[look="danger-fill"] { background: $danger; color: $on_danger; border-color: $danger; font-weight: 600; }
QPushButton[look="quiet"], QToolButton[look="quiet"] { background: transparent; border-color: transparent; }
QPushButton[look="quiet"]:hover, QToolButton[look="quiet"]:hover { background: $raised; }
QFrame[look="strip"] QPushButton { min-height: 26px; padding: 0 8px; font-size: ${small}px; color: $muted; }
QPushButton[look="quiet"]:checked, QToolButton[look="quiet"]:checked { background: $raised; }
QToolButton[look="nav"] { background: transparent; border: 2px solid transparent; border-radius: 10px; color: $muted;
    font-size: ${small}px; padding: 6px 2px 5px 2px; min-width: 68px; max-width: 68px; min-height: 40px; }
QToolButton[look="nav"][dense="true"] { padding: 1px 2px; min-height: 36px; }
QToolButton[look="nav"]:hover { background: $surface; color: $text; }
QToolButton[look="nav"]:checked { background: $rail_chosen; color: $text; font-weight: 600; }
QToolButton[look="segment"] { border-radius: 0; min-width: 30px; background: transparent; }
QToolButton[look="segment"][place="first"] { border-top-left-radius: 6px; border-bottom-left-radius: 6px;
    border-right: none; }
QToolButton[look="segment"][place="middle"] { border-right: none; }
QToolButton[look="segment"][place="last"] { border-top-right-radius: 6px; border-bottom-right-radius: 6px; }
QToolButton[look="segment"]:hover { background: $raised; }
QToolButton[look="segment"]:checked { background: $primary; color: $on_primary; font-weight: 600; }
QPushButton[look="choice"] { background: $surface; border: 1px solid $edge; border-radius: 12px; padding: 0; }
QPushButton[look="choice"]:hover { background: $raised; }
QPushButton[look="answer"]:checked { background: $primary; color: $on_primary; border-color: $primary; }
QPushButton:focus, QToolButton:focus { border: 2px solid $focus; padding: 0 13px; }
QToolButton:focus { padding: 0 7px; }
QToolButton[look="nav"]:focus { border: 2px solid $focus; padding: 6px 2px 5px 2px; }
QToolButton[look="nav"][dense="true"]:focus { padding: 1px 2px; }
QPushButton[look="primary"]:focus, QPushButton[look="danger-fill"]:focus { border: 3px double $focus; padding: 0 12px; }
QPushButton[look="answer"]:checked:focus { border: 3px double $focus; padding: 0 12px; }
QToolButton[look="segment"]:focus { border: 2px solid $focus; }
QToolButton[look="segment"]:checked:focus { border: 3px solid $focus; }

QLineEdit, QPlainTextEdit, QComboBox, QDateEdit, QDateTimeEdit, QSpinBox,
QDoubleSpinBox { background: $canvas; color: $text; border: 1px solid $edge; border-radius: 6px; padding: 0 10px;
    min-height: ${inner}px;
    selection-background-color: $selection; selection-color: $on_selection; }
QPlainTextEdit { padding: 6px 6px; }
QTextBrowser[look="paper"] { background: white; color: black; border: 1px solid $edge; }
QLineEdit:hover, QPlainTextEdit:hover, QComboBox:hover, QDateEdit:hover, QDateTimeEdit:hover { border-color: $text; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QDateEdit:focus, QDateTimeEdit:focus, QSpinBox:focus,
QDoubleSpinBox:focus {
    border: 2px solid $focus; padding: 0 9px; }
QPlainTextEdit:focus { padding: 5px 5px; }
QLineEdit QToolButton, QLineEdit QToolButton:hover { background: transparent; border: none; padding: 0; min-width: 0;
    min-height: 0; }
QLineEdit { lineedit-clear-button-icon: url("$clear"); }
QSpinBox QLineEdit, QDoubleSpinBox QLineEdit { background: transparent; border: none; padding: 0; min-height: 0; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button { width: 0;
    border: none; }
QLineEdit[problem="true"] { border-color: $danger; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QDateEdit:disabled {
    color: $disabled; background: $surface; border-color: $line; }
QComboBox { padding-right: 28px; }
QComboBox::drop-down, QDateEdit::drop-down, QDateTimeEdit::drop-down { border: none; width: 28px; }
QComboBox::down-arrow, QDateEdit::down-arrow, QDateTimeEdit::down-arrow { image: url("$arrow"); width: 16px;
    height: 16px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $edge; outline: none; padding: 4px; }
QComboBox QAbstractItemView::item { min-height: 32px; padding: 0 8px; border-radius: 4px; }
QComboBox QAbstractItemView::item:selected { background: $selection; color: $on_selection; }

QCheckBox, QRadioButton { spacing: 10px; min-height: ${target}px; background: transparent; padding: 2px 4px 2px 2px;
    border: 2px solid transparent; border-radius: 6px; }
QCheckBox:focus, QRadioButton:focus { border-color: $focus; }
QCheckBox::indicator { width: 18px; height: 18px; border: 2px solid $edge; border-radius: 5px; background: $canvas; }
QCheckBox::indicator:hover { border-color: $text; }
QCheckBox::indicator:checked { background: $primary; border-color: $primary; image: url("$check"); }
QCheckBox::indicator:disabled { border-color: $line; }
QRadioButton::indicator { width: 16px; height: 16px; border: 2px solid $edge; border-radius: 10px;
    background: $canvas; }
QRadioButton::indicator:hover { border-color: $text; }
QRadioButton::indicator:checked { border: 6px solid $primary; width: 8px; height: 8px; background: $on_primary; }
QCheckBox:disabled { color: $disabled; }

QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $muted; padding: 8px 14px; border: none;
    border-bottom: 2px solid transparent; min-height: ${target}px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; font-weight: 600; border-bottom: 2px solid $text; }
QTabBar:focus { outline: none; }
QTabBar::tab:focus { border: 2px solid $focus; border-radius: 6px; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }

QListView, QTableView { background: $surface; border: 1px solid $line; border-radius: ${radius}px; outline: none;
    selection-background-color: $selection; selection-color: $on_selection; alternate-background-color: $canvas; }
QListView:focus, QTableView:focus { border: 2px solid $focus; }
QTableView { gridline-color: transparent; }
QTableView::item { padding: 0 12px; border-bottom: 1px solid $line; }
QTableView::item:selected { background: $selection; color: $on_selection; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $muted; font-size: ${small}px; font-weight: 600; border: none;
    border-bottom: 1px solid $line; padding: 8px 15px; }
QTableCornerButton::section { background: $surface; border: none; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle { background: $edge; border-radius: 4px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: $raised; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; }
QProgressBar::chunk { background: $text; border-radius: 3px; }
QMenu { background: $surface; border: 1px solid $edge; padding: 4px; border-radius: 6px; }
QMenu::item { padding: 8px 16px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $on_selection; }
QSplitter::handle { background: transparent; }
QCalendarWidget QWidget { background: $surface; alternate-background-color: $canvas; }
QCalendarWidget QAbstractItemView:enabled { background: $surface; selection-background-color: $selection;
    selection-color: $on_selection; border: none; border-radius: 0; }
QCalendarWidget QToolButton { border-color: transparent; background: transparent; }
"""
)


def stylesheet(tokens: Tokens, icons: Path) -> str:
    """The style sheet of a theme. `icons` holds `check-<theme>.svg` and `arrow-<theme>.svg` (see icons.py)."""
    values = {name: str(getattr(tokens, name)) for name in token_names()}
    dark_text = tokens.on_primary == "#FFFFFF"
    return _SHEET.substitute(
        values,
        font=FONT_PX,
        title=TITLE_PX,
        heading=HEADING_PX,
        small=SMALL_PX,
        radius=Size.RADIUS,
        target=Size.TARGET,
        inner=Size.CONTROL - 2,
        check=(icons / ("check-light.svg" if dark_text else "check-dark.svg")).as_posix(),
        clear=(icons / ("clear-light.svg" if dark_text else "clear-dark.svg")).as_posix(),
        arrow=(icons / ("arrow-light.svg" if dark_text else "arrow-dark.svg")).as_posix(),
    )
