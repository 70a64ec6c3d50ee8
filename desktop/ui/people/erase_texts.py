"""What an erasure will do, does and did, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.domain.erasure import (
    Category,
    ErasurePreview,
    ErasureResult,
    ErasureStep,
    LeftOut,
    Missing,
    MustStay,
    ProofOfErasure,
)
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T

_CATEGORIES: Mapping[Category, str] = {
    Category.DETAILS: T("erasure", "name, contact and note"),
    Category.PHOTOS: T("erasure", "photos: {count}"),
    Category.TEMPLATES: T("erasure", "face templates: {count}"),
    Category.CONSENT_EVENTS: T("erasure", "consent events: {count}"),
    Category.CONSENT_PROOFS: T("erasure", "consent records: {count}"),
    Category.AUTHORITIES: T("erasure", "watchlist entries: {count}"),
    Category.SIGHTINGS: T("erasure", "sightings: {count}"),
    Category.SESSIONS: T("erasure", "sessions: {count}"),
    Category.APPROVALS: T("erasure", "approvals: {count}"),
    Category.RESTRICTIONS: T("erasure", "restrictions: {count}"),
    Category.RECEIPTS: T("erasure", "receipts: {count}"),
    Category.HOLDS: T("erasure", "legal holds that are over: {count}"),
    Category.DRAFTS: T("erasure", "unfinished conversations: {count}"),
    Category.ARCHIVE: T("erasure", "archived consent records: {count}"),
    Category.EXPORTS: T("erasure", "remembered exports: {count}"),
}
_STAYS: Mapping[MustStay, str] = {
    MustStay.LEDGER: T("erasure", "a random number and the time, so that a restored backup erases the person again"),
    MustStay.AUDIT: T("erasure", "the audit log's entries, which hold that number and never a name"),
    MustStay.RESULT: T("erasure", "the result of the erasure, without a name"),
}
_STEPS: Mapping[ErasureStep, str] = {
    ErasureStep.PREPARE: T("erasure", "Recognition has stopped. Looking for everything stored about the person ..."),
    ErasureStep.KEYS: T("erasure", "Destroying the person's key and wrapping all others anew ..."),
    ErasureStep.ROWS: T("erasure", "Deleting what was stored ..."),
    ErasureStep.PROOF: T("erasure", "Searching the decrypted database for anything left behind ..."),
    ErasureStep.COMPANIONS: T("erasure", "Bringing the keys beside the backups up to date ..."),
}
_LEFT_OUT: Mapping[LeftOut, str] = {
    LeftOut.SHORT: T("erasure", "too short to mean anything: {count}"),
    LeftOut.SHARED: T("erasure", "also part of this site's own texts, such as a camera's name: {count}"),
    LeftOut.UNSEEN: T("erasure", "stored across the edge of a page: {count}"),
    LeftOut.INTERRUPTED: T("erasure", "names and contacts, which are not kept over an interruption: {count}"),
}
_MISSING: Mapping[Missing, str] = {
    Missing.OLD_KEY: T("erasure", "The keyring has not let go of the former key. Unlock it."),
    Missing.ROWS: T("erasure", "The unreadable data could not be deleted. Make room on the disk."),
    Missing.OLD_PAGES: T("erasure", "A long-running task still reads an older state of the database. Let it end."),
    Missing.PROOF: T("erasure", "The database has not been searched yet."),
    Missing.FOUND: T("erasure", "The search found something. Tell your administrator."),
    Missing.UNREADABLE: T("erasure", "Parts of the database are damaged. Restore a backup."),
    Missing.COMPANIONS: T("erasure", "Backup destinations out of reach still hold the former keys, sealed."),
    Missing.RECORD: T("erasure", "The result could not be recorded. Make room on the disk."),
}
_COPIES = T(
    "erasure",
    "This site keeps its keys for recovery, sealed. Those copies are written anew; whoever kept an older copy and has "
    "the recovery code could still read what it held.",
)
_NO_COPIES = T("erasure", "This site keeps no copy of the key anywhere else: nobody can bring the data back.")


def _said(template: str, **gaps: object) -> str:
    return QCoreApplication.translate("erasure", template).format(**gaps)


def _number(value: int) -> str:
    return QLocale().toString(value)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def counts(found: Mapping[Category, int]) -> str:
    """What there is of each kind, but for what there is none of."""
    return "; ".join(_said(_CATEGORIES[kind], count=_number(amount)) for kind, amount in found.items() if amount)


def points(preview: ErasurePreview) -> list[str]:
    """What somebody must know before they confirm."""
    return [
        _said(T("erasure", "Deleted for good: {what}."), what=counts(preview.goes)),
        _said(T("erasure", "Kept: {what}."), what="; ".join(_said(_STAYS[each]) for each in preview.stays)),
        _said(_COPIES if preview.copies else _NO_COPIES),
        _said(T("erasure", "Recognition stops at once. This cannot be undone.")),
    ]


def step(which: ErasureStep) -> str:
    return _said(_STEPS[which])


def outcome(result: ErasureResult) -> list[tuple[str, str]]:
    """Title and text of each part of a result."""
    parts = [(_said(T("erasure", "Deleted")), _sentence(counts(result.erased) or _said(T("erasure", "nothing yet"))))]
    if result.proof is not None:
        parts.append((_said(T("erasure", "Searched")), _proof(result.proof)))
    if result.missing:
        lines = [_said(_MISSING[each]) for each in result.missing] + [f"• {each}" for each in result.unreachable]
        again = _said(T("erasure", "It is tried again every minute, also after a restart."))
        parts.append((_said(T("erasure", "Still missing")), "\n".join([*lines, again])))
    stays = "; ".join(_said(_STAYS[each]) for each in result.stays)
    parts.append((_said(T("erasure", "Kept")), _sentence(stays)))
    return parts


def _proof(proof: ProofOfErasure) -> str:
    found = _said(
        T(
            "erasure",
            "Searched the decrypted database and write-ahead log ({size}) for {markers} markers: {found} found.",
        ),
        size=QLocale().formattedDataSize(proof.read),
        markers=_number(proof.markers),
        found=_number(proof.found),
    )
    before = _said(
        T(
            "erasure",
            "Before the erasure the same search found {seen} of them; the others are name and contact, which are "
            "stored sealed only and must never be found.",
        ),
        seen=_number(proof.seen_before),
    )
    lines = [found, before]
    if proof.left_out:
        reasons = "; ".join(_said(_LEFT_OUT[why], count=_number(count)) for why, count in proof.left_out.items())
        lines.append(_said(T("erasure", "Not searched for: {reasons}."), reasons=reasons))
    return "\n".join(lines)
