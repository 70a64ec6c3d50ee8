"""A person's copy of what is held about them: preview, package, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import structlog

from desktop.domain.audit import AuditAction, AuditValue, Id
from desktop.domain.controller import Controller
from desktop.domain.export import (
    ExportCopy,
    ExportKind,
    ExportOrder,
    ExportPreview,
    ExportPrinter,
    MadeExport,
)
from desktop.domain.ids import ExportId, PersonId
from desktop.domain.permissions import Permission
from desktop.domain.progress import UNWATCHED, Part, Progress, checkpoint
from desktop.services.access import Access
from desktop.services.export_errors import ControllerNeeded
from desktop.services.export_making import Maker, content_of
from desktop.services.export_reading import Content
from desktop.services.export_statements import SiteFacts
from desktop.services.export_tables import free_texts, tables
from desktop.services.paper_words import FALLBACK, paper_language
from desktop.services.settings import SiteSettings
from desktop.vault.errors import PersonUnknown, VaultError
from desktop.vault.export_errors import ExportTargetRefused
from desktop.vault.export_package import Package, Seal, draft_of, publish, write_package
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")

_READ, _MADE = 0.1, 0.9  # where the steps end in the progress of an export


class ExportService:
    """Reads and writes the vault: worker thread."""

    def __init__(
        self,
        vault: Vault,
        access: Access,
        controller: Callable[[], Controller | None],
        settings: Callable[[], SiteSettings],
    ) -> None:
        self._vault = vault
        self._access = access
        self._controller = controller
        self._settings = settings

    def preview(self, person_id: PersonId) -> ExportPreview:
        """What a package of each kind would hold. Raises PersonUnknown."""
        self._access.demand(Permission.EXPORT)
        copy = self._vault.copies.read(person_id)
        counts = {}
        for kind in ExportKind:
            held = tables(copy, ExportOrder(person_id, kind, FALLBACK))
            counts[kind] = {part: len(rows) for part, rows in held.items()}
        language = paper_language(copy.proofs[-1].proof.language) if copy.proofs else FALLBACK
        return ExportPreview(counts, language, tuple(free_texts(copy)))

    def export(
        self, order: ExportOrder, target: Path, progress: Progress = UNWATCHED, printer: ExportPrinter | None = None
    ) -> MadeExport:
        """Write the package, whole or not at all, and remember it; what opens it is known to the caller only.

        Can be cancelled until it is recorded. `printer` None: without a PDF.
        Raises Cancelled, PersonUnknown (also for somebody erased meanwhile), ControllerNeeded, RecipientInvalid,
        ExportTargetFull, ExportTargetRefused, ExportTargetLost, RecordNotValid, and NotSignedIn or ScreenLocked for a
        session that ended meanwhile; nothing is left at the target then.
        """
        self._access.demand(Permission.EXPORT)
        self._refuse_own_folder(target)
        seal = Seal.new(order.protection, order.recipient)
        site = self._site()
        checkpoint(progress, 0.0)
        with draft_of(target) as draft:
            maker = self._maker(order, site, printer)
            checkpoint(progress, _READ)
            digest, size = write_package(draft, seal, lambda package: self._fill(package, maker, progress))
            checkpoint(progress, _MADE)
            self._access.demand(Permission.EXPORT)  # the screen may have been locked meanwhile
            made = maker.content
            path = target.absolute()
            copy = ExportCopy(ExportId(made.id), order.person_id, made.made_at, order.kind, path, digest)
            self._hand_out(copy, draft, target)
        progress.report(1.0)
        log.info("exported", package=copy.id, person=order.person_id, kind=order.kind.value, bytes=size)
        return MadeExport(copy, size, made.fingerprint, seal.secret)

    def _refuse_own_folder(self, target: Path) -> None:
        """Nothing may take the place of the vault's own files."""
        if self._vault.path.resolve() in target.resolve().parents:
            raise ExportTargetRefused(path=target)

    def _site(self) -> SiteFacts:
        controller = self._controller()
        if controller is None:
            raise ControllerNeeded
        return SiteFacts(controller, self._settings(), len(self._vault.backups.destinations.list()))

    def _maker(self, order: ExportOrder, site: SiteFacts, printer: ExportPrinter | None) -> Maker:
        copies, person = self._vault.copies, order.person_id
        copy = copies.read(person)
        content = content_of(copy, order, site, self._vault.signing_key.fingerprint)
        return Maker(copy, content, lambda photo: copies.open(person, photo), printer)

    def _fill(self, package: Package, maker: Maker, progress: Progress) -> None:
        maker.fill(package, Part(progress, _READ, _MADE))
        content: Content = maker.content
        anchor, signature = self._vault.audit.anchor()
        facts = {
            "package": content.id,
            "vault": self._vault.id,
            "person": content.order.person_id,
            "kind": content.order.kind.value,
            "language": content.order.language,
            "made_at": content.made_at.isoformat(),
            "audit_anchor": anchor.text(),
            "audit_signature": signature.hex(),
        }
        package.finish(facts, self._vault.signing_key)

    def _hand_out(self, copy: ExportCopy, draft: Path, target: Path) -> None:
        """Remember, then rename: a package that cannot be recorded is not given out."""
        self._vault.exports.add(
            copy,
            audit=self._access.draft(AuditAction.EXPORTED, copy.person_id, {"sha256": copy.sha256, **_which(copy)}),
        )
        try:
            publish(draft, target)
        except OSError:
            self._forget(copy)
            raise
        if not self._vault.exports.known(copy.id):  # erased between the two: the erasure did not find this file
            target.unlink(missing_ok=True)
            raise PersonUnknown

    def _forget(self, copy: ExportCopy) -> None:
        undone = self._access.draft(AuditAction.EXPORTED, copy.person_id, {"undone": True, **_which(copy)})
        try:
            self._vault.exports.forget(copy.id, audit=undone)
        except VaultError as error:
            log.warning("export_not_forgotten", package=copy.id, error=error.code)


def _which(copy: ExportCopy) -> dict[str, AuditValue]:
    return {"package": Id(copy.id), "kind": copy.kind}
