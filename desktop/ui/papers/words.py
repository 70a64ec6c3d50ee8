"""What the desk is told about a code, in one plain sentence each."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from desktop.domain.code_verdict import CodeFinding, CodeVerdict
from desktop.domain.desk_codes import CodeKind
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.ui import texts
from desktop.ui.widgets.notice import Tone

_RECEIPT: Mapping[CodeVerdict, str] = {
    CodeVerdict.VALID: T("papers", "A receipt of this desk, and the newest one of its record. Made: {since}."),
    CodeVerdict.OLD: T(
        "papers", "A receipt of this desk, but not the newest one of its record. Another was made: {until}."
    ),
    CodeVerdict.ARCHIVED: T(
        "papers",
        "A receipt of this desk. Its consent was taken back: {since}. Name, pictures and template are erased; only the "
        "proof is kept, sealed, and is erased too: {until}.",
    ),
    CodeVerdict.UNKNOWN: T("papers", "This desk made this receipt. Its person is erased, and nothing of it is kept."),
    CodeVerdict.FOREIGN: T("papers", "This is a receipt of another desk. Only that desk can find its record."),
    CodeVerdict.FORGED: T(
        "papers", "This receipt says it is of this desk, but this desk did not sign it. It is forged."
    ),
}
_PASS: Mapping[CodeVerdict, str] = {
    CodeVerdict.VALID: T("papers", "This pass is good. It ends: {until}."),
    CodeVerdict.OLD: T("papers", "This pass is no longer good. It ended: {until}."),
    CodeVerdict.REVOKED: T("papers", "This pass was taken back: {until}."),
    CodeVerdict.UNKNOWN: T("papers", "This desk issued this pass, and no longer has it. Issue another one."),
    CodeVerdict.FOREIGN: T("papers", "This is a pass of another desk. It is not good here."),
    CodeVerdict.FORGED: T("papers", "This pass says it is of this desk, but this desk did not sign it. It is forged."),
}
_UNREADABLE = T("papers", "This is not the code of a receipt or a pass. Scan it again, or type all of it.")
_TONES: Mapping[CodeVerdict, Tone] = {CodeVerdict.VALID: Tone.GOOD, CodeVerdict.FORGED: Tone.DANGER}


def verdict(finding: CodeFinding) -> tuple[str, Tone]:
    """The sentence, and how it looks."""
    said = {CodeKind.RECEIPT: _RECEIPT, CodeKind.PASS: _PASS}.get(finding.kind) if finding.kind is not None else None
    template = _UNREADABLE if said is None else said[finding.verdict]
    times = {
        name: "" if at is None else texts.moment(at)
        for name, at in (("since", finding.since), ("until", finding.until))
    }
    text = QCoreApplication.translate("papers", template).format(**times)
    return text, _TONES.get(finding.verdict, Tone.ATTENTION)
