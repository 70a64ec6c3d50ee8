"""Prepares what the checkout does not hold: the default model pack and the demo's source pictures.

Run by scripts/setup each time; takes no time when everything is in place (checked by SHA-256). Everything goes below
.cache/, which git ignores. Exits 1 with a message that names the file when something is missing or changed.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tarfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from desktop import paths  # noqa: E402
from desktop.domain.errors import ConsentryError  # noqa: E402
from desktop.vision.prepare import prepare_default_pack, write_atomically  # noqa: E402

ARCHIVES = ROOT / ".cache" / "assets"


class ResourceError(Exception):
    """A source picture cannot be had; the message names it."""


def main() -> int:
    try:
        prepare_default_pack(paths.models_dir())
        extract_sources(paths.resources_dir() / "demo" / "sources.json", paths.demo_sources_dir())
    except (ConsentryError, ResourceError) as error:
        print(f"Resources could not be prepared: {error}", file=sys.stderr)
        return 1
    return 0


def extract_sources(manifest: Path, target: Path) -> None:
    """Bring every file of the manifest into `target`. Raises ResourceError, naming the file."""
    target.mkdir(parents=True, exist_ok=True)
    for entry in json.loads(manifest.read_text(encoding="utf-8"))["files"]:
        path = target / entry["name"]
        if path.is_file() and digest(path.read_bytes()) == entry["sha256"]:
            continue
        content = from_wheel(entry) if entry["carrier"] == "wheel" else from_archive(entry)
        if digest(content) != entry["sha256"]:
            raise ResourceError(f"{entry['member']} of {entry['package']} has another checksum than expected")
        write_atomically(path, content)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def from_wheel(entry: dict[str, str]) -> bytes:
    """A member of an installed package, found through its metadata; the package is not imported."""
    try:
        carrier = distribution(entry["package"])
        return Path(str(carrier.locate_file(entry["member"]))).read_bytes()
    except (PackageNotFoundError, OSError) as error:
        raise ResourceError(f"{entry['member']} of {entry['package']} {entry['version']} is not installed") from error


def from_archive(entry: dict[str, str]) -> bytes:
    """A member of a downloaded source archive, read without unpacking the rest."""
    archive = ARCHIVES / entry["carrier"]
    try:
        with tarfile.open(archive) as tar:
            member = tar.extractfile(entry["member"])
            if member is None:
                raise ResourceError(f"{entry['member']} in {archive} is not a file")
            return member.read()
    except (OSError, KeyError, tarfile.TarError) as error:
        raise ResourceError(f"{entry['member']} cannot be read from {archive}; run scripts/setup") from error


if __name__ == "__main__":
    sys.exit(main())
