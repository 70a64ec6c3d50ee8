"""A vault with many people, for measurements: random templates, invented names, no photos."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from desktop.domain.consent import PlainConsent
from desktop.domain.people import PersonDetails, PersonKind
from desktop.vault.keystore import KeyStore
from desktop.vault.records import NewPerson, NewTemplate
from desktop.vault.vault import Vault

DIMENSION = 128
_CHUNK = 5000
_BALLAST = 64 * 1024


def make_vault(folder: Path, keystore: KeyStore, people: int, model_id: str) -> None:
    """A closed vault with that many people, each with consent, contact, a note and one template of `model_id`."""
    Vault.create(folder, keystore, ballast_bytes=_BALLAST).close()
    with Vault.open(folder, keystore) as vault:
        for start in range(0, people, _CHUNK):
            vault.people.add_many(some_people(start, min(_CHUNK, people - start), model_id))


def some_people(first: int, amount: int, model_id: str) -> list[NewPerson]:
    """People number `first` and following."""
    random = np.random.default_rng(first)
    vectors = random.standard_normal((amount, DIMENSION), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    consent = PlainConsent("signed form", "en")
    return [
        NewPerson(
            PersonDetails(f"{_name(number)} {number}", PersonKind.EMPLOYEE, f"p{number}@example.org", "badge at gate"),
            consent,
            (NewTemplate(vectors[number - first], model_id, 0.9),),
        )
        for number in range(first, first + amount)
    ]


_SYLLABLES = ("ba", "lo", "mi", "ne", "ru", "sa", "té", "vi", "øl", "žu")


def _name(number: int) -> str:
    return "".join(_SYLLABLES[int(digit)] for digit in f"{number * 7919 % 100_000:05d}").title()
