"""Choosing a file or folder: typed, or picked in a dialog that does not stop the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton, QWidget

from desktop.ui.widgets.basic import column, holding, label, row


def path_field(title: str, edit: QLineEdit, choose: QPushButton) -> QWidget:
    """The line for a typed path under its label, beside it the button that opens the dialog."""
    caption = label(title, "strong")
    caption.setBuddy(edit)
    edit.setAccessibleName(title)
    line = row(edit, choose, gap=8)
    line.setStretch(0, 1)
    return holding(column(caption, line, gap=4))


def ask_file(parent: QWidget, title: str, take: Callable[[str], object]) -> None:
    """Let the person pick an existing file; `take` gets its path, or is never called."""
    _ask(parent, title, QFileDialog.FileMode.ExistingFile, take)


def ask_folder(parent: QWidget, title: str, take: Callable[[str], object]) -> None:
    """The same for a folder."""
    _ask(parent, title, QFileDialog.FileMode.Directory, take)


def ask_new_file(parent: QWidget, title: str, name: str, take: Callable[[str], object]) -> None:
    """Let the person say where a file called `name` is to be written."""
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    dialog.fileSelected.connect(take)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _ask(parent: QWidget, title: str, mode: QFileDialog.FileMode, take: Callable[[str], object]) -> None:
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(mode)
    dialog.fileSelected.connect(take)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
