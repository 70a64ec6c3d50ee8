"""Records, receipts and exports are checked against the schemas in resources/schemas before they leave the program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

import structlog

from desktop.paths import resources_dir
from desktop.services.receipt_errors import RecordNotValid

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

log = structlog.get_logger("desktop.services")


class Schema(StrEnum):
    """File names."""

    RECORD = "consent-record"  # ISO/IEC TS 27560, records and receipts
    KANTARA = "kantara-receipt"
    EXPORT = "export"


@cache
def _validator(schema: Schema) -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # 0.15 s that the opening of a desk need not wait for

    loaded = json.loads(schema_bytes(schema))
    Draft202012Validator.check_schema(loaded)
    return Draft202012Validator(loaded)


def schema_bytes(schema: Schema) -> bytes:
    """The schema as it lies in resources/schemas."""
    return (resources_dir() / "schemas" / f"{schema.value}.json").read_bytes()


def check(values: Mapping[str, Any], schema: Schema) -> None:
    """Raises RecordNotValid. What is wrong is logged by its place only: the values are personal."""
    places = sorted({error.json_path for error in _validator(schema).iter_errors(values)})
    if places:
        log.error("record_not_valid", schema=schema.value, places=places)
        raise RecordNotValid
