"""Makes what a package holds, file by file: one picture is open at a time, each file is let go once it is in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from desktop.domain.consent_proof import Proof
from desktop.domain.export import ExportKind, ExportOrder, ExportPart, ExportPrinter
from desktop.domain.ids import random_id
from desktop.domain.progress import Progress, checkpoint
from desktop.services import export_files as files
from desktop.services.export_page import picture_kind
from desktop.services.export_reading import Content, readable
from desktop.services.export_statements import SiteFacts, purposes_asked, statements
from desktop.services.export_tables import photo_name, signature_name, tables
from desktop.services.gallery_feed import utc_now
from desktop.vault.export_package import Package
from desktop.vault.person_copy import PersonCopy, SealedPhoto

TITLE = "Consentry"  # of the PDF; it holds no name
_PICTURES, _FILES = 0.4, 0.6  # where the steps end
_SUFFIXES = {"png": "png", "jpeg": "jpg"}
_PAGE_SIDE = 480  # px of the longer side of a picture on the page; as it is stored it lies beside it
_PAGE_BYTES = 100_000  # up to this size it is shown as it is


@dataclass(frozen=True, slots=True)
class Maker:
    """`open_photo` raises PersonUnknown for what was erased meanwhile. `printer` None: no PDF."""

    copy: PersonCopy
    content: Content
    open_photo: Callable[[SealedPhoto], bytes]
    printer: ExportPrinter | None

    def fill(self, package: Package, progress: Progress) -> None:
        """Everything but the manifest. Raises Cancelled, RecordNotValid, PersonUnknown, OSError."""
        whole = self._pictures(package, progress)
        for number, (name, make) in enumerate(_made(whole, self.printer)):
            checkpoint(progress, _PICTURES + (_FILES * number) / (len(whole.held) + 4))
            package.add(name, make())

    def _pictures(self, package: Package, progress: Progress) -> Content:
        """Put the pictures in; the content with them and with the names of all files."""
        shown: dict[str, bytes] = {}
        names = []
        for number, each in enumerate(self.copy.photos, 1):
            checkpoint(progress, _PICTURES * (number - 1) / len(self.copy.photos))
            picture = self.open_photo(each)
            names.append(f"{photo_name(number)}.{_SUFFIXES[picture_kind(picture)]}")
            package.add(names[-1], picture)
            shown[names[-1]] = _for_page(picture)
        rows = zip(self.content.held[ExportPart.PHOTOS], names, strict=True)
        held = {**self.content.held, ExportPart.PHOTOS: [{**row, "file": name} for row, name in rows]}
        signatures = {}
        for name, picture in self.content.signatures.items():
            package.add(name, picture)
            signatures[name] = _for_page(picture)
        whole = replace(self.content, held=held, photos=shown, signatures=signatures)
        made = tuple(name for name, _ in _made(whole, self.printer))
        return replace(whole, files=(*names, *whole.signatures, *made))


def content_of(copy: PersonCopy, order: ExportOrder, site: SiteFacts, fingerprint: str) -> Content:
    """What is said, without the pictures."""
    held = tables(copy, order)
    asked = purposes_asked(copy, site.controller, order.language)
    access = order.kind is ExportKind.ACCESS
    return Content(
        id=random_id(),
        made_at=utc_now(),
        order=order,
        name=copy.details.name,
        controller=site.controller,
        fingerprint=fingerprint,
        held=held,
        titles={key: text.title for key, (_, text) in asked.items()},
        statements=statements(copy, held, site, order.language) if access else (),
        signatures={
            signature_name(number): each.proof.signature
            for number, each in enumerate(copy.proofs, 1)
            if isinstance(each.proof, Proof) and each.proof.signature
        },
    )


def _made(content: Content, printer: ExportPrinter | None) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Names of the files beside pictures and signatures, and how each is made."""
    for part in content.held:
        yield files.csv_name(part), lambda part=part: files.as_csv(part, content.held[part])  # type: ignore[misc]
    yield files.DATA, lambda: files.data_json(content)
    yield files.SCHEMA, files.schema_json
    yield files.PAGE, lambda: readable(content, printed=False).encode()
    if printer is not None:
        yield files.PRINTED, lambda: printer.pdf(readable(content, printed=True), TITLE)


def _for_page(picture: bytes) -> bytes:
    """Small enough for a page; empty for what is no picture."""
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        return b""
    if len(picture) <= _PAGE_BYTES:
        return picture
    scale = _PAGE_SIDE / max(image.shape[:2])
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image
    done, encoded = cv2.imencode(".jpg", small)
    return encoded.tobytes() if done else b""
