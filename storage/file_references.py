"""Which stored files something in the database still refers to. What is not among them may be swept.

A reference is a column whose name ends in "sha256", or a hash anywhere in a JSON column: drafts of conversations
hold files in any depth. Tables that are added are looked into without being named here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, Text, cast, select

from storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Table

    from storage.session import Session

_HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_LIVE: Final = ("waiting", "sending")
# The record of acts is long and names no files; what pictures look like is only of use while evidence shows them.
_NEVER: Final = frozenset({"audit", "picture", "picture_band"})


def known(session: Session) -> set[str]:
    """The hashes of all files that are in use, as one snapshot sees them.

    Messages that were sent do not keep a file: what they showed belongs to evidence, an upload or an export.
    """
    found: set[str] = set()
    for table in metadata.sorted_tables:
        for column in table.columns if table.name not in _NEVER else ():
            for (value,) in _values(session, table, column):
                found.update(_HASH.findall(value))
    return found


def _values(session: Session, table: Table, column: Column[Any]) -> Iterator[Any]:
    """The texts of this column in which hashes may stand; nothing for other columns."""
    if column.name.endswith("sha256"):
        yield from session.execute(select(column).where(column != "").distinct())
    elif isinstance(column.type, JSON):
        query = select(cast(column, Text)).where(column.is_not(None))
        if table.name == "outbox":
            query = query.where(table.c.state.in_(_LIVE))
        yield from ((value,) for (value,) in session.execute(query) if value)
