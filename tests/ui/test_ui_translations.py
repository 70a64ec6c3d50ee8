"""Qt Linguist finds every text: those of the window, and those marked in the rooms below it."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from desktop.domain.errors import ConsentryError
from desktop.ui import texts

ROOT = Path(texts.__file__).parents[2]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Source texts by context, as scripts/translations collects them."""
    target = tmp_path_factory.mktemp("ts") / "consentry_de.ts"
    options = re.findall(r"(-tr-function-alias) (\S+)", (ROOT / "scripts" / "translations").read_text("utf-8"))
    sources = [str(path) for path in sorted((ROOT / "desktop").rglob("*.py"))]
    tool = Path(sys.executable).with_name("pyside6-lupdate")
    subprocess.run([tool, "-silent", *options[0], *sources, "-ts", target], check=True, timeout=120)
    contexts = ElementTree.parse(target).getroot().iter("context")
    return {
        context.findtext("name") or "": {message.findtext("source") or "" for message in context.iter("message")}
        for context in contexts
    }


def test_every_text_belongs_to_a_context(found: dict[str, set[str]]) -> None:
    assert "" not in found
    assert {"MainWindow", "LivePage", "PeoplePage", "CamerasPage", "ActivityPage", "Live"} <= set(found)


def test_sentences_of_errors_are_found(found: dict[str, set[str]]) -> None:

    kinds = [ConsentryError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    shipped = [kind for kind in kinds if kind.__module__.startswith("desktop.")]
    assert len(shipped) > 20
    for kind in shipped:
        assert {kind.happened, kind.kept, kind.todo} <= found["errors"], kind.__name__


def test_words_of_enumerations_are_found(found: dict[str, set[str]]) -> None:
    for table in texts.every_table():
        assert {words for words in table.values() if words} <= found["texts"]
