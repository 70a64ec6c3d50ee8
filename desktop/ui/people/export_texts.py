"""What the window says of packages: what they hold, how they are locked, where the work stands."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.domain.export import ExportKind, ExportPart, Protection
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T

_PARTS: Mapping[ExportPart, str] = {
    ExportPart.IDENTITY: T("export", "name, kind and contact"),
    ExportPart.CONSENTS: T("export", "choices: {count}"),
    ExportPart.ANSWERS: T("export", "confirmations: {count}"),
    ExportPart.NOTICES: T("export", "notices that were shown: {count}"),
    ExportPart.PURPOSES: T("export", "purposes asked about: {count}"),
    ExportPart.PHOTOS: T("export", "pictures: {count}"),
    ExportPart.TEMPLATES: T("export", "face templates: {count}"),
    ExportPart.SIGHTINGS: T("export", "sightings: {count}"),
    ExportPart.RESTRICTIONS: T("export", "restrictions: {count}"),
    ExportPart.AUTHORITIES: T("export", "watchlist entries: {count}"),
    ExportPart.HOLDS: T("export", "legal holds: {count}"),
    ExportPart.RECEIPTS: T("export", "receipts: {count}"),
    ExportPart.REQUESTS: T("export", "requests: {count}"),
    ExportPart.REQUEST_STEPS: T("export", "steps of requests: {count}"),
    ExportPart.COPIES: T("export", "copies made before: {count}"),
    ExportPart.ACCESSES: T("export", "entries of who has seen the data: {count}"),
}
KINDS: Mapping[ExportKind, str] = {
    ExportKind.ACCESS: T("export", "Everything held"),
    ExportKind.PORTABILITY: T("export", "To take along"),
}
_LEADS: Mapping[ExportKind, str] = {
    ExportKind.ACCESS: T(
        "export", "The answer to a request for access (GDPR article 15), with all that must be told with it."
    ),
    ExportKind.PORTABILITY: T(
        "export", "Only what the person gave themselves or what was recorded with their consent (GDPR article 20)."
    ),
}
PROTECTIONS: Mapping[Protection, str] = {
    Protection.ZIP: T("export", "ZIP with a passphrase (AES-256; 7-Zip opens it)"),
    Protection.AGE_KEY: T("export", "age with a key of its own"),
    Protection.AGE_RECIPIENT: T("export", "age for the person's own key"),
}


def said(template: str, **gaps: object) -> str:
    return QCoreApplication.translate("export", template).format(**gaps)


def lead(kind: ExportKind) -> str:
    return said(_LEADS[kind])


def holds(counts: Mapping[ExportPart, int]) -> str:
    """What there is of each part, but for what there is none of."""
    number = QLocale().toString
    listed = "; ".join(said(_PARTS[part], count=number(amount)) for part, amount in counts.items() if amount)
    return said(T("export", "It holds: {what}."), what=listed)


def step(share: float) -> str:
    """What is being done at that share of the work."""
    if share < 0.1:
        return said(T("export", "Reading what is held about the person ..."))
    if share < 0.9:
        return said(T("export", "Making and sealing the files ..."))
    return said(T("export", "Writing it down in the audit log ..."))
