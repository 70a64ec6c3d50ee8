"""A certificate of erasure that is always the same; `python -m tests.helpers.example_certificate DIR` writes it as JSON
and as PDF."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.domain.audit import AuditPoint
from desktop.domain.certificate import Certificate
from desktop.domain.erasure import Category, ErasureReason, ErasureResult, LeftOut, ProofOfErasure, SubjectKind
from desktop.domain.erasure_preview import Given, GivenOut, must_stay
from desktop.vault.audit_statement import Statement, StatementKind
from desktop.vault.certificates import json_file, pdf_file
from desktop.vault.signing import SigningKey, canonical_json
from tests.helpers.consents import CONTROLLER

PERSON, OPERATOR, VAULT, ERASURE, PACKAGE = (
    f"{digit * 8}-{digit * 4}-4{digit * 3}-8{digit * 3}-{digit * 12}" for digit in "14579"
)
AT = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
RESULT = ErasureResult(
    id=ERASURE,
    vault_id=VAULT,
    kind=SubjectKind.PERSON,
    subjects=(PERSON,),
    reason=ErasureReason.REQUEST,
    requested_by=OPERATOR,
    begun_at=AT,
    ended_at=AT + timedelta(seconds=4),
    epoch_before=6,
    epoch_after=7,
    erased={Category.DETAILS: 1, Category.PHOTOS: 2, Category.TEMPLATES: 3, Category.SIGHTINGS: 214},
    stays=must_stay({}, archived=True),
    proof=ProofOfErasure(AT + timedelta(seconds=3), 148_000_768, 36133, 0, 20, 14, 0, {LeftOut.SHORT: 2}),
    kept_until=AT + timedelta(days=1095),
)


def certificate(language: str = "en", result: ErasureResult = RESULT, key: SigningKey = KEY) -> Certificate:
    """Signed throughout by `key`."""
    anchor = Statement(
        StatementKind.ANCHOR, result.vault_id, AuditPoint(4711, bytes(range(32))), AT + timedelta(seconds=60), 7, 12
    )
    return Certificate(
        language=language,
        issued_at=AT + timedelta(seconds=60),
        controller=CONTROLLER,
        result=result,
        result_signature=key.sign(canonical_json(result.to_values())),
        anchor=anchor.text(),
        anchor_signature=key.sign(anchor.text().encode()),
        given_out=(GivenOut(AT - timedelta(days=23), Given.EXPORT, PACKAGE),),
    )


def incomplete(language: str = "en") -> Certificate:
    """Of an erasure that a backup destination out of reach keeps from being complete."""
    from desktop.domain.erasure import Missing

    return certificate(language, replace(RESULT, missing=(Missing.COMPANIONS,), unreachable=("/mnt/nas",)))


def write(folder: Path) -> None:
    """Needs a QGuiApplication."""
    from desktop.services.certificate_paper import certificate_paper
    from desktop.ui.papers.layout import QtPaperRenderer

    made = certificate()
    pdf = QtPaperRenderer().pdf(certificate_paper(made, KEY.fingerprint))
    (folder / "certificate.json").write_bytes(json_file(made, KEY))
    (folder / "certificate.pdf").write_bytes(pdf_file(made, pdf, KEY))


if __name__ == "__main__":
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([])
    write(Path(sys.argv[1]))
