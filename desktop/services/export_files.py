"""The machine-readable files of a package: data.json with its schema, and each part as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any, Final

from desktop.domain.export import ExportKind, ExportPart
from desktop.services.export_reading import Content
from desktop.services.export_tables import Cell, Row
from desktop.services.record_schemas import Schema, check, schema_bytes

DATA, SCHEMA, PAGE, PRINTED = "data.json", "schema.json", "export.html", "export.pdf"
DOCUMENT: Final = "consentry export data"
VERSION: Final = 1
_CHECKED = 20  # rows of a part; all of them are made by the same lines of code, and ten thousand take a second
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def data_json(content: Content) -> bytes:
    """Everything, checked against the schema. Raises RecordNotValid."""
    held = {part.value: rows for part, rows in content.held.items()}
    values = _head(content)
    check({**values, "data": {name: rows[:_CHECKED] for name, rows in held.items()}}, Schema.EXPORT)
    head = json.dumps(values, ensure_ascii=False, indent=1).removesuffix("\n}")
    parts = ",\n".join(f'  "{name}": {_listed(rows)}' for name, rows in held.items())
    return f'{head},\n "data": {{\n{parts}\n }}\n}}\n'.encode()


def _listed(rows: Sequence[Row]) -> str:
    """A row a line; row by row, because one call for ten thousand would keep the window waiting."""
    return "[" + ",".join(f"\n   {json.dumps(row, ensure_ascii=False)}" for row in rows) + "]"


def schema_json() -> bytes:
    """The schema of data.json, as it lies in resources/schemas."""
    return schema_bytes(Schema.EXPORT)


def _head(content: Content) -> dict[str, Any]:
    order = content.order
    return {
        "document": DOCUMENT,
        "version": VERSION,
        "package": content.id,
        "kind": order.kind.value,
        "language": order.language,
        "made_at": content.made_at.isoformat(),
        "controller": asdict(content.controller),
        "signing_key": content.fingerprint,
        "texts_left_out": order.kind is ExportKind.ACCESS and order.without_texts,
        "statements": [
            {"article": each.article, "title": each.title, "lines": list(each.lines)} for each in content.statements
        ],
    }


def csv_name(part: ExportPart) -> str:
    """In the package."""
    return f"csv/{part.value}.csv"


def as_csv(part: ExportPart, rows: Sequence[Row]) -> bytes:
    """A part as a table with a head, in UTF-8 with its mark, which spreadsheets ask for. Lists of numbers are parted by
    blanks. A text that a spreadsheet would run as a formula begins with an apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns(part) if not rows else rows[0].keys())
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Cell) -> str | int | float | None:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, int | float):
        return value
    return " ".join(repr(number) for number in value)


@cache
def columns(part: ExportPart) -> tuple[str, ...]:
    """Fields of a part, as the schema names them."""
    schema: Mapping[str, Any] = json.loads(schema_json())
    return tuple(schema["$defs"][part.value]["properties"])
