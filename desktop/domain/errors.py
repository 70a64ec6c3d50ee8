"""Errors that reach a person: each says what happened, what was kept and what to do.

The three texts are English templates with `{named}` gaps. They are collected for translation under the
context "errors" and translated by the window; command line and log use them as they are. Values put into the
gaps must never hold a name of a data subject, a secret or a camera password.
"""

from __future__ import annotations

from typing import ClassVar

from desktop.domain.i18n import QT_TRANSLATE_NOOP as T


class ConsentryError(Exception):
    """Base of every error shown to a person. Subclasses set the three templates.

    Attributes:
        happened: what went wrong, one sentence.
        kept: what is safe, one sentence.
        todo: the next step, one sentence.
        params: values for the gaps of all three.
    """

    happened: ClassVar[str] = T("errors", "Something went wrong.")
    kept: ClassVar[str] = T("errors", "Nothing was changed.")
    todo: ClassVar[str] = T("errors", "Try again; if it happens again, tell your administrator.")

    def __init__(self, **params: object) -> None:
        self.params: dict[str, str] = {name: str(value) for name, value in params.items()}
        super().__init__(self.text())

    def text(self) -> str:
        """All three sentences in English, gaps filled."""
        return " ".join(part.format(**self.params) for part in (self.happened, self.kept, self.todo))

    @property
    def code(self) -> str:
        """Stable name for logs and tests."""
        return type(self).__name__


class Cancelled(ConsentryError):
    """The person cancelled a long action."""

    happened = T("errors", "The action was cancelled.")
    kept = T("errors", "Nothing was changed.")
    todo = T("errors", "Start it again when you are ready.")
