"""Erasing one person or several from the page People: preview, confirmation, steps, result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.bulk_erasure import BulkErasure
from desktop.domain.consent import MATCHABLE_STATES
from desktop.domain.erasure import ErasureReason, ErasureStep, SignedErasure, step_at
from desktop.domain.erasure_preview import ErasurePreview
from desktop.domain.errors import ConsentryError
from desktop.domain.people import PersonSummary
from desktop.domain.permissions import TwoPersonAct
from desktop.services.desk import Desk
from desktop.services.errors import ApprovalNeeded
from desktop.ui.access.second_person import SecondPersonDialog
from desktop.ui.errors import show_error
from desktop.ui.people import erase_texts
from desktop.ui.people.bulk_result import BulkResultDialog
from desktop.ui.people.erase_dialog import EraseDialog
from desktop.ui.people.erase_result import ErasureResultDialog
from desktop.ui.widgets.busy import BusyRow


@dataclass(frozen=True, slots=True)
class _Order:
    """What was confirmed. `reason` None: the program finds it out. `language`, `packages`: see ErasurePreview."""

    people: tuple[PersonSummary, ...] = field(repr=False)
    reason: ErasureReason | None = None
    language: str = ""
    packages: Mapping[str, Path] = field(default_factory=dict, repr=False)


class PersonEraser(QObject):
    """One erasure at a time; `busy` shows its steps and can cancel it until it begins, and between two people."""

    def __init__(self, desk: Desk, tasks: TaskRunner, busy: BusyRow, page: QWidget) -> None:
        super().__init__(page)
        self._desk = desk
        self._service = desk.erasures
        self._tasks = tasks
        self._busy = busy
        self._page = page
        self._running: TaskHandle[SignedErasure] | TaskHandle[BulkErasure] | None = None
        self._people = 1
        busy.cancelled.connect(self._cancel)

    def ask(self, people: Sequence[PersonSummary]) -> None:
        """Show what would go and what would stay, and erase once that is confirmed."""
        if self._running is None and people:
            self._tasks.run(
                lambda _: self._service.preview([each.id for each in people]),
                lambda preview: self._confirm(tuple(people), preview),
                self._on_failed,
                owner=self,
            )

    def _confirm(self, people: tuple[PersonSummary, ...], preview: ErasurePreview) -> None:
        EraseDialog(
            [each.details.name for each in people],
            preview,
            lambda reason: self._erase(_Order(people, reason, preview.language, preview.packages)),
            self._page.window(),
        ).open()

    def erase(self, people: Sequence[PersonSummary]) -> None:
        """Without asking."""
        self._erase(_Order(tuple(people)))

    def _erase(self, order: _Order) -> None:
        self._people = len(order.people)
        self._advance(0.0)
        self._busy.begin(erase_texts.progress(0.0, self._people))
        ids, reason = [each.id for each in order.people], order.reason
        if len(ids) == 1:
            self._running = self._tasks.run(
                lambda progress: self._service.erase(ids, progress, reason=reason),
                lambda erasure: self._on_erased(order, erasure),
                lambda error: self._on_not_erased(order, error),
                self._advance,
                owner=self,
            )
        else:
            self._running = self._tasks.run(
                lambda progress: self._desk.bulk_erasures.erase(ids, progress, reason=reason),
                lambda done: self._on_all_erased(order, done),
                lambda error: self._on_not_erased(order, error),
                self._advance,
                owner=self,
            )

    def _advance(self, share: float) -> None:
        one = step_at(share) if self._people == 1 else ErasureStep.PREPARE
        self._busy.step(erase_texts.progress(share, self._people), cancellable=one is ErasureStep.PREPARE)
        self._busy.advance(share)

    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _on_erased(self, order: _Order, erasure: SignedErasure) -> None:
        self._end()
        name, certificates = order.people[0].details.name, self._desk.certificates
        ErasureResultDialog(
            certificates, self._tasks, erasure, name, order.language, order.packages, self._page.window()
        ).open()

    def _on_all_erased(self, order: _Order, done: BulkErasure) -> None:
        self._end()
        names = {each.id: each.details.name for each in order.people}
        BulkResultDialog(self._desk.certificates, self._tasks, done, names, self._page.window()).open()

    def _on_not_erased(self, order: _Order, error: ConsentryError) -> None:
        if not isinstance(error, ApprovalNeeded):
            self._on_failed(error)
            return
        self._end()
        standing = [each.id for each in order.people if each.consent in MATCHABLE_STATES]
        SecondPersonDialog(
            self._desk,
            self._tasks,
            TwoPersonAct.ERASURE,
            standing,
            on_agreed=lambda: self._erase(order),
            parent=self._page.window(),
        ).open()

    def _on_failed(self, error: ConsentryError) -> None:
        self._end()
        show_error(error, self._page.window())

    def _end(self) -> None:
        self._busy.end()
        self._running = None
