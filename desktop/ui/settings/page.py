"""The page Settings: the site and who answers for it, how it recognises and asks, and its keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.permissions import Permission
from desktop.services.desk import Desk
from desktop.ui.errors import show_error
from desktop.ui.settings.card import SaveCard
from desktop.ui.settings.controller_form import ControllerForm
from desktop.ui.settings.keys_card import KeysCard
from desktop.ui.settings.site_form import SiteForm
from desktop.ui.widgets.basic import bar, column, label
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.scroll import FormScroll

_WIDEST = 880


class SettingsPage(QWidget):
    def __init__(self, desk: Desk, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self.setAccessibleName(self.tr("Settings"))
        self.missing = Notice()
        self.controller = ControllerForm()
        may = desk.access.allows
        self._managing = may(Permission.SETTINGS)
        self.site = SiteForm(recognition=self._managing, consent=may(Permission.RETENTION))
        self._undo_controller()
        self.site.fill(desk.settings.current)
        self.controller_card = SaveCard(
            self.tr("Site and controller"), self.controller, self._controller_differs, self._undo_controller
        )
        self.site_card = SaveCard(self.tr("Recognising and asking"), self.site, self._site_differs, self._undo_site)
        self.keys = KeysCard(desk, tasks)
        self._build()
        self.controller.changed.connect(self.controller_card.follow)
        self.site.changed.connect(self.site_card.follow)
        self.controller_card.wanted.connect(self._save_controller)
        self.site_card.wanted.connect(self._save_site)
        self._tell_missing()

    def _build(self) -> None:
        self.controller_card.setVisible(self._managing)
        self.keys.setVisible(self._desk.access.allows(Permission.KEYS))
        for card in (self.missing, self.controller_card, self.site_card, self.keys):
            card.setMaximumWidth(_WIDEST)
        content = column(
            self.missing, self.controller_card, self.site_card, self.keys, None, gap=16, margins=(16, 16, 16, 16)
        )
        scroll = FormScroll(content)
        outer = column(bar(label(self.tr("Settings"), "title"), None), scroll, gap=0)
        outer.setStretch(1, 1)
        self.setLayout(outer)

    def focus_start(self) -> None:
        """Where the keyboard begins on this page."""
        (self.controller.site if self._managing else self.site.renewal_notice_days).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.keys.isHidden():
            self.keys.refresh()

    def _tell_missing(self) -> None:
        missing = self._managing and self._desk.controller.current is None
        words = self.tr("Say who answers for this desk: notices and certificates need it.")
        self.missing.say(words if missing else "", Tone.ATTENTION)

    def _controller_differs(self) -> bool:
        return self.controller.draft() != self._desk.controller.current

    def _undo_controller(self) -> None:
        stored = self._desk.controller.current
        if stored is not None:
            self.controller.fill(stored)

    def _save_controller(self) -> None:
        self.controller.complain()
        if self.controller.problem():
            self.controller_card.notice.say(self.controller.problem(), Tone.ATTENTION)
            return
        draft = self.controller.draft()
        self._save(self.controller_card, lambda: self._desk.controller.change(draft), self.tr("Saved."))

    def _site_differs(self) -> bool:
        current = self._desk.settings.current
        return any(getattr(current, name) != value for name, value in self.site.values().items())

    def _undo_site(self) -> None:
        self.site.fill(self._desk.settings.current)

    def _save_site(self) -> None:
        current = self._desk.settings.current
        changed = {name: value for name, value in self.site.values().items() if getattr(current, name) != value}
        self._save(
            self.site_card,
            lambda: self._desk.settings.change(**changed),
            self.tr("Saved. The cameras start anew where recognising has changed."),
        )

    def _save(self, card: SaveCard, work: Callable[[], object], words: str) -> None:
        card.busy(True)

        def failed(error: ConsentryError) -> None:
            card.told("")
            show_error(error, self.window())

        def done(_: object) -> None:
            card.told(words)
            self._tell_missing()

        self._tasks.run(lambda _: work(), done, failed, owner=self)
