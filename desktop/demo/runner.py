"""`consentry demo`: sets the demo site up, runs the window on it, checks what it painted against the truth."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.demo.furnish import Furnished
from desktop.demo.report import DemoReport, PeopleFigures, VaultFigures, make_report
from desktop.demo.roster import Cast, Roster, load_roster
from desktop.demo.scenes import Script, load_script
from desktop.demo.site import fresh_site
from desktop.domain.errors import ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.ids import CameraId, PersonId
from desktop.domain.progress import UNWATCHED, Progress
from desktop.evaluation.scoring import score
from desktop.evaluation.truth import Standing, load_truth
from desktop.evaluation.witness import Witness
from desktop.services.desk import Desk

REPORT = "report.json"


class ReportNotWritten(ConsentryError):
    happened = T("errors", "The report could not be written to {folder}.")
    kept = T("errors", "Your own data is not touched by the demo.")
    todo = T("errors", "Choose another folder with --out.")


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What to run. `script` and `roster` None: those of the demo site."""

    seconds: float = 20.0
    out: Path = Path("out/demo")
    cast: Cast = Cast.ALL
    visible: bool = False
    screenshots: bool = True
    script: Script | None = None
    roster: Roster | None = None


def run_demo(options: DemoOptions, progress: Progress = UNWATCHED) -> DemoReport:
    """Run the demo in this thread, which becomes the GUI thread, and write report.json and the screenshots.

    Raises what setting up the site raises, NothingPainted, ReportNotWritten.
    """
    if not options.visible:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportNotWritten(folder=options.out) from error
    roster = options.roster or load_roster(options.cast)
    script = options.script or load_script()
    with fresh_site(script, roster, progress) as (desk, furnished):
        report = _watched(options, desk, furnished, roster)
    try:
        (options.out / REPORT).write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise ReportNotWritten(folder=options.out) from error
    return report


def _watched(options: DemoOptions, desk: Desk, furnished: Furnished, roster: Roster) -> DemoReport:
    from desktop.demo.session import Session  # Qt only once the platform is chosen
    from desktop.demo.watch import PictureWatch
    from desktop.ui.app import calm_collector, drop_known_noise, make_application

    drop_known_noise()
    application = make_application()
    calm_collector()
    witnesses = _witnesses(furnished)
    session = Session(desk, PictureWatch(witnesses))
    try:
        figures = session.measure(options.seconds)
        if options.screenshots:
            session.photograph(options.out)
    except OSError as error:
        raise ReportNotWritten(folder=options.out) from error
    finally:
        session.close()
        application.processEvents()
    names = {person_id: key for key, person_id in furnished.people.items()}

    def person_of(person_id: PersonId) -> str | None:
        return names.get(person_id)

    vault = desk.vault
    return make_report(
        seconds=figures.seconds,
        cast=options.cast.value,
        scores=[score(witness, person_of) for witness in witnesses.values()],
        cameras=figures.cameras,
        people=_people(roster),
        heartbeat=figures.heartbeat,
        vault=VaultFigures(
            cipher_version=vault.cipher_version,
            plaintext_header=vault.plaintext_header,
            keyring_backend=vault.keyring_backend,
        ),
        network_connections=len(figures.foreign_connections),
    )


def _witnesses(furnished: Furnished) -> Mapping[CameraId, Witness]:
    return {furnished.cameras[clip.scene]: Witness(load_truth(clip.truth)) for clip in furnished.material.clips}


def _people(roster: Roster) -> PeopleFigures:
    return PeopleFigures(
        enrolled=len(roster.of_standing(Standing.ENROLLED)),
        strangers=len(roster.of_standing(Standing.STRANGER)),
        withdrawn=len(roster.of_standing(Standing.WITHDRAWN)),
    )
