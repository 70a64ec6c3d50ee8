"""A package opens with its passphrase or key alone, and not one byte of it changes unnoticed."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
import pyzipper

from desktop.domain.audit_verdict import Signer
from desktop.domain.export import ExportKind, Protection
from desktop.domain.export_verdict import PackageFault, PackageVerdict
from desktop.vault import export_package
from desktop.vault.errors import VaultError
from desktop.vault.export_errors import PackageLocked, PackageUnreadable, RecipientInvalid
from desktop.vault.export_package import MANIFEST, SIGNATURE, Package, Seal, draft_of, publish, write_package
from desktop.vault.export_verify import Opens, opens_with, verify_package
from desktop.vault.records import JsonValue
from desktop.vault.signing import SigningKey

KEY = SigningKey.new()
FACTS: dict[str, JsonValue] = {"kind": "access", "made_at": "2026-05-04T08:00:00+00:00", "package": "p"}
CONTENT = {"data.json": b'{"a": 1}' * 200, "photos/photo-1.jpg": os.urandom(3000), "empty.txt": b""}
SECRET = "correct-horse-battery"


def fill(package: Package) -> None:
    for name, content in CONTENT.items():
        package.add(name, content)
    package.finish(FACTS, KEY)


def made(folder: Path, seal: Seal = Seal(Protection.ZIP, SECRET)) -> Path:  # noqa: B008 - frozen
    target = folder / f"package{seal.protection.suffix}"
    with draft_of(target) as draft:
        write_package(draft, seal, fill)
        publish(draft, target)
    assert [each.name for each in folder.iterdir()] == [target.name]
    return target


def resealed(folder: Path, change: Callable[[dict[str, bytes]], None], *, twice: str = "") -> Path:
    """A package whose maker knows the passphrase, but has not the key."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as written:
        fill(Package(written))
    with zipfile.ZipFile(inner) as opened:
        content = {name: opened.read(name) for name in opened.namelist()}
    change(content)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as written:
        for name, each in content.items():
            written.writestr(name, each)
        if twice:
            with pytest.warns(UserWarning, match="Duplicate name"):
                written.writestr(twice, b"the other one")
    target = folder / "forged.zip"
    with pyzipper.AESZipFile(target, "w", encryption=pyzipper.WZ_AES) as outer:
        outer.setpassword(SECRET.encode())
        entry = outer.zipinfo_cls("export.zip", (1980, 1, 1, 0, 0, 0))
        outer.writestr(entry, inner.getvalue())
    return target


def faults(verdict: PackageVerdict) -> list[tuple[PackageFault, str]]:
    return [(finding.fault, finding.name) for finding in verdict.findings]


def intact(target: Path, secret: str = SECRET) -> bool:
    try:
        return verify_package(target, secret).intact
    except (PackageLocked, PackageUnreadable):
        return False


def test_it_is_intact_and_says_whose_it_is(tmp_path: Path) -> None:
    target = made(tmp_path)
    found = verify_package(target, SECRET)
    assert (found.files, found.kind, found.findings) == (len(CONTENT), ExportKind.ACCESS, ())
    assert (found.intact, found.signer, found.fingerprint) == (True, Signer.UNKNOWN, KEY.fingerprint)
    assert verify_package(target, SECRET, KEY.fingerprint.replace(" ", ":").upper()).signer is Signer.KNOWN
    other = verify_package(target, SECRET, SigningKey.new().fingerprint)
    assert (other.signer, other.intact) == (Signer.OTHER, False)


def test_nothing_but_a_neutral_name_can_be_read_without_the_passphrase(tmp_path: Path) -> None:
    target = made(tmp_path)
    assert target.stat().st_mode & 0o777 == 0o600
    raw = target.read_bytes()
    assert b"export.zip" in raw
    for word in (b"data.json", b"photo", b"manifest", KEY.public_key):
        assert word not in raw
    with pytest.raises(PackageLocked):
        verify_package(target, "correct-horse-batterx")


