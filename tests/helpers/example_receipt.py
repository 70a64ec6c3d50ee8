"""The example in docs/consent.md, always the same. `python -m tests.helpers.example_receipt` writes it anew."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.domain.consent import ConsentState
from desktop.domain.consent_record import ConsentRecord
from desktop.domain.desk_codes import CodeKind, DeskCode, signed_part
from desktop.domain.ids import ConsentId, PersonId
from desktop.domain.purposes import PHOTO, RECOGNITION
from desktop.domain.record_making import RecordSource, make_record
from desktop.services.paper_words import paper_words
from desktop.vault.signing import SigningKey
from tests.helpers.consents import AT, CONTROLLER, events, proof, published_notice

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "consent.md"
_BLOCK = re.compile(r"```json\n(.*?)\n```", re.DOTALL)
PERSON, CONSENT, NOTICE, OPERATOR, VAULT, RECEIPT = (
    f"{digit * 8}-{digit * 4}-4{digit * 3}-8{digit * 3}-{digit * 12}" for digit in "123456"
)


def record() -> ConsentRecord:
    notice = published_notice(NOTICE)
    said = events(PersonId(PERSON), ConsentId(CONSENT), notice, {RECOGNITION: True, PHOTO: False}, operator_id=OPERATOR)
    shown = AT - timedelta(seconds=50)
    requests = [replace(each, state=ConsentState.REQUESTED, at=shown, valid_until=None) for each in said]
    source = RecordSource(ConsentId(CONSENT), PersonId(PERSON), notice, proof(notice), [*requests, *said], CONTROLLER)
    return make_record(source, paper_words("en").record_words)


def example() -> str:
    """The receipt as JSON text."""
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    signature = key.sign(signed_part(CodeKind.RECEIPT, VAULT, RECEIPT))
    code = DeskCode(CodeKind.RECEIPT, VAULT, RECEIPT, signature).text
    values = record().to_receipt(RECEIPT, AT + timedelta(minutes=2), code, key.fingerprint)
    return json.dumps(values, ensure_ascii=False, indent=1)


def written() -> str:
    """The one that stands in the document."""
    found = _BLOCK.search(DOCUMENT.read_text(encoding="utf-8"))
    assert found is not None, "docs/consent.md has no example"
    return found[1]


if __name__ == "__main__":
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(_BLOCK.sub(lambda _: f"```json\n{example()}\n```", text, count=1), encoding="utf-8")
