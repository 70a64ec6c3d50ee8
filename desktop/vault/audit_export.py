"""The audit log as a file that stands for itself: JSON Lines, each line canonical JSON (RFC 8785).

    {"format":1,"kind":"consentry-audit-export","prune":null or [statement, signature],"vault":…}
    {"body":{…},"head":"…","seq":1}
    …
    {"anchor":statement,"public_key":"…","signature":"…"}

A statement is its signed text. Heads, keys and signatures are hex. What was let go before the first entry is
proven by the prune, the last head by the anchor, everything between by the chain.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from desktop.domain.audit import AuditPoint
from desktop.domain.audit_verdict import Fault, Finding, Signer, Verdict
from desktop.domain.progress import UNWATCHED, Progress, checkpoint
from desktop.vault.audit_statement import Statement, StatementKind, genesis
from desktop.vault.audit_verify import CHUNK, ChainCheck, Expected, Rows, Signed, checked
from desktop.vault.errors import AuditExportUnwritable, AuditFileUnreadable
from desktop.vault.records import JsonValue
from desktop.vault.signing import canonical_json, fingerprint

KIND = "consentry-audit-export"
FORMAT = 1
_HEADER = frozenset({"format", "kind", "prune", "vault"})
_END = frozenset({"anchor", "public_key", "signature"})
# Keys are sorted in canonical JSON, so the body stands in front, byte for byte as it was hashed.
_LINE = re.compile(rb'\{"body":(\{.*\}),"head":"([0-9a-f]{64})","seq":(\d{1,15})\}', re.DOTALL)


@dataclass(frozen=True, slots=True)
class ExportFrame:
    """What surrounds the entries: the newest prune, if any, the signed end, and the signer's raw public key."""

    vault_id: str
    prune: tuple[str, bytes] | None
    anchor: Statement
    signature: bytes
    public_key: bytes


def write_export(target: Path, frame: ExportFrame, chunks: Iterator[Rows], progress: Progress) -> None:
    """Write the file, whole or not at all. Raises AuditExportUnwritable, Cancelled."""
    partial = target.with_name(f"{target.name}.part")
    try:
        try:
            with partial.open("wb") as file:
                _write(file, frame, chunks, progress)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise AuditExportUnwritable(path=target) from error


def _write(file: IO[bytes], frame: ExportFrame, chunks: Iterator[Rows], progress: Progress) -> None:
    prune: list[JsonValue] | None = None if frame.prune is None else [frame.prune[0], frame.prune[1].hex()]
    file.write(canonical_json({"format": FORMAT, "kind": KIND, "prune": prune, "vault": frame.vault_id}) + b"\n")
    last = frame.anchor.point.seq
    for rows in chunks:
        checkpoint(progress, min(1.0, rows[-1][0] / max(1, last)))
        file.writelines(
            b'{"body":%b,"head":"%b","seq":%d}\n' % (body, head.hex().encode(), seq) for seq, body, head in rows
        )
    signed = {
        "anchor": frame.anchor.text(),
        "public_key": frame.public_key.hex(),
        "signature": frame.signature.hex(),
    }
    file.write(canonical_json(dict(signed)) + b"\n")


def verify_file(source: Path, known: str | None = None, progress: Progress = UNWATCHED) -> Verdict:
    """Check an exported log. `known`: the fingerprint that the site's notice or receipts show.

    Raises AuditFileUnreadable for a file that is no export at all, Cancelled.
    """
    try:
        size = source.stat().st_size
        with source.open("rb") as file:
            header, end = _first(file), _last(file, size)
            verdict = _Reading(file, size, header, end, progress).verdict()
            return verdict if known is None else against(verdict, known)
    except (OSError, _NoExport) as error:
        raise AuditFileUnreadable(path=source) from error


class _NoExport(Exception):
    """The file does not begin like an export."""


