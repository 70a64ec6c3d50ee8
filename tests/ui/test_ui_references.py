"""PySide6 6.12.0 loses a reference to None with every void call on Python below 3.12; this version must not."""

import sys

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot


class Sender(QObject):
    sent = Signal(int)


def test_void_calls_keep_the_reference_count_of_none(qtbot: QtBot) -> None:
    got: list[int] = []
    sender, label, timer = Sender(), QLabel(), QTimer()
    sender.sent.connect(got.append)
    before = sys.getrefcount(None)
    for number in range(5000):
        sender.sent.emit(number)
        label.setText("text")
        label.update()
        timer.setInterval(10)
    assert abs(sys.getrefcount(None) - before) < 500
    assert len(got) == 5000
    label.deleteLater()
