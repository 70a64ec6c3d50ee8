"""Finding whoever a request is about, and stating provably that nothing is held about somebody."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from desktop.domain.audit import AuditAction, AuditValue, Id
from desktop.domain.ids import PersonId, RequestId, random_id
from desktop.domain.paper import Paper, PaperRenderer, Row, Section
from desktop.domain.people import PersonSummary, search_key
from desktop.domain.permissions import Permission
from desktop.services.access import Access
from desktop.services.controller import ControllerService
from desktop.services.face_search import FaceFinding
from desktop.services.files import write_atomically
from desktop.services.gallery_feed import utc_now
from desktop.services.letters import letter_words, responsible
from desktop.services.paper_words import paper_language
from desktop.services.people import PeopleService
from desktop.services.receipt_errors import RecordIncomplete
from desktop.services.receipts import ReceiptService
from desktop.services.request_errors import LetterUnwritable, SearchNameMissing, SomethingHeld
from desktop.services.requests import RequestService
from desktop.vault.errors import PersonUnknown
from desktop.vault.nothing_statement import NothingHeld, signed
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")
MOST = 50  # people shown
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, repr=False)
class SignedNothing:
    """A statement to be handed out: the file's content and the paper that says the same."""

    statement: NothingHeld
    content: bytes
    paper: Paper


class FindingService:
    """Reads the vault: worker thread."""

    def __init__(
        self,
        vault: Vault,
        access: Access,
        people: PeopleService,
        receipts: ReceiptService,
        requests: RequestService,
        controller: ControllerService,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._vault = vault
        self._access = access
        self._people = people
        self._receipts = receipts
        self._requests = requests
        self._controller = controller
        self._clock = clock

    def search(self, text: str) -> list[PersonSummary]:
        """By a part of the name, a person's id, or the code of a receipt; at most fifty, by name."""
        self._access.demand(Permission.REQUESTS)
        wanted = text.strip()
        if not wanted:
            return []
        found = self._receipts.check(wanted).person_id
        if found is None and _is_id(wanted):
            found = PersonId(wanted.lower())
        if found is None:
            return self._people.list(wanted, MOST)
        try:
            return [self._people.get(found)]
        except PersonUnknown:
            return []

    def person(self, person_id: PersonId) -> PersonSummary:
        """Whom the camera found. Raises PersonUnknown."""
        self._access.demand(Permission.REQUESTS)
        return self._people.get(person_id)

    def state_nothing(
        self, name: str, language: str, request_id: RequestId | None = None, face: FaceFinding | None = None
    ) -> SignedNothing:
        """Search everything that can be searched, and sign that nothing was found.

        Somebody counts as found when every word of `name` is among the words of theirs, in any order. `face`: what a
        look into the camera found just before. The request, where there is one, notes it; the name is not stored.

        Raises SearchNameMissing, SomethingHeld, RequestClosed; RecordIncomplete: nobody said who answers for this desk.
        """
        self._access.demand(Permission.REQUESTS)
        words = frozenset(search_key(name).split())
        if not words:
            raise SearchNameMissing
        controller = self._controller.current
        if controller is None:
            raise RecordIncomplete
        people = self._vault.people.names()
        archived = self._archived()
        held = [*people.values(), *archived]
        if any(words <= frozenset(search_key(each).split()) for each in held):
            raise SomethingHeld
        searched = {"people": len(people), "archive": len(archived)}
        if face is not None:
            if face.person_id is not None:
                raise SomethingHeld
            searched["gallery"] = face.compared
        now = self._clock()
        statement = NothingHeld(
            random_id(),
            self._vault.id,
            now.replace(microsecond=now.microsecond // 1000 * 1000),  # as the file says it
            " ".join(name.split()),
            controller.legal_name,
            controller.site,
            searched,
        )
        content = signed(statement, self._vault.signing_key)
        if request_id is not None:
            self._requests.nothing_found(request_id)
        detail: dict[str, AuditValue] = {
            "statement": Id(statement.number),
            "digest": hashlib.sha256(content).digest(),
            "by_face": face is not None,
        }
        self._vault.audit.append(self._access.draft(AuditAction.NOTHING_STATED, request_id, detail))
        log.info("nothing_stated", statement=statement.number)
        return SignedNothing(statement, content, self._paper(statement, language))

    def save(self, made: SignedNothing, target: Path, renderer: PaperRenderer) -> None:
        """The paper as PDF, and the signed file beside it with the ending .json. Raises LetterUnwritable."""
        self._access.demand(Permission.REQUESTS)
        try:
            write_atomically(target.with_suffix(".json"), made.content)
            renderer.save(made.paper, target)
        except OSError as error:
            raise LetterUnwritable(path=target) from error

    def _archived(self) -> list[str]:
        archive = self._vault.archive
        ids = archive.find()
        parts = (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
        return [each.name for part in parts for each in archive.list(part)]

    def _paper(self, statement: NothingHeld, language: str) -> Paper:
        controller = self._controller.current
        assert controller is not None
        spoken = paper_language(language)
        words = letter_words(spoken)
        said = words.nothing
        head = (
            Row(said.asked, statement.asked),
            Row(said.at, statement.at),
            Row(said.number, statement.number),
        )
        searched = tuple(
            Row(said.stores[store], said.entries.format(count=count)) for store, count in statement.searched.items()
        )
        key = (Row(said.key, self._vault.signing_key.fingerprint),)
        sections = (
            Section("", head),
            Section(said.searched, searched, (said.limits,)),
            Section("", key, (said.check,)),
            Section(said.responsible, responsible(controller, words)),
        )
        return Paper(spoken, controller.time_zone, said.title, said.lead, sections, "", "")


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
