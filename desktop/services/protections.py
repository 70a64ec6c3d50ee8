"""What protects the vault right now, one finding for each protection: for the command line's doctor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from desktop.domain.backups import Destination, Schedule, is_due
from desktop.domain.errors import ConsentryError
from desktop.domain.findings import Finding, State
from desktop.vault.inspection import Inspection

CHECKPOINT_AGE = timedelta(days=2)  # the log is signed daily while the program runs, and when it is closed
VERIFY_AGE = timedelta(days=30)
LATE = timedelta(days=1)  # a backup that is due may still be under way

_CIPHER = {"cipher_page_size": "4096", "cipher_use_hmac": "1", "cipher_hmac_algorithm": "HMAC_SHA512"}


Answer = tuple[State, str]


def examine(look: Inspection, now: datetime | None = None) -> list[Finding]:
    """Every protection of the vault, in a fixed order. Reads rows and key place, not every page."""
    now = now or datetime.now(UTC)
    checks: list[tuple[str, Callable[[], Answer]]] = [
        ("cipher", lambda: _cipher(look)),
        ("header", lambda: _header(look)),
        ("key place", lambda: _key_place(look)),
        ("epoch", lambda: _epoch(look)),
        ("anchor", lambda: _anchor(look)),
        ("escrow", lambda: _escrow(look)),
        ("last backup", lambda: _backups(look, now)),
        ("companions", lambda: _companions(look)),
        ("last verify", lambda: _verified(look, now)),
        ("erasure ledger", lambda: (State.OK, f"{look.ledger_length()} entries")),
        ("audit log", lambda: _audit(look)),
        ("audit checkpoint", lambda: _checkpoint(look, now)),
        ("permissions", lambda: _permissions(look)),
        ("ballast", lambda: _ballast(look)),
    ]
    if not look.newest_revision:
        checks = [check for check in checks if check[0] in ("cipher", "header", "key place", "permissions")]
        checks.append(
            ("tables", lambda: (State.NOTE, f"revision {look.revision}: the next opening brings it up to date"))
        )
    return [Finding(name, *_answer(check)) for name, check in checks]


def _answer(check: Callable[[], Answer]) -> Answer:
    try:
        return check()
    except ConsentryError as error:
        return State.WRONG, error.text()
    except OSError as error:
        return State.WRONG, f"{type(error).__name__}: {error.strerror}"


def _cipher(look: Inspection) -> Answer:
    found = look.cipher_settings()
    text = ", ".join(f"{name.removeprefix('cipher_')} {value}" for name, value in found.items())
    return (State.OK if all(found[name] == value for name, value in _CIPHER.items()) else State.WRONG), text


def _header(look: Inspection) -> Answer:
    if look.plaintext_header:
        return State.WRONG, "the file begins like an unencrypted database"
    return State.OK, "encrypted from the first byte"


def _key_place(look: Inspection) -> Answer:
    if look.secrets.signing_key is None:
        return State.WRONG, f"{look.keyfile.header.backend}: the signing key is missing"
    return State.OK, f"{look.keyfile.header.backend}; signing key {look.secrets.signing_key.fingerprint}"


def _epoch(look: Inspection) -> Answer:
    epoch, strays, without = look.keyfile.header.epoch, look.stray_epochs(), look.without_key()
    if not look.keys_fit():
        return State.WRONG, f"the wrapping key of epoch {epoch} does not open keys.bin"
    if without:
        return State.WRONG, f"{without} people or operators have no key in keys.bin"
    if strays:
        return State.WRONG, f"the key place still holds a wrapping key of epoch {strays[0]}; open the window once"
    return State.OK, f"epoch {epoch}, {len(look.keyfile.keys)} keys, no other epoch's key is left"


def _anchor(look: Inspection) -> Answer:
    look.compare_anchor()
    return State.OK, f"the key place remembers change {look.secrets.anchor.changes}, the database is not older"


def _escrow(look: Inspection) -> Answer:
    policy = look.policy()
    if policy.public_key is None:
        return State.WRONG, "no recovery code: a lost key place loses everything"
    if not look.escrow_fits():
        return State.WRONG, "not that of today's keys; open the window once"
    return State.OK, "none, as strict erasure wants" if policy.escrow_key is None else "holds today's keys, sealed"


def _backups(look: Inspection, now: datetime) -> Answer:
    destinations = [destination for destination, _ in look.status().destinations]
    if not destinations:
        return State.WRONG, "no destination is set up"
    text = "; ".join(_told(destination) for destination in destinations)
    if any(_fails(destination, now) for destination in destinations):
        return State.WRONG, text
    off = all(destination.plan.schedule is Schedule.OFF for destination in destinations)
    return (State.NOTE, f"{text}; none is scheduled") if off else (State.OK, text)


def _told(destination: Destination) -> str:
    at = f"{destination.last_success:%Y-%m-%d %H:%M} UTC" if destination.last_success else "never"
    failed = f", failed since ({destination.last_error})" if destination.last_error else ""
    return f"{destination.plan.path}: {at}{failed}"


def _fails(destination: Destination, now: datetime) -> bool:
    late = is_due(destination, (now - LATE).astimezone())
    return destination.last_success is None or destination.last_error is not None or late


def _companions(look: Inspection) -> Answer:
    epoch = look.keyfile.header.epoch
    behind = [one.plan.path for one, _ in look.status().destinations if one.companion_epoch not in (None, epoch)]
    if behind:
        return State.WRONG, f"still with keys of an earlier epoch: {', '.join(behind)}"
    return State.OK, f"all of epoch {epoch}"


def _verified(look: Inspection, now: datetime) -> Answer:
    newest = max(_instants(look), default=None)
    if newest is None:
        return State.NOTE, "there is no backup"
    state = State.OK if now - newest <= VERIFY_AGE else State.NOTE
    return state, f"{newest:%Y-%m-%d %H:%M} UTC"


def _instants(look: Inspection) -> Iterator[datetime]:
    return (backup.verified_at for _, backups in look.status().destinations for backup in backups)


def _audit(look: Inspection) -> Answer:
    verdict = look.audit()
    if not verdict.intact:
        faults = ", ".join(f"{each.fault.value} at entry {each.seq}" for each in verdict.findings)
        return State.WRONG, faults
    return State.OK, f"{verdict.entries} entries, anchored at {verdict.anchored}"


def _checkpoint(look: Inspection, now: datetime) -> Answer:
    at = look.newest_checkpoint()
    if at is None:
        return State.NOTE, "none yet"
    state = State.OK if now - at <= CHECKPOINT_AGE else State.NOTE
    return state, f"signed {at:%Y-%m-%d %H:%M} UTC"


def _permissions(look: Inspection) -> Answer:
    names = look.open_to_others()
    if names:
        return State.WRONG, f"other users may read or write: {', '.join(names)}"
    return State.OK, "only this user"


def _ballast(look: Inspection) -> Answer:
    there, wanted = look.ballast()
    return (State.OK if there >= wanted else State.WRONG), f"{there // 1024} of {wanted // 1024} KiB"
