"""Fills a demo site: clips, cameras, people who agreed, one who has withdrawn. Through the same services as a desk."""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog

from desktop import paths
from desktop.demo.asking import agreed_by
from desktop.demo.generator import DemoMaterial, make_material
from desktop.demo.operators import as_operator
from desktop.demo.roster import Cast, DemoPerson, Roster, load_roster
from desktop.demo.scenes import Script, load_script
from desktop.domain.cameras import SourceKind, SourceSpec
from desktop.domain.controller import Controller
from desktop.domain.errors import ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.ids import CameraId, PersonId
from desktop.domain.progress import Part, Progress, checkpoint
from desktop.evaluation.truth import Standing
from desktop.services.cameras import CameraDraft
from desktop.services.capture_errors import NoticeMissing
from desktop.services.desk import Desk
from desktop.services.errors import NotPermitted, SignInFailed, SignInWait

CONTROLLER = Controller(
    site="Demo entrance",
    legal_name="Sample Works (invented)",
    address="1 Sample Lane, Demo Town",
    contact="privacy@demo.example",
    dpo="Dana Demo, dpo@demo.example",
    authority="Supervisory authority of Demo Town (invented)",
    time_zone="UTC",
    jurisdiction="OTHER",
)

_log = structlog.get_logger("desktop.demo")


class DemoPictureRefused(ConsentryError):
    happened = T("errors", "A picture of the demo site did not pass the enrolment check ({problem}).")
    kept = T("errors", "Your own data is not touched by the demo.")
    todo = T("errors", "The model pack or the demo's pictures were changed; install the program again.")


@dataclass(frozen=True, slots=True)
class Furnished:
    """What the site was filled with: ids of the roster's people (those enrolled, whatever became of their consent) and
    of the script's cameras."""

    material: DemoMaterial
    people: dict[str, PersonId]
    cameras: dict[str, CameraId]


def furnish(desk: Desk, progress: Progress) -> None:
    """Fill the demo site as far as it is not filled yet (worker thread; the clips take a minute the first time).

    A site whose visitors changed the demo's password or roles is left as it is.
    Raises the generator's, the services' and the vault's errors, Cancelled.
    """
    try:
        furnish_with(desk, load_script(), load_roster(Cast.ALL), progress)
    except (SignInFailed, SignInWait, NotPermitted) as error:
        _log.warning("demo_left_as_it_is", code=error.code)


def furnish_with(desk: Desk, script: Script, roster: Roster, progress: Progress) -> Furnished:
    """`furnish` with a script and a roster of one's own."""
    material = make_material(script, roster, paths.demo_sources_dir(), paths.cache_dir(), Part(progress, 0.0, 0.9))
    with as_operator(desk):
        return _filled(desk, material, roster, progress)


def _filled(desk: Desk, material: DemoMaterial, roster: Roster, progress: Progress) -> Furnished:
    _tell_people(desk)
    people: dict[str, PersonId] = {}
    wanted = [person for person in roster.people if person.standing is not Standing.STRANGER]
    for number, person in enumerate(wanted):
        checkpoint(progress, 0.9 + 0.08 * number / len(wanted))
        people[person.id] = _enrolled(desk, person, material)
    cameras = _cameras(desk, material)
    _log.info("demo_furnished", people=len(people), cameras=len(cameras))
    progress.report(1.0)
    return Furnished(material, people, cameras)


def _tell_people(desk: Desk) -> None:
    """Who answers for the site, and the starter texts in force; what a visitor of the demo made of both stays."""
    if desk.controller.current is None:
        desk.controller.begin_with(CONTROLLER)
    if not desk.notices.list():
        notice_id = desk.notices.begin()
        desk.notices.publish(notice_id, 1, ask_again=False)


def _enrolled(desk: Desk, person: DemoPerson, material: DemoMaterial) -> PersonId:
    """The person's id, enrolled now or by an earlier run; withdrawn where the roster says so."""
    if person.standing is Standing.WITHDRAWN and (former := desk.consents.archived(person.name)):
        return former[0].person_id
    same = [found for found in desk.people.list(person.name) if found.details.name == person.name]
    person_id = same[0].id if same else _asked(desk, person, material)
    if person.standing is Standing.WITHDRAWN:
        desk.withdrawals.withdraw(person_id)
    return person_id


def _asked(desk: Desk, person: DemoPerson, material: DemoMaterial) -> PersonId:
    talk = desk.capture.begin()
    notice = desk.notices.in_force()
    if notice is None:
        raise NoticeMissing
    talk = agreed_by(person, talk, notice, desk.capture.method)
    checks = [desk.capture.check_photo(talk, path) for path in material.pictures[person.id]]
    for check in checks:
        if check.problem is not None:
            raise DemoPictureRefused(problem=check.problem.value)
    desk.capture.enrol(talk, checks)
    return talk.id


def _cameras(desk: Desk, material: DemoMaterial) -> dict[str, CameraId]:
    """The script's cameras; one that is there already is pointed to the clips as they are now."""
    known = {camera.name: camera for camera in desk.cameras.list()}
    cameras: dict[str, CameraId] = {}
    for clip in material.clips:
        source = SourceSpec(SourceKind.VIDEO, str(clip.video))
        camera = known.get(clip.name)
        if camera is None:
            cameras[clip.scene] = desk.cameras.add(CameraDraft(clip.name, source, notice_posted=True))
            continue
        cameras[clip.scene] = camera.id
        if camera.source != source:
            desk.cameras.update(replace(camera, source=source))
    return cameras
