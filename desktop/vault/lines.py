"""Which companions say nothing new to this vault, so that it may write over them.

A vault that came back from a backup goes its own way from there. A companion that the former vault wrote later may
name people who were erased in between, of whom nothing here knows. So every restore begins a new *line* of the vault,
which the header of each companion names. Within a line the epoch rises with every erasure; of each other line the
epoch is remembered up to which its erasures are known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from desktop.domain.ids import random_id
from desktop.vault.models import Setting
from desktop.vault.records import utc_now

_SETTING = "vault.line"
FIRST = ""  # of a vault that was never restored


@dataclass(frozen=True, slots=True)
class Lines:
    """`own`: the line this vault is; `known`: of other lines, the epoch up to which their erasures are known."""

    own: str = FIRST
    known: Mapping[str, int] = field(default_factory=dict)

    def covers(self, line: str, epoch: int) -> bool:
        """Whether everything that a companion of that line and epoch can name is known here."""
        return line == self.own or epoch <= self.known.get(line, 0)

    def at(self, epoch: int) -> dict[str, int]:
        """Every line with its epoch, this one at `epoch`."""
        return {**self.known, self.own: epoch}


def read_lines(connection: Connection) -> Lines:
    stored = connection.scalar(select(Setting.value).where(Setting.key == _SETTING))
    if not isinstance(stored, dict):
        return Lines()
    return Lines(str(stored["own"]), {str(line): int(epoch) for line, epoch in stored["known"].items()})


def learn(connection: Connection, epochs: Mapping[str, int], *, begin: bool = False) -> None:
    """The erasures of these lines are known here from now on, up to these epochs. `begin`: a line of its own begins."""
    lines = read_lines(connection)
    known = dict(lines.known)
    for line, epoch in epochs.items():
        known[line] = max(epoch, known.get(line, 0))
    value = {"own": random_id() if begin else lines.own, "known": known}
    row = insert(Setting).values(key=_SETTING, value=value, changed_at=utc_now())
    replaced = {"value": row.excluded.value, "changed_at": row.excluded.changed_at}
    connection.execute(row.on_conflict_do_update(index_elements=[Setting.key], set_=replaced))
