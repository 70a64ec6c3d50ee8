"""Camera addresses without their secrets, for logs, errors and the screen."""

from __future__ import annotations

import re

_USERINFO = re.compile(r"(?P<scheme>\b[a-zA-Z][a-zA-Z0-9+.-]*://)(?P<userinfo>\S*@)")
# Cameras also take the secret as a query parameter; every query is dropped rather than guessing which one it is.
_QUERY = re.compile(r"(?P<before>\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s?#]*)[?#]\S*")


def redact_url(text: str) -> str:
    """`rtsp://user:pw@host/path?key=1` becomes `rtsp://host/path`, also inside a longer text.

    Where a path holds an "@" too much is removed rather than too little: a password may hold "/" and "@".
    """
    return _QUERY.sub(r"\g<before>", _USERINFO.sub(r"\g<scheme>", text))
