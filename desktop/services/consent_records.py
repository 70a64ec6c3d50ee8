"""Consent records and receipts as documents: made from what the vault keeps, checked, and only then given out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from desktop.domain.consent import MATCHABLE_STATES
from desktop.domain.consent_proof import Proof
from desktop.domain.consent_record import ConsentRecord
from desktop.domain.controller import Controller
from desktop.domain.desk_codes import CodeKind
from desktop.domain.ids import ConsentId, PersonId
from desktop.domain.kantara import kantara_receipt
from desktop.domain.permissions import Permission
from desktop.domain.record_making import RecordSource, make_record
from desktop.services.access import Access
from desktop.services.desk_codes import make_code
from desktop.services.paper_words import paper_words
from desktop.services.receipt_errors import NothingAgreed, NoticeDamaged, RecordIncomplete
from desktop.services.record_schemas import Schema, check
from desktop.vault.errors import PersonUnknown
from desktop.vault.notices import intact
from desktop.vault.receipts import Receipt
from desktop.vault.vault import Vault


class ConsentRecords:
    """Makes documents; whoever calls has asked who may. Reads the vault: worker thread.

    Every document is checked against its schema: RecordNotValid, and nothing is given out.
    """

    def __init__(self, vault: Vault, controller: Callable[[], Controller | None]) -> None:
        self._vault = vault
        self._controller = controller

    def source(self, person_id: PersonId, consent_id: ConsentId) -> RecordSource:
        """What the vault keeps of one conversation.

        Raises PersonUnknown; RecordIncomplete: nobody said yet who answers for this desk, or the proof is missing;
        NoticeDamaged: the stored text is not the one whose hash the proof holds.
        """
        events = [each for each in self._vault.consents.history(person_id) if each.consent_id == consent_id]
        proofs = [each.proof for each in self._vault.consent_proofs.list(person_id) if each.consent_id == consent_id]
        if not events:
            raise PersonUnknown
        if not proofs:
            raise RecordIncomplete
        proof = proofs[-1]
        if isinstance(proof, Proof):
            notice = self._vault.notices.get(proof.notice_id)
            if not intact(notice, proof.language, proof.text_hash):
                raise NoticeDamaged
            return RecordSource(consent_id, person_id, notice, proof, events, proof.controller)
        controller = self._controller()
        if controller is None:
            raise RecordIncomplete
        return RecordSource(consent_id, person_id, None, proof, events, controller)

    def record(self, source: RecordSource) -> dict[str, Any]:
        """The record of ISO/IEC TS 27560."""
        values = _record(source).to_values()
        check(values, Schema.RECORD)
        return values

    def receipt(self, receipt: Receipt) -> dict[str, Any]:
        """The receipt of ISO/IEC TS 27560. Raises as `source`."""
        record = _record(self.source(receipt.person_id, receipt.consent_id))
        key = self._vault.signing_key
        values = record.to_receipt(receipt.id, receipt.at, self.code(receipt), key.fingerprint)
        check(values, Schema.RECORD)
        return values

    def kantara(self, receipt: Receipt) -> dict[str, Any]:
        """The receipt of the Kantara Initiative, about what was agreed to in that conversation.

        Raises as `source`, NothingAgreed.
        """
        source = self.source(receipt.person_id, receipt.consent_id)
        given = [each for each in source.events if each.state in MATCHABLE_STATES]
        if not given:
            raise NothingAgreed
        agreed = {each.purpose for each in given}
        key = self._vault.signing_key.public_key
        values = kantara_receipt(_record(source), agreed, receipt.id, given[-1].at, key)
        check(values, Schema.KANTARA)
        return values

    def code(self, receipt: Receipt) -> str:
        """What the receipt's QR code says."""
        return make_code(self._vault, CodeKind.RECEIPT, receipt.id)


class ConsentRecordService:
    """A person's records for the privacy officer. Reads the vault: worker thread."""

    def __init__(self, vault: Vault, access: Access, records: ConsentRecords) -> None:
        self._vault = vault
        self._access = access
        self._records = records

    def all_of(self, person_id: PersonId) -> list[dict[str, Any]]:
        """Every record of a person, oldest first. Raises PersonUnknown, RecordIncomplete, RecordNotValid."""
        self._access.demand(Permission.CONSENT)
        history = self._vault.consents.history(person_id)
        ids = dict.fromkeys(event.consent_id for event in history)
        return [self._records.record(self._records.source(person_id, consent_id)) for consent_id in ids]


def _record(source: RecordSource) -> ConsentRecord:
    return make_record(source, paper_words(source.proof.language).record_words)
