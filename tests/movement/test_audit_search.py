"""The record: who may read it, what is found, what a view leaves, and the file it becomes."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING

import openpyxl
import pytest
from sqlalchemy import insert, select, update

from movement import audit, audit_file, audit_search, exports, my_data, views
from movement.audit_search import Filter
from movement.errors import DomainError
from storage.people_tables import person
from storage.tables import audit as table
from tests.movement.demo_world import ZONE
from tests.movement.trees import Tree, undone

if TYPE_CHECKING:
    from movement.context import Context
    from storage.database import Database
    from storage.session import Session

TODAY = dt.date(2027, 3, 1)


def tree(session: Session) -> Tree:
    grown = Tree(session, TODAY)
    grown.unit("tỉnh", "federation_province")
    grown.unit("phường", "ward_union", "tỉnh")
    grown.unit("may", "grassroots_union", "phường")
    grown.unit("phường khác", "ward_union", "tỉnh")
    grown.open("tỉnh", 2027, "cong-doan-mac-dinh")
    return grown


def did(who: Context, grown: Tree, home: str, act: str = "attest") -> None:
    audit.write(who, act, f"unit:{grown.units[home].id}")


def found(ctx: Context, wanted: Filter = Filter()) -> list[tuple[str, str]]:  # noqa: B008 - frozen
    return [(line.name, line.what) for line in audit_search.page(ctx, wanted, 1)[0]]


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(person_id=12),
        Filter(unit_id=3, act="consent_withdrawn"),
        Filter(entry_id=40, since=dt.date(2027, 1, 2), until=dt.date(2027, 1, 31)),
        Filter(12345, 1234, "view", 0, dt.date(2027, 1, 2), dt.date(2027, 1, 31)),
    ],
)
def test_a_search_fits_into_a_button_and_comes_back(wanted: Filter) -> None:
    assert audit_search.read(wanted.text()) == wanted
    assert len(f"/xuatnhatky {wanted.text()}".encode()) <= 64


@pytest.mark.parametrize("text", ["", "-", "p", "pabc", "z9", "a999", "s20271399", "p1;drop", "p" + "9" * 30])
def test_what_is_no_search_finds_everything(text: str) -> None:
    assert audit_search.read(text) == Filter()


def test_the_record_is_read_down_the_tree_only(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        worker, neighbour = grown.person("unit_head", "may"), grown.person("unit_head", "phường khác")
        did(worker, grown, "may")
        did(neighbour, grown, "phường khác")
        ours = (worker.person.name, "may")
        theirs = (neighbour.person.name, "phường khác")

        assert found(grown.person("data_officer", "phường")) == [ours]
        assert found(grown.person("admin", "tỉnh")) == [theirs, ours]
        assert found(grown.person("data_officer", "phường khác")) == [theirs]

    undone(database, work)


@pytest.mark.parametrize("held", ["member", "unit_head", "upper_officer", "standing_committee", "appraiser"])
def test_nobody_else_reads_it_nor_gets_it_as_a_file(database: Database, held: str) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        did(grown.person("unit_head", "may"), grown, "may")
        other = grown.person(held, "tỉnh")

        assert found(other) == []
        with pytest.raises(DomainError):
            audit_search.demand(other)
        with pytest.raises(DomainError):
            exports.make(other, audit_file.KIND, {"filter": "-", "format": "csv"}, lambda _sha256: b"")

    undone(database, work)


def test_it_is_searched_by_person_unit_act_entry_and_day(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        officer = grown.person("admin", "tỉnh")
        first, second = grown.person("unit_head", "may"), grown.person("unit_head", "phường khác")
        entry_id = grown.entry(first, "may", grown.cycles["tỉnh", 2027])
        did(first, grown, "may")
        did(second, grown, "phường khác", "schedule")
        later = grown.as_person(first.person, TODAY + dt.timedelta(days=1))
        audit.write(later, "prove", f"entry:{entry_id}")
        one, other, third = (first.person.name, "may"), (second.person.name, "phường khác"), (
            first.person.name, "MH27-0001",
        )  # fmt: skip

        assert found(officer) == [third, other, one]
        assert found(officer, Filter(person_id=second.person.id)) == [other]
        assert found(officer, Filter(unit_id=grown.units["phường"].id)) == [one]
        assert found(officer, Filter(act="schedule")) == [other]
        assert found(officer, Filter(entry_id=entry_id)) == [third]
        assert found(officer, Filter(since=TODAY, until=TODAY)) == [other, one]
        assert found(officer, Filter(since=TODAY + dt.timedelta(days=1))) == [third]
        assert found(officer, Filter(unit_id=9999)) == []

    undone(database, work)


def test_pages_follow_each_other_in_a_fixed_number_of_statements(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        officer, worker = grown.person("admin", "tỉnh"), grown.person("unit_head", "may")
        for number in range(25):
            values = {"at": worker.now, "person_id": worker.person.id, "channel": "web", "act": "view"}
            where = {"subject": f"entry:{number}", "details": {}, "path": grown.units["may"].path}
            session.execute(insert(table).values(**values, **where))

        before = session.statements
        pages = [audit_search.page(officer, Filter(), number) for number in (1, 2, 3, 4)]

        assert [(len(lines), has_more) for lines, has_more in pages] == [
            (10, True), (10, True), (5, False), (0, False),
        ]  # fmt: skip
        seen = [line.subject for lines, _more in pages for line in lines]
        assert seen == [f"entry:{number}" for number in reversed(range(25))]
        assert session.statements - before <= 8

    undone(database, work)


def test_a_view_is_written_once_for_each_person_thing_and_day(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        author = grown.person("unit_head", "may")
        entry_id = grown.entry(author, "may", grown.cycles["tỉnh", 2027])
        officer, other = grown.person("upper_officer", "phường"), grown.person("admin", "tỉnh")
        path = grown.units["may"].path

        for who, day in ((officer, 0), (officer, 0), (other, 0), (officer, 1), (author, 0)):
            ctx = grown.as_person(who.person, TODAY + dt.timedelta(days=day))
            views.note(ctx, f"entry:{entry_id}", path, author.person.id)
            views.note(ctx, f"entry:{entry_id}", path, author.person.id)
            views.keep(ctx)

        rows = session.rows(select(table.c.person_id, table.c.path, table.c.role).order_by(table.c.id))
        assert [tuple(row) for row in rows] == [
            (officer.person.id, path, "upper_officer"),
            (other.person.id, path, "admin"),
            (officer.person.id, path, "upper_officer"),
        ]
        told = my_data.views(author)
        assert [(each.name, each.subject) for each in told] == [
            (officer.person.name, "MH27-0001"),
            (other.person.name, "MH27-0001"),
            (officer.person.name, "MH27-0001"),
        ]
        assert my_data.views(officer) == []

    undone(database, work)


def test_where_nothing_was_seen_nothing_is_asked(database: Database) -> None:
    def work(session: Session) -> None:
        lan = tree(session).person("member", "may")
        before = session.statements

        views.keep(lan)

        assert session.statements == before

    undone(database, work)


def test_the_file_holds_every_row_and_nothing_that_runs(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        officer, worker = grown.person("admin", "tỉnh"), grown.person("unit_head", "may")
        wrong = "=HYPERLINK(1)"
        session.execute(update(person).where(person.c.id == worker.person.id).values(name=wrong))
        did(worker, grown, "may")

        made = exports.make(officer, audit_file.KIND, {"filter": "-", "format": "csv"}, lambda _sha256: b"")
        rows = list(csv.reader(io.StringIO(made.data.decode("utf-8-sig"))))
        assert (made.name, len(rows)) == ("nhat-ky-2027-03-01.csv", 2)
        assert rows[1][0] == "01/03/2027 12:00"
        assert not rows[1][1].startswith("=")

        made = exports.make(officer, audit_file.KIND, {"filter": "-", "format": "xlsx"}, lambda _sha256: b"")
        sheet = openpyxl.load_workbook(io.BytesIO(made.data)).active
        assert sheet is not None
        assert [cell.value for cell in sheet[2]][1:2] == [wrong]
        assert sheet["B2"].data_type == "s"

    undone(database, work)


def test_whoever_runs_it_gets_the_days_they_ask_for(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        worker = grown.person("unit_head", "may")
        did(worker, grown, "may")
        did(grown.as_person(worker.person, TODAY + dt.timedelta(days=1)), grown, "may", "schedule")
        midnight = dt.datetime.combine(TODAY + dt.timedelta(days=1), dt.time(), ZONE)

        assert [line.act for line in audit_search.all_of(session, None, None)] == ["attest", "schedule"]
        assert [line.act for line in audit_search.all_of(session, None, midnight)] == ["attest"]
        assert [line.act for line in audit_search.all_of(session, midnight, None)] == ["schedule"]

    undone(database, work)
