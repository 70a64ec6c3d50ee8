"""Fills the readable page: facts, what must be told, and each part of what is held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from desktop.domain.audit import SYSTEM
from desktop.domain.consent import ConsentState
from desktop.domain.controller import Controller
from desktop.domain.export import ExportKind, ExportOrder, ExportPart
from desktop.domain.people import PersonKind
from desktop.domain.permissions import Role
from desktop.domain.requests import RequestKind, RequestStatus
from desktop.services.export_page import Page, picture_kind
from desktop.services.export_statements import Statement
from desktop.services.export_tables import Row, Tables
from desktop.services.export_words import ExportWords, export_words
from desktop.services.paper_words import paper_words


@dataclass(frozen=True, slots=True, repr=False)
class Content:
    """What a package says, made ready.

    Attributes:
        titles: purposes by key, in the package's language.
        statements: of article 15(1); none in a portability package.
        photos, signatures: pictures by their name in the package; empty where it is none that can be shown.
        files: names of everything beside them.
    """

    id: str
    made_at: datetime
    order: ExportOrder
    name: str
    controller: Controller
    fingerprint: str
    held: Tables
    titles: Mapping[str, str]
    statements: Sequence[Statement]
    photos: Mapping[str, bytes] = field(default_factory=dict)
    signatures: Mapping[str, bytes] = field(default_factory=dict)
    files: Sequence[str] = ()


def readable(content: Content, *, printed: bool) -> str:
    """The page as HTML."""
    return _Reading(content, printed).html()


class _Reading:
    def __init__(self, content: Content, printed: bool) -> None:
        self._content = content
        self._words: ExportWords = export_words(content.order.language)
        self._papers = paper_words(content.order.language)
        self._zone = ZoneInfo(content.controller.time_zone)
        self._page = Page(content.order.language, printed=printed)

    def html(self) -> str:
        content, words, page = self._content, self._words, self._page
        kind = content.order.kind
        page.heading(words.titles[kind], 1)
        page.paragraph(words.leads[kind])
        page.table((), self._facts())
        if content.statements:
            page.heading(words.statements_title, 2)
            for each in content.statements:
                page.heading(f"{page.fixed(each.article[5:])} {each.title}", 3)
                page.points(each.lines)
        for part, rows in content.held.items():
            if part not in _NOT_ALONE:
                page.heading(words.parts[part], 2)
                self._part(part, rows)
        page.heading(words.files_title, 2)
        page.table((), [(page.fixed(name), words.files[name]) for name in words.files if self._is_there(name)])
        page.paragraph(words.check.format(fingerprint=page.fixed(content.fingerprint)))
        return page.html(words.titles[kind])

    def _is_there(self, name: str) -> bool:
        return name == "manifest.json" or any(
            each == name or each.startswith(f"{name}/") for each in self._content.files
        )

    def _facts(self) -> list[tuple[str, str]]:
        content, words, page = self._content, self._words.facts, self._page
        who = content.controller
        address = ", ".join((who.legal_name, *who.address.splitlines()))
        facts = [
            (words.person, page.own(content.name)),
            (words.made, self._moment(content.made_at.isoformat())),
            (words.controller, page.own(address)),
            (words.contact, page.own(who.contact)),
            (words.dpo, page.own(who.dpo)),
            (words.package, page.fixed(content.id)),
            (words.key, page.fixed(content.fingerprint)),
        ]
        return [fact for fact in facts if fact[1]]

    def _part(self, part: ExportPart, rows: Sequence[Row]) -> None:
        page, hints = self._page, self._words.hints
        if not rows:
            page.paragraph(self._words.nothing, muted=True)
            return
        if part is ExportPart.IDENTITY:
            self._one_by_one(rows, ("name", "kind", "contact", "note", "enrolled_at"))
            if self._content.order.kind is ExportKind.ACCESS and self._content.order.without_texts:
                page.paragraph(self._words.withheld, muted=True)
        elif part is ExportPart.ANSWERS:
            self._answers(rows)
        elif part is ExportPart.NOTICES:
            self._notices(rows)
        elif part is ExportPart.PHOTOS:
            page.paragraph(hints.photos, muted=True)
            for name, picture in self._content.photos.items():
                if picture:
                    page.picture(picture, picture_kind(picture), name)
        elif part is ExportPart.TEMPLATES:
            page.paragraph(hints.templates, muted=True)
            self._table(rows, ("at", "model", "quality", "numbers"))
        elif part is ExportPart.SIGHTINGS:
            access = self._content.order.kind is ExportKind.ACCESS
            page.paragraph(hints.sightings if access else hints.portable_sightings, muted=True)
            self._sightings(rows)
        elif part is ExportPart.ACCESSES:
            page.paragraph(hints.accesses, muted=True)
            self._accesses(rows)
        else:
            self._table(rows, _COLUMNS[part])

    def _table(self, rows: Sequence[Row], columns: Sequence[str]) -> None:
        said = [[self._said(column, row) for column in columns] for row in rows]
        self._page.table([self._words.columns[column] for column in columns], said)

    def _one_by_one(self, rows: Sequence[Row], columns: Sequence[str]) -> None:
        """Each row as a table of its own: label and value."""
        for row in rows:
            said = ((self._words.columns[column], self._said(column, row)) for column in columns)
            self._page.table((), [each for each in said if each[1]])

    def _answers(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._one_by_one([row], ("at", "how", "shown", "place", "guardian", "free_because", "language"))
            if row["witnessed"]:
                self._page.paragraph(self._words.witnessed, muted=True)
            drawn = self._content.signatures.get(str(row["signature"]))
            if drawn:
                self._page.picture(drawn, "png", self._words.columns["signature"])

    def _notices(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._page.heading(self._page.own(str(row["title"])), 3)
            for paragraph in str(row["text"]).split("\n\n"):
                self._page.paragraph(self._page.own(paragraph))
            for asked in self._content.held.get(ExportPart.PURPOSES, ()):
                if (asked["notice"], asked["language"]) == (row["notice"], row["language"]) and asked["title"]:
                    self._page.paragraph(self._page.own(f"{asked['title']}: {asked['explanation']}"))
            self._one_by_one([row], ("version", "language", "sha256"))

    def _sightings(self, rows: Sequence[Row]) -> None:
        days: dict[str, list[Row]] = {}
        for row in rows:
            days.setdefault(self._local(row["started_at"]).date().isoformat(), []).append(row)
        page = self._page

        def line(day: str, seen: Sequence[Row]) -> tuple[str, ...]:
            first, last = self._local(seen[0]["started_at"]), max(self._local(each["ended_at"]) for each in seen)
            until = f"{last:%H:%M}" if last.date().isoformat() == day else f"{last:%Y-%m-%d %H:%M}"
            places = ", ".join(sorted({str(each["camera"]) for each in seen}))
            hours = page.fixed(f"{first:%H:%M}"), page.fixed(until)
            return page.fixed(day), page.fixed(str(len(seen))), *hours, page.own(places)

        head = [self._words.columns[column] for column in ("day", "count", "first", "last", "places")]
        page.table(head, [line(day, seen) for day, seen in days.items()])

    def _accesses(self, rows: Sequence[Row]) -> None:
        grouped = Counter(
            (self._local(row["at"]).date().isoformat(), str(row["action"]), str(row["by"]), str(row["roles"]))
            for row in rows
        )
        words, page = self._words, self._page
        said = [
            (
                page.fixed(day),
                words.actions.get(action, words.other_action),
                self._by(who, roles),
                page.fixed(str(count)),
            )
            for (day, action, who, roles), count in grouped.items()
        ]
        page.table([words.columns[column] for column in ("day", "action", "by", "count")], said)

    def _by(self, who: str, roles: str) -> str:
        if who == SYSTEM:
            return self._words.system
        name = self._words.staff.format(number=self._page.fixed(who.rpartition("-")[2]))
        known = [self._words.roles[Role(role)] for role in roles.split() if role in set(Role)]
        return f"{name} ({', '.join(known)})" if known else name

    def _said(self, column: str, row: Row) -> str:
        value = row.get(column)
        if value is None and column == "at":
            value = row.get("added_at")
        if value is None or value == "":
            return ""
        text = str(value)
        match column:
            case "at" | "valid_until" | "valid_from" | "lifted_at" | "enrolled_at":
                return self._moment(text)
            case "state":
                return self._papers.states[ConsentState(text)]
            case "how":
                return self._papers.confirmations[text]
            case "purpose":
                return self._page.own(self._content.titles.get(text, text))
            case "kind":
                if "package" in row:
                    return self._words.export_kinds[ExportKind(text)]
                if "request" in row:
                    return self._words.request_kinds[RequestKind(text)]
                return self._words.kinds[PersonKind(text)]
            case "status":
                return self._words.request_states[RequestStatus(text)]
            case "quality":
                return self._page.fixed(f"{value:.2f}")
            case "received_on" | "version" | "numbers" | "sha256" | "language" | "receipt" | "model":
                return self._page.fixed(text)
        return self._page.own(text)

    def _local(self, value: object) -> datetime:
        return datetime.fromisoformat(str(value)).astimezone(self._zone)

    def _moment(self, text: str) -> str:
        return self._page.fixed(f"{self._local(text):%Y-%m-%d %H:%M}")


# Purposes are told above, in plain words; the steps of a request are for data.json.
_NOT_ALONE = (ExportPart.PURPOSES, ExportPart.REQUEST_STEPS)
_COLUMNS: Mapping[ExportPart, tuple[str, ...]] = {
    ExportPart.CONSENTS: ("at", "purpose", "state", "valid_until"),
    ExportPart.RESTRICTIONS: ("valid_from", "valid_until", "lifted_at"),
    ExportPart.AUTHORITIES: ("valid_from", "valid_until"),
    ExportPart.HOLDS: ("valid_from", "valid_until", "lifted_at", "reason"),
    ExportPart.RECEIPTS: ("at", "receipt"),
    ExportPart.REQUESTS: ("received_on", "kind", "wish", "status"),
    ExportPart.COPIES: ("at", "kind", "sha256"),
}
