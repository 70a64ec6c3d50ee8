"""keys.bin: what a crash or a flipped bit may do to it, and what must survive."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.vault import files
from desktop.vault import keyfile as keyfile_module
from desktop.vault.errors import KeysDamaged, KeysMissing
from desktop.vault.keyfile import HEADER_SIZE, RECORD_SIZE, KeyFile, KeyFileHeader, WrappedKey, pack_record, parse

HEADER = KeyFileHeader("0f0e0d0c-0b0a-4908-8706-050403020100", 3, "Secret Service")


def subject(number: int) -> str:
    return str(uuid.UUID(int=number + 1))


def key(number: int) -> WrappedKey:
    return WrappedKey(bytes([number % 256]) * 12 + bytes([(number * 7 + 1) % 256]) * 48)


def keys(count: int, start: int = 0) -> dict[str, WrappedKey]:
    return {subject(number): key(number) for number in range(start, start + count)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.bin"


def filled(path: Path, count: int) -> KeyFile:
    path.unlink(missing_ok=True)
    file = KeyFile.create(path, HEADER)
    if count:
        file.append(keys(count))
    return file


def test_everything_written_is_read_back(path: Path) -> None:
    filled(path, 5).append(keys(3, start=5))
    reopened = KeyFile.open(path)
    assert reopened.header == HEADER
    assert reopened.keys == keys(8)
    assert reopened.damaged == 0


def test_the_format_stays(path: Path) -> None:
    filled(path, 2)
    data = path.read_bytes()
    assert (HEADER_SIZE, RECORD_SIZE) == (64, 81)
    assert len(data) == 64 + 2 * 81
    assert data.startswith(b"CSTKEYS1")


def leave_out(file: KeyFile, number: int) -> None:
    file.rewrite(file.header, {each: key for each, key in file.keys.items() if each != subject(number)})


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_only_the_owner_may_read_it(path: Path) -> None:
    file = filled(path, 1)
    assert path.stat().st_mode & 0o777 == 0o600
    leave_out(file, 0)
    assert path.stat().st_mode & 0o777 == 0o600


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(count=st.integers(0, 6), added=st.integers(1, 4), cut=st.integers(0, 4 * RECORD_SIZE - 1), data=st.data())
def test_a_torn_append_loses_nothing_that_was_there_before(
    path: Path, count: int, added: int, cut: int, data: st.DataObject
) -> None:
    """The tail is cut anywhere and may hold anything, as after a power cut in the middle of an append."""
    filled(path, count)
    safe = path.read_bytes()
    appended = b"".join(pack_record(s, k) for s, k in keys(added, start=count).items())
    kept = appended[: min(cut, len(appended) - 1)]
    rubbish = data.draw(st.sampled_from([b"", b"\0" * (len(appended) - len(kept))]))
    path.write_bytes(safe + kept + rubbish)

    reopened = KeyFile.open(path)
    whole = len(kept) // RECORD_SIZE
    assert reopened.keys == keys(count + whole)

    reopened.append(keys(2, start=100))
    assert KeyFile.open(path).keys == {**keys(count + whole), **keys(2, start=100)}
    assert KeyFile.open(path).damaged == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(count=st.integers(1, 6), where=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_one_flipped_bit_costs_one_person_and_is_noticed(path: Path, count: int, where: int, bit: int) -> None:
    filled(path, count)
    data = bytearray(path.read_bytes())
    place = HEADER_SIZE + where % (len(data) - HEADER_SIZE)
    data[place] ^= 1 << bit
    path.write_bytes(data)
    lost = (place - HEADER_SIZE) // RECORD_SIZE
    reopened = KeyFile.open(path)
    assert reopened.keys == {s: k for s, k in keys(count).items() if s != subject(lost)}
    assert reopened.damaged == 1


@given(st.binary(max_size=400))
def test_any_other_file_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="header"):
        parse(data)


@pytest.mark.parametrize("place", range(0, HEADER_SIZE, 5))
def test_a_flipped_bit_in_the_header_is_damage(path: Path, place: int) -> None:
    filled(path, 1)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(KeysDamaged):
        KeyFile.open(path)


def test_a_missing_file_is_not_made(path: Path) -> None:
    with pytest.raises(KeysMissing):
        KeyFile.open(path)
    assert not path.exists()


def test_appending_over_a_damaged_record_in_the_middle_keeps_the_rest(path: Path) -> None:
    filled(path, 3)
    data = bytearray(path.read_bytes())
    data[HEADER_SIZE + RECORD_SIZE + 20] ^= 0xFF
    path.write_bytes(data)
    file = KeyFile.open(path)
    file.append(keys(1, start=9))
    assert set(KeyFile.open(path).keys) == {subject(0), subject(2), subject(9)}


def test_keys_left_out_leave_no_byte_in_the_folder(path: Path) -> None:
    file = filled(path, 4)
    gone = key(2)
    assert gone in path.read_bytes()
    leave_out(file, 2)
    assert set(file.keys) == set(KeyFile.open(path).keys) == {subject(0), subject(1), subject(3)}
    assert all(gone not in each.read_bytes() for each in path.parent.iterdir())
    assert [each.name for each in path.parent.iterdir()] == ["keys.bin"]


def test_after_rewriting_appending_goes_on_at_the_right_place(path: Path) -> None:
    file = filled(path, 3)
    leave_out(file, 0)
    file.append(keys(1, start=7))
    assert set(KeyFile.open(path).keys) == {subject(1), subject(2), subject(7)}


def test_what_a_crash_left_of_rewriting_does_no_harm(path: Path) -> None:
    filled(path, 2)
    path.with_suffix(".new").write_bytes(b"half a file")
    file = KeyFile.open(path)
    assert set(file.keys) == {subject(0), subject(1)}
    leave_out(file, 0)
    assert set(KeyFile.open(path).keys) == {subject(1)}


def test_a_write_error_leaves_file_and_memory_as_they_were(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = filled(path, 2)
    before = path.read_bytes()

    def half_written(descriptor: int, data: bytes) -> None:
        os.write(descriptor, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keyfile_module, "write_all", half_written)
    monkeypatch.setattr(files, "write_all", half_written)
    with pytest.raises(OSError, match="space"):
        file.append(keys(2, start=5))
    with pytest.raises(OSError, match="space"):
        leave_out(file, 0)
    assert path.read_bytes() == before
    assert file.keys == keys(2)
    assert [each.name for each in path.parent.iterdir()] == ["keys.bin"]

    monkeypatch.undo()
    file.append(keys(1, start=5))
    assert KeyFile.open(path).keys == {**keys(2), **keys(1, start=5)}
