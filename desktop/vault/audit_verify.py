"""Checking the audit log: every entry, every signature, and the copy of the head that lies outside the database.

The chain alone shows edits and gaps. A cut end and a log written anew are consistent in themselves: signed checkpoints
and the anchor show those. Nothing is repaired here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desktop.domain.audit import AuditPoint
from desktop.domain.audit_verdict import Fault, Finding, Signer, Verdict
from desktop.domain.progress import UNWATCHED, Progress, checkpoint
from desktop.vault.audit import CHECKPOINT_EVERY
from desktop.vault.audit_statement import Statement, StatementKind, genesis, instant_from
from desktop.vault.signing import fingerprint, verify

CHUNK = 20_000  # entries read at a time: readers are not held up, progress moves
MOST_FINDINGS = 20

Rows = Sequence[tuple[int, bytes, bytes]]  # seq, body, head
Query = Callable[[str, tuple[object, ...]], Sequence[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement's text and signature as found; `seq` is the row's, None outside a table."""

    seq: int | None
    text: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Expected:
    """What the log is checked against: the vault, the raw public key, and points of the chain kept elsewhere."""

    vault_id: str
    public_key: bytes
    anchors: tuple[AuditPoint, ...]


class ChainCheck:
    """Follows a chain from `start` on; `marks` are heads that entries must have, by seq."""

    def __init__(self, start: AuditPoint, marks: dict[int, bytes]) -> None:
        self._head = start.head
        self._marks = marks
        self.first = 0
        self.last = start.seq
        self.entries = 0
        self.findings: list[Finding] = []

    def feed(self, rows: Rows) -> None:
        """The next entries, in their order."""
        if not rows:
            return
        head, expected, sha256 = self._head, self.last + 1, hashlib.sha256
        for seq, body, stored in rows:
            if seq != expected:
                self._find(Fault.MISSING, seq)
            elif sha256(head + body).digest() != stored:
                self._find(Fault.EDITED, seq)
            head = stored  # one edit is one finding, not one for every entry after it
            expected = seq + 1
        self.first = self.first or rows[0][0]
        self._head, self.last = head, expected - 1
        self.entries += len(rows)
        self._compare_marks(rows)

    def finish(self) -> None:
        """No more entries: marks beyond the last one show that the end was cut."""
        beyond = [seq for seq in self._marks if seq > self.last]
        if beyond:
            self._find(Fault.CUT, max(beyond))

    def _compare_marks(self, rows: Rows) -> None:
        low, high = rows[0][0], rows[-1][0]
        wanted = {seq: head for seq, head in self._marks.items() if low <= seq <= high}
        if wanted:
            found = {seq: head for seq, _, head in rows if seq in wanted}
            for seq, head in sorted(wanted.items()):
                if found.get(seq, head) != head:
                    self._find(Fault.REWRITTEN, seq)

    def _find(self, fault: Fault, seq: int) -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(fault, seq))


def verify_database(query: Query, expected: Expected, progress: Progress = UNWATCHED) -> Verdict:
    """Check the log behind `query` (SQL and parameters to rows), which may read a new snapshot at each call.

    Entries that are added meanwhile are not looked at. Raises Cancelled.
    """
    while True:
        frame = _frame(query)
        verdict = _verify(query, frame, expected, progress)
        if verdict.intact or _frame(query).prunes == frame.prunes:
            return verdict
        # The old end was let go in the middle of it.


@dataclass(frozen=True, slots=True)
class _Frame:
    """One snapshot of what surrounds the entries."""

    last: int
    checkpoints: tuple[Signed, ...]
    prunes: tuple[Signed, ...]


def _frame(query: Query) -> _Frame:
    rows = query(
        "SELECT 'last', coalesce(max(seq), 0), '', x'' FROM audit_entries "
        "UNION ALL SELECT 'checkpoint', seq, body, signature FROM audit_checkpoints "
        "UNION ALL SELECT 'prune', seq, body, signature FROM audit_prunes",
        (),
    )
    signed = [(row[0], Signed(*row[1:])) for row in sorted(rows, key=lambda row: row[1])]
    (last,) = (row[1] for row in rows if row[0] == "last")
    return _Frame(
        last,
        tuple(each for kind, each in signed if kind == "checkpoint"),
        tuple(each for kind, each in signed if kind == "prune"),
    )