class _Reading:
    def __init__(
        self, file: IO[bytes], size: int, header: dict[str, Any], end: dict[str, Any], progress: Progress
    ) -> None:
        self._file = file
        self._size = size
        self._end = end
        self._progress = progress
        self._vault = str(header.get("vault"))
        self._prune = header.get("prune")
        self._broken = False
        self._findings: list[Finding] = []

    def verdict(self) -> Verdict:
        key = _hex(self._end.get("public_key"))
        expected = Expected(self._vault, key, ())
        start = self._start(expected)
        anchor = self._anchor(expected)
        point = anchor.point if anchor is not None else None
        check = ChainCheck(start, {} if point is None or point.seq <= start.seq else {point.seq: point.head})
        for rows in self._rows():
            check.feed(rows)
        check.finish()
        if self._broken:
            self._findings.append(Finding(Fault.UNREADABLE, check.last + 1))
        if point is None:
            self._findings.append(Finding(Fault.UNSIGNED, check.last))
        elif check.last > point.seq:
            self._findings.append(Finding(Fault.REWRITTEN, point.seq + 1))
        return Verdict(
            entries=check.entries,
            first=check.first,
            last=check.last if check.entries else 0,
            until=anchor.at if anchor is not None else None,
            checkpoints=int(anchor is not None),
            pruned=start.seq,
            findings=tuple(dict.fromkeys([*self._findings, *check.findings])),
            signer=Signer.UNKNOWN,
            fingerprint=fingerprint(key) if key else "",
            anchored=point.seq if point is not None else None,
        )

    def _start(self, expected: Expected) -> AuditPoint:
        statement = self._checked(self._prune, StatementKind.PRUNE, expected) if self._prune is not None else None
        return genesis(self._vault) if statement is None else statement.point

    def _anchor(self, expected: Expected) -> Statement | None:
        pair = [self._end.get("anchor"), self._end.get("signature")]
        return self._checked(pair, StatementKind.ANCHOR, expected) if self._end else None

    def _checked(self, pair: Any, kind: StatementKind, expected: Expected) -> Statement | None:
        if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):
            self._findings.append(Finding(Fault.FORGED))
            return None
        return checked(Signed(None, pair[0], _hex(pair[1])), kind, expected, self._findings)

    def _rows(self) -> Iterator[Rows]:
        """Entries in the order of the file, until its signed end or a line that is none."""
        self._file.seek(0)
        self._file.readline()
        rows: list[tuple[int, bytes, bytes]] = []
        for line in self._file:
            found = _LINE.fullmatch(line.rstrip(b"\n"))
            if found is None:
                self._broken = not line.startswith(b'{"anchor":') or bool(self._file.readline())
                break
            rows.append((int(found[3]), found[1], bytes.fromhex(found[2].decode())))
            if len(rows) == CHUNK:
                checkpoint(self._progress, self._file.tell() / self._size)
                yield rows
                rows = []
        yield rows
        self._progress.report(1.0)


def _first(file: IO[bytes]) -> dict[str, Any]:
    header = _object(file.readline(65536).removesuffix(b"\n"), _HEADER)
    if header.get("kind") != KIND or header.get("format") != FORMAT:
        raise _NoExport
    return header


def _last(file: IO[bytes], size: int) -> dict[str, Any]:
    """The signed end; empty where there is none."""
    file.seek(max(0, size - 4096))
    lines = file.read().rstrip(b"\n").split(b"\n")
    return _object(lines[-1], _END)


def _object(line: bytes, keys: frozenset[str]) -> dict[str, Any]:
    """The object with exactly these keys, written as this program writes it; else an empty one. What is not looked at
    could be changed unnoticed."""
    try:
        found = json.loads(line)
        return found if isinstance(found, dict) and found.keys() == keys and canonical_json(found) == line else {}
    except ValueError:
        return {}


def _hex(value: object) -> bytes:
    try:
        return bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        return b""


def against(verdict: Verdict, known: str) -> Verdict:
    """The verdict with the signer compared with a fingerprint that came another way."""
    same = _digits(verdict.fingerprint) == _digits(known)
    return replace(verdict, signer=Signer.KNOWN if same else Signer.OTHER)


def _digits(text: str) -> str:
    return "".join(text.split()).replace(":", "").lower()
