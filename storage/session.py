"""One unit of work's view of the database. When it begins and commits is `storage/database.py`'s business."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Executable
    from sqlalchemy.engine import Connection, CursorResult


_FOR_VALUES = text("SET LOCAL plan_cache_mode = force_custom_plan")


class WriteOutsideEffect(RuntimeError):  # noqa: N818 - the name says what happened
    """A script tried to write outside `once`: it would write again at every replay."""


class Session:
    """A connection inside a transaction, which may be asked not to write for a while.

    `statements` counts what was sent, for the benchmarks and for tests.
    """

    __slots__ = ("_may_write", "connection", "statements")

    def __init__(self, connection: Connection, *, may_write: bool) -> None:
        self.connection = connection
        self.statements = 0
        self._may_write = may_write

    @property
    def may_write(self) -> bool:
        """Whether this unit of work may write now, and so may lock rows."""
        return self._may_write

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a Core statement; raise `WriteOutsideEffect` for a write where only reading is allowed."""
        if getattr(statement, "is_dml", False) and not self._may_write:
            message = f"writing to {getattr(statement, 'table', '?')} outside once()"
            raise WriteOutsideEffect(message)
        self.statements += 1
        return self.connection.execute(statement, parameters)

    def rows(self, statement: Executable, parameters: Any = None) -> Sequence[Any]:
        """All rows, with their columns as attributes and in order."""
        return self.execute(statement, parameters).all()

    def first(self, statement: Executable, parameters: Any = None) -> Any:
        """The first row, or None."""
        return self.execute(statement, parameters).first()

    def scalar(self, statement: Executable, parameters: Any = None) -> Any:
        """The first column of the first row, or None."""
        return self.execute(statement, parameters).scalar()

    def plan_for_values(self) -> None:
        """Have PostgreSQL plan this transaction's statements for the values given, not once for any.

        For a statement over thousands of rows, of which the plan for any values takes a third longer.
        """
        if self.connection.dialect.name == "postgresql":
            self.execute(_FOR_VALUES)

    @contextmanager
    def reading_only(self) -> Iterator[None]:
        """Refuse writes inside this block."""
        before, self._may_write = self._may_write, False
        try:
            yield
        finally:
            self._may_write = before

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Allow writes inside this block, as `once` does."""
        before, self._may_write = self._may_write, True
        try:
            yield
        finally:
            self._may_write = before
