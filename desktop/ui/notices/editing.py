"""What is being done to a version of the notice in the form: kept apart from what is stored until it is saved."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from desktop.domain.notices import (
    Notice,
    NoticeEdit,
    NoticeState,
    NoticeText,
    TextFinding,
    clean_text,
    publishing_problems,
)
from desktop.domain.purposes import Purpose, PurposeProblem


@dataclass(slots=True)
class Editing:
    """`changed`: something was typed since `notice` was read."""

    notice: Notice
    purposes: tuple[Purpose, ...]
    texts: dict[str, NoticeText] = field(default_factory=dict)
    changed: bool = False

    @staticmethod
    def of(notice: Notice) -> Editing:
        return Editing(notice, notice.purposes, dict(notice.texts))

    @property
    def editable(self) -> bool:
        return self.notice.state is NoticeState.DRAFT

    def edit(self) -> NoticeEdit:
        """For the service; the notice as it was read says which revision was seen."""
        return NoticeEdit(self.notice.id, self.notice.revision, self.purposes, tuple(self.texts.values()))

    def problems(self) -> list[TextFinding | PurposeProblem]:
        """What keeps it from being published as it is typed."""
        texts = {language: clean_text(text) for language, text in self.texts.items()}
        return publishing_problems(replace(self.notice, purposes=self.purposes, texts=texts))
