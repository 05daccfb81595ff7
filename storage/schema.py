"""What all tables share: names of constraints, keys, aware UTC times. The tables are in `tables`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Integer, MetaData, TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    },
)

BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up by itself only on INTEGER


class UtcTime(TypeDecorator[dt.datetime]):
    """An aware UTC time; a naive one is a mistake of the caller."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Refuse naive times; SQLite stores them without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a time without a zone"
            raise ValueError(message)
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Give the zone back that SQLite does not keep."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=dt.UTC)


def key() -> Column[Any]:
    """The id of a row."""
    return Column("id", BigId, primary_key=True)


def to(name: str, target: str, *, null: bool = False, index: bool = False) -> Column[Any]:
    """A column that names a row of another table."""
    return Column(name, BigId, ForeignKey(f"{target}.id"), nullable=null, index=index)
