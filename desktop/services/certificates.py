"""Certificates of erasures: issued from the signed results that the vault keeps, in any of the program's languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

import structlog

from desktop.domain.audit import AuditAction, AuditFilter, AuditValue, Id
from desktop.domain.certificate import Certificate
from desktop.domain.controller import Controller
from desktop.domain.erasure import SignedErasure
from desktop.domain.erasure_preview import GIVING, GivenOut, given_out
from desktop.domain.paper import PaperRenderer
from desktop.domain.permissions import Permission
from desktop.domain.progress import UNWATCHED, Progress, checkpoint
from desktop.services.access import Access
from desktop.services.certificate_paper import certificate_paper
from desktop.services.errors import ResultNotSaved
from desktop.services.files import write_atomically
from desktop.services.gallery_feed import utc_now
from desktop.services.paper_words import paper_language
from desktop.vault.certificates import json_file, pdf_file
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")
_MOST = 1000  # entries of one kind about one subject


class CertificateForm(StrEnum):
    """The value ends the file's name."""

    PDF = "pdf"
    JSON = "json"


class CertificateService:
    """Reads and writes the vault: worker thread."""

    def __init__(self, vault: Vault, access: Access, controller: Callable[[], Controller | None]) -> None:
        self._vault = vault
        self._access = access
        self._controller = controller

    def given_out(self, subjects: tuple[str, ...]) -> tuple[GivenOut, ...]:
        """What has left the program about these, as far as the audit log reaches back."""
        self._access.demand(Permission.ERASE)
        read = self._vault.audit.list
        filters = (AuditFilter(action=action, object_id=each) for each in subjects for action in GIVING)
        return given_out(entry for wanted in filters for entry in read(wanted, 0, _MOST))

    def issue(self, erasure: SignedErasure, language: str) -> Certificate:
        """The certificate as it stands now: of an incomplete erasure it says what is missing."""
        self._access.demand(Permission.ERASE)
        anchor, signature = self._vault.audit.anchor()
        return Certificate(
            language=paper_language(language),
            issued_at=utc_now(),
            controller=self._controller(),
            result=erasure.result,
            result_signature=erasure.signature,
            anchor=anchor.text(),
            anchor_signature=signature,
            given_out=self.given_out(erasure.result.subjects),
        )

    def save(
        self, erasure: SignedErasure, language: str, form: CertificateForm, target: Path, renderer: PaperRenderer
    ) -> None:
        """Write it for the person. Raises ResultNotSaved, vault errors."""
        self._write(erasure, language, form, target, renderer)

    def save_all(
        self,
        erasures: Sequence[SignedErasure],
        languages: Mapping[str, str],
        folder: Path,
        renderer: PaperRenderer,
        progress: Progress = UNWATCHED,
    ) -> None:
        """Each in every form, under its number. `languages`: by the erasure's id. Raises as `save`, Cancelled."""
        self._access.demand(Permission.ERASE)
        for place, erasure in enumerate(erasures):
            checkpoint(progress, place / len(erasures))
            for form in CertificateForm:
                target = folder / f"erasure-{erasure.result.id}.{form.value}"
                self._write(erasure, languages.get(erasure.result.id, ""), form, target, renderer)
        progress.report(1.0)

    def _write(
        self, erasure: SignedErasure, language: str, form: CertificateForm, target: Path, renderer: PaperRenderer
    ) -> None:
        certificate, key = self.issue(erasure, language), self._vault.signing_key
        try:
            if form is CertificateForm.PDF:
                pdf = renderer.pdf(certificate_paper(certificate, key.fingerprint))
                write_atomically(target, pdf_file(certificate, pdf, key))
            else:
                write_atomically(target, json_file(certificate, key))
        except OSError as error:
            raise ResultNotSaved(path=target) from error
        detail: dict[str, AuditValue] = {"erasure": Id(erasure.result.id), "form": form}
        subjects = erasure.result.subjects
        about = subjects[0] if len(subjects) == 1 else None
        self._vault.audit.append(self._access.draft(AuditAction.CERTIFICATE_ISSUED, about, detail))
        log.info("certificate_issued", erasure=erasure.result.id, form=form.value)
