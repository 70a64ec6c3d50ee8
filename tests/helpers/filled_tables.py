"""Fills every table of any revision of the database with rows that its constraints accept, from its schema alone."""

from __future__ import annotations

import random
import re
import uuid

from sqlalchemy import Column, Connection, MetaData, Table, func, select
from sqlalchemy import exc as sa_exc

ROWS = 3
_TRIES = 300
_SKIPPED = frozenset({"alembic_version", "row_counts"})


def fill(connection: Connection, seed: int = 1) -> dict[str, int]:
    """Three rows in each table, or one where it takes no more; the number of rows by table.

    Values are guessed from types, from what the checks allow and from the rows of the tables referred to, and tried
    until the database takes them: so tables that do not exist yet today are filled as well.
    """
    chance = random.Random(seed)
    tables = MetaData()
    tables.reflect(connection)
    amounts = {}
    for table in tables.sorted_tables:
        if table.name in _SKIPPED:
            continue
        sql = str(connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (table.name,)).scalar())
        amounts[table.name] = sum(_insert(connection, table, sql, chance) for _ in range(ROWS))
        if not amounts[table.name]:
            raise AssertionError(f"no row could be made for {table.name}: teach tests/helpers/filled_tables.py")
    return amounts


def _insert(connection: Connection, table: Table, sql: str, chance: random.Random) -> bool:
    columns = [column for column in table.columns if column.computed is None]
    names = ", ".join(column.name for column in columns)
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' for _ in columns)})"
    for _ in range(_TRIES):
        values = tuple(_value(connection, column, sql, chance) for column in columns)
        try:
            connection.exec_driver_sql(statement, values)  # a refused statement leaves the transaction as it was
        except sa_exc.DBAPIError:
            continue
        return True
    return False


def _value(connection: Connection, column: Column[object], sql: str, chance: random.Random) -> object:
    if column.nullable and chance.random() < 0.3:
        return None
    for reference in column.foreign_keys:
        target = reference.column
        return connection.scalars(select(target).order_by(func.random()).limit(1)).first()
    allowed = re.findall(rf"\b{column.name} = '?(\w+)", sql)
    if allowed:
        return chance.choice(allowed)
    kind = column.type.python_type
    if kind is bytes:
        return chance.randbytes(chance.choice([16, 32, 61, 64]))
    if kind in (int, bool):
        return chance.choice([0, 1, 2, chance.randrange(10**6)])
    if kind is str:
        return chance.choice(["{}", "[]", str(uuid.UUID(int=chance.getrandbits(128)))])
    return "[]" if kind in (dict, list) else chance.random()
