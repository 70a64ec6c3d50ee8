"""What the check of a person's package found, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop.domain.audit_verdict import Signer
from desktop.domain.export import ExportKind
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T


class PackageFault(StrEnum):
    DAMAGED = "damaged"  # the container is not what this program writes, or does not open whole
    NO_MANIFEST = "no_manifest"
    FORGED = "forged"  # the signature is not that of the key in the manifest
    CHANGED = "changed"  # a file is not the one that was signed
    MISSING = "missing"
    ADDED = "added"  # a file that nobody signed


@dataclass(frozen=True, slots=True)
class PackageFinding:
    """One fault; `name` is the file's inside the package, empty where it is about the whole."""

    fault: PackageFault
    name: str = ""


@dataclass(frozen=True, slots=True)
class PackageVerdict:
    """`files`: how many were signed. `kind`, `made_at` as the manifest says; None where there is none to be trusted.
    `fingerprint`: of the signing key."""

    files: int
    kind: ExportKind | None
    made_at: datetime | None
    findings: tuple[PackageFinding, ...]
    signer: Signer
    fingerprint: str

    @property
    def intact(self) -> bool:
        return not self.findings and self.signer is not Signer.OTHER


FAULT_TEXTS: dict[PackageFault, str] = {
    PackageFault.DAMAGED: T("export", "The file was changed or damaged after it was written."),
    PackageFault.NO_MANIFEST: T("export", "The signed list of files is missing or cannot be read."),
    PackageFault.FORGED: T("export", "The signature over the list of files is wrong."),
    PackageFault.CHANGED: T("export", "The file “{name}” is not the one that was signed."),
    PackageFault.MISSING: T("export", "The file “{name}” is missing."),
    PackageFault.ADDED: T("export", "The file “{name}” was added: nobody signed it."),
}
INTACT: dict[Signer, str] = {
    Signer.KNOWN: T("export", "Intact, signer known."),
    Signer.UNKNOWN: T("export", "Intact, signer unknown."),
}
NOT_INTACT = T("export", "Not intact: do not rely on this export.")
OTHER_SIGNER = T("export", "It is signed with another key than the one you named.")


def plain_words(verdict: PackageVerdict) -> list[str]:
    """The verdict as English sentences, the most important one first."""
    if verdict.intact:
        return [INTACT[verdict.signer]]
    found = [FAULT_TEXTS[finding.fault].format(name=finding.name) for finding in verdict.findings]
    return [NOT_INTACT, *([OTHER_SIGNER] if verdict.signer is Signer.OTHER else []), *found]
