"""`consentry vault` as a process of its own with the real keyring: beside a window, through it, and without one."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from desktop import paths
from desktop.bootstrap import build_program
from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.backups import DestinationPlan, Schedule
from desktop.domain.operators import OperatorDraft
from desktop.domain.permissions import Role
from desktop.services.desk import Desk
from desktop.services.desk_line import SOCKET, address
from desktop.vault import backup_copy
from desktop.vault.errors import VaultInUse
from desktop.vault.keystore import database_key_name
from desktop.vault.setup import VaultSetup
from desktop.vault.system_keystore import SystemKeyStore
from desktop.vault.vault import Vault
from tests.helpers.backups import CODE, names_in
from tests.helpers.desks import CHEAP, LOGIN, PASSWORD, default_pack, staff
from tests.helpers.own_desktop import ROOT
from tests.helpers.vaults import TEST_BALLAST, new_person

pytestmark = pytest.mark.secret_service
OTHER = "another long password"


@pytest.fixture
def folder() -> Path:
    return paths.data_dir() / "vault"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
def desk(system_keystore: SystemKeyStore, folder: Path, place: Path) -> Iterator[Desk]:
    """A desk in a window of this process, with three people, a destination and an administrator."""
    Vault.create(folder, system_keystore, setup=VaultSetup(CODE), ballast_bytes=TEST_BALLAST).close()
    opened = Desk.open(folder, system_keystore, pack=default_pack(), cost=CHEAP)
    try:
        staff(opened)
        opened._vault.people.add_many([new_person(number) for number in range(3)])
        opened.backup.add(DestinationPlan(str(place), 3, Schedule.OFF))
        yield opened
    finally:
        opened.close()


def consentry(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "desktop", *arguments],
        input=typed,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def signed_in(*arguments: str, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    return consentry("vault", *arguments, "--login", LOGIN, "--password-stdin", typed=f"{password}\n")


def test_reading_beside_a_window(desk: Desk, folder: Path) -> None:
    status = consentry("vault", "status", "--json")
    assert status.returncode == 0, status.stderr
    assert json.loads(status.stdout)["counts"]["people"] == 3
    verified = consentry("vault", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    doctor = consentry("vault", "doctor")
    assert doctor.returncode == 1  # no backup yet
    wrong = [line for line in doctor.stdout.splitlines() if line.startswith("wrong")]
    assert [line.split()[1:3] for line in wrong] == [["last", "backup"]]
    desk._vault.people.add_many([new_person(9)])
    assert desk._vault.check_integrity() == []
    assert "Person Number" not in status.stdout + verified.stdout + doctor.stdout


def test_backing_up_through_the_window(desk: Desk, place: Path) -> None:
    made = signed_in("backup")
    assert made.returncode == 0, made.stderr
    ((view),) = desk.backup.destinations()
    assert str(place / view.backups[0].folder) in made.stdout
    assert "Backing up: 100%" in made.stderr
    entry = desk._vault.audit.list(AuditFilter(action=AuditAction.BACKUP_MADE), 0, 1)[0]
    assert entry.actor == desk.access.operator_id
    assert consentry("vault", "doctor").returncode == 0
    refused = signed_in("restore", str(place / view.backups[0].folder))
    assert refused.returncode == 1
    assert "another window" in refused.stderr
    turned = signed_in("rotate", "epoch")
    assert turned.returncode == 0, turned.stderr
    assert desk._vault.epoch == 2
    assert desk._vault.people.count() == 3


def test_who_may_not_is_refused(desk: Desk, place: Path) -> None:
    desk.operators.add(OperatorDraft("Gary Guard", "gary", OTHER, frozenset({Role.GUARD})))
    guard = consentry("vault", "backup", "--login", "gary", "--password-stdin", typed=f"{OTHER}\n")
    assert guard.returncode == 1
    assert "role does not include" in guard.stderr
    stranger = signed_in("backup", password="not the password at all")
    assert stranger.returncode == 1
    assert not place.exists() or names_in(place) == []
    assert desk.access.current is not None  # the session at the window is not touched


def test_without_a_window(desk: Desk, folder: Path, place: Path, system_keystore: SystemKeyStore) -> None:
    desk.close()
    made = signed_in("backup")
    assert made.returncode == 0, made.stderr
    turned = signed_in("rotate", "database")
    assert turned.returncode == 0, turned.stderr
    backup = next(path for path in place.iterdir() if path.is_dir())
    typed = f"{PASSWORD}\n{CODE.text()}\n"
    restored = consentry("vault", "restore", str(backup), "--login", LOGIN, "--password-stdin", typed=typed)
    assert restored.returncode == 0, restored.stderr
    assert "back: people: 3" in restored.stdout
    with Vault.open(folder, system_keystore) as vault:
        assert vault.people.count() == 3
        # Erasures reach the companion beside the very backup that came back.
        assert vault.backups.destinations.list()[0].companion_epoch is not None


def test_two_windows_on_one_vault(desk: Desk, folder: Path, system_keystore: SystemKeyStore) -> None:
    with pytest.raises(VaultInUse):
        Desk.open(folder, system_keystore, pack=default_pack(), cost=CHEAP)
    assert (folder / "run" / SOCKET).exists()  # the first one's line still stands


def test_another_client_opens_it_with_the_key_and_no_other(desk: Desk, folder: Path) -> None:
    name = database_key_name(desk._vault.id)
    key = build_program().desk.keystore().get(name)
    desk.close()
    for tried, opens in ((key, True), (os.urandom(32).hex(), False), (None, False)):
        client = dbapi2.connect(str(folder / "vault.db"))
        if tried is not None:
            client.execute(f"PRAGMA key = \"x'{tried}'\"")
        if opens:
            assert client.execute("SELECT count(*) FROM people").fetchone() == (3,)
        else:
            with pytest.raises(dbapi2.DatabaseError, match="not a database"):
                client.execute("SELECT count(*) FROM people")
        client.close()


def test_the_line_is_private_and_survives_what_is_sent_to_it(desk: Desk, folder: Path, place: Path) -> None:
    path = folder / "run" / SOCKET
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600
    for sent in (
        b"",
        b"\n",
        b"[]\n",
        b"{}\n",
        b"x" * 70_000 + b"\n",
        b'{"v":1,"do":"fly","login":"a","password":"b"}\n',
    ):
        with socket.socket(socket.AF_UNIX) as line, address(folder) as where:
            line.connect(where)
            try:
                line.sendall(sent)
                line.shutdown(socket.SHUT_WR)
                answer = line.recv(10_000)
            except OSError:  # hung up in the middle of the long one
                continue
            assert b"done" not in answer
    assert signed_in("backup").returncode == 0


def test_hanging_up_cancels(desk: Desk, folder: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = threading.Event()
    honest = backup_copy._vacuum_into

    def slow(*arguments: object) -> bool:
        progress = arguments[-1]
        seen.set()
        for _ in range(600):
            if progress.cancelled():  # type: ignore[attr-defined]
                break
            threading.Event().wait(0.05)
        return honest(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(backup_copy, "_vacuum_into", slow)
    monkeypatch.setattr(backup_copy, "_STEPS", 1)
    command = [sys.executable, "-m", "desktop", "vault", "backup", "--login", LOGIN, "--password-stdin"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdin is not None
    process.stdin.write(f"{PASSWORD}\n")
    process.stdin.flush()
    assert seen.wait(60)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    desk._line.close()  # waits for the conversation
    assert not [name for name in names_in(place) if not name.startswith(".")]


def test_a_killed_windows_socket_does_not_matter(desk: Desk, folder: Path, system_keystore: SystemKeyStore) -> None:
    desk.close()
    (folder / "run").mkdir(exist_ok=True)
    with socket.socket(socket.AF_UNIX) as left, address(folder) as where:
        left.bind(where)
    opened = Desk.open(folder, system_keystore, pack=default_pack(), cost=CHEAP)
    try:
        assert signed_in("backup").returncode == 0
    finally:
        opened.close()
    assert not (folder / "run").exists()
