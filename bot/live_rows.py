"""Which messages of the outbox are still to be sent, said so that a year's messages are not looked through.

The states are written out, not parameters: an index of some rows only (`ix_outbox_live`, `ix_outbox_waiting`,
`ix_outbox_sending`) is used where the statement itself shows that no other row is wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import literal_column

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

_waiting: ColumnElement[str] = literal_column("'waiting'")
_sending: ColumnElement[str] = literal_column("'sending'")


def is_live(rows: FromClause) -> ColumnElement[bool]:
    """Rows that wait or are being sent."""
    return rows.c.state.in_((_waiting, _sending))


def is_waiting(rows: FromClause) -> ColumnElement[bool]:
    """Rows that no process has taken."""
    return rows.c.state == _waiting


def is_sending(rows: FromClause) -> ColumnElement[bool]:
    """Rows in the hands of a process."""
    return rows.c.state == _sending
