"""A target that is full, write-protected or pulled out in the middle: real file systems in mounts of their own."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.helpers.small_disk import own_mounts, run

SCRIPT = """
import os, subprocess, sys
from pathlib import Path
from desktop.vault.export_errors import ExportTargetFull, ExportTargetLost, ExportTargetRefused
from tests.helpers.desks import open_desk
from tests.helpers.exports import files, furnished, order
from tests.helpers.vaults import new_person

home = Path(sys.argv[1])
stick = home / "stick"
stick.mkdir()
target = stick / "package.zip"

def mount(options):
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(stick)], check=True)

def attempt(kind, person, watch=None):
    try:
        desk.exports.export(order(person), target, *([watch] if watch else []))
    except kind as error:
        assert str(target) in str(error), error
        for part in (error.happened, error.kept, error.todo):
            assert part
        assert desk._vault.exports.list_for(person) == []
        return
    sys.exit("it worked after all")

with open_desk(home / "desk" / "vault") as desk:
    ada = furnished(desk, seen=10)
    large = desk._vault.people.add_many([new_person(1, photo=os.urandom(400_000))])[0]

    mount("size=256k")
    attempt(ExportTargetFull, large)
    assert list(stick.iterdir()) == []
    made = desk.exports.export(order(ada), target)
    assert "data.json" in files(target, made.secret)
    desk._vault.exports.forget(made.copy.id)
    whole = target.read_bytes()

    subprocess.run(["mount", "-o", "remount,ro", str(stick)], check=True)
    attempt(ExportTargetRefused, ada)
    assert [each.name for each in stick.iterdir()] == ["package.zip"]
    assert target.read_bytes() == whole
    subprocess.run(["umount", str(stick)], check=True)

    class Pulled:
        def __init__(self):
            self.there = True
            self.at = 0.9
        def report(self, share):
            if share >= self.at and self.there:
                self.there = False
                subprocess.run(["umount", "-l", str(stick)], check=True)
                stick.rmdir()
        def cancelled(self):
            return False

    mount("size=2m")
    attempt(ExportTargetLost, ada, Pulled())
    assert not stick.exists()
"""


def test_a_target_that_takes_no_more(tmp_path: Path) -> None:
    command = own_mounts()
    assert command is not None, "this test needs root or user namespaces"
    run([*command, sys.executable, "-c", SCRIPT, str(tmp_path)])
