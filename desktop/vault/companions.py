"""Keeping the companions of all destinations up to date: at each backup and at each erasure."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from desktop.domain.backups import Destination, DestinationId
from desktop.vault import companion
from desktop.vault.backup_errors import (
    DestinationAhead,
    DestinationTaken,
    DestinationUnreachable,
    RecoveryCodeNeeded,
)
from desktop.vault.backup_folder import COMPANION
from desktop.vault.backup_secrets import BackupSecrets
from desktop.vault.companion import Companion
from desktop.vault.destination_failures import at_destination
from desktop.vault.destinations import DestinationRepository
from desktop.vault.errors import VaultError
from desktop.vault.failures import translated
from desktop.vault.lines import read_lines
from desktop.vault.restore_place import forget_keys_aside
from desktop.vault.room import Room

WAIT_SECONDS = 15.0  # how long an erasure waits for all destinations together


class CompanionKeeper:
    """Thread-safe, and may be called from within the writer's thread; everything blocks on disks.

    Contents are numbered in the writer's thread, and an older one never takes the place of a newer one, however long
    a network folder kept it waiting.
    """

    def __init__(self, room: Room, secrets: BackupSecrets, destinations: DestinationRepository) -> None:
        self._room = room
        self._secrets = secrets
        self._destinations = destinations
        self._newest = 0
        self._locks: defaultdict[DestinationId, threading.Lock] = defaultdict(threading.Lock)

    def write_all(self) -> list[Destination]:
        """Write the companions anew wherever there are any; the destinations that are out of reach.

        Vaults that a restore moved aside lose their keys: an erasure reaches them, too.
        """
        with translated(self._room.folder):
            forget_keys_aside(self._room.folder)
        return self.write_again()

    def write_again(self) -> list[Destination]:
        """Wherever there are any: the list of destinations in them has changed. Those that are out of reach."""
        return self._write(self._destinations.list())

    def write_behind(self) -> list[Destination]:
        """Make up for the destinations that were out of reach; those that still are."""
        epoch = self._room.sealer.epoch
        return self._write([one for one in self._destinations.list() if one.companion_epoch != epoch])

    def recovery_changed(self) -> list[Destination]:
        """Another code is in force: what the former one opens is replaced; the destinations that are out of reach."""
        for one in self._destinations.list():
            if one.companion_epoch is not None:
                self._destinations.companion_written(one.id, 0)
        return self.write_all()

    def begin(self, destination: Destination) -> None:
        """From here on erasures reach the destination: in this database, and in the copy that is made of it next."""
        if destination.companion_epoch is None:
            self._destinations.companion_written(destination.id, 0)

    def write_one(self, destination: Destination) -> None:
        """Also where there is none yet (`begin` comes first). Raises destination errors, RecoveryCodeNeeded."""
        number, content = self._room.store.call(self._numbered)
        self._put(destination, number, content)
        self._destinations.companion_written(destination.id, content.header.epoch)

    def demand_ours(self, destination: Destination) -> None:
        """Raise unless the folder is there, is the one it was, and is not another vault's.

        Where a disk was pulled out, its mount point may be left as an empty folder.
        Raises DestinationUnreachable, DestinationTaken, CompanionDamaged, OSError.
        """
        path = folder_of(destination)
        if not path.is_dir():
            raise DestinationUnreachable(path=path)
        header = companion.read_header(path / COMPANION)
        if header is None and destination.last_success is not None:
            raise DestinationUnreachable(path=path)
        if header is not None and header.vault_id != self._secrets.vault_id:
            raise DestinationTaken(path=path)

    def demand_known(self, destination: Destination) -> None:
        """Raise where the companion there names erasures that are not known here (desktop.vault.lines).

        Raises DestinationAhead, CompanionDamaged, OSError.
        """
        header = companion.read_header(folder_of(destination) / COMPANION)
        if header is not None and not self._room.store.read(read_lines).covers(header.line, header.epoch):
            raise DestinationAhead(path=destination.plan.path)

    def _write(self, destinations: Sequence[Destination]) -> list[Destination]:
        chosen = [one for one in destinations if one.companion_epoch is not None]
        if not chosen:
            return []
        number, content = self._room.store.call(self._numbered)
        written = _in_parallel(chosen, lambda one: self._put(one, number, content))
        for one in written:
            self._destinations.companion_written(one.id, content.header.epoch)
        return [one for one in chosen if one not in written]

    def _numbered(self) -> tuple[int, Companion]:
        self._newest += 1
        return self._newest, self._secrets.companion()

    def _put(self, destination: Destination, number: int, content: Companion) -> None:
        recovery_key = self._secrets.recovery_public()
        if recovery_key is None:
            raise RecoveryCodeNeeded
        with at_destination(path := folder_of(destination), self._room.folder):
            self.demand_ours(destination)
            self.demand_known(destination)
            temporary = companion.prepare(path, content, recovery_key)
            with self._locks[destination.id]:
                if number == self._newest:
                    companion.put(temporary)
                else:
                    temporary.unlink()


def folder_of(destination: Destination) -> Path:
    return Path(destination.plan.path)


def _in_parallel(chosen: Sequence[Destination], write: Callable[[Destination], None]) -> list[Destination]:
    """Those where `write` succeeded in time. A thread that hangs in a dead network folder is left behind."""
    written: list[Destination] = []

    def run(one: Destination) -> None:
        try:
            write(one)
        except VaultError:  # at_destination has logged it
            return
        written.append(one)

    threads = [threading.Thread(target=run, args=(one,), name="vault-companion", daemon=True) for one in chosen]
    deadline = time.monotonic() + WAIT_SECONDS
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return list(written)
