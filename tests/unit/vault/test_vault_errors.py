"""Every error of the vault says what happened, what was kept and what to do."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest

from desktop.vault import backup_errors, errors, key_errors
from desktop.vault.errors import VaultError
from desktop.vault.failures import translated, vault_error

ALL = [
    kind
    for module in (errors, key_errors, backup_errors)
    for kind in vars(module).values()
    if isinstance(kind, type)
    and issubclass(kind, VaultError)
    and kind is not VaultError
    and kind.__module__ == module.__name__
]
GAPS = {
    "needed": "12.0",
    "free": "1.0",
    "file": "/desk.keys",
    "least": "15",
    "most": "128",
    "folder": "/desk",
    "seconds": "60",
    "recorded": "KWallet",
    "found": "Secret Service",
    "path": "/stick",
    "what": "vault.db",
    "seq": "7",
    "count": "2",
}


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_three_sentences_without_gaps_left(kind: type[VaultError]) -> None:
    error = kind(**GAPS)
    assert "{" not in str(error)
    for text in (kind.happened, kind.kept, kind.todo):
        assert text.endswith(".")
        assert set(re.findall(r"{(\w+)}", text)) <= GAPS.keys()
    assert error.code == kind.__name__


def test_no_two_errors_say_the_same() -> None:
    assert len({kind.happened for kind in ALL}) == len(ALL)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, errors.DiskFull),
        (errno.EDQUOT, errors.DiskFull),
        (errno.EFBIG, errors.DiskFull),
        (errno.EIO, errors.DiskFailed),
        (errno.EACCES, errors.FolderRefused),
        (errno.EROFS, errors.FolderRefused),
    ],
)
def test_errors_of_the_system_are_told_in_words(number: int, kind: type[VaultError], tmp_path: Path) -> None:
    with pytest.raises(kind), translated(tmp_path):
        raise OSError(number, "text of the system")


def test_mistakes_of_the_program_are_not_blamed_on_the_disk(tmp_path: Path) -> None:
    assert vault_error(ValueError("x"), tmp_path) is None
    with pytest.raises(ZeroDivisionError), translated(tmp_path):
        raise ZeroDivisionError
