"""Network addresses with their credentials apart, so that a form never shows them. No Qt."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit


def join_credentials(address: str, user: str, password: str) -> str:
    """`rtsp://host/path` with user and password inside, percent-encoded; unchanged without a user."""
    if not user:
        return address
    scheme, separator, rest = address.partition("://")
    if not separator:
        return address
    secret = quote(user, safe="") + (":" + quote(password, safe="") if password else "")
    return f"{scheme}://{secret}@{rest}"


def split_credentials(address: str) -> tuple[str, str, str]:
    """Address without credentials, user, password, from whatever somebody pasted.

    The last "@" before the path ends the credentials, as in urllib: a password may itself hold "@".
    """
    try:
        parts = urlsplit(address)
    except ValueError:  # a broken IPv6 address; the service refuses it
        return address, "", ""
    if "@" not in parts.netloc:
        return address, "", ""
    secret, _, host = parts.netloc.rpartition("@")
    user, _, password = secret.partition(":")
    return parts._replace(netloc=host).geturl(), unquote(user), unquote(password)
