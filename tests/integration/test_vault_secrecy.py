"""What a thief finds in the files: with no key, with the database key alone, and after somebody was removed."""

from __future__ import annotations

import base64
import sqlite3
from pathlib import Path

import cv2
import numpy as np
import pytest

from desktop.domain.cameras import Camera, SourceKind, SourceSpec
from desktop.domain.consent import PlainConsent
from desktop.domain.ids import CameraId, PersonId
from desktop.domain.people import PersonDetails, PersonKind
from desktop.vault import cipher
from desktop.vault.errors import DiskFull, PersonUnknown, VaultError, VaultWrongKeyOrDamaged
from desktop.vault.keystore import database_key_name, wrapping_key_name
from desktop.vault.records import NewTemplate
from desktop.vault.vault import Vault
from tests.helpers.plain_pages import database_key, plain_content
from tests.helpers.vaults import MODEL, MemoryKeyStore, new_person, vector

NAME, CONTACT, NOTE = "Zebedee Quackenbush", "zq@marker.example", "walks with a marked cane"
HOW, LANGUAGE = "spoken before a marked witness", "xx-marker"
PASSWORD = "marked-camera-password"


def jpeg() -> bytes:
    """A real JPEG; noise, so that no page of it repeats."""
    noise = np.random.default_rng(5).integers(0, 255, (80, 80, 3), dtype=np.uint8)
    return bytes(cv2.imencode(".jpg", noise)[1])


PHOTO, VECTOR = jpeg(), vector(77)


def fill(vault: Vault) -> PersonId:
    details = PersonDetails(NAME, PersonKind.VISITOR, CONTACT, NOTE)
    person = vault.people.add(details, PlainConsent(HOW, LANGUAGE), [NewTemplate(VECTOR, MODEL)], PHOTO)
    source = SourceSpec(SourceKind.RTSP, f"rtsp://user:{PASSWORD}@10.0.0.1/live")
    vault.cameras.add(Camera(CameraId("camera"), "Door", source))
    return person


def texts() -> list[bytes]:
    """Every text marker as it may appear in a file: plain, two bytes a letter, hex, base64."""
    words = [NAME, "Quackenbush", CONTACT, NOTE, HOW, LANGUAGE]
    plain = [word.encode() for word in words]
    wide = [word.encode("utf-16-le") for word in words]
    return [*plain, *wide, *(word.hex().encode() for word in plain), *(base64.b64encode(w)[:-4] for w in plain)]


def biometrics() -> list[bytes]:
    """Pieces of the vector and the photo, and the beginning of any JPEG file."""
    raw = VECTOR.astype("<f4").tobytes()
    return [
        raw[:32],
        raw[256:288],
        VECTOR.astype(">f4").tobytes()[:32],
        VECTOR.astype("<f8").tobytes()[:32],
        PHOTO[:16],
        PHOTO[1000:1032],
        b"JFIF",
    ]


def found(data: bytes, markers: list[bytes]) -> list[bytes]:
    return [marker for marker in markers if marker in data]


def all_files(folder: Path) -> bytes:
    return b"|".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_the_search_itself_finds_what_is_there() -> None:
    content = PHOTO + VECTOR.astype("<f4").tobytes() + "".join([NAME, CONTACT, NOTE, HOW, LANGUAGE]).encode()
    assert len(found(content, texts())) >= 6
    assert len(found(content, biometrics())) >= 4


