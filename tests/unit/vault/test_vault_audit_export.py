"""An exported audit log stands for itself: checked without a vault, against a fingerprint that came another way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.audit_verdict import Fault, Signer, Verdict, plain_words
from desktop.domain.errors import Cancelled
from desktop.vault import audit_export, audit_verify
from desktop.vault.audit_entries import AuditRepository
from desktop.vault.audit_export import verify_file
from desktop.vault.errors import AuditExportUnwritable, AuditFileUnreadable
from desktop.vault.signing import SigningKey, canonical_json
from tests.helpers.audit_logs import OFFICER, LogBook, open_log

COUNT = 12


@pytest.fixture(autouse=True)
def short_strides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_verify, "CHUNK", 5)
    monkeypatch.setattr(audit_export, "CHUNK", 5)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[LogBook]:
    with open_log(tmp_path) as made:
        made.write(COUNT)
        yield made


@pytest.fixture
def file(book: LogBook, tmp_path: Path) -> Path:
    target = tmp_path / "log.jsonl"
    AuditRepository(book.store, book.log).export(target)
    return target


def faults(verdict: Verdict) -> set[Fault]:
    return {finding.fault for finding in verdict.findings}


def test_intact_and_whose_it_is(book: LogBook, file: Path) -> None:
    unknown = verify_file(file)
    assert (unknown.intact, unknown.signer, unknown.entries, unknown.last) == (True, Signer.UNKNOWN, COUNT, COUNT)
    assert plain_words(unknown) == ["Intact, signer unknown."]
    for typed in (book.signer.fingerprint, book.signer.fingerprint.upper().replace(" ", ":")):
        assert plain_words(verify_file(file, typed)) == ["Intact, signer known."]
    other = verify_file(file, SigningKey.new().fingerprint)
    assert not other.intact
    assert plain_words(other)[1] == "It is signed with another key than the one you named."


def test_every_line_is_canonical_json_that_others_can_check(book: LogBook, file: Path) -> None:
    lines = file.read_bytes().splitlines()
    assert len(lines) == COUNT + 2
    head = book.log.genesis.head
    for line in lines:
        assert canonical_json(json.loads(line)) == line
    for line in lines[1:-1]:
        entry = json.loads(line)
        head = hashlib.sha256(head + canonical_json(entry["body"])).digest()
        assert entry["head"] == head.hex()


def test_a_shortened_log_is_exported_with_the_proof_of_its_beginning(book: LogBook, tmp_path: Path) -> None:
    entries = AuditRepository(book.store, book.log)
    book.clock.tick(timedelta(days=1))
    book.write(3)
    assert entries.prune(book.clock.now, OFFICER) == COUNT
    target = tmp_path / "short.jsonl"
    entries.export(target)
    verdict = verify_file(target, book.signer.fingerprint)
    assert (verdict.intact, verdict.pruned, verdict.first, verdict.entries) == (True, COUNT, COUNT + 1, 4)
    header, *rest = target.read_bytes().splitlines(keepends=True)
    target.write_bytes(canonical_json({**json.loads(header), "prune": None}) + b"\n" + b"".join(rest))
    assert not verify_file(target).intact


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_one_changed_byte_is_found(book: LogBook, file: Path, data: st.DataObject) -> None:
    whole = file.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 2), label="place")
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[place]), label="byte")
    changed = file.with_name("changed.jsonl")
    changed.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
    try:
        verdict = verify_file(changed, book.signer.fingerprint)
    except AuditFileUnreadable:
        return  # the header
    assert not verdict.intact


@pytest.mark.parametrize("number", [0, -1])
@pytest.mark.parametrize("change", [(b'"', b' "'), (b'"}', b'","more":1}'), (b"{", b'{"a":1,')])
def test_nothing_can_be_added_to_the_first_or_the_last_line(
    book: LogBook, file: Path, number: int, change: tuple[bytes, bytes]
) -> None:
    lines = file.read_bytes().splitlines()
    lines[number] = lines[number].replace(*change, 1)
    file.write_bytes(b"\n".join(lines) + b"\n")
    try:
        assert not verify_file(file, book.signer.fingerprint).intact
    except AuditFileUnreadable:
        assert number == 0


def test_a_renamed_field_of_the_first_line_is_no_export(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b'"prune"', b'" rune"', 1))
    with pytest.raises(AuditFileUnreadable):
        verify_file(file)


def drop_last_entry(lines: list[bytes]) -> list[bytes]:
    return [*lines[:-2], lines[-1]]


def drop_end(lines: list[bytes]) -> list[bytes]:
    return lines[:-1]


def drop_middle(lines: list[bytes]) -> list[bytes]:
    return [*lines[:4], *lines[5:]]


def drop_first(lines: list[bytes]) -> list[bytes]:
    return [lines[0], *lines[2:]]


def swap(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[4], lines[3], *lines[5:]]


def add_text(lines: list[bytes]) -> list[bytes]:
    return [*lines, b"{}\n"]


def two_ends(lines: list[bytes]) -> list[bytes]:
    return [*lines[:4], lines[-1], *lines[4:]]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (drop_last_entry, Fault.CUT),
        (drop_end, Fault.UNSIGNED),
        (drop_middle, Fault.MISSING),
        (drop_first, Fault.MISSING),
        (swap, Fault.MISSING),
        (add_text, Fault.UNSIGNED),
        (two_ends, Fault.UNREADABLE),
    ],
)
def test_lines_taken_added_or_moved_are_found(
    file: Path, change: Callable[[list[bytes]], list[bytes]], fault: Fault
) -> None:
    file.write_bytes(b"".join(change(file.read_bytes().splitlines(keepends=True))))
    assert fault in faults(verify_file(file))


def test_a_log_written_anew_and_signed_by_somebody_else_is_another_signer(book: LogBook, file: Path) -> None:
    genuine = book.signer.fingerprint
    book.log.signer = SigningKey.new()
    AuditRepository(book.store, book.log).export(file)
    assert verify_file(file).intact
    assert verify_file(file, genuine).signer is Signer.OTHER


@pytest.mark.parametrize("content", [b"", b"hello", b"{}\n", b"\xff\xfe\x00", b'{"kind":"consentry-audit-export"}\n'])
def test_what_is_no_export_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "other"
    file.write_bytes(content)
    with pytest.raises(AuditFileUnreadable):
        verify_file(file)
    with pytest.raises(AuditFileUnreadable):
        verify_file(tmp_path / "absent")


def test_an_export_is_whole_or_not_there(book: LogBook, tmp_path: Path) -> None:
    class Impatient:
        def report(self, share: float) -> None:
            pass

        def cancelled(self) -> bool:
            return True

    entries = AuditRepository(book.store, book.log)
    target = tmp_path / "out" / "log.jsonl"
    with pytest.raises(AuditExportUnwritable):
        entries.export(target)
    target.parent.mkdir()
    with pytest.raises(Cancelled):
        entries.export(target, Impatient())
    assert list(target.parent.iterdir()) == []
