"""Receipts: made at the end of a conversation, handed out, and found again by the code on them."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

import structlog

from desktop.domain.audit import AuditAction, Id
from desktop.domain.code_verdict import CodeFinding, CodeVerdict
from desktop.domain.desk_codes import CodeKind, DeskCode
from desktop.domain.ids import ConsentId, PersonId, ReceiptId, random_id
from desktop.domain.paper import Paper, PaperRenderer
from desktop.domain.permissions import Permission
from desktop.services.access import Access
from desktop.services.audit_recorder import AuditRecorder
from desktop.services.consent_records import ConsentRecords
from desktop.services.desk_codes import own_code
from desktop.services.files import write_atomically
from desktop.services.gallery_feed import utc_now
from desktop.services.receipt_errors import PaperUnwritable, ReceiptUnknown
from desktop.services.receipt_paper import receipt_paper
from desktop.vault.errors import PersonUnknown
from desktop.vault.receipts import Receipt
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")
_CHECK_EVERY = 60.0  # s


class ReceiptFormat(StrEnum):
    """How a receipt may leave the program; the value ends the file's name."""

    PDF = "pdf"
    ISO = "27560.json"
    KANTARA = "kantara.json"


class ReceiptService:
    """Reads and writes the vault: worker thread."""

    def __init__(self, vault: Vault, access: Access, views: AuditRecorder, records: ConsentRecords) -> None:
        self._vault = vault
        self._access = access
        self._views = views
        self._records = records

    def make(self, person_id: PersonId, consent_id: ConsentId | None = None) -> Receipt:
        """A receipt of a record, of the person's newest one unless it is named; those made before are old then.

        Raises PersonUnknown, RecordIncomplete, RecordNotValid with nothing stored; vault errors.
        """
        self._access.demand(Permission.ENROL)
        wanted = consent_id or self._newest_record(person_id)
        receipt = Receipt(ReceiptId(random_id()), wanted, person_id, utc_now())
        self._records.receipt(receipt)  # one that cannot be handed out is not made
        entry = self._access.draft(AuditAction.RECEIPT_MADE, person_id, {"receipt": Id(receipt.id)})
        self._vault.receipts.add(receipt, audit=entry)
        log.info("receipt_made", person=person_id, receipt=receipt.id)
        return receipt

    def check(self, text: str) -> CodeFinding:
        """What a scanned or typed code is: whose receipt, or what is wrong with it."""
        self._access.demand_any((Permission.PERSON_CARD, Permission.WITHDRAW))
        found = own_code(self._vault, text)
        if isinstance(found, CodeFinding):
            return found
        return self._finding(found) if found.kind is CodeKind.RECEIPT else CodeFinding(CodeVerdict.UNREADABLE)

    def paper(self, receipt_id: ReceiptId) -> Paper:
        """The readable receipt in the language of its conversation.

        Raises ReceiptUnknown, RecordIncomplete, vault errors.
        """
        self._access.demand(Permission.ENROL)
        receipt = self._get(receipt_id)
        source = self._records.source(receipt.person_id, receipt.consent_id)
        name = self._vault.people.name(receipt.person_id) or ""
        key = self._vault.signing_key.fingerprint
        return receipt_paper(source, receipt, name, self._records.code(receipt), key)

    def values(self, receipt_id: ReceiptId, form: ReceiptFormat) -> dict[str, Any]:
        """The receipt as JSON values, ISO or KANTARA. Raises as `paper`; RecordNotValid, NothingAgreed."""
        self._access.demand(Permission.ENROL)
        receipt = self._get(receipt_id)
        made: dict[ReceiptFormat, Callable[[Receipt], dict[str, Any]]] = {
            ReceiptFormat.ISO: self._records.receipt,
            ReceiptFormat.KANTARA: self._records.kantara,
        }
        return made[form](receipt)

    def save(self, receipt_id: ReceiptId, form: ReceiptFormat, target: Path, renderer: PaperRenderer) -> None:
        """Write it for the person. Raises as `paper` and `values`; PaperUnwritable."""
        self._access.demand(Permission.ENROL)
        try:
            if form is ReceiptFormat.PDF:
                renderer.save(self.paper(receipt_id), target)
            else:
                text = json.dumps(self.values(receipt_id, form), ensure_ascii=False, indent=2)
                write_atomically(target, f"{text}\n".encode())
        except OSError as error:
            raise PaperUnwritable(path=target) from error
        self.handed_out(receipt_id)

    def handed_out(self, receipt_id: ReceiptId) -> None:
        """It left the program: saved, or printed by the window. Raises ReceiptUnknown."""
        self._access.demand(Permission.ENROL)
        receipt = self._get(receipt_id)
        detail = {"receipt": Id(receipt_id)}
        self._vault.audit.append(self._access.draft(AuditAction.RECEIPT_HANDED_OUT, receipt.person_id, detail))

    def _finding(self, code: DeskCode) -> CodeFinding:
        receipt = self._vault.receipts.get(ReceiptId(code.object_id))
        if receipt is None:
            return self._archived(code)
        verdict = CodeVerdict.VALID if receipt.superseded_at is None else CodeVerdict.OLD
        self._note_check(receipt.person_id, verdict)
        return CodeFinding(
            verdict,
            code.kind,
            receipt.id,
            receipt.person_id,
            receipt.consent_id,
            receipt.at,
            receipt.superseded_at,
        )

    def _archived(self, code: DeskCode) -> CodeFinding:
        """Of a receipt whose person is no longer stored: since when, and until when the proof is kept. No name."""
        found = self._vault.archive.of_receipt(ReceiptId(code.object_id))
        if found is None:
            return CodeFinding(CodeVerdict.UNKNOWN, code.kind)
        self._note_check(found.person_id, CodeVerdict.ARCHIVED)
        return CodeFinding(
            CodeVerdict.ARCHIVED, code.kind, code.object_id, since=found.archived_at, until=found.keep_until
        )

    def _note_check(self, person_id: PersonId, verdict: CodeVerdict) -> None:
        entry = self._access.draft(AuditAction.RECEIPT_CHECKED, person_id, {"verdict": verdict})
        self._views.record(entry, every=_CHECK_EVERY)

    def _get(self, receipt_id: ReceiptId) -> Receipt:
        found = self._vault.receipts.get(receipt_id)
        if found is None:
            raise ReceiptUnknown
        return found

    def _newest_record(self, person_id: PersonId) -> ConsentId:
        newest = self._vault.consents.history(person_id)
        if not newest:
            raise PersonUnknown
        return newest[-1].consent_id
