"""The consent record of ISO/IEC TS 27560:2023, with the fields of the GDPR profile.

The fields of the dataclasses bear the standard's names as the W3C's Data Privacy Vocabulary group gives them, and are
written to JSON under them. What the program adds stands in fields of its own: `purpose_id`, `purpose_description` and
`special_category_condition` beside a purpose, `purpose_id` and `recorded_by` beside an event, and `consent_proof`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Final

SCHEMA_VERSION: Final = "ISO/IEC TS 27560:2023; consentry 1"
UNTIL_WITHDRAWN: Final = "until_withdrawn"


@dataclass(frozen=True, slots=True)
class PiiInformation:
    """A kind of personal data. `special_pii_category`: of GDPR article 9; empty where it is none."""

    pii_type: str
    pii_attribute_id: str
    pii_optional: bool
    sensitive_pii_category: bool
    special_pii_category: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PurposeEntry:
    """One purpose and how data is processed for it. Parties are named by their `party_id`, periods are ISO 8601."""

    purpose: str
    purpose_id: str
    purpose_description: str
    purpose_type: str
    lawful_basis: str
    special_category_condition: str
    pii_information: tuple[PiiInformation, ...]
    pii_controllers: tuple[str, ...]
    collection_method: tuple[str, ...]
    processing_method: tuple[str, ...]
    storage_locations: tuple[str, ...]
    retention_period: str
    processing_locations: tuple[str, ...]
    geographic_restrictions: tuple[str, ...]
    service: str
    jurisdiction: str
    recipient_third_parties: tuple[str, ...]
    withdrawal_method: str
    privacy_rights: tuple[str, ...]
    authority_party: str


@dataclass(frozen=True, slots=True)
class PiiProcessing:
    """`privacy_notice`: a URN of the version that was shown, or words where there was none."""

    privacy_notice: str
    language: str
    purposes: tuple[PurposeEntry, ...]


@dataclass(frozen=True, slots=True)
class Party:
    party_id: str
    party_name: str
    party_address: str
    party_contact: str
    party_type: str
    party_role: str


@dataclass(frozen=True, slots=True)
class EventEntry:
    """One event. `validity_duration` is an ISO 8601 period, PT0S for what ends a consent, or UNTIL_WITHDRAWN."""

    event_time: str
    validity_duration: str
    entity_id: str
    event_type: str
    event_state: str
    purpose_id: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class ProofEntry:
    """What was shown and how it was answered. Hashes are SHA-256 in hex, empty where there is nothing to hash."""

    notice_version: int | None
    notice_hash: str
    language: str
    shown_text: str
    confirmation: str
    signature_hash: str
    witness: str
    place: str
    guardian: str
    free_because: str


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """Header, processing, parties, events, proof."""

    record_id: str
    pii_principal_id: str
    pii_processing: PiiProcessing
    party_identification: tuple[Party, ...]
    event: tuple[EventEntry, ...]
    consent_proof: ProofEntry

    def to_values(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"schema_version": SCHEMA_VERSION, **_plain(self)}

    def to_receipt(self, receipt_id: str, issued_at: datetime, code: str, fingerprint: str) -> dict[str, Any]:
        """The same for the person: with the receipt's id, the text of its QR code and the fingerprint of the key that
        signed that; without the name of a witness."""
        mine = replace(self, consent_proof=replace(self.consent_proof, witness=""))
        return {
            **mine.to_values(),
            "receipt_id": receipt_id,
            "receipt_time": instant(issued_at),
            "receipt_code": code,
            "signing_key": fingerprint,
        }


def instant(at: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def period(length: timedelta) -> str:
    """ISO 8601: whole days as days, anything else in seconds; what is over is PT0S."""
    seconds = int(length.total_seconds())
    if seconds <= 0:
        return "PT0S"
    return f"P{length.days}D" if seconds % 86400 == 0 else f"PT{seconds}S"


def _plain(value: object) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
