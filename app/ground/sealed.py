"""Where sealed values lie: one list, taken from the models, for all who must find every one of them.

A column joins it by its type: `sealed: Mapped[Sealed]` or `Mapped[Sealed | None]`. What seals it says
`table=<the table's own name>` and `row=<its only primary key, a UUID>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from sqlalchemy import MetaData
from sqlalchemy.orm import mapped_column

Sealed = Annotated[bytes, mapped_column(info={"sealed": True})]


@dataclass(frozen=True)
class Place:
    """One sealed column, and the column that names its rows."""

    table: str
    column: str
    row: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


def places(metadata: MetaData) -> list[Place]:
    """Every sealed column, by name. Raises ValueError for one in a table whose rows have no single name to be sealed for."""
    found = []
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        for column in table.columns:
            if column.info.get("sealed"):
                if len(table.primary_key) != 1:
                    raise ValueError(f"{table.name}.{column.name} is sealed, and its rows have more than one key.")
                found.append(Place(table.name, column.name, table.primary_key.columns[0].name))
    return found


def present(connection: Any, among: list[Place]) -> list[Place]:
    """Those whose columns the database has: it may be older than this code. `connection` is psycopg's."""
    rows = connection.execute("select table_name, column_name from information_schema.columns where table_schema = 'public'")
    there = {tuple(row) for row in rows.fetchall()}
    return [place for place in among if (place.table, place.column) in there]


def by_number(connection: Any, place: Place) -> Mapping[int, int]:
    """How many values of one column lie under each key number. `connection` is psycopg's."""
    rows = connection.execute(
        f'select get_byte(substring("{place.column}", 1, 1), 0), count(*) from "{place.table}"'  # noqa: S608  (names from the models)
        f' where octet_length("{place.column}") > 0 group by 1 order by 1'
    ).fetchall()
    return {int(number): int(count) for number, count in rows}
