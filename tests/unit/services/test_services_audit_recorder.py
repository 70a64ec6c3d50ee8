"""Views reach the audit log in batches; a full disk costs time, never an entry."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from desktop.domain.audit import AuditAction, AuditDraft
from desktop.services import audit_recorder
from desktop.services.audit_recorder import AuditRecorder
from desktop.services.errors import AuditLogStuck
from desktop.services.health import Health, ProblemKind
from desktop.services.hub import Hub
from desktop.vault.errors import DiskFull
from tests.helpers.desks import wait_until


class Log:
    """A writer that may be full."""

    def __init__(self) -> None:
        self.batches: list[list[AuditDraft]] = []
        self.full = False
        self.tries = 0

    def write(self, drafts: Sequence[AuditDraft]) -> None:
        self.tries += 1
        if self.full:
            raise DiskFull
        self.batches.append(list(drafts))

    @property
    def counts(self) -> list[object]:
        return [draft.detail["count"] for batch in self.batches for draft in batch]


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def health() -> Health:
    return Health(Hub())


@pytest.fixture
def recorder(log: Log, health: Health) -> Iterator[AuditRecorder]:
    made = AuditRecorder(log.write, health, retry=0.02, limit=50)
    made.start()
    yield made
    made.close()


def view(number: int) -> AuditDraft:
    return AuditDraft(AuditAction.PERSON_VIEWED, detail={"count": number})


def test_entries_share_a_transaction_and_keep_their_order(recorder: AuditRecorder, log: Log) -> None:
    for number in range(20):
        recorder.record(view(number))
    wait_until(lambda: recorder.waiting == 0)
    assert log.counts == list(range(20))
    assert len(log.batches) == 1


def test_closing_writes_what_waits_at_once(recorder: AuditRecorder, log: Log) -> None:
    recorder.record(view(1))
    began = time.monotonic()
    recorder.close()
    assert log.counts == [1]
    assert time.monotonic() - began < audit_recorder.BATCH_WAIT


def test_a_full_disk_is_said_and_survived(recorder: AuditRecorder, log: Log, health: Health) -> None:
    log.full = True
    for number in range(5):
        recorder.record(view(number))
    wait_until(health.problems)
    (problem,) = health.problems()
    assert (problem.kind, problem.count) == (ProblemKind.AUDIT_WAITING, 5)
    wait_until(lambda: log.tries > 2)
    log.full = False
    wait_until(lambda: recorder.waiting == 0)
    assert log.counts == list(range(5))
    wait_until(lambda: not health.problems())


def test_beyond_the_limit_nothing_more_may_be_looked_at(recorder: AuditRecorder, log: Log) -> None:
    log.full = True
    for number in range(50):
        recorder.record(view(number))
    with pytest.raises(AuditLogStuck):
        recorder.record(view(50))
    log.full = False
    wait_until(lambda: recorder.waiting == 0)
    assert log.counts == list(range(50))


def test_an_entry_that_had_to_wait_says_how_long(
    recorder: AuditRecorder, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_recorder, "LATE", 0.0)
    recorder.record(view(3))
    wait_until(lambda: recorder.waiting == 0)
    assert log.batches[0][0].detail == {"count": 3, "late_seconds": 0} or log.batches[0][0].detail["late_seconds"] == 1


def test_recording_never_waits_for_the_disk(health: Health) -> None:
    hold, writing = threading.Event(), threading.Event()

    def slow(_drafts: Sequence[AuditDraft]) -> None:
        writing.set()
        hold.wait(10)

    recorder = AuditRecorder(slow, health)
    recorder.start()
    recorder.record(view(0))
    assert writing.wait(5)
    began = time.monotonic()
    for number in range(200):
        recorder.record(view(number))
    assert time.monotonic() - began < 0.05
    hold.set()
    recorder.close()
    assert recorder.waiting == 0
