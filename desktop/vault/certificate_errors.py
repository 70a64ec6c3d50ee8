"""What can go wrong with the file of a certificate."""

from __future__ import annotations

from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.vault.errors import VaultError


class CertificateUnreadable(VaultError):
    happened = T("errors", "The file “{path}” cannot be read.")
    todo = T("errors", "Check the path and whether you may read it.")
