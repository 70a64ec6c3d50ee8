"""The first start: set up this desk, or look at the demo site first."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.widgets.basic import Button, button, column, label, row, symbol


class Choice(Button):
    """A large button with icon, title and what it does."""

    def __init__(self, icon: str, title: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "choice")
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.setFixedSize(320, 208)
        words = label(sentence, "muted", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        inside = column(
            symbol(icon, "text", 32), 4, label(title, "heading"), words, None, gap=8, margins=(24, 24, 24, 20)
        )
        self.setLayout(inside)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


class ChoicePage(QWidget):
    """`with_demo` False: this installation has no demo site."""

    set_up = Signal()
    demo = Signal()
    restore = Signal()

    def __init__(self, *, with_demo: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk_button = Choice(
            "desk",
            self.tr("Set up this desk"),
            self.tr("Makes an encrypted vault on this computer. Its key goes into the computer's keyring."),
        )
        self.demo_button = Choice(
            "play",
            self.tr("Open the demo site"),
            self.tr(
                "Four recorded cameras and invented people, apart from your own data. The first time takes a minute."
            ),
        )
        self.desk_button.clicked.connect(lambda _checked=False: self.set_up.emit())
        self.demo_button.clicked.connect(lambda _checked=False: self.demo.emit())
        self.demo_button.setVisible(with_demo)
        self.restore_button = button(self.tr("Restore from a backup"), self.restore.emit, icon="backup")
        title = label(self.tr("Welcome to Consentry"), "welcome")
        lead = label(
            self.tr(
                "It recognises people who agreed to it. Everybody else stays masked. Nothing leaves this computer."
            ),
            "muted",
            wrap=True,
        )
        lead.setMaximumWidth(656)
        head = column(symbol("consentry", "text", 48), 4, title, lead, gap=8)
        block = column(
            head, 16, row(self.desk_button, self.demo_button, None, gap=16), 8, row(self.restore_button, None), gap=8
        )
        self.setLayout(column(None, row(None, block, None), None, margins=(24, 24, 24, 24)))
