"""A desk on a disk that fills up while it is open: what waits, what is refused in words, what still works."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.helpers.small_disk import own_mounts, run

DESK = """
import io, json, subprocess, sys, time
from pathlib import Path
place = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)], check=True)

import structlog
from desktop.domain.decision import Band, Verdict
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import CameraId, TrackId
from desktop.recognition.events import TrackEvent, TrackEventKind
from desktop.services.health import ProblemKind
from desktop.services.logs import close_logging, set_up_logging
from desktop.services.preferences import PreferencesStore, ThemeChoice
from desktop.vault.vault import Vault
from tests.helpers.desks import enrol, open_desk, wait_until
from tests.helpers.vaults import MemoryKeyStore

set_up_logging(place / "logs")
log = structlog.get_logger("desktop.test")
preferences = PreferencesStore(place)
preferences.change(theme="dark")
MANY = 3000

def refused(act):
    try:
        act()
    except ConsentryError as error:
        print("refused", error.code, error.text())
        assert "disk" in error.text().lower(), error.text()
    else:
        sys.exit("there was room after all")

def problems(desk):
    return {problem.kind for problem in desk.health.problems()}

def use_up(path):
    with path.open("ab", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            pass

keys = MemoryKeyStore()
Vault.create(place / "vault", keys, ballast_bytes=1024 * 1024).close()
with open_desk(place / "vault", keys) as desk:
    ada, bea = enrol(desk, "Ada", "obama.jpg"), enrol(desk, "Bea", "biden.jpg")
    wait_until(lambda: ProblemKind.DISK_LOW in problems(desk))
    use_up(place / "rest")

    sys.stderr = said = io.StringIO()
    for number in range(50):
        log.info("a_line_that_has_no_room", number=number)
    sys.stderr = sys.__stderr__
    assert said.getvalue() == ""
    refused(lambda: preferences.change(theme="light"))
    assert preferences.current.theme is ThemeChoice.DARK
    refused(lambda: [enrol(desk, "Cy", "astronaut.png") for _ in range(500)])
    stored = desk.people.count()
    assert desk.gallery_size == stored

    now = time.monotonic()
    for track in range(MANY):
        verdict = Verdict(Band.MATCH, ada, 0.6, 0.4, 0.3, 4)
        desk._recorder.take(TrackEvent(CameraId("c"), TrackId(track), TrackEventKind.ENDED, verdict, now - 5, now))
    wait_until(lambda: ProblemKind.SIGHTINGS_WAITING in problems(desk), 30)

    desk.erasures.erase([bea])
    assert desk.people.count() == desk.gallery_size == stored - 1

    (place / "rest").unlink()
    wait_until(lambda: ProblemKind.SIGHTINGS_WAITING not in problems(desk), 30)
    wait_until(lambda: desk._recorder.waiting == 0, 30)
    assert ProblemKind.SIGHTINGS_LOST not in problems(desk)
    preferences.change(theme="light")
    enrol(desk, "Dee", "astronaut.png")

close_logging()
assert json.loads((place / "logs" / "consentry.log").read_text().splitlines()[-1])["event"] == "desk_closed"
print("as it should be")
"""


def test_a_disk_that_fills_up_under_an_open_desk(tmp_path: Path) -> None:
    command = own_mounts()
    if command is None:
        pytest.skip("this machine lets nobody mount a small file system")
    output = run([*command, sys.executable, "-c", DESK, str(tmp_path)])
    assert "refused PreferencesNotSaved" in output
    assert "refused DiskFull" in output
    assert "as it should be" in output