def test_nothing_is_readable_in_any_file_while_open_and_after(
    vault: Vault, keystore: MemoryKeyStore, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    person = fill(vault)
    markers = [*texts(), *biometrics(), PASSWORD.encode(), b"SQLite format 3", b"CREATE TABLE", person.encode()]
    secrets = [keystore.values[name(vault.id)] for name in (database_key_name, lambda v: wrapping_key_name(v, 1))]
    markers += [bytes.fromhex(secret) for secret in secrets] + [secret.encode() for secret in secrets]
    assert (vault.path / "vault.db-wal").stat().st_size > 0
    assert found(all_files(tmp_path), markers) == []
    vault.close()
    assert found(all_files(tmp_path), markers) == []
    assert found("".join(capfd.readouterr()).encode(), markers) == []


def test_the_file_is_no_plain_database(vault: Vault) -> None:
    fill(vault)
    assert vault.plaintext_header is False
    vault.close()
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        sqlite3.connect(vault.path / "vault.db").execute("SELECT * FROM sqlite_master")
    header = (vault.path / "vault.db").read_bytes()[:16]
    assert header != cipher.PLAINTEXT_HEADER


def test_another_client_opens_it_with_the_key_and_with_no_other(vault: Vault, keystore: MemoryKeyStore) -> None:
    from sqlcipher3 import dbapi2

    fill(vault)
    vault.close()
    right = keystore.values[database_key_name(vault.id)]
    for key, opens in [(right, True), (right[::-1], False), ("00" * 32, False)]:
        connection = dbapi2.connect(str(vault.path / "vault.db"))
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        if opens:
            assert connection.execute("SELECT count(*) FROM people").fetchone() == (1,)
        else:
            with pytest.raises(dbapi2.DatabaseError):
                connection.execute("SELECT count(*) FROM people")
        connection.close()


def test_the_database_key_alone_shows_no_personal_field(vault: Vault, keystore: MemoryKeyStore) -> None:
    """Under the database key lie random ids, times, states, counts and cameras; the rest is sealed a second time."""
    person = fill(vault)
    vault.close()
    plain = plain_content(vault.path, database_key(keystore, vault.id))
    assert found(plain, [*texts(), *biometrics()]) == []
    assert found(plain, [person.encode(), b"ConsentGiven", b"CREATE TABLE", PASSWORD.encode()]) != []
    assert len(found(plain, [person.encode(), b"ConsentGiven", b"CREATE TABLE", PASSWORD.encode()])) == 4


@pytest.mark.parametrize("order", [1, -1])
def test_of_removed_people_no_byte_is_left_even_for_whoever_has_every_key(
    vault: Vault, keystore: MemoryKeyStore, order: int
) -> None:
    key = database_key(keystore, vault.id)
    photos = [np.random.default_rng(number).bytes(9000 * (number % 3) + 500) for number in range(30)]
    people = vault.people.add_many([new_person(number, photo=photo) for number, photo in enumerate(photos)])
    gone, kept = people[::3][::order], [person for person in people if person not in people[::3]]

    def sealed(person: PersonId) -> list[bytes]:
        """Pieces of everything that is stored about somebody, each shorter than a page and unique to them."""

        def work(connection: object) -> list[bytes]:
            from sqlalchemy import text

            owners = {"people": "id", "photos": "person_id", "templates": "person_id", "consent_proofs": "person_id"}
            queries = [f"SELECT sealed FROM {table} WHERE {owner} = :p" for table, owner in owners.items()]
            blobs = [row[0] for query in queries for row in connection.execute(text(query), {"p": person})]  # type: ignore[attr-defined]
            return [blob[place : place + 24] for blob in blobs for place in (20, len(blob) // 2, len(blob) - 24)]

        return vault.read(work)  # type: ignore[arg-type]

    def content() -> bytes:
        return plain_content(vault.path, key)

    markers = {person: sealed(person) for person in people}
    before = content()
    for person in people:
        # Where a piece crosses the edge of a page it is not found; most are.
        assert len(found(before, markers[person])) >= 8
    for person in gone:
        assert vault.people.remove(person) is True
    after = content()
    for person in gone:
        assert found(after, markers[person]) == []
    for person in kept:
        assert len(found(after, markers[person])) >= 8
    vault.close()
    final = content()
    assert [marker for person in gone for marker in found(final, markers[person])] == []


def test_no_error_tells_a_name_or_a_secret(vault: Vault, capfd: pytest.CaptureFixture[str]) -> None:
    person = fill(vault)
    raised: list[BaseException] = []
    for action in (
        lambda: vault.people.remove(PersonId(NAME)),
        lambda: vault.write(lambda c: (_ for _ in ()).throw(DiskFull())).result(),
        lambda: vault.people.add(
            PersonDetails(NAME), PlainConsent(HOW, LANGUAGE), [NewTemplate(VECTOR * np.nan, MODEL)], PHOTO
        ),
        lambda: vault.people.add(PersonDetails(NAME, "no kind"), PlainConsent(HOW, LANGUAGE)),  # type: ignore[arg-type]
    ):
        with pytest.raises((VaultError, PersonUnknown, ValueError, AttributeError)) as caught:
            action()
        raised.append(caught.value)
    told = "".join(f"{error}{error!r}" for error in raised) + "".join(capfd.readouterr())
    assert [word for word in (NAME, HOW, PASSWORD, CONTACT) if word in told] == []
    assert vault.people.name(person) == NAME
    assert "damaged" in str(VaultWrongKeyOrDamaged(folder="f"))
