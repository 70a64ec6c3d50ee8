"""What the check of a certificate found, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.audit_verdict import Signer
from desktop.domain.certificate import Certificate
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T


class CertificateFault(StrEnum):
    NONE_THERE = "none_there"  # the file is no certificate, or its signed part is damaged beyond reading
    CHANGED = "changed"  # it is not as this program writes it: something was changed or added
    FORGED = "forged"  # a signature is not that of the key in it


@dataclass(frozen=True, slots=True)
class CertificateVerdict:
    """`certificate`: None where it is not to be trusted. `fingerprint`: of the signing key; may be empty."""

    certificate: Certificate | None
    faults: tuple[CertificateFault, ...]
    signer: Signer
    fingerprint: str

    @property
    def intact(self) -> bool:
        return not self.faults and self.signer is not Signer.OTHER


FAULT_TEXTS: dict[CertificateFault, str] = {
    CertificateFault.NONE_THERE: T("certificate", "The file is not a certificate of this program, or is damaged."),
    CertificateFault.CHANGED: T("certificate", "The file was changed after it was written."),
    CertificateFault.FORGED: T("certificate", "A signature in it is wrong."),
}
INTACT: dict[Signer, str] = {
    Signer.KNOWN: T("certificate", "Intact, signer known."),
    Signer.UNKNOWN: T("certificate", "Intact, signer unknown."),
}
NOT_INTACT = T("certificate", "Not intact: do not rely on this certificate.")
OTHER_SIGNER = T("certificate", "It is signed with another key than the one you named.")
INCOMPLETE = T("certificate", "When it was issued, the erasure itself was not complete yet.")


def plain_words(verdict: CertificateVerdict) -> list[str]:
    """The verdict as English sentences, the most important one first."""
    if not verdict.intact:
        found = [FAULT_TEXTS[each] for each in verdict.faults]
        return [NOT_INTACT, *([OTHER_SIGNER] if verdict.signer is Signer.OTHER else []), *found]
    complete = verdict.certificate is not None and verdict.certificate.result.complete
    return [INTACT[verdict.signer], *([] if complete else [INCOMPLETE])]
