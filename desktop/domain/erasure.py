"""Erasing a data subject: what is asked for, what goes, what stays and why, and what was proved afterwards.

Nothing here holds a name: subjects are random ids, the rest are times, counts and enumerations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from desktop.domain.audit import Actor


class SubjectKind(StrEnum):
    """Whose personal fields are erased."""

    PERSON = "person"
    OPERATOR = "operator"
    DRAFT = "draft"  # a conversation about consent that was given up, under the future person's id
    ARCHIVE = "archive"  # what proves a consent that was taken back
    PHOTO = "photo"  # a kept picture, which goes alone where consent to keeping it ends


class ErasureReason(StrEnum):
    REQUEST = "request"  # the person asked for it (GDPR 17(1))
    WITHDRAWAL = "withdrawal"  # consent was withdrawn (GDPR 17(1)(b))
    RETENTION = "retention"  # the period for which the data was needed is over (GDPR 5(1)(e))
    MISTAKE = "mistake"  # should never have been stored
    REPEATED = "repeated"  # was erased before; a restored backup did not know


class Category(StrEnum):
    """What is stored about a subject."""

    DETAILS = "details"
    PHOTOS = "photos"
    TEMPLATES = "templates"
    CONSENT_EVENTS = "consent_events"
    CONSENT_PROOFS = "consent_proofs"
    AUTHORITIES = "authorities"
    SIGHTINGS = "sightings"
    SESSIONS = "sessions"
    APPROVALS = "approvals"
    RESTRICTIONS = "restrictions"
    RECEIPTS = "receipts"
    HOLDS = "holds"  # that are over
    REQUESTS = "requests"  # what was asked and written; that it was stays
    DRAFTS = "drafts"
    ARCHIVE = "archive"
    EXPORTS = "exports"  # remembered packages; the files themselves lie elsewhere


class MustStay(StrEnum):
    """What is kept of an erased subject: random ids, times and counts, and the reason for each."""

    LEDGER = "ledger"  # so that a restored backup erases the subject again
    AUDIT = "audit"  # so that the erasure, and whatever was done before it, can be accounted for
    RESULT = "result"  # so that the erasure can be certified later
    REQUESTS = "requests"  # so that it can be shown that they were dealt with; without what was asked and written
    CONSENT_RECORD = "consent_record"  # so that the consent can be proved (GDPR 7(1)); sealed apart, without a face


class LeftOut(StrEnum):
    """Why a marker was not searched for."""

    SHORT = "short"  # may occur by chance
    SHARED = "shared"  # also stands in texts of the site, a camera's name for example
    UNSEEN = "unseen"  # stored across the edge of a page, where no search would find it
    INTERRUPTED = "interrupted"  # names are never written down for later: not searched after a restart in the middle


class ErasureStep(StrEnum):
    PREPARE = "prepare"
    KEYS = "keys"
    ROWS = "rows"
    PROOF = "proof"
    COMPANIONS = "companions"


# Where each step ends in the progress of an erasure.
STEP_ENDS: dict[ErasureStep, float] = {
    ErasureStep.PREPARE: 0.35,
    ErasureStep.KEYS: 0.45,
    ErasureStep.ROWS: 0.55,
    ErasureStep.PROOF: 0.95,
    ErasureStep.COMPANIONS: 1.0,
}


def step_at(share: float) -> ErasureStep:
    """The step of an erasure whose progress is `share` (0 to 1)."""
    return next((step for step, end in STEP_ENDS.items() if share < end), ErasureStep.COMPANIONS)


class Missing(StrEnum):
    """What an incomplete erasure still lacks."""

    OLD_KEY = "old_key"  # the keyring has not let go of the former wrapping key yet
    ROWS = "rows"  # the key is destroyed, the unreadable rows could not be deleted yet
    OLD_PAGES = "old_pages"  # a long-running reader kept old, unreadable pages in the write-ahead log
    PROOF = "proof"  # not searched yet
    FOUND = "found"  # the search found something
    UNREADABLE = "unreadable"  # damaged pages could not be searched
    COMPANIONS = "companions"  # a backup destination still holds the former keys, sealed
    RECORD = "record"  # done, but the result could not be written


@dataclass(frozen=True, slots=True)
class ErasureOrder:
    """What is asked for, and by whom. `subjects`: random ids, at least one. `proof_until`: what proves people's
    consents is sealed apart first and kept until then."""

    subjects: tuple[str, ...]
    reason: ErasureReason = ErasureReason.REQUEST
    actor: Actor = field(default_factory=Actor)
    kind: SubjectKind = SubjectKind.PERSON
    proof_until: datetime | None = None

    def __post_init__(self) -> None:
        if not self.subjects or len(set(self.subjects)) < len(self.subjects):
            raise ValueError("an erasure is of somebody, and of each once")


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """Somebody was erased at `at` (UTC); `epoch` is the first one without their key."""

    subject_id: str
    at: datetime
    epoch: int
    kind: SubjectKind

    def to_values(self) -> dict[str, Any]:
        return {
            "subject": self.subject_id,
            "at": self.at.isoformat(),
            "epoch": self.epoch,
            "kind": self.kind.value,
        }

    @staticmethod
    def from_values(values: Mapping[str, Any]) -> LedgerEntry:
        """The reverse of `to_values`. Raises KeyError, TypeError or ValueError."""
        at, kind = datetime.fromisoformat(values["at"]), SubjectKind(values["kind"])
        return LedgerEntry(str(values["subject"]), at, int(values["epoch"]), kind)


@dataclass(frozen=True, slots=True)
class ProofOfErasure:
    """The search of the decrypted database and its write-ahead log after an erasure.

    Attributes:
        at: when it ended, UTC.
        read: bytes of both files.
        pages: pages decrypted.
        unreadable: pages among them that are not authentic.
        markers: byte strings that belong to the erased subjects alone and were searched for.
        seen_before: how many of them the same search had found before the erasure.
        found: how many were found now; 0 is the proof.
        left_out: markers that were not searched for, by reason.
    """

    at: datetime
    read: int
    pages: int
    unreadable: int
    markers: int
    seen_before: int
    found: int
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return self.found == 0 and self.unreadable == 0


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """What one erasure did, of one subject or of many.

    Attributes:
        id: random.
        vault_id: the vault it was done in.
        requested_by: an operator's id, or "system" for the program itself.
        begun_at, ended_at: UTC; `ended_at` of an incomplete one is that of the newest attempt.
        epoch_before, epoch_after: of the keys; equal only where the keys were gone already.
        erased: rows deleted, by category.
        proof: None as long as it has not been made.
        stays: what is kept of the subjects.
        kept_until: the last day of the proof of their consents, where one stays.
        packages_left: numbers of the exports that did not lie on this computer any more, or could not be deleted.
        unreachable: backup destinations whose companion could not be written anew, as the window shows them.
        missing: what is not done yet; empty: the erasure is complete.
    """

    id: str
    vault_id: str
    kind: SubjectKind
    subjects: tuple[str, ...]
    reason: ErasureReason
    requested_by: str
    begun_at: datetime
    ended_at: datetime
    epoch_before: int
    epoch_after: int
    erased: Mapping[Category, int]
    stays: tuple[MustStay, ...]
    proof: ProofOfErasure | None = None
    unreachable: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    kept_until: datetime | None = None
    packages_left: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return sum(self.erased.values())

    @property
    def complete(self) -> bool:
        return not self.missing

    def to_values(self) -> dict[str, Any]:
        """As plain JSON values, for signing; times are ISO 8601 in UTC."""
        # Not in results of before: their signatures are over what they said then.
        later: dict[str, Any] = {} if self.kept_until is None else {"kept_until": self.kept_until.isoformat()}
        if self.packages_left:
            later["packages_left"] = list(self.packages_left)
        return {
            "document": "consentry erasure result",
            "version": 1,
            "id": self.id,
            "vault": self.vault_id,
            "kind": self.kind.value,
            "subjects": list(self.subjects),
            "reason": self.reason.value,
            "requested_by": self.requested_by,
            "begun_at": self.begun_at.isoformat(),
            "ended_at": self.ended_at.isoformat(),
            "epoch_before": self.epoch_before,
            "epoch_after": self.epoch_after,
            "erased": _counts(self.erased),
            "stays": [each.value for each in self.stays],
            **later,
            "proof": None if self.proof is None else _proof_values(self.proof),
            "unreachable": list(self.unreachable),
            "status": "complete" if self.complete else "incomplete",
            "missing": [each.value for each in self.missing],
        }

    @staticmethod
    def from_values(values: Mapping[str, Any]) -> ErasureResult:
        """The reverse of `to_values`. Raises KeyError, TypeError or ValueError."""
        proof, kept = values["proof"], values.get("kept_until")
        return ErasureResult(
            id=str(values["id"]),
            vault_id=str(values["vault"]),
            kind=SubjectKind(values["kind"]),
            subjects=tuple(map(str, values["subjects"])),
            reason=ErasureReason(values["reason"]),
            requested_by=str(values["requested_by"]),
            begun_at=datetime.fromisoformat(values["begun_at"]),
            ended_at=datetime.fromisoformat(values["ended_at"]),
            epoch_before=int(values["epoch_before"]),
            epoch_after=int(values["epoch_after"]),
            erased={Category(name): int(amount) for name, amount in values["erased"].items()},
            stays=tuple(map(MustStay, values["stays"])),
            proof=None if proof is None else _proof_from(proof),
            unreachable=tuple(map(str, values["unreachable"])),
            missing=tuple(map(Missing, values["missing"])),
            kept_until=None if kept is None else datetime.fromisoformat(kept),
            packages_left=tuple(map(str, values.get("packages_left", ()))),
        )


@dataclass(frozen=True, slots=True)
class SignedErasure:
    """A result with the site's Ed25519 signature over its canonical JSON (RFC 8785).

    `fingerprint`: of the signing key, as people compare it.
    """

    result: ErasureResult
    signature: bytes
    public_key: bytes
    fingerprint: str

    def to_values(self) -> dict[str, Any]:
        """The document that can be saved and checked elsewhere."""
        return {
            "result": self.result.to_values(),
            "signature": self.signature.hex(),
            "public_key": self.public_key.hex(),
            "fingerprint": self.fingerprint,
        }


def _counts(counts: Mapping[Category, int] | Mapping[LeftOut, int]) -> dict[str, int]:
    return {name.value: amount for name, amount in counts.items()}


def _proof_values(proof: ProofOfErasure) -> dict[str, Any]:
    return {
        "at": proof.at.isoformat(),
        "bytes": proof.read,
        "pages": proof.pages,
        "unreadable": proof.unreadable,
        "markers": proof.markers,
        "seen_before": proof.seen_before,
        "found": proof.found,
        "left_out": _counts(proof.left_out),
    }


def _proof_from(values: Mapping[str, Any]) -> ProofOfErasure:
    return ProofOfErasure(
        at=datetime.fromisoformat(values["at"]),
        read=int(values["bytes"]),
        pages=int(values["pages"]),
        unreadable=int(values["unreadable"]),
        markers=int(values["markers"]),
        seen_before=int(values["seen_before"]),
        found=int(values["found"]),
        left_out={LeftOut(name): int(amount) for name, amount in values["left_out"].items()},
    )
