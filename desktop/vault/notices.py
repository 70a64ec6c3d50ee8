"""Versions of the notice: one draft at most, one published at most, the retired ones for good.

Writes are checked inside the transaction that makes them, so that two windows cannot overwrite each other.
"""

from __future__ import annotations

import hashlib
from builtins import list as List  # noqa: N812 - `list` is a method here
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from desktop.domain.ids import NoticeId, OperatorId
from desktop.domain.notices import Notice, NoticeEdit, NoticeState, NoticeText, PurposeText, hashed_values
from desktop.domain.purposes import LawfulBasis, Purpose, PurposeKey, SpecialCondition
from desktop.vault.consent_models import NoticeRow, NoticeTextRow, PurposeRow
from desktop.vault.engine import Drafts
from desktop.vault.errors import DraftExists, NoticeChanged, NoticeUnknown
from desktop.vault.room import Room
from desktop.vault.signing import canonical_json


@dataclass(frozen=True, slots=True)
class Publication:
    """`revision`: the one that whoever publishes has seen."""

    notice_id: NoticeId
    revision: int
    ask_again: bool
    operator_id: OperatorId | None
    at: datetime


def text_hash(text: NoticeText, purposes: Sequence[Purpose]) -> bytes:
    """SHA-256 over the canonical JSON of what one language says, 32 bytes."""
    return hashlib.sha256(canonical_json(hashed_values(text, purposes))).digest()


def intact(notice: Notice, language: str, shown: bytes) -> bool:
    """Whether what is stored of a published text is still what was shown: its hash, computed anew, is `shown`."""
    text = notice.texts.get(language)
    return text is not None and text_hash(text, notice.purposes) == shown


