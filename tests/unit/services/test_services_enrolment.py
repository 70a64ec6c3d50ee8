"""Enrolling people from real photos into a real vault."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from desktop.domain.consent import ConsentState, PlainConsent
from desktop.domain.people import PersonDetails, PersonKind
from desktop.services.desk import Desk
from desktop.services.errors import ConsentMissing, NoUsablePhoto, PhotosDiffer
from desktop.services.hub import GalleryChanged, PeopleChanged
from desktop.services.photo_check import PhotoCheck, PhotoProblem
from desktop.vision.types import BGRImage
from tests.helpers.desks import CONSENT, Heard, picture, source_path, store


def checks_of(desk: Desk, *names: str) -> list[PhotoCheck]:
    checks = [desk.enrolment.check_photo(source_path(name), CONSENT) for name in names]
    assert all(check.ok for check in checks)
    return checks


def test_person_is_stored_and_matched_at_once(desk: Desk) -> None:
    heard = Heard(desk)
    until = datetime.now(UTC) + timedelta(days=30)
    details = PersonDetails("Adé Ωmega", PersonKind.EMPLOYEE, "desk@example.org", "left door")
    checks = checks_of(desk, "obama.jpg", "obama2.jpg")
    person_id = store(desk, details, checks, consent=replace(CONSENT, valid_until=until))

    summary = desk.people.get(person_id)
    assert summary.details == details
    assert summary.consent is ConsentState.GIVEN
    assert summary.consent_until == until
    assert summary.templates == 2
    assert desk.people.name_of(person_id) == "Adé Ωmega"
    assert desk.gallery_size == 1
    assert heard.of(PeopleChanged)
    assert heard.of(GalleryChanged)[-1] == GalleryChanged(1, desk._gallery.revision)

    again = desk.enrolment.check_photo(source_path("obama3.jpg"), CONSENT)
    assert again.closest is not None
    assert again.closest.person_id == person_id
    assert again.closest.score > 0.4
    assert desk.enrolment.check_photo(source_path("biden.jpg"), CONSENT).closest is None


def test_templates_lie_in_the_vault_as_they_were_computed(desk: Desk) -> None:
    checks = checks_of(desk, "obama.jpg")
    assert checks[0].vector is not None
    computed = checks[0].vector.copy()
    person_id = store(desk, PersonDetails("Ada"), checks)
    owners, vectors, _ = desk._vault.templates.for_matching(desk.models.in_use.id, datetime.now(UTC))
    assert owners == (person_id,)
    assert np.array_equal(vectors[0], computed)


@pytest.mark.parametrize(
    "consent",
    [
        PlainConsent("", "en"),
        PlainConsent("   ", "en"),
        PlainConsent("signed form", ""),
        PlainConsent("signed form", "en", datetime.now(UTC) - timedelta(seconds=1)),
    ],
    ids=["no manner", "blank manner", "no language", "over"],
)
def test_without_consent_no_face_is_looked_at(
    desk: Desk, consent: PlainConsent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.enrolment._examiner, "examine", lambda _: pytest.fail("a face was looked at"))
    with pytest.raises(ConsentMissing):
        desk.enrolment.check_photo(source_path("obama.jpg"), consent)
    with pytest.raises(ConsentMissing):
        desk.enrolment.check_frame(picture("obama.jpg"), consent)


def test_without_usable_pictures_there_is_no_template(desk: Desk) -> None:
    refused = desk.enrolment.check_photo(source_path("t1.jpg"), CONSENT)
    assert refused.problem is PhotoProblem.SEVERAL_FACES
    discarded = checks_of(desk, "biden.jpg")[0]
    discarded.discard()
    for checks in ([], [refused], [*checks_of(desk, "obama.jpg"), refused], [discarded]):
        with pytest.raises(NoUsablePhoto):
            desk.enrolment.templates(checks)


def test_pictures_of_two_people_are_refused(desk: Desk) -> None:
    with pytest.raises(PhotosDiffer):
        desk.enrolment.templates(checks_of(desk, "obama.jpg", "obama2.jpg", "biden.jpg"))


def test_unreadable_files_are_answered_in_words(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "kein Bild 図.jpg").write_bytes(b"text")
    assert desk.enrolment.check_photo(tmp_path / "kein Bild 図.jpg", CONSENT).problem is PhotoProblem.NOT_AN_IMAGE
    assert desk.enrolment.check_photo(tmp_path / "absent.jpg", CONSENT).problem is PhotoProblem.UNREADABLE


def astronaut(scale: float = 1.0, blur: float = 0.0) -> BGRImage:
    """The portrait, smaller or larger in a picture of at least its size, or out of focus."""
    image = cv2.resize(picture("astronaut.png"), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    canvas = np.full((max(720, image.shape[0]), max(1280, image.shape[1]), 3), 110, np.uint8)
    canvas[: image.shape[0], : image.shape[1]] = cv2.GaussianBlur(image, (0, 0), blur) if blur else image
    return canvas


FILES = {
    "no face": (lambda: np.full((480, 640, 3), 120, np.uint8), PhotoProblem.NO_FACE),
    "several faces": (lambda: picture("t1.jpg"), PhotoProblem.SEVERAL_FACES),
    "tiny face": (lambda: astronaut(0.25), PhotoProblem.TINY),
    "blurred face": (lambda: astronaut(blur=6), PhotoProblem.BLURRED),
    "8K": (lambda: cv2.resize(astronaut(2), (7680, 4320), interpolation=cv2.INTER_CUBIC), None),
}


@pytest.mark.parametrize("what", FILES)
def test_files_at_any_path_are_judged_by_what_they_show(desk: Desk, tmp_path: Path, what: str) -> None:
    make, problem = FILES[what]
    path = tmp_path / "Besucher 2026 王芳" / f"{what} صورة.jpg"
    path.parent.mkdir()
    path.write_bytes(cv2.imencode(".jpg", make())[1].tobytes())
    check = desk.enrolment.check_photo(path, CONSENT)
    assert check.problem is problem
    if problem is None:
        assert len(desk.enrolment.templates([check])) == 1
    else:
        with pytest.raises(NoUsablePhoto):
            desk.enrolment.templates([check])


def test_a_camera_that_does_not_run_gives_no_picture(desk: Desk) -> None:
    from desktop.domain.ids import CameraId

    assert desk.enrolment.check_camera(CameraId("none"), CONSENT).problem is PhotoProblem.NO_PICTURE
