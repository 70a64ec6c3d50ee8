"""What a verification of the audit log found, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop.domain.i18n import QT_TRANSLATE_NOOP as T


class Fault(StrEnum):
    EDITED = "edited"  # an entry is not what was written there
    MISSING = "missing"  # entries between two others are gone
    CUT = "cut"  # the end is gone
    REWRITTEN = "rewritten"  # consistent in itself, but not the log that was signed or anchored
    FORGED = "forged"  # a signature is wrong
    UNSIGNED = "unsigned"  # a checkpoint that must be there is gone
    UNREADABLE = "unreadable"  # not an audit log, or damaged beyond reading
    FOREIGN = "foreign"  # of another vault


class Signer(StrEnum):
    """Whose signatures they are, against the key or fingerprint that was given."""

    KNOWN = "known"
    UNKNOWN = "unknown"  # valid signatures, but nobody said whose they should be
    OTHER = "other"  # valid signatures of another key than the one that was given


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault; `seq` is the entry at or before which it lies, 0 where it is about the whole log."""

    fault: Fault
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """`first` and `last`: the entries that were there, 0 in an empty log. `fingerprint`: of the signing key.

    `anchored`: the newest entry that was compared with a copy of the head kept outside the database; None without one.
    `pruned`: entries before `first` that were let go when their time was over, under a signature.
    """

    entries: int
    first: int
    last: int
    until: datetime | None
    checkpoints: int
    pruned: int
    findings: tuple[Finding, ...]
    signer: Signer
    fingerprint: str
    anchored: int | None

    @property
    def intact(self) -> bool:
        return not self.findings and self.signer is not Signer.OTHER


# Sentences for faults; {seq} is the entry.
FAULT_TEXTS: dict[Fault, str] = {
    Fault.EDITED: T("audit", "Entry {seq} was changed after it was written."),
    Fault.MISSING: T("audit", "Entries are missing before entry {seq}."),
    Fault.CUT: T("audit", "The end of the log was cut off: entry {seq} must be there."),
    Fault.REWRITTEN: T("audit", "The log was written anew: entry {seq} is not the one that was signed."),
    Fault.FORGED: T("audit", "The signature at entry {seq} is wrong."),
    Fault.UNSIGNED: T("audit", "The signed checkpoint of entry {seq} is missing."),
    Fault.UNREADABLE: T("audit", "The log cannot be read from entry {seq} on."),
    Fault.FOREIGN: T("audit", "The signed statement at entry {seq} is about another vault."),
}
INTACT: dict[Signer, str] = {
    Signer.KNOWN: T("audit", "Intact, signer known."),
    Signer.UNKNOWN: T("audit", "Intact, signer unknown."),
}
NOT_INTACT = T("audit", "Not intact: do not rely on this log.")
OTHER_SIGNER = T("audit", "It is signed with another key than the one you named.")


def plain_words(verdict: Verdict) -> list[str]:
    """The verdict as English sentences, the most important one first."""
    if verdict.intact:
        return [INTACT[verdict.signer]]
    found = [FAULT_TEXTS[finding.fault].format(seq=finding.seq) for finding in verdict.findings]
    return [NOT_INTACT, *([OTHER_SIGNER] if verdict.signer is Signer.OTHER else []), *found]
