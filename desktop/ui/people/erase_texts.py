"""What an erasure will do, does and did, in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.domain.bulk_erasure import BulkErasure
from desktop.domain.erasure import (
    Category,
    ErasureReason,
    ErasureResult,
    ErasureStep,
    LeftOut,
    Missing,
    MustStay,
    ProofOfErasure,
    SubjectKind,
    step_at,
)
from desktop.domain.erasure_preview import ErasurePreview, Given, GivenOut
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.ids import PersonId
from desktop.ui.errors import error_text
from desktop.ui.texts import day

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
    Category.REQUESTS: T("erasure", "contents of requests: {count}"),
    Category.HOLDS: T("erasure", "legal holds that are over: {count}"),
    Category.DRAFTS: T("erasure", "unfinished conversations: {count}"),
    Category.ARCHIVE: T("erasure", "archived consent records: {count}"),
    Category.EXPORTS: T("erasure", "remembered exports: {count}"),
}
_STAYS: Mapping[MustStay, str] = {
    MustStay.LEDGER: T("erasure", "a random number and the time, so that a restored backup erases the person again"),
    MustStay.AUDIT: T("erasure", "the audit log's entries, which hold that number and never a name"),
    MustStay.RESULT: T("erasure", "the result of the erasure, without a name, so that it can be certified later"),
    MustStay.REQUESTS: T(
        "erasure", "that requests were made and when they were answered, without what they were about"
    ),
    MustStay.CONSENT_RECORD: T(
        "erasure", "the proof of the consent, sealed apart and without a face, because it must be possible to prove it"
    ),
}
_SHAPES: Mapping[Given, str] = {
    Given.EXPORT: T("erasure", "a package with data, {day}"),
    Given.RECEIPT: T("erasure", "a receipt, {day}"),
}
_REASONS: Mapping[ErasureReason, str] = {
    ErasureReason.REQUEST: T("erasure", "asked for by the person"),
    ErasureReason.WITHDRAWAL: T("erasure", "consent taken back"),
    ErasureReason.RETENTION: T("erasure", "its time was over"),
    ErasureReason.MISTAKE: T("erasure", "stored by mistake"),
    ErasureReason.REPEATED: T("erasure", "brought back by a restored copy"),
}
_KINDS: Mapping[SubjectKind, str] = {
    SubjectKind.PERSON: T("erasure", "people: {count}"),
    SubjectKind.OPERATOR: T("erasure", "operators: {count}"),
    SubjectKind.DRAFT: T("erasure", "conversations: {count}"),
    SubjectKind.ARCHIVE: T("erasure", "archived consents: {count}"),
    SubjectKind.PHOTO: T("erasure", "photos: {count}"),
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
_NAMED: Final = 3
_GIVEN: Final = 5
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


def question(names: Sequence[str], preview: ErasurePreview) -> str:
    """The heading. Of many people the first few are named."""
    few = _names(names)
    if preview.allowed:
        return _said(T("erasure", "Erase {names} for good?"), names=few)
    return _said(T("erasure", "A legal hold keeps {names}: nothing can be erased now."), names=few)


def _names(names: Sequence[str]) -> str:
    if len(names) <= _NAMED:
        return ", ".join(names)
    named = ", ".join(names[:_NAMED])
    return _said(T("erasure", "{names} and others ({count})"), names=named, count=_number(len(names) - _NAMED))


def points(preview: ErasurePreview) -> list[str]:
    """What somebody must know before they confirm."""
    if not preview.allowed:
        held = T("erasure", "Held: {count} of {all}. Who withdrew consent is not recognised all the same.")
        wait = T("erasure", "Erase when the hold has ended, or have it released on the page Retention.")
        return [_said(held, count=_number(preview.held), all=_number(preview.people)), _said(wait)]
    many = _said(T("erasure", "People: {count}. Each gets a certificate of their own."), count=_number(preview.people))
    return [
        *([many] if preview.people > 1 else []),
        _said(T("erasure", "Deleted for good: {what}."), what=counts(preview.goes)),
        *(_said(T("erasure", "Stays: {what}."), what=each) for each in stays(preview.stays, preview.kept_until)),
        *([_packages(preview.packages.values())] if preview.packages else []),
        *([_given(preview.given_out)] if preview.given_out else []),
        _said(_COPIES if preview.copies else _NO_COPIES),
        _said(T("erasure", "Recognition stops at once. This cannot be undone.")),
    ]


def stays(found: Sequence[MustStay], kept_until: datetime | None) -> list[str]:
    """What must stay, and why."""
    said = [_said(_STAYS[each]) for each in found]
    if kept_until is None:
        return said
    until = _said(T("erasure", "{what} (until {day})"), what=said[-1], day=day(kept_until))
    return [*said[:-1], until]


def _packages(paths: Iterable[Path]) -> str:
    told = T("erasure", "Deleted with it, where they still are: {what}.")
    return _said(told, what="; ".join(map(str, paths)))


def _given(found: Sequence[GivenOut]) -> str:
    shown = [_said(_SHAPES[each.shape], day=day(each.at)) for each in found[-_GIVEN:]]
    if len(found) > _GIVEN:
        shown.append(_said(T("erasure", "and others ({count})"), count=_number(len(found) - _GIVEN)))
    told = T("erasure", "Handed out before, and not reached by the erasure: {what}. Tell whoever has it (GDPR 19).")
    return _said(told, what="; ".join(shown))


def step(which: ErasureStep) -> str:
    return _said(_STEPS[which])


def reason(why: ErasureReason) -> str:
    return _said(_REASONS[why])


def subjects(kind: SubjectKind, count: str) -> str:
    """How many of what."""
    return _said(_KINDS[kind], count=count)


def progress(share: float, people: int) -> str:
    """What is being done at `share` of an erasure of so many people."""
    if people == 1:
        return step(step_at(share))
    done = min(int(share * people), people - 1)
    said = T("erasure", "Erasing person {place} of {count}. Cancelling leaves those who have not been begun with.")
    return _said(said, place=_number(done + 1), count=_number(people))


def bulk_heading(done: BulkErasure, ordered: int) -> str:
    erased = _number(len(done.done))
    if done.complete:
        return _said(T("erasure", "All are erased: {count}."), count=erased)
    return _said(T("erasure", "Erased: {count} of {all}."), count=erased, all=_number(ordered))


def bulk_outcome(done: BulkErasure, names: Mapping[PersonId, str]) -> list[tuple[str, str]]:
    """Title and text of each part."""
    parts = []
    if done.done:
        totals: Counter[Category] = Counter()
        for each in done.done:
            totals.update(each.result.erased)
        parts.append((_said(T("erasure", "Deleted")), _sentence(counts(totals))))
        proofs = [each.result.proof for each in done.done if each.result.proof is not None]
        searched = T("erasure", "Searches of the decrypted database: {count}. Markers found: {found}.")
        found = sum(proof.found for proof in proofs)
        text = _said(searched, count=_number(len(proofs)), found=_number(found))
        parts.append((_said(T("erasure", "Searched")), text))
    left = sum(len(each.result.packages_left) for each in done.done)
    if left:
        told = T("erasure", "Not there any more, or not to be deleted: {count}. Each certificate names its own.")
        parts.append((_said(T("erasure", "Exports")), _said(told, count=_number(left))))
    missing = {each: None for erasure in done.done for each in erasure.result.missing}
    if missing:
        again = _said(T("erasure", "It is tried again every minute, also after a restart."))
        parts.append((_said(T("erasure", "Still missing")), "\n".join([*(_said(_MISSING[e]) for e in missing), again])))
    if done.refused:
        lines = [f"{names.get(each.person_id, '')}: {error_text(each.error).happened}" for each in done.refused]
        parts.append((_said(T("erasure", "Not erased")), "\n".join(lines)))
    if done.left:
        waiting = _names([names.get(each, "") for each in done.left])
        parts.append((_said(T("erasure", "Cancelled before their turn")), _sentence(waiting)))
    return parts


def outcome(result: ErasureResult, packages: Mapping[str, Path] | None = None) -> list[tuple[str, str]]:
    """Title and text of each part of a result. `packages`: where exports were written, by their numbers."""
    parts = [(_said(T("erasure", "Deleted")), _sentence(counts(result.erased) or _said(T("erasure", "nothing yet"))))]
    if result.proof is not None:
        parts.append((_said(T("erasure", "Searched")), _proof(result.proof)))
    if result.missing:
        lines = [_said(_MISSING[each]) for each in result.missing] + [f"• {each}" for each in result.unreachable]
        again = _said(T("erasure", "It is tried again every minute, also after a restart."))
        parts.append((_said(T("erasure", "Still missing")), "\n".join([*lines, again])))
    if result.packages_left:
        places = [str((packages or {}).get(each, each)) for each in result.packages_left]
        told = _said(T("erasure", "Not there any more, or not to be deleted. Find them and delete them yourself:"))
        parts.append((_said(T("erasure", "Exports")), "\n".join([told, *places])))
    parts.append((_said(T("erasure", "Kept")), _sentence("; ".join(stays(result.stays, result.kept_until)))))
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
