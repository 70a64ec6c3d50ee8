"""The consent receipt of the Kantara Initiative, KI-CR-v1.1.0, made from a consent record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from desktop.domain.consent_record import ConsentRecord, Party, PurposeEntry

VERSION: Final = "KI-CR-v1.1.0"


def kantara_receipt(
    record: ConsentRecord, agreed: Collection[str], receipt_id: str, agreed_at: datetime, public_key: bytes
) -> dict[str, Any]:
    """As plain JSON values.

    Args:
        agreed: `purpose_id` of the purposes that were agreed to; the others are left out. Not empty.
        agreed_at: when, timezone-aware.
        public_key: the site's raw Ed25519 key, written as hex.
    """
    purposes = [each for each in record.pii_processing.purposes if each.purpose_id in agreed]
    special = sorted({name for each in purposes for pii in each.pii_information for name in pii.special_pii_category})
    controllers = {name for each in purposes for name in each.pii_controllers}
    return {
        "version": VERSION,
        "jurisdiction": purposes[0].jurisdiction,
        "consentTimestamp": int(agreed_at.timestamp()),
        "collectionMethod": record.consent_proof.confirmation,
        "consentReceiptID": receipt_id,
        "publicKey": public_key.hex(),
        "language": record.pii_processing.language,
        "piiPrincipalId": record.pii_principal_id,
        "piiControllers": [
            _controller(party) for party in record.party_identification if party.party_id in controllers
        ],
        "policyUrl": record.pii_processing.privacy_notice,
        "services": [{"service": purposes[0].service, "purposes": [_purpose(each) for each in purposes]}],
        "sensitive": bool(special),
        "spiCat": special,
    }


def _controller(party: Party) -> dict[str, Any]:
    """The desk knows one contact: an e-mail address or a telephone number. The other one stays empty."""
    mail = "@" in party.party_contact
    return {
        "piiController": party.party_name,
        "contact": party.party_contact,
        "address": {"streetAddress": party.party_address},
        "email": party.party_contact if mail else "",
        "phone": "" if mail else party.party_contact,
    }


def _purpose(entry: PurposeEntry) -> dict[str, Any]:
    return {
        "purpose": entry.purpose,
        "purposeCategory": [entry.purpose_type],
        "consentType": "EXPLICIT",
        "piiCategory": [pii.pii_type for pii in entry.pii_information],
        "primaryPurpose": entry.purpose_id == "recognition",
        "termination": entry.retention_period,
        "thirdPartyDisclosure": bool(entry.recipient_third_parties),
    }
