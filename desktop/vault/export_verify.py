"""Checking a package anywhere, without a vault: the container byte for byte, the signature, every file's hash.

Whoever knows the passphrase can make a container anew, so that what proves anything is the signature. The check of
the container is there so that not one byte of the file can change unnoticed.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
import zlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyrage
import pyzipper

from desktop.domain.audit_verdict import Signer
from desktop.domain.export import ExportKind
from desktop.domain.export_verdict import PackageFault, PackageFinding, PackageVerdict
from desktop.domain.progress import UNWATCHED, Progress, checkpoint
from desktop.vault.export_errors import IdentityUnreadable, PackageLocked, PackageUnreadable
from desktop.vault.export_package import CHUNK, DOCUMENT, INNER, MANIFEST, SIGNATURE, VERSION, sealed_zip
from desktop.vault.signing import canonical_json, fingerprint, verify

_ZIP, _AGE = b"PK\x03\x04", b"age-encryption.org/v1\n"
_NO_KEY = "No matching keys"  # what age says of a key that is not the right one
_SALT_AND_CHECK, _HMAC = 18, 10  # bytes of AES-256 in a ZIP before and after the sealed content
_BROKEN = (
    zipfile.BadZipFile,
    pyzipper.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    KeyError,
    RuntimeError,  # a reader's for what it does not know, and RecursionError
    struct.error,
    ArithmeticError,
    AttributeError,
    TypeError,
)


class Opens(StrEnum):
    """What a package asks for."""

    PASSPHRASE = "passphrase"  # noqa: S105 - no secret
    IDENTITY = "identity"  # a private age key ("AGE-SECRET-KEY-1...")


class _Damaged(Exception):
    """The container is not one that this program wrote."""


def opens_with(source: Path) -> Opens:
    """Raises PackageUnreadable."""
    try:
        with source.open("rb") as file:
            head = file.read(len(_AGE))
    except OSError as error:
        raise PackageUnreadable(path=source) from error
    if head.startswith(_AGE):
        return Opens.IDENTITY
    if not head.startswith(_ZIP):
        raise PackageUnreadable(path=source)
    return Opens.PASSPHRASE


def identity_in(source: Path) -> str:
    """The first private key in a key file of age. Raises IdentityUnreadable."""
    try:
        lines = source.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise IdentityUnreadable(path=source) from error
    found = next((line.strip() for line in lines if line.strip().startswith("AGE-SECRET-KEY-")), None)
    if found is None:
        raise IdentityUnreadable(path=source)
    return found


def verify_package(
    source: Path, secret: str, known: str | None = None, progress: Progress = UNWATCHED
) -> PackageVerdict:
    """Check a package. `secret`: passphrase or identity; `known`: the fingerprint on the site's notice or receipts.

    What it holds is unsealed in memory only. Raises PackageUnreadable, PackageLocked, Cancelled.
    """
    opens_with(source)
    checkpoint(progress, 0.0)
    try:
        sealed = source.read_bytes()
        inner = _out_of_age(sealed, secret) if sealed.startswith(_AGE) else _out_of_zip(sealed, secret)
    except OSError as error:
        raise PackageUnreadable(path=source) from error
    except _Locked:
        raise PackageLocked(path=source) from None
    except _Damaged:
        return PackageVerdict(0, None, None, (PackageFinding(PackageFault.DAMAGED),), Signer.UNKNOWN, "")
    checkpoint(progress, 0.5)
    verdict = _checked(inner, progress)
    progress.report(1.0)
    if known is None or not verdict.fingerprint:
        return verdict
    return replace(verdict, signer=Signer.KNOWN if _digits(known) == _digits(verdict.fingerprint) else Signer.OTHER)


class _Locked(Exception):
    """The secret is not the right one."""


def _out_of_zip(sealed: bytes, passphrase: str) -> bytes:
    try:
        with pyzipper.AESZipFile(io.BytesIO(sealed)) as outer:
            if outer.namelist() != [INNER]:
                raise _Damaged
            outer.setpassword(passphrase.encode())
            entry = outer.infolist()[0]
            if entry.wz_aes_strength != 3 or entry.wz_aes_version != pyzipper.zipfile_aes.WZ_AES_V2:
                raise _Damaged
            try:
                stream = outer.open(entry)
            except RuntimeError:
                raise _Locked from None
            with stream:
                inner: bytes = stream.read()
    except _BROKEN as error:
        raise _Damaged from error
    if _frame(sealed, len(inner)) != _frame(_written_anew(len(inner)), len(inner)):
        raise _Damaged
    return inner


def _written_anew(size: int) -> bytes:
    """A container as this program writes it around so many bytes; its headers know nothing else of them."""
    made = io.BytesIO()
    with sealed_zip(made, "x") as stream:
        for start in range(0, size, CHUNK):
            stream.write(bytes(min(CHUNK, size - start)))
    return made.getvalue()


def _frame(container: bytes, size: int) -> tuple[bytes, bytes]:
    """What stands before and after the sealed content, which has its own check (HMAC-SHA1)."""
    start = len(_ZIP) + 26 + len(INNER) + int.from_bytes(container[28:30], "little")
    return container[:start], container[start + _SALT_AND_CHECK + size + _HMAC :]


def _out_of_age(sealed: bytes, identity: str) -> bytes:
    try:
        key = pyrage.x25519.Identity.from_str(identity.strip())
        return bytes(pyrage.decrypt(sealed, [key]))
    except pyrage.IdentityError:
        raise _Locked from None
    except pyrage.DecryptError as error:
        raise (_Locked if _NO_KEY in str(error) else _Damaged) from None


@dataclass(frozen=True, slots=True)
class _Signed:
    """A manifest that its own key has signed."""

    kind: ExportKind
    made_at: datetime
    files: dict[str, tuple[int, str]]  # size and SHA-256 in hex by name
    fingerprint: str


def _checked(inner: bytes, progress: Progress) -> PackageVerdict:
    try:
        with zipfile.ZipFile(io.BytesIO(inner)) as files:
            return _checked_files(files, progress)
    except _BROKEN:
        return PackageVerdict(0, None, None, (PackageFinding(PackageFault.DAMAGED),), Signer.UNKNOWN, "")


def _checked_files(files: zipfile.ZipFile, progress: Progress) -> PackageVerdict:
    names = files.namelist()
    signed, fault = _manifest(files, names)
    if signed is None:
        return PackageVerdict(0, None, None, (PackageFinding(fault),), Signer.UNKNOWN, "")
    findings = [PackageFinding(PackageFault.MISSING, name) for name in signed.files if name not in names]
    findings += [PackageFinding(PackageFault.ADDED, name) for name in _unsigned(names, signed)]
    for number, name in enumerate(name for name in signed.files if name in names):
        checkpoint(progress, 0.5 + 0.5 * number / len(signed.files))
        if not _same(files, name, *signed.files[name]):
            findings.append(PackageFinding(PackageFault.CHANGED, name))
    return PackageVerdict(
        len(signed.files), signed.kind, signed.made_at, tuple(findings), Signer.UNKNOWN, signed.fingerprint
    )


def _unsigned(names: list[str], signed: _Signed) -> list[str]:
    """Names that nobody signed, and second files of one name: which of them is read is a matter of the reader."""
    own = {*signed.files, MANIFEST, SIGNATURE}
    return sorted({name for name in names if name not in own or names.count(name) > 1})


def _manifest(files: zipfile.ZipFile, names: list[str]) -> tuple[_Signed | None, PackageFault]:
    if MANIFEST not in names or SIGNATURE not in names:
        return None, PackageFault.NO_MANIFEST
    try:
        text = files.read(MANIFEST)
        values: dict[str, Any] = json.loads(text)
        if values["document"] != DOCUMENT or values["version"] != VERSION or canonical_json(values) != text:
            return None, PackageFault.NO_MANIFEST
        key = bytes.fromhex(values["public_key"])
        listed = {str(each["name"]): (int(each["size"]), str(each["sha256"])) for each in values["files"]}
        signed = _Signed(ExportKind(values["kind"]), _instant(values["made_at"]), listed, fingerprint(key))
    except _BROKEN:
        return None, PackageFault.NO_MANIFEST
    if not verify(key, files.read(SIGNATURE), text) or values["fingerprint"] != signed.fingerprint:
        return None, PackageFault.FORGED
    return signed, PackageFault.FORGED


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _same(files: zipfile.ZipFile, name: str, size: int, digest: str) -> bool:
    """Whether a file is the one that was signed; never more of it than that is read."""
    try:
        with files.open(name) as stream:
            content = stream.read(size + 1)
    except _BROKEN:
        return False
    return len(content) == size and hashlib.sha256(content).hexdigest() == digest


def _digits(text: str) -> str:
    return "".join(text.split()).replace(":", "").lower()
