"""Example packages of an invented person. `python -m tests.helpers.example_export FOLDER` makes them, with what opens
them; nothing else stays."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from desktop.domain.export import ExportKind, MadeExport
from desktop.services.desk import Desk
from desktop.ui.app import make_application
from desktop.ui.papers.pages import QtExportPrinter
from tests.helpers.desks import open_desk
from tests.helpers.exports import furnished, order


def make(desk: Desk, folder: Path) -> list[MadeExport]:
    """One package of each kind. Needs a QGuiApplication."""
    person_id = furnished(desk)
    return [
        desk.exports.export(order(person_id, kind), folder / f"{kind.value}.zip", printer=QtExportPrinter())
        for kind in ExportKind
    ]


def main(folder: Path) -> None:
    make_application()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, open_desk(Path(name) / "desk" / "vault") as desk:
        for made in make(desk, folder):
            sys.stdout.write(f"{made.copy.path}\n  passphrase {made.secret}\n  fingerprint {made.fingerprint}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
