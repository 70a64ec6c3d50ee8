"""Plain words for the program's enumerations, translated when asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale

from desktop.domain.cameras import CameraState, SourceKind, StateReason
from desktop.domain.consent import ConsentState
from desktop.domain.decision import Band
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.operators import SessionEnd
from desktop.domain.people import PersonKind
from desktop.domain.permissions import Role, TwoPersonAct
from desktop.recognition.presenter import CoarseReason
from desktop.services.health import ProblemKind
from desktop.services.photo_check import PhotoProblem
from desktop.vision.licence import LicenceKind
from desktop.vision.model_folder import ModelKind

DAY = "d MMM yyyy"

_STATES: Mapping[StrEnum, str] = {
    CameraState.CONNECTING: T("texts", "Connecting"),
    CameraState.LIVE: T("texts", "Live"),
    CameraState.STALLED: T("texts", "No picture"),
    CameraState.LOST: T("texts", "Connection lost"),
    CameraState.REFUSED: T("texts", "Refused"),
    CameraState.ENDED: T("texts", "Ended"),
    CameraState.STOPPED: T("texts", "Stopped"),
}

_REASONS: Mapping[StrEnum, str] = {
    StateReason.NONE: T("texts", "The camera works."),
    StateReason.STARTING: T("texts", "The camera is being opened."),
    StateReason.NOT_FOUND: T("texts", "Nothing was found at this address. Check the address, or plug the camera in."),
    StateReason.UNREACHABLE: T("texts", "The camera does not answer. Check its power, its cable and the network."),
    StateReason.BAD_PASSWORD: T(
        "texts", "The camera did not accept the user name and password. Type them again under Cameras."
    ),
    StateReason.NOT_A_VIDEO: T("texts", "What is at this address is not a video that can be played."),
    StateReason.EMPTY_FILE: T("texts", "The file is empty. Choose another file."),
    StateReason.NO_FRAMES: T("texts", "The camera is connected but sends no pictures."),
    StateReason.STREAM_ENDED: T("texts", "The camera stopped sending."),
    StateReason.BUSY: T("texts", "Another program is using the camera. Close that program."),
    StateReason.NO_PICTURES: T("texts", "There are no pictures in this folder."),
}

_KINDS: Mapping[StrEnum, str] = {
    SourceKind.USB: T("texts", "USB camera"),
    SourceKind.RTSP: T("texts", "Network camera"),
    SourceKind.VIDEO: T("texts", "Video file"),
    SourceKind.FOLDER: T("texts", "Picture folder"),
    PersonKind.EMPLOYEE: T("texts", "Employee"),
    PersonKind.CONTRACTOR: T("texts", "Contractor"),
    PersonKind.VISITOR: T("texts", "Visitor"),
    Band.MATCH: T("texts", "Match"),
    Band.POSSIBLE: T("texts", "Possible match"),
    Band.UNKNOWN: T("texts", "Unknown"),
}

_CONSENTS: Mapping[StrEnum, str] = {
    ConsentState.UNKNOWN: T("texts", "No consent on record"),
    ConsentState.REQUESTED: T("texts", "Consent asked for"),
    ConsentState.REQUEST_DEFERRED: T("texts", "Decision put off"),
    ConsentState.REFUSED: T("texts", "Consent refused"),
    ConsentState.GIVEN: T("texts", "Consent given"),
    ConsentState.RENEWED: T("texts", "Consent renewed"),
    ConsentState.WITHDRAWN: T("texts", "Consent withdrawn"),
    ConsentState.EXPIRED: T("texts", "Consent expired"),
    ConsentState.TERMINATED: T("texts", "Consent ended"),
    ConsentState.INVALIDATED: T("texts", "Consent invalid"),
}

_PHOTOS: Mapping[StrEnum, str] = {
    PhotoProblem.UNREADABLE: T("texts", "The file cannot be opened. Copy it to this computer and try again."),
    PhotoProblem.NOT_AN_IMAGE: T("texts", "This is not a picture. Choose a JPEG or PNG file."),
    PhotoProblem.TOO_LARGE: T("texts", "The picture is too large (over 60 MB or 100 megapixels). Save a smaller copy."),
    PhotoProblem.NO_FACE: T("texts", "No face was found. Use a picture that shows the face from the front."),
    PhotoProblem.SEVERAL_FACES: T("texts", "More than one face was found. Crop the picture to this person."),
    PhotoProblem.TINY: T("texts", "The face is too small. Use a closer picture."),
    PhotoProblem.PARTIAL: T("texts", "Part of the face is cut off. Use a picture that shows the whole head."),
    PhotoProblem.TURNED: T("texts", "The face is turned away. Use a picture from the front."),
    PhotoProblem.BLURRED: T("texts", "The face is blurred. Use a sharper picture."),
    PhotoProblem.DARK: T("texts", "The face is too dark. Use a picture with more light."),
    PhotoProblem.BRIGHT: T("texts", "The face is too bright. Use a picture with softer light."),
    PhotoProblem.EYES_COVERED: T("texts", "Dark glasses hide the eyes. Use a picture without them."),
    PhotoProblem.MOUTH_COVERED: T("texts", "Something covers the mouth. Use a picture without it."),
    PhotoProblem.ODD: T("texts", "Does not look like the other pictures: it is left out."),
    PhotoProblem.NO_PICTURE: T("texts", "The camera gives no picture right now. Check it under Live."),
}

_HEALTH: Mapping[StrEnum, str] = {
    ProblemKind.SIGHTINGS_WAITING: T(
        "texts", "{count} sightings wait in memory because the vault cannot be written. Make room on the disk."
    ),
    ProblemKind.SIGHTINGS_LOST: T(
        "texts", "{count} sightings could not be kept. Make room on the disk and tell your administrator."
    ),
    ProblemKind.KEYRING: T("texts", "The keyring does not answer or is locked. Unlock it: the next start needs it."),
    ProblemKind.DISK_LOW: T("texts", "Only {count} MB are left on the disk. Make room."),
    ProblemKind.GALLERY_STALE: T(
        "texts", "The vault cannot be read, so nobody is recognised at the moment. Everybody stays masked."
    ),
    ProblemKind.SLOWED: T("texts", "Analysis is slowed on all cameras: the computer is busy. Close other programs."),
    ProblemKind.CLOCK: T(
        "texts",
        "The computer's clock is more than a month ahead of when it was last seen. If it is wrong, set it right: "
        "nothing is deleted for being old within the next 24 hours.",
    ),
    ProblemKind.CLOCK_BACK: T(
        "texts",
        "The computer's clock was set back. Set it right: nothing is deleted for being old until it has been right for "
        "24 hours.",
    ),
    ProblemKind.FAULTS: T(
        "texts", "The program met {count} faults of its own. “About this desk” lists them and can delete them."
    ),
    ProblemKind.BACKUP: T("texts", "The newest backup failed. Look at the page Backup."),
    ProblemKind.COMPANIONS: T(
        "texts",
        "A backup destination still holds keys from before an erasure or a restore. Connect its disk; the page Backup "
        "says if something else is needed.",
    ),
    ProblemKind.ERASURE_INCOMPLETE: T(
        "texts",
        "Erasures that lack something: {count}. Nobody can be recognised or read any more; what is missing (a backup "
        "disk, the keyring, room on the disk) is tried again every minute.",
    ),
    ProblemKind.WITHDRAWAL_WAITS: T(
        "texts",
        "People or pictures still to be erased after a withdrawal: {count}. Nobody of them is recognised. Unlock the "
        "keyring and make room on the disk; it is tried again every minute.",
    ),
    ProblemKind.REQUESTS_DUE: T(
        "texts", "{count} requests of people about their data are overdue or due within three days. See Requests."
    ),
    ProblemKind.CONSENTS_ENDING: T(
        "texts", "People whose consent ends soon: {count}. The page Consent lists them; renew it, or let it end."
    ),
    ProblemKind.AUDIT_WAITING: T(
        "texts", "The audit log cannot be written; {count} entries wait in memory. Free some disk space."
    ),
    ProblemKind.AUDIT_BROKEN: T(
        "texts",
        "The audit log was cut or written anew: entry {count} is not the one that was there. Open the page Audit.",
    ),
    ProblemKind.LICENCE: T("texts", "The recognition models in use may not be used commercially."),
}

_HEALTH_SHORT: Mapping[StrEnum, str] = {
    ProblemKind.SIGHTINGS_WAITING: T("texts", "Vault cannot be written"),
    ProblemKind.SIGHTINGS_LOST: T("texts", "Sightings were lost"),
    ProblemKind.AUDIT_WAITING: T("texts", "Audit log cannot be written"),
    ProblemKind.AUDIT_BROKEN: T("texts", "Audit log was tampered with"),
    ProblemKind.DISK_LOW: T("texts", "Disk almost full"),
    ProblemKind.GALLERY_STALE: T("texts", "New people not recognised yet"),
    ProblemKind.SLOWED: T("texts", "Analysis slowed: computer busy"),
    ProblemKind.KEYRING: T("texts", "Keyring locked"),
    ProblemKind.CLOCK: T("texts", "Clock has jumped ahead"),
    ProblemKind.CLOCK_BACK: T("texts", "Clock was set back"),
    ProblemKind.FAULTS: T("texts", "The program met a fault"),
    ProblemKind.BACKUP: T("texts", "Backup failed"),
    ProblemKind.COMPANIONS: T("texts", "Backup destination behind"),
    ProblemKind.ERASURE_INCOMPLETE: T("texts", "Erasure incomplete"),
    ProblemKind.WITHDRAWAL_WAITS: T("texts", "Erasure after a withdrawal waits"),
    ProblemKind.REQUESTS_DUE: T("texts", "Requests are due"),
    ProblemKind.CONSENTS_ENDING: T("texts", "Consents end soon"),
    ProblemKind.LICENCE: T("texts", "Models not for commercial use"),
}

_LICENCES: Mapping[StrEnum, str] = {
    LicenceKind.PERMISSIVE: T("texts", "Open-source licence: commercial use is allowed."),
    LicenceKind.RESEARCH_ONLY: T(
        "texts",
        "For non-commercial research only. Commercial use is refused unless a signed MODEL.LICENSE lies in the folder.",
    ),
    LicenceKind.LICENSED: T("texts", "The signed MODEL.LICENSE was verified: commercial use is allowed."),
    LicenceKind.UNKNOWN: T(
        "texts",
        "The MODEL.LICENSE in the folder cannot be verified, has expired or belongs to other models. "
        "These models cannot be used with it.",
    ),
}

_MODELS: Mapping[StrEnum, str] = {
    ModelKind.DETECTION: T("texts", "detects faces"),
    ModelKind.RECOGNITION: T("texts", "recognises faces"),
    ModelKind.ATTRIBUTES: T("texts", "guesses age, gender or other attributes: never loaded"),
    ModelKind.LANDMARKS: T("texts", "finds landmarks: not needed"),
    ModelKind.FACE_SWAP: T("texts", "swaps faces: never loaded"),
    ModelKind.OTHER: T("texts", "does something else: not needed"),
    ModelKind.DUPLICATE: T("texts", "does what another file already does"),
    ModelKind.UNLISTED: T("texts", "is not named by the folder's manifest"),
}

_ROLES: Mapping[StrEnum, str] = {
    Role.GUARD: T("texts", "Guard"),
    Role.OFFICER: T("texts", "Privacy officer"),
    Role.ADMINISTRATOR: T("texts", "Administrator"),
}

_ACTS: Mapping[StrEnum, str] = {
    TwoPersonAct.EXPORT: T("texts", "Export of many people"),
    TwoPersonAct.WATCHLIST: T("texts", "Watchlist entry"),
    TwoPersonAct.ERASURE: T("texts", "Erasure while consent stands"),
    TwoPersonAct.RESTORE: T("texts", "Restoring a backup"),
}

_SESSION_ENDS: Mapping[StrEnum, str] = {
    SessionEnd.SIGNED_OUT: T("texts", "Signed out"),
    SessionEnd.SWITCHED: T("texts", "Another operator signed in"),
    SessionEnd.TOO_LONG: T("texts", "Ended after 12 hours"),
    SessionEnd.REMOVED: T("texts", "Operator removed"),
    SessionEnd.CLOSED: T("texts", "Program closed"),
    SessionEnd.LOST: T("texts", "Program ended unexpectedly"),
}

_COARSE: Mapping[StrEnum, str] = {
    CoarseReason.NONE: "",
    CoarseReason.STARTING: T("texts", "Picture hidden until the first analysis is done"),
    CoarseReason.ANALYSIS_LATE: T("texts", "Picture hidden: the analysis is late"),
}


def _said(table: Mapping[StrEnum, str], key: StrEnum) -> str:
    return QCoreApplication.translate("texts", table[key])


def state(value: CameraState) -> str:
    return _said(_STATES, value)


def reason(value: StateReason) -> str:
    """One sentence: what is the matter and what to do."""
    return _said(_REASONS, value)


def kind(value: SourceKind | PersonKind) -> str:
    return _said(_KINDS, value)


def band(value: Band) -> str:
    return _said(_KINDS, value)


def consent(value: ConsentState) -> str:
    return _said(_CONSENTS, value)


def role(value: Role) -> str:
    return _said(_ROLES, value)


def roles(values: Collection[Role]) -> str:
    """All of them in the table's order."""
    return ", ".join(role(one) for one in Role if one in values)


