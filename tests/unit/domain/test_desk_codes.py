"""The text of a QR code: read back, and everything else refused."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.desk_codes import SIGNATURE_BYTES, CodeKind, DeskCode, parse, signed_part
from desktop.domain.ids import random_id

KINDS = st.sampled_from(CodeKind)
SIGNATURES = st.binary(min_size=SIGNATURE_BYTES, max_size=SIGNATURE_BYTES)


@given(KINDS, st.uuids(), st.uuids(), SIGNATURES)
def test_a_code_is_read_back(kind: CodeKind, vault: object, thing: object, signature: bytes) -> None:
    code = DeskCode(kind, str(vault), str(thing), signature)
    assert parse(code.text) == code
    assert len(code.text) == 133
    assert code.text.startswith(f"{kind.value}.")


def test_blanks_and_line_breaks_of_a_scanner_do_not_matter() -> None:
    code = DeskCode(CodeKind.PASS, random_id(), random_id(), bytes(range(64)))
    spread = " \r\n" + code.text[:40] + "\n" + code.text[40:] + "\r\n"
    assert parse(spread) == code


@given(st.text(max_size=200))
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse(text)


@given(st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=127))
def test_a_cut_code_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match="not a code"):
        parse(f"CSR1.{body}")


def test_a_foreign_prefix_is_refused() -> None:
    text = DeskCode(CodeKind.RECEIPT, random_id(), random_id(), bytes(64)).text
    with pytest.raises(ValueError, match="CSX9"):
        parse(text.replace("CSR1", "CSX9"))


def test_what_is_signed_tells_a_receipt_from_a_pass() -> None:
    vault, thing = random_id(), random_id()
    receipt, visitor_pass = (signed_part(kind, vault, thing) for kind in CodeKind)
    assert receipt != visitor_pass
    assert len(receipt) == len(visitor_pass) == 37
