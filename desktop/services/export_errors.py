"""What can go wrong with an export before anything is written, said in three sentences each."""

from __future__ import annotations

from desktop.domain.errors import ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T


class ControllerNeeded(ConsentryError):
    """The page names who answers for the data."""

    happened = T("errors", "It is not known who answers for this desk, and an export must say so.")
    kept = T("errors", "Nothing was exported and nothing was changed.")
    todo = T("errors", "Let the administrator fill in the controller under Settings, then export again.")
