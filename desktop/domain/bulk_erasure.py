"""Erasing several people one after the other, each with a proof and a certificate of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from desktop.domain.audit import Actor
from desktop.domain.erasure import ErasureOrder, ErasureReason, SignedErasure
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import PersonId
from desktop.domain.permissions import Role


@dataclass(frozen=True, slots=True)
class Queue:
    """An order that was given and is not carried out yet: who, and each one's reason. Random ids only."""

    people: Mapping[PersonId, ErasureReason]
    actor: Actor
    proof_until: datetime

    def order(self, person_id: PersonId) -> ErasureOrder:
        """That of one of them. Raises KeyError."""
        reason = self.people[person_id]
        until = None if reason is ErasureReason.MISTAKE else self.proof_until
        return ErasureOrder((person_id,), reason, self.actor, proof_until=until)

    def without(self, person_id: PersonId) -> Queue:
        rest = {each: reason for each, reason in self.people.items() if each != person_id}
        return Queue(rest, self.actor, self.proof_until)

    def to_values(self) -> dict[str, Any]:
        return {
            "people": [[each, reason.value] for each, reason in self.people.items()],
            "actor": self.actor.id,
            "roles": [each.value for each in self.actor.roles],
            "proof_until": self.proof_until.isoformat(),
        }

    @staticmethod
    def from_values(values: Mapping[str, Any]) -> Queue:
        """The reverse of `to_values`. Raises KeyError, TypeError or ValueError."""
        return Queue(
            people={PersonId(str(each)): ErasureReason(reason) for each, reason in values["people"]},
            actor=Actor(str(values["actor"]), tuple(map(Role, values["roles"]))),
            proof_until=datetime.fromisoformat(values["proof_until"]),
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody who was not erased: erased meanwhile, kept by a legal hold, or refused by disk or keyring."""

    person_id: PersonId
    error: ConsentryError = field(repr=False)


@dataclass(frozen=True, slots=True)
class BulkErasure:
    """What came of it.

    Attributes:
        done: results in their order, one a person.
        languages: the one each of them was last talked to in, by the erasure's id; empty where it is not known.
        left: who was not begun with, because it was cancelled.
    """

    done: tuple[SignedErasure, ...]
    languages: Mapping[str, str]
    refused: tuple[Refused, ...] = ()
    left: tuple[PersonId, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.refused and not self.left and all(each.result.complete for each in self.done)