def act(value: TwoPersonAct) -> str:
    return _said(_ACTS, value)


def session_end(value: SessionEnd) -> str:
    return _said(_SESSION_ENDS, value)


def photo_problem(value: PhotoProblem) -> str:
    return _said(_PHOTOS, value)


def health(value: ProblemKind, count: int) -> str:
    return _said(_HEALTH, value).format(count=QLocale().toString(count))


def health_short(value: ProblemKind) -> str:
    """A few words for the strip; `health` has the sentence."""
    return _said(_HEALTH_SHORT, value)


def licence(value: LicenceKind) -> str:
    """What a model pack may be used for, in plain words."""
    return _said(_LICENCES, value)


def model_kind(value: ModelKind) -> str:
    """What a file of a model folder does, to stand after its name."""
    return _said(_MODELS, value)


def coarse(value: CoarseReason) -> str:
    return _said(_COARSE, value)


def day(value: datetime) -> str:
    """Local date, the month in letters so that nobody takes it for the day."""
    return QLocale().toString(_local(value).date(), DAY)


def moment(value: datetime) -> str:
    """Local date ("Today" if it is) and time to the second."""
    local = _local(value)
    today = local.date() == QDate.currentDate()
    date = QCoreApplication.translate("texts", "Today") if today else QLocale().toString(local.date(), DAY)
    return f"{date}, {local.toString('HH:mm:ss')}"


def duration(seconds: float) -> str:
    """ "45 s" or "3:05 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return QCoreApplication.translate("texts", "{seconds} s").format(seconds=whole)
    return QCoreApplication.translate("texts", "{minutes} min").format(minutes=f"{whole // 60}:{whole % 60:02d}")


def _local(value: datetime) -> QDateTime:
    return QDateTime.fromSecsSinceEpoch(int(value.timestamp())).toLocalTime()


def every_table() -> tuple[Mapping[StrEnum, str], ...]:
    """For the test that no value is without words."""
    operators = (_ROLES, _ACTS, _SESSION_ENDS)
    models = (_LICENCES, _MODELS)
    return (_STATES, _REASONS, _KINDS, _CONSENTS, _PHOTOS, _HEALTH, _HEALTH_SHORT, _COARSE, *models, *operators)
