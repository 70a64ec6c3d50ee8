"""Asks before somebody is erased: what goes, what must stay and why, and who has been given what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtWidgets import QWidget

from desktop.domain.erasure import ErasureReason
from desktop.domain.erasure_preview import ErasurePreview
from desktop.ui.people import erase_texts
from desktop.ui.widgets.check import CheckLine
from desktop.ui.widgets.dialog import Confirm

_WIDTH: Final = 560


class EraseDialog(Confirm):
    """`on_yes` gets the reason; None: the program finds it out. Where a legal hold keeps one of them it only tells."""

    def __init__(
        self,
        names: Sequence[str],
        preview: ErasurePreview,
        on_yes: Callable[[ErasureReason | None], object],
        parent: QWidget,
    ) -> None:
        self.mistake = CheckLine(
            self.tr("It was stored by mistake"),
            self.tr("Then no proof of the consent is kept either."),
        )
        super().__init__(
            parent,
            title=self.tr("Erase person") if len(names) == 1 else self.tr("Erase people"),
            question=erase_texts.question(names, preview),
            points=erase_texts.points(preview),
            act=self.tr("Erase"),
            on_yes=lambda: on_yes(ErasureReason.MISTAKE if self.mistake.box.isChecked() else None),
            below=self.mistake,
            width=_WIDTH,
        )
        self.mistake.setVisible(preview.allowed and preview.kept_until is not None)
        self.yes.setVisible(preview.allowed)
        self.fit(_WIDTH)
