"""Asks an RTSP camera, in a few lines of plain text, why it does not serve us.

FFmpeg through OpenCV says only "did not open". This tells a wrong password from a wrong path and from a camera that
is not there. RTSP 1.0: RFC 2326; Basic and Digest: RFC 7617, RFC 2617 (MD5, qop=auth), RFC
7616 (SHA-256).
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import socket
import time
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, unquote, urlsplit

from desktop.capture.source import SourceError
from desktop.domain.cameras import StateReason

DEFAULT_PORT = 554
_KEPT = "/%:@!$&'()*+,;=~?"  # what RFC 3986 allows in a path and query, and what is already encoded
_LONGEST_REPLY = 64 * 1024
_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_HASHES = {"": hashlib.md5, "MD5": hashlib.md5, "SHA-256": hashlib.sha256}


@dataclass(frozen=True, slots=True, repr=False)
class RtspAddress:
    """An RTSP URL taken apart; `bare` is the URL without credentials, as it goes over the line."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    bare: str

    @classmethod
    def parse(cls, url: str) -> RtspAddress:
        """Raises SourceError(NOT_FOUND) for anything but a complete rtsp:// URL."""
        try:
            parts = urlsplit(url.strip())
            host, port = parts.hostname, parts.port
        except ValueError:
            raise SourceError(StateReason.NOT_FOUND) from None  # the message of ValueError quotes the address
        if parts.scheme.lower() != "rtsp" or not host:
            raise SourceError(StateReason.NOT_FOUND)
        netloc = parts.netloc.rpartition("@")[2]
        path, query = quote(parts.path, safe=_KEPT), quote(parts.query, safe=_KEPT)
        bare = SplitResult("rtsp", netloc, path, query, "").geturl()
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(host, port or DEFAULT_PORT, user, password, bare)

    def __repr__(self) -> str:
        return f"RtspAddress({self.host!r}, {self.port})"


def check_rtsp(url: str, timeout: float = 4.0) -> None:
    """Send DESCRIBE, with credentials if asked for them.

    Args:
        url: rtsp://[user:password@]host[:port]/path; parts of the credentials may be percent-encoded.
        timeout: seconds for the whole exchange.

    Raises:
        SourceError: BAD_PASSWORD (401 or 403 to the credentials, or none given), NOT_FOUND (404, 410 or not an RTSP
            URL), UNREACHABLE (no connection, no answer in time). Any other answer, and a kind of authentication
            this does not know, is no reason and returns.
    """
    address = RtspAddress.parse(url)
    until = time.monotonic() + timeout
    try:
        with socket.create_connection((address.host, address.port), timeout=timeout) as line:
            status = _ask(line, address, until)
    except (OSError, UnicodeError):  # UnicodeError: a host name that cannot be encoded
        raise SourceError(StateReason.UNREACHABLE) from None
    if status in (401, 403):
        raise SourceError(StateReason.BAD_PASSWORD)
    if status in (404, 410):
        raise SourceError(StateReason.NOT_FOUND)


def _ask(line: socket.socket, address: RtspAddress, until: float) -> int:
    """The status of DESCRIBE, with credentials if the camera wants them and we have them; 0 if that stays open."""
    status, headers = _describe(line, address, 1, "", until)
    if status != 401 or not address.user:
        return status
    answer = authorization(address, "DESCRIBE", headers.get("www-authenticate", []))
    if answer is None:
        return 0
    try:
        return _describe(line, address, 2, answer, until)[0]
    except OSError:
        return 0  # hung up after the challenge, as a few cameras do


def authorization(address: RtspAddress, method: str, challenges: list[str]) -> str | None:
    """The Authorization header's value for the strongest challenge known, Digest before Basic; None if none is."""
    digests = [text for text in challenges if text[:7].lower() == "digest "]
    for challenge in sorted(digests, key=lambda text: "sha-256" not in text.lower()):
        answer = _digest(address, method, challenge)
        if answer is not None:
            return answer
    if any(text[:5].lower() == "basic" for text in challenges):
        return "Basic " + base64.b64encode(f"{address.user}:{address.password}".encode()).decode()
    return None


def _digest(address: RtspAddress, method: str, challenge: str) -> str | None:
    given = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(challenge)}
    algorithm = given.get("algorithm", "")
    make = _HASHES.get(algorithm.upper())
    if make is None or "nonce" not in given:
        return None

    def hashed(text: str) -> str:
        return make(text.encode(), usedforsecurity=False).hexdigest()

    realm, nonce = given.get("realm", ""), given["nonce"]
    secret = hashed(f"{address.user}:{realm}:{address.password}")
    action = hashed(f"{method}:{address.bare}")
    fields = {"username": address.user, "realm": realm, "nonce": nonce, "uri": address.bare}
    plain = ""
    if "auth" in re.split(r"[\s,]+", given.get("qop", "")):
        fields["cnonce"] = cnonce = secrets.token_hex(8)
        fields["response"] = hashed(f"{secret}:{nonce}:00000001:{cnonce}:auth:{action}")
        plain = ", qop=auth, nc=00000001"
    elif "qop" in given:
        return None
    else:
        fields["response"] = hashed(f"{secret}:{nonce}:{action}")
    if "opaque" in given:
        fields["opaque"] = given["opaque"]
    if algorithm:
        plain += f", algorithm={algorithm}"
    return "Digest " + ", ".join(f'{name}="{value}"' for name, value in fields.items()) + plain


def _describe(
    line: socket.socket, address: RtspAddress, number: int, authorization: str, until: float
) -> tuple[int, dict[str, list[str]]]:
    """One DESCRIBE and the head of its answer: status code (0: not RTSP) and headers by lower-case name."""
    head = [f"DESCRIBE {address.bare} RTSP/1.0", f"CSeq: {number}", "Accept: application/sdp", "User-Agent: Consentry"]
    if authorization:
        head.append(f"Authorization: {authorization}")
    line.settimeout(_left(until))
    line.sendall(("\r\n".join(head) + "\r\n\r\n").encode())
    received = b""
    while b"\r\n\r\n" not in received and len(received) < _LONGEST_REPLY:
        received += _receive(line, until)
    top, _, body = received.partition(b"\r\n\r\n")
    first, *rest = top.decode("latin-1").split("\r\n")
    headers: dict[str, list[str]] = {}
    for text in rest:
        name, _, value = text.partition(":")
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    length = headers.get("content-length", ["0"])[0]
    missing = min(int(length) if length.isdecimal() else 0, _LONGEST_REPLY) - len(body)
    while missing > 0:  # else the body would be taken for the next answer
        missing -= len(_receive(line, until))
    match = re.match(r"RTSP/\d\.\d (\d{3})", first)
    return (int(match.group(1)) if match else 0), headers


def _receive(line: socket.socket, until: float) -> bytes:
    line.settimeout(_left(until))
    part = line.recv(4096)
    if not part:
        raise ConnectionError
    return part


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
