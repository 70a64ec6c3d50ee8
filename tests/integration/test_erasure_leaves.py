"""Somebody about whom there is something of everything, erased: what is left in any byte the program wrote is exactly
what the preview said must stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from desktop.domain.audit_verdict import Signer
from desktop.domain.erasure import Category, MustStay
from desktop.domain.ids import PersonId
from desktop.domain.progress import UNWATCHED
from desktop.services.certificates import CertificateForm
from desktop.services.desk import Desk
from desktop.vault.certificates import verify_file
from desktop.vault.restore import RestoreOrder
from desktop.vault.sealing import SealBroken
from desktop.vault.vault import Vault
from tests.helpers.backups import CODE, add_destination, back_up, recoverable_vault
from tests.helpers.desks import open_desk
from tests.helpers.exports import NAME, NOTE, furnished, order, photo
from tests.helpers.plain_pages import database_key, plain_content
from tests.helpers.vaults import MemoryKeyStore, new_person, template

KEPT_IN = {
    "erasure_ledger": MustStay.LEDGER,
    "audit_entries": MustStay.AUDIT,
    "erasures": MustStay.RESULT,
    "rights_requests": MustStay.REQUESTS,
    "consent_archive": MustStay.CONSENT_RECORD,
}
CONTACT = "ada@example.org"
TEXTS = [word.encode(code) for word in (NAME, CONTACT, NOTE) for code in ("utf-8", "utf-16-le")]
TEXTS.append(json.dumps(NAME).strip('"').encode())  # as JSON spells it
FACE = [photo()[100:124], template(1).vector.astype("<f4").tobytes()[:24]]


class PlainPdf:
    def save(self, paper: object, target: Path) -> None:
        target.write_bytes(self.pdf(paper))

    def pdf(self, paper: object) -> bytes:
        return f"%PDF-1.4\n{paper!r}\nstartxref\n9\n%%EOF\n".encode()


def rows(vault: Vault) -> dict[str, list[bytes]]:
    """Every row of every table as bytes, with all of its sealed fields that any of today's keys opens."""
    sealer = vault._room.sealer

    def opened(table: str, row: dict[str, object]) -> Iterator[bytes]:
        ids = [value for value in row.values() if isinstance(value, str)]
        for sealed in (value for value in row.values() if isinstance(value, bytes)):
            for subject in filter(sealer.has, ids):
                for row_id in ids:
                    try:
                        yield sealer.open(table, row_id, subject, sealed)
                    except SealBroken:
                        continue

    def work(live: Connection) -> dict[str, list[bytes]]:
        tables = [*live.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]
        found: dict[str, list[bytes]] = {}
        for table in tables:
            for each in live.execute(text(f'SELECT * FROM "{table}"')).mappings():
                row = dict(each)
                plain = [value if isinstance(value, bytes) else str(value).encode() for value in row.values()]
                found.setdefault(table, []).append(b"|".join([*plain, *opened(table, row)]))
        return found

    return vault.read(work)


def ids_of(vault: Vault, person_id: PersonId) -> list[bytes]:
    """The random ids of the person and of every row about them."""
    about = [row for found in rows(vault).values() for row in found if person_id.encode() in row]
    ids = {part for row in about for part in row.split(b"|") if len(part) == 36 and part.count(b"-") == 4}
    shared = b"".join(b"".join(found) for name, found in rows(vault).items() if name in ("notices", "operators"))
    return sorted(each for each in ids if each not in shared)


def holding(vault: Vault, marks: list[bytes]) -> set[str]:
    """Tables in which any of these stands."""
    return {name for name, found in rows(vault).items() if any(mark in row for row in found for mark in marks)}


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def leaks(files: dict[str, bytes], marks: list[bytes]) -> list[str]:
    return [name for name, content in files.items() if any(mark in content for mark in marks)]


@pytest.fixture
def keystore() -> MemoryKeyStore:
    return MemoryKeyStore()


def erase(desk: Desk, person_id: PersonId, folder: Path) -> None:
    """With a certificate in each form."""
    preview = desk.erasures.preview([person_id])
    erasure = desk.erasures.erase([person_id])
    assert erasure.result.complete
    assert erasure.result.erased == preview.goes
    assert erasure.result.stays == preview.stays == tuple(KEPT_IN.values())
    for form in CertificateForm:
        desk.certificates.save(erasure, preview.language, form, folder / f"certificate.{form.value}", PlainPdf())


def test_what_is_left_is_exactly_what_must_stay(tmp_path: Path, keystore: MemoryKeyStore) -> None:
    folder, out, place = tmp_path / "desk" / "vault", tmp_path / "out", tmp_path / "stick"
    out.mkdir()
    with recoverable_vault(folder, keystore) as vault:
        destination = add_destination(vault, place)
    with open_desk(folder, keystore) as desk:
        vault = desk._vault
        person_id = furnished(desk)
        vault.people.add_many([new_person(5)])
        mine = desk.exports.export(order(person_id), out / "ada.zip").copy
        moved = desk.exports.export(order(person_id), out / "moved.zip").copy
        moved.path.write_bytes(b"another file of this name")
        early = place / back_up(vault, destination).folder
        marks = ids_of(vault, person_id)
        assert len(marks) > 35, "ids of thirty sightings and of the rest"
        assert {"people", "photos", "templates", "sightings", "exports"} <= holding(vault, [person_id.encode()])
        assert "people" in holding(vault, TEXTS)
        assert {"photos", "templates"} <= holding(vault, FACE), "the search itself finds what is there"

        erase(desk, person_id, out)

        (result,) = [each.result for each in vault.erasures.results()]
        assert result.erased[Category.EXPORTS] == 2
        assert not mine.path.exists()
        assert result.packages_left == (moved.id,)
        assert moved.path.read_bytes() == b"another file of this name"
        assert {KEPT_IN.get(name, name) for name in holding(vault, marks)} == set(result.stays)
        assert holding(vault, TEXTS) == {"consent_archive"}
        assert holding(vault, FACE) == set()
        notes = [NOTE.encode(), CONTACT.encode()]
        assert holding(vault, notes) == set(), "the proof of a consent needs neither contact nor note"
    plain = plain_content(folder, database_key(keystore, result.vault_id))
    assert [mark for mark in [*TEXTS, *FACE] if mark in plain] == []
    assert leaks(written(tmp_path), [*TEXTS, *FACE, b"SQLite format 3"]) == []
    for form in CertificateForm:
        verdict = verify_file(out / f"certificate.{form.value}")
        assert verdict.intact
        assert verdict.certificate is not None
        assert verdict.certificate.result == result
        assert {each.number for each in verdict.certificate.given_out} == {mine.id, moved.id}

    Vault.restore(RestoreOrder(early, folder, CODE), keystore, UNWATCHED)
    with Vault.open(folder, keystore) as vault:
        assert person_id not in vault.people.names()
        assert len(vault.people.names()) == 1
        assert holding(vault, [*TEXTS, *FACE]) == set()
        key = vault.signing_key.fingerprint
        verdict = verify_file(out / "certificate.json", key)
        assert verdict.signer is Signer.KNOWN
        assert verdict.intact
        assert json.loads((out / "certificate.json").read_text())["certificate"]["result"]["subjects"] == [person_id]
        assert [entry.subject_id for entry in vault.erasures.ledger() if entry.kind.value == "person"] == [person_id]