def _verify(query: Query, frame: _Frame, expected: Expected, progress: Progress) -> Verdict:
    findings: list[Finding] = []
    start = _start(frame.prunes, expected, findings)
    checkpoints = [each for each in frame.checkpoints if each.seq is not None and each.seq > start.seq]
    points = _points(checkpoints, start, frame.last, expected, findings)
    marks = {point.seq: point.head for point in points}
    for anchor in expected.anchors:
        known = start.head if anchor.seq == start.seq else marks.setdefault(anchor.seq, anchor.head)
        if anchor.seq >= start.seq and known != anchor.head:
            findings.append(Finding(Fault.REWRITTEN, anchor.seq))
    check = ChainCheck(start, {seq: head for seq, head in marks.items() if seq > start.seq})
    for rows in chunks(query, start.seq, frame.last):
        checkpoint(progress, (rows[0][0] - start.seq) / max(1, frame.last - start.seq))
        check.feed(rows)
    check.finish()
    progress.report(1.0)
    return Verdict(
        entries=check.entries,
        first=check.first,
        last=check.last if check.entries else 0,
        until=_instant_of(query, frame.last),
        checkpoints=len(points),
        pruned=start.seq,
        findings=_joined(findings, check.findings),
        signer=Signer.KNOWN,
        fingerprint=fingerprint(expected.public_key),
        anchored=max((anchor.seq for anchor in expected.anchors), default=None),
    )


def chunks(query: Query, after: int, last: int) -> Iterator[Rows]:
    """The entries after `after` up to `last`, in parts."""
    # Cast to bytes: that is what was hashed, and it spares encoding every body anew.
    sql = "SELECT seq, CAST(body AS BLOB), head FROM audit_entries WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
    while rows := query(sql, (after, last, CHUNK)):
        yield rows
        after = rows[-1][0]


def _start(prunes: Sequence[Signed], expected: Expected, findings: list[Finding]) -> AuditPoint:
    """Where the chain begins: after what was let go under a valid signature."""
    start = genesis(expected.vault_id)
    for prune in prunes:
        statement = checked(prune, StatementKind.PRUNE, expected, findings)
        start = statement.point if statement is not None else start
    return start


def _points(
    signed: Sequence[Signed], start: AuditPoint, last: int, expected: Expected, findings: list[Finding]
) -> list[AuditPoint]:
    statements = (checked(each, StatementKind.CHECKPOINT, expected, findings) for each in signed)
    points = [statement.point for statement in statements if statement is not None]
    there = {each.seq for each in signed}
    full = range((start.seq // CHECKPOINT_EVERY + 1) * CHECKPOINT_EVERY, last + 1, CHECKPOINT_EVERY)
    findings += [Finding(Fault.UNSIGNED, seq) for seq in full if seq not in there]
    return points


def checked(signed: Signed, kind: StatementKind, expected: Expected, findings: list[Finding]) -> Statement | None:
    """The statement if it is what it should be and signed by the expected key; otherwise None and a finding."""
    place = signed.seq or 0
    try:
        statement = Statement.from_text(signed.text)
    except ValueError:
        findings.append(Finding(Fault.FORGED, place))
        return None
    if statement.vault_id != expected.vault_id:
        findings.append(Finding(Fault.FOREIGN, place))
        return None
    genuine = statement.kind is kind and signed.seq in (None, statement.point.seq)
    if not genuine or not verify(expected.public_key, signed.signature, signed.text.encode()):
        findings.append(Finding(Fault.FORGED, place))
        return None
    return statement


def _instant_of(query: Query, seq: int) -> datetime | None:
    rows = query("SELECT at FROM audit_entries WHERE seq = ?", (seq,))
    try:
        return instant_from(rows[0][0])
    except (IndexError, ValueError, TypeError):
        return None


def _joined(*parts: Sequence[Finding]) -> tuple[Finding, ...]:
    every = dict.fromkeys(finding for part in parts for finding in part)
    return tuple(sorted(every, key=lambda finding: finding.seq))[:MOST_FINDINGS]
