"""First run and every run after it, with the real keyring of a desktop session."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from desktop import paths
from desktop.bootstrap import build_program
from desktop.domain.errors import Cancelled
from desktop.domain.people import PersonDetails
from desktop.domain.progress import UNWATCHED, Progress
from desktop.services.desk import Desk
from desktop.services.site import Site, SiteKind, SiteState
from desktop.vault.errors import KeyMissing, VaultExists, VaultInUse, VaultMissing
from desktop.vault.system_keystore import SystemKeyStore
from tests.helpers.desks import CONSENT, enrol, source_path, staff, store

pytestmark = pytest.mark.secret_service


@pytest.fixture(autouse=True)
def keyring(system_keystore: SystemKeyStore) -> SystemKeyStore:
    """Demands the session's own Secret Service; entries are under a service name of this test."""
    return system_keystore


def test_first_run_then_every_day() -> None:
    site = build_program().desk
    assert site.state() is SiteState.NONE
    site.create()
    assert site.state() is SiteState.READY
    desk = site.open()
    assert desk.vault.keyring_backend == "Secret Service"
    assert desk.vault.plaintext_header is False
    staff(desk)
    enrol(desk, "Ada", "obama.jpg")
    desk.close()
    desk = site.open()
    staff(desk)
    assert [person.details.name for person in desk.people.list()] == ["Ada"]
    assert desk.gallery_size == 1
    desk.close()
    with pytest.raises(VaultExists):
        site.create()


def test_errors_of_the_vault_reach_the_window() -> None:
    site = build_program().desk
    with pytest.raises(VaultMissing):
        site.open()
    assert site.state() is SiteState.NONE, "opening never makes a desk"
    site.create()
    desk = site.open()
    with pytest.raises(VaultInUse):
        site.open()
    desk.close()
    stranger = Site(SiteKind.DESK, site.folder, site.service + "-another-user")
    with pytest.raises(KeyMissing):
        stranger.open()
    site.open().close()


def test_cancelling_the_opening_leaves_the_site_as_it_was() -> None:
    class Stop:
        def report(self, share: float) -> None: ...

        def cancelled(self) -> bool:
            return True

    site = build_program().desk
    with pytest.raises(Cancelled):
        site.create(Stop())
    assert site.state() is SiteState.NONE
    site.create()
    with pytest.raises(Cancelled):
        site.open(Stop())
    site.open().close()


def test_what_watched_the_opening_has_no_say_afterwards() -> None:
    class Watch:
        stop = False

        def report(self, share: float) -> None: ...

        def cancelled(self) -> bool:
            return self.stop

    site, watch = build_program().desk, Watch()
    site.create()
    desk = site.open(watch)
    watch.stop = True
    staff(desk)
    person = enrol(desk, "Ada", "obama.jpg")  # writes the anchor to the keyring
    desk.erasures.erase([person])
    desk.close()
    site.open().close()


def test_the_demo_site_makes_and_fills_itself_apart_from_the_desk() -> None:
    shares: list[float] = []

    class Watch:
        def report(self, share: float) -> None:
            shares.append(share)

        def cancelled(self) -> bool:
            return False

    def furnish(desk: Desk, progress: Progress) -> None:
        progress.report(0.5)
        staff(desk)
        if desk.people.count() == 0:
            check = desk.enrolment.check_photo(source_path("astronaut.png"), CONSENT)
            store(desk, PersonDetails("Invented Name"), [check])

    program = build_program(furnish)
    assert program.demo.available
    for _ in range(2):
        desk = program.demo.open(Watch())
        assert desk.people.count() == 1
        assert desk.folder.is_relative_to(paths.cache_dir())
        desk.close()
    assert 0.1 < shares[-1] < 1.0
    assert program.demo.service != program.desk.service
    assert program.desk.state() is SiteState.NONE
    assert not build_program().demo.available


@pytest.mark.parametrize("error", [RuntimeError("a bug"), Cancelled()])
def test_a_demo_that_cannot_be_filled_is_closed_again(error: Exception) -> None:
    def furnish(desk: Desk, progress: Progress) -> None:
        raise error

    before = set(threading.enumerate())
    with pytest.raises(type(error)):
        build_program(furnish).demo.open()
    assert {thread for thread in threading.enumerate() if thread not in before} == set()
    build_program(lambda *_: None).demo.open().close()


def test_unlocking_an_unlocked_keyring_asks_nothing() -> None:
    assert build_program().desk.unlock_keyring(UNWATCHED)


def test_nothing_is_written_outside_the_program_s_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)
    program = build_program()
    program.desk.create()
    desk = program.desk.open()
    staff(desk)
    enrol(desk, "Ada", "obama.jpg")
    program.preferences.change(theme="dark")
    desk.close()
    assert list(home.rglob("*")) == []
    assert {path.name for path in paths.data_dir().iterdir()} == {"vault", "preferences.json"}
