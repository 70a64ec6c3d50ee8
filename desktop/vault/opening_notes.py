"""What only an opening can tell the audit log: that the recovery code was used, that the escrow was written anew."""

from __future__ import annotations

import structlog
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from desktop.domain.audit import AuditAction, AuditDraft
from desktop.vault.audit import AuditLog
from desktop.vault.engine import Store
from desktop.vault.errors import VaultError
from desktop.vault.models import Setting
from desktop.vault.records import utc_now

log = structlog.get_logger("desktop.vault")

_RECOVERED = "vault.recovered"


def leave_word_of_recovery(connection: Connection) -> None:
    """In the closed vault: whoever holds the code has no signing key yet, and so cannot write the log."""
    row = {"value": True, "changed_at": utc_now()}
    statement = insert(Setting).values(key=_RECOVERED, **row)
    connection.execute(statement.on_conflict_do_update(index_elements=[Setting.key], set_=row))


def tell_audit_log(store: Store, audit_log: AuditLog, *, escrow_written: bool) -> None:
    """A disk that refuses does not keep the vault from opening; a recovery is then told of at the next opening."""
    recovered = store.read(lambda c: c.scalar(select(Setting.key).where(Setting.key == _RECOVERED))) is not None
    happened = {AuditAction.RECOVERY_USED: recovered, AuditAction.ESCROW_WRITTEN: escrow_written}
    drafts = [AuditDraft(action) for action, so in happened.items() if so]
    if not drafts:
        return

    def work(connection: Connection) -> None:
        connection.execute(delete(Setting).where(Setting.key == _RECOVERED))
        audit_log.append(connection, drafts)

    try:
        store.write(work).result()
    except VaultError as error:
        log.warning("vault.opening_not_in_audit_log", kind=error.code)
