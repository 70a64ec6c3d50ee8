"""Camera addresses without their secrets, for logs, errors and the screen."""

from __future__ import annotations

import re

_URL = re.compile(r"\b(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://)(?P<rest>\S*)")
_HIDDEN = "…"


def redact_url(text: str) -> str:
    """`rtsp://user:pw@host/path?key=1` becomes `rtsp://host/path`, also inside a longer text.

    Where a path holds an "@" too much is removed rather than too little: a password may hold "/" and "@".
    """
    return _URL.sub(lambda found: found["scheme"] + _without_secrets(found["rest"]), text)


def redact_address(address: str) -> str:
    """Like `redact_url` for a text that is one address, also a mistyped one: no scheme, blanks in the password."""
    text = address.strip()
    found = re.fullmatch(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://)?(?P<rest>.*)", text, flags=re.DOTALL)
    return (found["scheme"] or "") + _without_secrets(found["rest"]) if found else _HIDDEN


def _without_secrets(rest: str) -> str:
    """What follows "scheme://", without user, password and query."""
    before, _, after = rest.rpartition("@")
    if "?" in before or "#" in before:
        return _HIDDEN  # a password with "?" or a query with "@": no telling which part is the host
    # Cameras also take the secret as a query parameter; every query is dropped rather than guessing which one it is.
    return re.split(r"[?#]", after, maxsplit=1)[0]
