"""The list of common words that passwords and passphrases are compared with."""

from __future__ import annotations

from functools import cache

from desktop import paths
from desktop.domain.passwords import MAX_LENGTH, MIN_LENGTH, PasswordProblem, password_problem
from desktop.vault.key_errors import PassphraseUnfit


@cache
def common_words() -> frozenset[str]:
    """Reads a small file the first time. Raises OSError where the program's own files are missing."""
    text = (paths.resources_dir() / "passwords" / "common.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return frozenset(line.casefold() for line in lines if line and not line.startswith("#"))


def problem_of(password: str, *names: str) -> PasswordProblem | None:
    """What is wrong with a password for an operator of these names; None: it may be used."""
    return password_problem(password, names, common_words())


def refuse_guessable(passphrase: str) -> None:
    """The rules of operators' passwords hold for a desk's passphrase, too. Raises PassphraseUnfit."""
    if problem_of(passphrase) is not None:
        raise PassphraseUnfit(least=MIN_LENGTH, most=MAX_LENGTH)
