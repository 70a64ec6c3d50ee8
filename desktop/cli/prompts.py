"""Secrets from the person at the terminal: never echoed, and never an argument, which the list of processes shows."""

from __future__ import annotations

import getpass
import sys

from desktop.domain.errors import Cancelled


def ask_secret(prompt: str, *, from_stdin: bool) -> str:
    """Typed after the prompt, or the next line of standard input. Raises Cancelled at the end of the input."""
    if from_stdin:
        line = sys.stdin.readline()
        if not line:
            raise Cancelled
        return line.rstrip("\r\n")
    try:
        return getpass.getpass(f"{prompt}: ")
    except EOFError:
        raise Cancelled from None


def ask(prompt: str) -> str:
    """A line that may be seen. Raises Cancelled at the end of the input."""
    try:
        return input(f"{prompt}: ")
    except EOFError:
        raise Cancelled from None