class NoticeRepository:
    """For any thread but the GUI's; those that write return when the change is durable."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def list(self) -> List[Notice]:
        """All versions, newest first."""
        return self._room.store.read(_read)

    def get(self, notice_id: NoticeId) -> Notice:
        """Raises NoticeUnknown."""
        return self._room.store.read(lambda live: read_notice(live, notice_id))

    def published(self) -> Notice | None:
        """The one in force."""
        found = self._room.store.read(lambda live: _read(live, NoticeRow.state == NoticeState.PUBLISHED.value))
        return found[0] if found else None

    def asked_again_since(self) -> int | None:
        """Version of the newest publication after which people must be asked again; None: there is none."""
        query = select(func.max(NoticeRow.version)).where(NoticeRow.ask_again)
        return self._room.store.read(lambda live: live.scalar(query))

    def begin(self, edit: NoticeEdit, at: datetime, *, audit: Drafts = ()) -> None:
        """A new draft of revision `edit.revision`. Raises DraftExists: there is one already."""

        def work(live: Connection) -> None:
            if live.scalar(select(NoticeRow.id).where(NoticeRow.state == NoticeState.DRAFT.value)) is not None:
                raise DraftExists
            values = {
                "id": edit.notice_id,
                "version": int(live.scalar(select(func.max(NoticeRow.version))) or 0) + 1,
                "state": NoticeState.DRAFT.value,
                "revision": edit.revision,
                "changed_at": at,
                "ask_again": False,
            }
            live.execute(insert(NoticeRow).values(**values))
            _write_content(live, edit)

        self._room.store.write(work, audit=audit).result()

    def save(self, edit: NoticeEdit, at: datetime, *, audit: Drafts = ()) -> None:
        """Change a draft; its revision rises by one. Raises NoticeChanged: it is another revision, published or gone
        by now."""

        def work(live: Connection) -> None:
            _demand_draft(live, edit.notice_id, edit.revision)
            _set(live, edit.notice_id, revision=edit.revision + 1, changed_at=at)
            _delete_content(live, edit.notice_id)
            _write_content(live, edit)

        self._room.store.write(work, audit=audit).result()

    def discard(self, notice_id: NoticeId, revision: int, *, audit: Drafts = ()) -> None:
        """Delete a draft; the next one gets its version. Raises as `save`."""

        def work(live: Connection) -> None:
            _demand_draft(live, notice_id, revision)
            _delete_content(live, notice_id)
            live.execute(delete(NoticeRow).where(NoticeRow.id == notice_id))

        self._room.store.write(work, audit=audit).result()

    def publish(self, publication: Publication, *, audit: Drafts = ()) -> None:
        """Freeze a draft with the hash of each text, and retire the version in force. Raises as `save`."""

        def work(live: Connection) -> None:
            _demand_draft(live, publication.notice_id, publication.revision)
            notice = read_notice(live, publication.notice_id)
            _retire_published(live, publication.at)
            for language, text in notice.texts.items():
                its = (NoticeTextRow.notice_id == notice.id) & (NoticeTextRow.language == language)
                live.execute(update(NoticeTextRow).where(its).values(text_hash=text_hash(text, notice.purposes)))
            _set(
                live,
                notice.id,
                state=NoticeState.PUBLISHED.value,
                published_at=publication.at,
                published_by=publication.operator_id,
                ask_again=publication.ask_again,
            )

        self._room.store.write(work, audit=audit).result()

    def retire(self, notice_id: NoticeId, at: datetime, *, audit: Drafts = ()) -> None:
        """Take the published version back without another in its place. Raises NoticeUnknown; NoticeChanged: it is not
        in force any more."""

        def work(live: Connection) -> None:
            if read_notice(live, notice_id).state is not NoticeState.PUBLISHED:
                raise NoticeChanged
            _retire_published(live, at)

        self._room.store.write(work, audit=audit).result()


def _read(live: Connection, *conditions: ColumnElement[bool]) -> List[Notice]:
    row = NoticeRow
    columns = (
        row.id,
        row.version,
        row.state,
        row.revision,
        row.changed_at,
        row.published_at,
        row.published_by,
        row.retired_at,
        row.ask_again,
    )
    found = live.execute(select(*columns).where(*conditions).order_by(row.version.desc())).all()
    notices = []
    for each in found:
        texts, hashes = _texts(live, each.id)
        notices.append(
            Notice(
                id=NoticeId(each.id),
                version=each.version,
                state=NoticeState(each.state),
                revision=each.revision,
                changed_at=each.changed_at,
                purposes=_purposes(live, each.id),
                texts=texts,
                hashes=hashes,
                published_at=each.published_at,
                published_by=None if each.published_by is None else OperatorId(each.published_by),
                retired_at=each.retired_at,
                ask_again=each.ask_again,
            )
        )
    return notices


def read_notice(live: Connection, notice_id: NoticeId) -> Notice:
    """Raises NoticeUnknown."""
    found = _read(live, NoticeRow.id == notice_id)
    if not found:
        raise NoticeUnknown
    return found[0]


def _purposes(live: Connection, notice_id: str) -> tuple[Purpose, ...]:
    row = PurposeRow
    columns = (row.key, row.basis, row.condition, row.retention_days, row.validity_days, row.optional)
    query = select(*columns).where(row.notice_id == notice_id).order_by(row.place)
    return tuple(
        Purpose(
            PurposeKey(each.key),
            LawfulBasis(each.basis),
            SpecialCondition(each.condition),
            each.retention_days,
            each.validity_days,
            each.optional,
        )
        for each in live.execute(query)
    )


def _texts(live: Connection, notice_id: str) -> tuple[dict[str, NoticeText], dict[str, bytes]]:
    row = NoticeTextRow
    query = select(row.language, row.title, row.paragraphs, row.purposes, row.text_hash)
    texts, hashes = {}, {}
    for each in live.execute(query.where(row.notice_id == notice_id)):
        words = {PurposeKey(key): PurposeText(**fields) for key, fields in each.purposes.items()}
        texts[each.language] = NoticeText(each.language, each.title, tuple(each.paragraphs), words)
        if each.text_hash is not None:
            hashes[each.language] = each.text_hash
    return texts, hashes


def _demand_draft(live: Connection, notice_id: NoticeId, revision: int) -> None:
    row = NoticeRow
    its = (row.id == notice_id) & (row.revision == revision) & (row.state == NoticeState.DRAFT.value)
    if live.scalar(select(row.id).where(its)) is None:
        raise NoticeChanged


def _set(live: Connection, notice_id: NoticeId, **values: object) -> None:
    live.execute(update(NoticeRow).where(NoticeRow.id == notice_id).values(**values))


def _retire_published(live: Connection, at: datetime) -> None:
    published = NoticeRow.state == NoticeState.PUBLISHED.value
    live.execute(update(NoticeRow).where(published).values(state=NoticeState.RETIRED.value, retired_at=at))


def _delete_content(live: Connection, notice_id: NoticeId) -> None:
    live.execute(delete(NoticeTextRow).where(NoticeTextRow.notice_id == notice_id))
    live.execute(delete(PurposeRow).where(PurposeRow.notice_id == notice_id))


def _write_content(live: Connection, edit: NoticeEdit) -> None:
    purposes = [
        {
            "notice_id": edit.notice_id,
            "key": purpose.key,
            "place": place,
            "basis": purpose.basis.value,
            "condition": purpose.condition.value,
            "retention_days": purpose.retention_days,
            "validity_days": purpose.validity_days,
            "optional": purpose.optional,
        }
        for place, purpose in enumerate(edit.purposes)
    ]
    texts = [
        {
            "notice_id": edit.notice_id,
            "language": text.language,
            "title": text.title,
            "paragraphs": list(text.paragraphs),
            "purposes": {key: asdict(words) for key, words in text.purposes.items()},
        }
        for text in edit.texts
    ]
    for row, values in ((PurposeRow, purposes), (NoticeTextRow, texts)):
        if values:
            live.execute(insert(row), values)
