"""The file that a person takes along: an inner ZIP of neutral name, sealed, written beside its target and then renamed.

    package.zip          AES-256 (WinZip AE-2), or an age file
      export.zip         the only name that can be read without the passphrase
        manifest.json    size and SHA-256 of every other file, canonical JSON (RFC 8785)
        manifest.sig     Ed25519 signature over those bytes, 64 bytes
        ...

Nothing of it is written to the disk unsealed.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import pyrage
import pyzipper

from desktop.domain.export import Protection, new_passphrase
from desktop.vault.export_errors import RecipientInvalid, unwritable
from desktop.vault.files import PRIVATE, sync_folder
from desktop.vault.records import JsonValue
from desktop.vault.signing import SigningKey, canonical_json

INNER: Final = "export.zip"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
CHUNK: Final = 1024 * 1024
DOCUMENT: Final = "consentry export"
VERSION: Final = 1
_BEGINNING_OF_ZIP = (1980, 1, 1, 0, 0, 0)  # no clock in the container: the manifest says when
_PACKED = (".jpg", ".jpeg", ".png", ".pdf")  # are as small as they get


@dataclass(frozen=True, slots=True)
class Seal:
    """`secret` opens it: a passphrase or a private age key; empty where the recipient's own key does.

    age's passphrases are not offered: their key is stretched for seconds with a gigabyte of memory, which a passphrase
    of 140 random bits has no need of, and the window would stand still meanwhile (6 s measured).
    """

    protection: Protection
    secret: str = field(default="", repr=False)
    recipient: str = ""

    @staticmethod
    def new(protection: Protection, recipient: str = "") -> Seal:
        """With a fresh secret. `recipient` is for AGE_RECIPIENT only. Raises RecipientInvalid."""
        if protection is Protection.ZIP:
            return Seal(protection, new_passphrase())
        if protection is Protection.AGE_KEY:
            key = pyrage.x25519.Identity.generate()
            return Seal(protection, str(key), str(key.to_public()))
        return Seal(protection, recipient=str(_recipient(recipient)))


class Package:
    """The inner ZIP while it is being written; counts and hashes what goes in."""

    def __init__(self, inner: zipfile.ZipFile) -> None:
        self._inner = inner
        self._files: list[JsonValue] = []

    def add(self, name: str, content: bytes) -> None:
        """A file; `name` is new and neutral."""
        self._write(name, content)
        digest = hashlib.sha256(content).hexdigest()
        self._files.append({"name": name, "sha256": digest, "size": len(content)})

    def finish(self, facts: Mapping[str, JsonValue], key: SigningKey) -> None:
        """Manifest and signature; `facts` stand beside the list of files."""
        own: dict[str, JsonValue] = {
            "document": DOCUMENT,
            "version": VERSION,
            "public_key": key.public_key.hex(),
            "fingerprint": key.fingerprint,
            "files": self._files,
        }
        manifest = canonical_json({**facts, **own})
        self._write(MANIFEST, manifest)
        self._write(SIGNATURE, key.sign(manifest))

    def _write(self, name: str, content: bytes) -> None:
        entry = zipfile.ZipInfo(name, _BEGINNING_OF_ZIP)
        entry.compress_type = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
        entry.external_attr = PRIVATE << 16
        self._inner.writestr(entry, content)


Fill = Callable[[Package], None]


@contextmanager
def draft_of(target: Path) -> Iterator[Path]:
    """A file beside the target under a temporary name, readable by the user alone; gone afterwards unless it was
    renamed. Raises ExportTargetFull, ExportTargetRefused, ExportTargetLost instead of OSError."""
    draft = target.with_name(f".{target.name}.part")
    try:
        try:
            draft.unlink(missing_ok=True)  # a crash left it; it is sealed, and nobody knows its passphrase
            os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
            yield draft
        finally:
            with suppress(OSError):  # the disk is gone, and the draft with it
                draft.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(error, target) from error


def write_package(draft: Path, seal: Seal, fill: Fill) -> tuple[bytes, int]:
    """Fill a sealed package and make it durable; its SHA-256 and size. Raises OSError and what `fill` raises."""
    with draft.open("wb") as file:
        if seal.protection is Protection.ZIP:
            _into_zip(file, seal.secret, fill)
        else:
            _into_age(file, seal, fill)
        file.flush()
        os.fsync(file.fileno())
    with draft.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest(), draft.stat().st_size


def publish(draft: Path, target: Path) -> None:
    """The draft gets its name, durably. Raises OSError."""
    draft.replace(target)
    sync_folder(target.parent)


@contextmanager
def sealed_zip(file: IO[bytes], passphrase: str) -> Iterator[IO[bytes]]:
    """What is written to this stream becomes INNER inside an AES-256 ZIP."""
    with pyzipper.AESZipFile(file, "w", pyzipper.ZIP_STORED, encryption=pyzipper.WZ_AES) as outer:
        outer.setpassword(passphrase.encode())
        entry = outer.zipinfo_cls(INNER, _BEGINNING_OF_ZIP)
        entry.compress_type = pyzipper.ZIP_STORED
        with outer.open(entry, "w") as inner:
            yield inner


def _into_zip(file: IO[bytes], passphrase: str, fill: Fill) -> None:
    with sealed_zip(file, passphrase) as stream, zipfile.ZipFile(stream, "w") as inner:
        fill(Package(inner))


class _AgeTarget:
    """What age writes to, a few kilobytes at a time: written in Python, so that the window gets its turn in between.

    `error` keeps what the disk said; age passes on only the words of it.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        self._file.flush()


def _into_age(file: IO[bytes], seal: Seal, fill: Fill) -> None:
    """The inner ZIP waits in memory: age reads from where a ZIP would be written to."""
    waiting = io.BytesIO()
    with zipfile.ZipFile(waiting, "w") as inner:
        fill(Package(inner))
    waiting.seek(0)
    target = _AgeTarget(file)
    try:
        pyrage.encrypt_io(waiting, target, [_recipient(seal.recipient)])
    except pyrage.EncryptError as error:
        raise (target.error or OSError(errno.EIO, str(error))) from error
    if target.error is not None:  # age says nothing where the last bytes of all could not be written
        raise target.error


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise RecipientInvalid from None
