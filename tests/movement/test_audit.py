"""The record of who did what: where and by which role, and that nobody changes it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from movement import access, audit, people, rulings
from movement.access import Thing
from storage.tables import audit as table
from tests.movement.trees import Tree, at_noon, undone

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from storage.database import Database
    from storage.session import Session

TODAY = dt.date(2027, 3, 1)


def tree(session: Session) -> Tree:
    grown = Tree(session, TODAY)
    grown.unit("tỉnh", "federation_province")
    grown.unit("phường", "ward_union", "tỉnh")
    grown.unit("may", "grassroots_union", "phường")
    grown.open("tỉnh", 2027, "cong-doan-mac-dinh")
    return grown


def last(session: Session) -> Any:
    return session.first(select(table).order_by(table.c.id.desc()).limit(1))


def a_row(session: Session) -> None:
    values = {"at": at_noon(TODAY), "channel": "web", "act": "submit", "subject": "entry:1", "details": {}}
    session.execute(insert(table).values(**values))


@pytest.mark.parametrize(
    "change",
    [update(table).values(act="nothing"), update(table).values(details={}), delete(table)],
    ids=["act", "details", "row"],
)
def test_no_row_is_changed_or_deleted(database: Database, change: Executable) -> None:
    database.write_now(a_row)

    with pytest.raises(DatabaseError, match="only ever added"):
        database.write_now(lambda session: session.execute(change))

    assert [row.act for row in database.read_now(lambda session: session.rows(select(table)))] == ["submit"]


def test_the_table_is_not_emptied_at_once_either(postgres_database: Database) -> None:
    postgres_database.write_now(a_row)

    with pytest.raises(DatabaseError, match="only ever added"):
        postgres_database.write_now(lambda session: session.execute(text("TRUNCATE audit")))


def test_a_row_says_where_it_was_done_and_which_role_allowed_it(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        author, officer = grown.person("unit_officer", "may"), grown.person("upper_officer", "phường")
        entry_id = grown.entry(author, "may", grown.cycles["tỉnh", 2027])

        rulings.confirm(officer, entry_id)

        row = last(session)
        assert (row.act, row.subject) == ("confirm", f"entry:{entry_id}")
        assert (row.path, row.role) == (grown.units["may"].path, "upper_officer")

    undone(database, work)


def test_what_one_does_to_ones_own_is_done_as_its_author(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        author = grown.person("unit_officer", "may")
        access.demand(author, "prove", Thing(grown.units["may"].path, author.person.id))

        audit.write(author, "prove", "entry:1")

        assert (last(session).path, last(session).role) == (grown.units["may"].path, "author")

    undone(database, work)


def test_joining_is_written_down_at_the_unit_joined(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        officer = grown.person("upper_officer", "phường")

        people.join(officer, grown.units["may"].id, "appraiser")

        assert last(session).path == grown.units["may"].path

    undone(database, work)


def test_place_and_role_cost_no_statement_of_their_own(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        officer = grown.person("upper_officer", "phường")
        access.demand(officer, "review", Thing(grown.units["may"].path, 0))
        before = session.statements

        audit.write(officer, "confirm", "entry:1")

        assert session.statements == before + 1

    undone(database, work)
