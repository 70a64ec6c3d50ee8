"""An open desk: the vault, the models, the gallery and the engine under one roof."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import structlog

from desktop.domain.audit import AuditAction, AuditDraft
from desktop.domain.progress import UNWATCHED, Part, Progress, checkpoint
from desktop.recognition.gallery import Gallery
from desktop.services.access import Access
from desktop.services.activity import ActivityService
from desktop.services.approvals import ApprovalService
from desktop.services.asking_again import AskingAgainService
from desktop.services.audit import AuditService
from desktop.services.audit_recorder import AuditRecorder
from desktop.services.backup import BackupService
from desktop.services.backup_schedule import BackupSchedule
from desktop.services.bulk_erasure import BulkErasureService
from desktop.services.camera_tester import CameraTester
from desktop.services.cameras import CameraService
from desktop.services.capture import CaptureService
from desktop.services.certificates import CertificateService
from desktop.services.coach import CoachService
from desktop.services.consent_records import ConsentRecords, ConsentRecordService
from desktop.services.consent_register import ConsentRegisterService
from desktop.services.controller import ControllerService
from desktop.services.desk_line import DeskLine
from desktop.services.enrolment import EnrolmentService
from desktop.services.erasure import ErasureService
from desktop.services.export import ExportService
from desktop.services.face_search import FaceSearch
from desktop.services.face_tools import FaceTools
from desktop.services.finding import FindingService
from desktop.services.gallery_feed import GalleryFeed
from desktop.services.health import Health, ProblemKind
from desktop.services.holds import HoldService
from desktop.services.hub import Hub
from desktop.services.keeper import Keeper
from desktop.services.keys import KeyService
from desktop.services.ledgers import LedgerService
from desktop.services.letters import LetterService
from desktop.services.likeness import Likeness
from desktop.services.live import LiveService
from desktop.services.models import ModelService, load_pack
from desktop.services.notices import NoticeService
from desktop.services.operators import OperatorService
from desktop.services.own_consents import OwnConsentService
from desktop.services.passes import PassService
from desktop.services.people import PeopleService
from desktop.services.photo_examiner import PhotoExaminer
from desktop.services.qr_reader import QrReader
from desktop.services.receipts import ReceiptService
from desktop.services.recorder import SightingRecorder
from desktop.services.renewal import RenewalService
from desktop.services.requests import RequestService
from desktop.services.restriction import RestrictionService
from desktop.services.retention import RetentionService
from desktop.services.retention_engine import RetentionEngine
from desktop.services.rotation import RotationService
from desktop.services.settings import SettingsService, SiteSettings, stored_settings
from desktop.services.trust import TrustService
from desktop.services.vault_acts import signing_in, vault_acts
from desktop.services.withdrawal import WithdrawalService
from desktop.vault.errors import VaultError
from desktop.vault.keystore import KeyStore
from desktop.vault.passwords import HashCost, PasswordHasher
from desktop.vault.vault import Vault
from desktop.vision.packs import ModelPack

log = structlog.get_logger("desktop.services")


@dataclass(frozen=True, slots=True)
class VaultInfo:
    """How the vault is locked. `plaintext_header`: the file begins like an unencrypted one (it must not)."""

    cipher_version: str
    keyring_backend: str
    plaintext_header: bool


class Desk:
    """Everything a window needs. Made by `open`, given back by `close`; nothing works on a closed desk.

    Cameras do not run yet: call `live.start()`. Nobody is signed in yet: see `access`.
    """

    def __init__(self, vault: Vault, pack: ModelPack, cost: HashCost) -> None:
        """Use `open`."""
        self._vault = vault
        self._closing = threading.Lock()
        self._closed = False
        self.folder = vault.path
        self.hub = Hub()
        self.health = Health(self.hub)
        hasher = PasswordHasher(cost)
        self.access = Access(vault, hasher, self.hub)
        self._views = AuditRecorder(vault.audit.append, self.health)
        self.approvals = ApprovalService(vault, self.access, self.hub)
        self.operators = OperatorService(vault, self.access, self.approvals, hasher, self.hub)
        self.settings = SettingsService(vault, self.access, self.hub)
        self.audit = AuditService(vault, self.access, self.health, lambda: self.settings.current.audit_months)
        self.controller = ControllerService(vault, self.access, self.hub)
        self.notices = NoticeService(vault, self.access, self.controller, self.hub)
        self.models = ModelService(vault, self.access, pack, self.settings)
        self._gallery = Gallery(pack.model_id, pack.manifest.dimension)
        self._feed = GalleryFeed(self._gallery, vault.templates, self.health, self.hub)
        self._recorder = SightingRecorder(
            vault.sightings.append_many, lambda person_id: person_id in self._gallery.snapshot, self.health, self.hub
        )
        self.people = PeopleService(vault, self.access, self._views, self.hub)
        records = ConsentRecords(vault, lambda: self.controller.current)
        self.consent_records = ConsentRecordService(vault, self.access, records)
        self.receipts = ReceiptService(vault, self.access, self._views, records)
        self.passes = PassService(vault, self.access, lambda: self.controller.current)
        self.certificates = CertificateService(vault, self.access, lambda: self.controller.current)
        self.erasures = ErasureService(
            vault,
            self.access,
            self.approvals,
            self._feed,
            self.health,
            self.hub,
            self.certificates,
            lambda: self.settings.current.consent_kept_days,
        )
        self.ledgers = LedgerService(vault, self.access, self.erasures, self.hub)
        self.bulk_erasures = BulkErasureService(vault, self.access, self.approvals, self.erasures)
        self.withdrawals = WithdrawalService(
            vault,
            self.access,
            self._feed,
            self.erasures,
            self.health,
            self.hub,
            lambda: self.settings.current.consent_kept_days,
        )
        self.exports = ExportService(vault, self.access, lambda: self.controller.current, lambda: self.settings.current)
        self.consents = ConsentRegisterService(
            vault, self.access, self._views, lambda: self.settings.current.renewal_notice_days
        )
        self.holds = HoldService(vault, self.access, self.hub)
        self.own_consents = OwnConsentService(vault, self.access, self.controller)
        self.requests = RequestService(vault, self.access, self.health, self.hub, self.controller, self.settings)
        self.letters = LetterService(self.access, self.requests, self.controller)
        self.finding = FindingService(vault, self.access, self.people, self.receipts, self.requests, self.controller)
        self.restrictions = RestrictionService(vault, self.access, self._feed, self.hub)
        self.renewals = RenewalService(vault, self.health, self.hub, lambda: self.settings.current.renewal_notice_days)
        self.asking_again = AskingAgainService(
            vault,
            self.access,
            self.controller,
            self.settings,
            self.renewals,
            self.withdrawals,
            self._feed,
            self.hub,
        )
        self.live = LiveService(
            self.access,
            pack,
            self._gallery,
            self._recorder,
            self.hub,
            cameras=vault.cameras.list(),
            engine_settings=lambda: self.settings.current.engine(),
            name_of=vault.people.name,
            may_be_shown=self._feed.may_be_shown,
        )
        self.qr_reader = QrReader(self.access, self.live.newest_frame)
        tools = FaceTools(pack)
        self.cameras = CameraService(vault, self.access, self.live, CameraTester(tools), self.hub)
        likeness = Likeness(tools.calibration, self._gallery, lambda: self.settings.current.target_fpir)
        examiner = PhotoExaminer(tools, likeness)
        self.enrolment = EnrolmentService(self.access, tools, examiner, likeness, self.live.newest_frame)
        self.capture = CaptureService(
            vault, self.access, self.enrolment, self.controller, self.settings, self._feed, self.hub
        )
        self.face_search = FaceSearch(
            vault, self.access, examiner, self.live.newest_frame, lambda: self._gallery.people
        )
        self.coach = CoachService(self.access, pack, examiner, likeness, self.live.newest_frame)
        self.activity = ActivityService(vault, self.access, self._views, self.live.camera_name)
        self.backup = BackupService(vault, self.access, self.approvals, self.hub, lambda: self.controller.site_name)
        self._schedule = BackupSchedule(vault.backups, self.health, self.hub, lambda: self.controller.site_name)
        rotation = RotationService(vault, self.access)
        self.keys = KeyService(vault, self.access, rotation)
        acts = vault_acts(self.backup, rotation)
        self._line = DeskLine(vault.path, signing_in(self.access.authenticator.check), acts)
        engine = RetentionEngine(
            vault,
            self.erasures,
            lambda: self.settings.current,
            self.capture.tend,
            lambda believed: self.audit.tend(believed=believed),
        )
        self.retention = RetentionService(
            vault, self.access, self._views, engine, self.health, self.hub, lambda: self.settings.current
        )
        self.trust = TrustService(vault, self.access, self.requests, self.retention, lambda: self.controller.site_name)
        self._keeper = Keeper(
            vault.path, self.live, self.health, self._purge, self._finish, lambda: vault.keyring_failing
        )
        self.settings.apply = self._apply

    @classmethod
    def open(
        cls,
        folder: Path,
        keystore: KeyStore,
        progress: Progress = UNWATCHED,
        *,
        pack: ModelPack | None = None,
        built_in_models: bool = False,
        cost: HashCost = HashCost(),  # noqa: B008 - frozen
    ) -> Self:
        """Open the vault in `folder` and load the models (worker thread, about a second).

        Args:
            pack: these models, whatever the site chose.
            built_in_models: those of the program, whatever the site chose; the choice is kept.
            cost: of hashing operators' passwords.

        Raises the vault's, the keyring's and the model pack's errors, ChosenModelsUnusable, Cancelled; nothing stays
        open then.
        """
        checkpoint(progress, 0.0)
        with ExitStack() as undo:
            vault = Vault.open(folder, keystore, progress=Part(progress, 0.0, 0.5))
            undo.callback(vault.close)
            pack = pack or load_pack(None if built_in_models else stored_settings(vault).models)
            checkpoint(progress, 0.7)
            desk = cls(vault, pack, cost)
            desk._feed.start()
            undo.callback(desk._feed.close)
            checkpoint(progress, 1.0)
            desk._recorder.start()
            desk._views.start()
            desk._say_opened()
            desk._keeper.start()
            desk._schedule.start()
            desk._line.start()
            undo.pop_all()
        if not pack.licence.commercial_use:
            desk.health.report(ProblemKind.LICENCE)
        log.info("desk_opened", people=vault.people.count(), gallery=desk._gallery.people)
        return desk

    @property
    def vault(self) -> VaultInfo:
        """Reads the first bytes of the file: worker thread."""
        return VaultInfo(self._vault.cipher_version, self._vault.keyring_backend, self._vault.plaintext_header)

    @property
    def gallery_size(self) -> int:
        """People who can be matched right now."""
        return self._gallery.people

    @property
    def closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        """Stop the cameras, write what waits, close the vault; every thread has ended. Again: nothing happens."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            with ExitStack() as steps:  # each step runs even where one before it fails
                steps.callback(self._vault.close)
                steps.callback(self._views.close)
                steps.callback(self._views.record, AuditDraft(AuditAction.VAULT_CLOSED))
                steps.callback(self._feed.close)
                steps.callback(self._recorder.close)
                steps.callback(self._keeper.close)
                steps.callback(self._schedule.close)
                steps.callback(self._line.close)
                steps.callback(self.live.close)
                steps.callback(self.access.close)
        log.info("desk_closed")

    def _say_opened(self) -> None:
        """In the audit log, before anybody does anything. A full disk does not keep the desk from opening."""
        entry = AuditDraft(AuditAction.VAULT_OPENED)
        try:
            self._vault.audit.append(entry)
            self.audit.report_break()
        except VaultError as error:
            log.warning("audit_not_written", error=error.code)
            self._views.record(entry)

    def _purge(self, progress: Progress = UNWATCHED) -> int:
        """What the keeper does every hour; how much was deleted."""
        count = 0
        if self.retention.believed():
            self.renewals.record_expired()
            count = self.retention.tend(progress)
        else:
            self.audit.tend(believed=False)
        self.renewals.remind()
        self.requests.remind()
        return count

    def _finish(self, progress: Progress) -> int:
        finishing = (self.withdrawals.finish, self.erasures.finish, self.bulk_erasures.finish)
        return sum(finish(progress) for finish in finishing)

    def _apply(self, old: SiteSettings, new: SiteSettings) -> None:
        if old.engine() != new.engine():
            self.live.restart()
