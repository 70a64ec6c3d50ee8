"""Letters to whoever made a request, in their language: data in resources/letters, laid out as every paper is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from desktop.domain.controller import Controller
from desktop.domain.ids import RequestId
from desktop.domain.paper import Paper, PaperRenderer, Row, Section
from desktop.domain.permissions import Permission
from desktop.domain.requests import LetterKind, RefusalGround, RequestAct, RequestKind
from desktop.paths import resources_dir
from desktop.services.access import Access
from desktop.services.controller import ControllerService
from desktop.services.jurisdictions import Jurisdiction
from desktop.services.paper_words import paper_language
from desktop.services.receipt_errors import RecordIncomplete
from desktop.services.request_errors import LetterNotDue, LetterUnwritable
from desktop.services.requests import RequestService, RequestView

_TELLS = {
    LetterKind.EXTENSION: RequestAct.EXTENDED,
    LetterKind.ANSWER: RequestAct.ANSWERED,
    LetterKind.REFUSAL: RequestAct.REFUSED,
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Letter(_Part):
    title: str
    lead: str
    paragraphs: tuple[str, ...]


class _Labels(_Part):
    to: str
    representative: str
    request: str
    number: str
    received: str
    due: str
    controller: str
    contact: str
    dpo: str
    authority: str
    complaint: str
    reasons: str
    answer: str
    responsible: str


class NothingWords(_Part):
    """The statement that nothing is held."""

    title: str
    lead: str
    asked: str
    at: str
    number: str
    searched: str
    stores: dict[str, str]
    entries: str
    limits: str
    key: str
    check: str
    responsible: str


class LetterWords(_Part):
    """Everything in one language. `note`: what the text says of itself: that a lawyer must look at it."""

    note: str
    kinds: dict[RequestKind, str]
    grounds: dict[RefusalGround, str]
    labels: _Labels
    letters: dict[LetterKind, _Letter]
    nothing: NothingWords


@cache
def letter_words(language: str) -> LetterWords:
    """In that language; in English where the program does not speak it.

    Raises OSError, pydantic.ValidationError where the program is broken.
    """
    path = resources_dir() / "letters" / f"{paper_language(language)}.json"
    return LetterWords.model_validate_json(path.read_bytes())


class LetterService:
    """Reads the vault: worker thread. What a letter says of extension, answer or refusal is what was recorded."""

    def __init__(self, access: Access, requests: RequestService, controller: ControllerService) -> None:
        self._access = access
        self._requests = requests
        self._controller = controller

    def paper(self, request_id: RequestId, kind: LetterKind) -> Paper:
        """Raises RequestUnknown, LetterNotDue, RecordIncomplete (nobody said who answers for this desk)."""
        self._access.demand(Permission.REQUESTS)
        controller = self._controller.current
        if controller is None:
            raise RecordIncomplete
        return letter(self._requests.get(request_id), kind, controller, self._requests.jurisdiction)

    def save(self, request_id: RequestId, kind: LetterKind, target: Path, renderer: PaperRenderer) -> None:
        """Write it as PDF and record that. Raises as `paper`; LetterUnwritable."""
        self._access.demand(Permission.REQUESTS)
        paper = self.paper(request_id, kind)
        try:
            renderer.save(paper, target)
        except OSError as error:
            raise LetterUnwritable(path=target) from error
        self._requests.letter_made(request_id, kind)


def letter(view: RequestView, kind: LetterKind, controller: Controller, jurisdiction: Jurisdiction) -> Paper:
    """Raises LetterNotDue where what it tells has not happened."""
    request = view.request
    event = request.find(_TELLS[kind]) if kind in _TELLS else request.events[0]
    if event is None:
        raise LetterNotDue
    language = paper_language(request.language)
    words = letter_words(language)
    said, labels = words.letters[kind], words.labels
    sections = [Section("", _head(view, words)), Section("", (), said.paragraphs)]
    if kind is LetterKind.REFUSAL:
        sections.append(Section(labels.reasons, (), (words.grounds[RefusalGround(event.detail)], event.text)))
    elif event.text:
        title = labels.reasons if kind is LetterKind.EXTENSION else labels.answer
        sections.append(Section(title, (), (event.text,)))
    if kind is not LetterKind.ACKNOWLEDGEMENT:
        complaint = jurisdiction.complaint_in(language)
        sections.append(Section(labels.complaint, (Row(labels.authority, controller.authority),), (complaint,)))
    sections.append(Section(labels.responsible, responsible(controller, words)))
    return Paper(language, controller.time_zone, said.title, said.lead, tuple(sections), "", "")


def responsible(controller: Controller, words: LetterWords) -> tuple[Row, ...]:
    """Who answers for the processing, for the foot of a letter."""
    labels = words.labels
    who = ", ".join((controller.legal_name, *controller.address.splitlines()))
    rows = (Row(labels.controller, who), Row(labels.contact, controller.contact), Row(labels.dpo, controller.dpo))
    return tuple(row for row in rows if row.value)


def _head(view: RequestView, words: LetterWords) -> tuple[Row, ...]:
    request, labels = view.request, words.labels
    details = request.details
    rows = [
        Row(labels.to, view.name if details is None else ", ".join(filter(None, (view.name, details.contact)))),
        Row(labels.representative, "" if details is None else details.representative),
        Row(labels.request, words.kinds[request.kind]),
        Row(labels.number, request.id),
        Row(labels.received, request.received_on),
    ]
    if not request.status.closed:
        rows.append(Row(labels.due, view.deadline.due))
    return tuple(row for row in rows if row.value)
