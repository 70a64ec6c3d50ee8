"""The program, in a process of its own, failing in every way there is, with marked values in its hands.

    python -m tests.helpers.failing_program FOLDER

Everything it says goes where the program's words go: log, crash reports, terminal, window titles. The test that starts
it searches all of them for the marks. It ends by printing how often each kind of failure was met.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

NAME = "Zuleika Quandary"
CONTACT = "zuleika.quandary@example.org"
NOTE = "allergic to quicksilver"
HOW = "whispered at the fountain"
PASSWORD = "Xylograph-pass-55"
CAMERA = f"rtsp://quibbler:{PASSWORD}@127.0.0.1:1/live?token=tok-Xylophone"
CODE = "000011000022000033000044000055000066000077000088"
MARKS = (NAME, "Zuleika", "Quandary", CONTACT, NOTE, "quicksilver", HOW, PASSWORD, "quibbler", "tok-Xylophone", CODE)

met: Counter[str] = Counter()


class Failing:
    """Operations that fail, as the program meets them: in tasks, in slots, in threads."""

    def __init__(self, desk: Any, window: Any, tasks: Any, folder: Path) -> None:
        self.desk, self.window, self.tasks, self.folder = desk, window, tasks, folder

    def task(self, work: Callable[[], object]) -> None:
        """In a worker, its failure shown as the window shows it."""
        from desktop.ui.errors import ErrorDialog

        def failed(error: Any) -> None:
            met[error.code] += 1
            dialog = ErrorDialog(error, self.window)
            dialog.open()
            dialog.close()

        self.tasks.run(lambda _: work(), lambda _: met.update(["unfailed"]), failed)
        assert self.tasks.wait_idle(60)

    def everything(self) -> None:
        for name in [name for name in dir(self) if name.startswith("in_")]:
            getattr(self, name)()

    def in_values_that_do_not_fit(self) -> None:
        from desktop.domain.cameras import SourceKind, SourceSpec
        from desktop.domain.conversation import Conversation, Step, Who
        from desktop.domain.ids import PersonId, random_id
        from desktop.domain.people import PersonDetails
        from desktop.services.cameras import CameraDraft

        desk, details = self.desk, PersonDetails(NAME * 30, contact=CONTACT, note=NOTE)
        for said in (details, PersonDetails(NAME)):
            talk = Conversation(PersonId(NAME), datetime.now(UTC), Step.PHOTO, Who(said, guardian=NAME))
            self.task(partial(desk.capture.enrol, talk, []))
            self.task(partial(desk.capture.keep, talk))
        self.task(lambda: desk.people.get(PersonId(NAME)))
        self.task(lambda: desk.people.change(PersonId(NAME), PersonDetails(NAME)))
        self.task(lambda: desk.people.change(PersonId(random_id()), details))
        self.task(lambda: desk.settings.change(stranger_hours=PASSWORD))
        self.task(lambda: desk.settings.change(**{NAME: PASSWORD}))
        self.task(lambda: desk.cameras.add(CameraDraft(NAME * 30, SourceSpec(SourceKind.RTSP, CAMERA))))
        self.task(lambda: desk.cameras.add(CameraDraft("Gate", SourceSpec(SourceKind.USB, CAMERA))))

    def in_preferences_and_their_validation(self) -> None:
        from desktop.services.preferences import PreferencesStore

        store = PreferencesStore(self.folder)
        self.task(lambda: store.change(language=NAME * 9))
        self.task(lambda: store.change(theme=PASSWORD))

    def in_sql(self) -> None:
        from sqlalchemy import text

        vault = self.desk._vault
        for statement in (
            "INSERT INTO people VALUES (:a)",
            "INSERT INTO people (id, kind, enrolled_at, sealed) VALUES (:a, :a, 0, :a)",
            f"SELECT '{NAME}' FROM {PASSWORD.replace('-', '_')}",
        ):
            self.task(lambda sql=statement: vault.write(lambda c: c.execute(text(sql), {"a": NAME})).result())

    def in_the_vault(self) -> None:
        import numpy as np

        from desktop.domain.consent import PlainConsent
        from desktop.domain.people import PersonDetails
        from desktop.vault.records import NewTemplate

        people = self.desk._vault.people
        bad = NewTemplate(np.full(128, np.nan, np.float32), PASSWORD)
        odd: Any = PersonDetails(NAME, kind=NOTE)  # type: ignore[arg-type]
        self.task(lambda: people.add(PersonDetails(NAME), PlainConsent(HOW, "en"), [bad]))
        self.task(lambda: people.add(odd, PlainConsent(HOW, "en")))

    def in_files(self) -> None:
        from desktop.domain.consent import PlainConsent
        from desktop.services.files import write_atomically

        self.task(lambda: (self.folder / NAME / "missing").read_bytes())
        self.task(lambda: write_atomically(Path("/proc") / NAME / PASSWORD, b""))
        photo = self.desk.enrolment.check_photo(self.folder / f"{NAME}.jpg", PlainConsent(HOW, "en"))
        met[photo.problem.value] += 1

    def in_a_full_disk(self) -> None:
        from desktop.domain.consent import PlainConsent
        from desktop.domain.people import PersonDetails

        real = os.fsync

        def full(_: int) -> None:
            raise OSError(errno.ENOSPC, PASSWORD, NAME)

        os.fsync = full
        try:
            self.task(lambda: self.desk._vault.people.add(PersonDetails(NAME), PlainConsent(HOW, "en")))
        finally:
            os.fsync = real

    def in_the_keyring(self) -> None:
        from desktop.vault.errors import KeyringFailed

        keystore = self.desk._vault._keeper._keystore

        def fails(error: Exception) -> Callable[[str], None]:
            def before(_: str) -> None:
                raise error

            return before

        for error in (KeyringFailed(), RuntimeError(f"{PASSWORD} for {NAME}")):
            keystore.before = fails(error)
            self.task(lambda: keystore.set(NAME, PASSWORD))
            keystore.before = None

    def in_codes_and_passphrases(self) -> None:
        from desktop.domain.recovery_code import RecoveryCode
        from desktop.vault.passphrase_keystore import PassphraseKeyStore
        from desktop.vault.vault import Vault

        self.task(lambda: RecoveryCode.parse(CODE[:-1] + "9"))
        self.task(lambda: RecoveryCode(CODE.encode()))
        keystore, wrong = self.desk._vault._keeper._keystore, RecoveryCode(b"x" * 16)
        self.task(lambda: Vault.recover(self.folder / NAME, keystore, wrong))
        self.task(lambda: PassphraseKeyStore.open(self.folder / NAME, PASSWORD))
        path = self.folder / "place"
        PassphraseKeyStore.create(path, "another passphrase here")
        self.task(lambda: PassphraseKeyStore.open(path, PASSWORD))

    def in_slots(self) -> None:
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        def slot() -> None:
            met["slot"] += 1
            raise KeyError(f"{NAME} {CAMERA}")

        QTimer.singleShot(0, slot)
        self.window.people_page.destroyed.connect(lambda _: None)
        self.tasks.run(lambda _: None, lambda _: slot())
        until = time.monotonic() + 10
        while met["slot"] < 2 and time.monotonic() < until:
            QApplication.processEvents()

    def in_listeners_and_threads(self) -> None:
        from desktop.services.hub import PeopleChanged

        def listener(_: object) -> None:
            met["listener"] += 1
            raise ValueError(NAME)

        stop = self.desk.hub.subscribe(listener)
        self.desk.hub.publish(PeopleChanged())
        stop()

        def thread() -> None:
            met["thread"] += 1
            raise ValueError(f"{NAME} {CONTACT}") from LookupError(PASSWORD)

        one = threading.Thread(target=thread, name="faulty")
        one.start()
        one.join()

        class Dying:
            def __del__(self) -> None:
                met["destructor"] += 1
                raise ValueError(NAME)

        Dying()

    def in_the_gallery(self) -> None:
        templates = self.desk._feed._templates

        class Unreadable:
            def __getattr__(self, _: str) -> Any:
                raise LookupError(f"{NAME} has no template")

        self.desk._feed._templates = Unreadable()
        self.desk._feed.follow()
        met["gallery"] += 1
        self.desk._feed._templates = templates

    def in_cameras(self) -> None:
        from desktop.capture.mailbox import Mailbox
        from desktop.capture.reader import CameraReader
        from desktop.domain.cameras import SourceKind, SourceSpec
        from desktop.domain.ids import CameraId

        def native(*_: object, **__: object) -> Any:
            met["camera"] += 1
            raise RuntimeError(f"cannot open {CAMERA}")

        spec = SourceSpec(SourceKind.RTSP, CAMERA)
        reader = CameraReader(
            CameraId("11"), spec, mailbox=Mailbox(), tap=None, on_status=native, source_factory=native
        )
        reader.start()
        until = time.monotonic() + 10
        while met["camera"] < 2 and time.monotonic() < until:
            time.sleep(0.02)
        reader.stop()
        self.task(lambda: met.update([self.desk.cameras.test(spec).reason.value]))


def fill(desk: Any) -> list[str]:
    """Somebody with photo, camera and a sighting; pieces of their template and photo, hexadecimal."""

    from desktop.domain.cameras import SourceKind, SourceSpec
    from desktop.domain.decision import Band
    from desktop.domain.ids import CameraId, SightingId, random_id
    from desktop.domain.people import PersonDetails
    from desktop.domain.sightings import Sighting
    from desktop.services.cameras import CameraDraft
    from tests.helpers.desks import CONSENT, source_path, store

    photo, now = source_path("obama.jpg").read_bytes(), datetime.now(UTC)
    check = desk.enrolment.check_photo(source_path("obama.jpg"), CONSENT)
    pieces = [check.vector.tobytes()[place : place + 16] for place in range(0, 512, 64)]
    details = PersonDetails(NAME, contact=CONTACT, note=NOTE)
    person = store(desk, details, [check], consent=replace(CONSENT, how=HOW), photo=photo)
    camera = desk.cameras.add(CameraDraft("Door", SourceSpec(SourceKind.RTSP, CAMERA), enabled=False))
    sighting = Sighting(SightingId(random_id()), CameraId(camera), Band.MATCH, now, now, person, 0.7, 0.5)
    desk._vault.sightings.append_many([sighting])
    desk.settings.change(stranger_hours=12)
    pieces += [photo[place : place + 32] for place in (0, 200, len(photo) // 2, len(photo) - 40)]
    return [piece.hex() for piece in pieces]


def main() -> int:
    folder = Path(sys.argv[1])
    from desktop.bootstrap import prepare_process

    prepare_process()
    from desktop.bridge.tasks import TaskRunner
    from desktop.ui.app import drop_known_noise, make_application
    from desktop.ui.main_window import MainWindow
    from tests.helpers.desks import open_desk

    drop_known_noise()
    app = make_application()
    tasks = TaskRunner()
    with open_desk(folder / "vault") as desk:
        face = fill(desk)
        window = MainWindow(desk, tasks)
        window.show()
        titles = []
        for page in window.pages:
            window.show_page(page)
            assert tasks.wait_idle(30)
            titles += [widget.windowTitle() for widget in app.topLevelWidgets()]
        Failing(desk, window, tasks, folder).everything()
        titles += [widget.windowTitle() for widget in app.topLevelWidgets()]
        window.close()
        tasks.wait_idle(30)
    tasks.close()
    sys.stdout.write(json.dumps({"met": met, "titles": sorted(set(titles)), "face": face}) + "\n")
    return 0


if __name__ == "__main__":
    from desktop.__main__ import leave

    leave(main())