def test_one_changed_byte_anywhere_is_found(tmp_path: Path) -> None:
    raw = made(tmp_path).read_bytes()
    changed = tmp_path / "changed.zip"
    edges = [*range(120), *range(len(raw) - 160, len(raw))]
    for place in [*edges, *range(120, len(raw) - 160, 97)]:
        changed.write_bytes(raw[:place] + bytes([raw[place] ^ 0x20]) + raw[place + 1 :])
        assert not intact(changed), place
    for other in (raw[:-1], raw + b"x", b"x" + raw, raw[: len(raw) // 2], b""):
        changed.write_bytes(other)
        assert not intact(changed)


def test_whoever_knows_the_passphrase_cannot_change_what_was_signed(tmp_path: Path) -> None:
    def check(change: Callable[[dict[str, bytes]], None], *expected: tuple[PackageFault, str], twice: str = "") -> None:
        found = verify_package(resealed(tmp_path, change, twice=twice), SECRET, KEY.fingerprint)
        assert faults(found) == list(expected)
        assert not found.intact

    def forged(content: dict[str, bytes]) -> None:
        content[MANIFEST] = content[MANIFEST].replace(b'"size":0', b'"size":1')

    def other_key(content: dict[str, bytes]) -> None:
        content[SIGNATURE] = SigningKey.new().sign(content[MANIFEST])

    check(lambda c: c.update({"data.json": b"{}"}), (PackageFault.CHANGED, "data.json"))
    check(lambda c: c.update({"more.txt": b""}), (PackageFault.ADDED, "more.txt"))
    check(lambda c: c.update({"photos/photo-1.jpg": b""}), (PackageFault.CHANGED, "photos/photo-1.jpg"))
    check(lambda c: c.pop("empty.txt") and None, (PackageFault.MISSING, "empty.txt"))
    check(lambda c: c.pop(MANIFEST) and None, (PackageFault.NO_MANIFEST, ""))
    check(lambda c: c.update({MANIFEST: b"[" * 100_000}), (PackageFault.NO_MANIFEST, ""))
    check(forged, (PackageFault.FORGED, ""))
    check(other_key, (PackageFault.FORGED, ""))
    twice = verify_package(resealed(tmp_path, lambda c: None, twice="data.json"), SECRET)
    assert (PackageFault.ADDED, "data.json") in faults(twice)
    assert verify_package(resealed(tmp_path, lambda c: None), SECRET).intact, "as the helper makes it, it is whole"


def test_age_opens_with_the_right_key_alone(tmp_path: Path) -> None:
    owner, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    for_owner = Seal.new(Protection.AGE_RECIPIENT, f" {owner.to_public()} ")
    target = made(tmp_path, for_owner)
    assert for_owner.secret == ""
    assert opens_with(target) is Opens.IDENTITY
    assert verify_package(target, str(owner)).intact
    for wrong in (str(other), "AGE-SECRET-KEY-1X", ""):
        with pytest.raises(PackageLocked):
            verify_package(target, wrong)
    raw = target.read_bytes()
    for place in (30, 60, 160, len(raw) // 2, len(raw) - 1):
        target.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        assert not intact(target, str(owner)), place
    target.write_bytes(raw[:-1])
    assert not intact(target, str(owner))
    with pytest.raises(RecipientInvalid):
        Seal.new(Protection.AGE_RECIPIENT, "age1nobody")


def test_age_with_a_key_of_its_own(tmp_path: Path) -> None:
    seal = Seal.new(Protection.AGE_KEY)
    assert seal.secret.startswith("AGE-SECRET-KEY-1")
    assert seal.secret not in repr(seal)
    assert verify_package(made(tmp_path, seal), seal.secret).intact


def test_what_is_no_package_is_called_that(tmp_path: Path) -> None:
    for content in (b"", b"hello", b"%PDF-1.7"):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(PackageUnreadable):
            opens_with(tmp_path / "x")
    with pytest.raises(PackageUnreadable):
        opens_with(tmp_path / "absent")
    (tmp_path / "x").write_bytes(b"PK\x03\x04 something")
    assert faults(verify_package(tmp_path / "x", SECRET)) == [(PackageFault.DAMAGED, "")]
    with zipfile.ZipFile(tmp_path / "x", "w") as plain:
        plain.writestr("export.zip", b"not sealed")
    assert faults(verify_package(tmp_path / "x", SECRET)) == [(PackageFault.DAMAGED, "")]


def fails_to_write() -> int:
    raise OSError(28, "No space left on device")


def test_what_fails_leaves_nothing_and_an_older_file_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "package.zip"
    target.write_bytes(b"older")

    def fails(package: Package) -> None:
        package.add("data.json", b"{}")
        raise OSError(28, "No space left on device")

    with pytest.raises(VaultError) as caught, draft_of(target) as draft:
        write_package(draft, Seal(Protection.ZIP, SECRET), fails)
    assert caught.value.code == "ExportTargetFull"
    full = io.BytesIO()
    full.write = lambda _data: fails_to_write()  # type: ignore[method-assign]
    with pytest.raises(VaultError) as caught, draft_of(target):
        export_package._into_age(full, Seal.new(Protection.AGE_KEY), fill)
    assert caught.value.code == "ExportTargetFull"
    with pytest.raises(LookupError), draft_of(target):
        raise LookupError
    assert [each.name for each in tmp_path.iterdir()] == ["package.zip"]
    assert target.read_bytes() == b"older"
