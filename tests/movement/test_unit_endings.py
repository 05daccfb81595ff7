"""Merging, closing, splitting and dissolving units: what goes on elsewhere, and what stays."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from movement import join_codes, notices, unit_endings, unit_history, units
from movement.errors import DomainError
from movement.unit_endings import Split
from storage.channel_tables import export
from storage.people_tables import address, join_code, role
from storage.tables import audit, entry
from storage.unit_tables import unit
from tests.movement.trees import Tree, undone

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from movement.context import Context
    from storage.database import Database
    from storage.session import Session

TODAY = dt.date(2027, 3, 10)
DAY = dt.date(2027, 3, 1)


def in_tree(database: Database, work: Callable[[Tree, Context], None]) -> None:
    def run(session: Session) -> None:
        tree = Tree(session, TODAY)
        tree.unit("tỉnh", "federation_province")
        tree.unit("huyện", "federation_district", "tỉnh")
        tree.unit("May", "grassroots_union", "huyện")
        tree.unit("Dệt", "grassroots_union", "huyện")
        tree.unit("Tổ 1", "union_group", "May")
        tree.open("tỉnh", 2027, "cong-doan-mac-dinh")
        work(tree, tree.person("admin", "tỉnh"))

    undone(database, run)


def row_of(tree: Tree, name: str) -> Any:
    return tree.session.first(select(unit).where(unit.c.id == tree.units[name].id))


def roles_in(tree: Tree, name: str) -> list[tuple[int, str]]:
    query = select(role.c.person_id, role.c.role).where(role.c.unit_id == tree.units[name].id)
    return sorted((row.person_id, row.role) for row in tree.session.rows(query))


def homes(tree: Tree) -> dict[int, int]:
    return {row.id: row.unit_id for row in tree.session.rows(select(entry.c.id, entry.c.unit_id))}


async def test_open_entries_follow_a_merger_and_finished_ones_stay(database: Database) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        may, det, cycle = tree.units["May"].id, tree.units["Dệt"].id, tree.cycles["tỉnh", 2027]
        lan = tree.person("member", "May")
        goes = [tree.entry(lan, "May", cycle, state=state) for state in ("submitted", "appraised", "proposed")]
        stays = [tree.entry(lan, "May", cycle, state=s) for s in ("recognised", "not_recognised", "withdrawn")]

        passed = unit_endings.merge(ctx, [may], det, DAY)

        assert passed == {"units": 1, "entries": 3, "people": 1, "released": 0}
        assert homes(tree) == {**dict.fromkeys(goes, det), **dict.fromkeys(stays, may)}
        ended = row_of(tree, "May")
        assert (ended.valid_to, ended.successor_id, ended.name) == (dt.date(2027, 2, 28), det, "May")
        assert row_of(tree, "Tổ 1").path == f"{row_of(tree, 'Dệt').path}{tree.units['Tổ 1'].id}/"
        assert roles_in(tree, "Dệt") == [(lan.person.id, "member")]
        assert [each.name for each in units.search(ctx, "may")] == ["Dệt"]  # found by the name that is gone
        (event,) = unit_history.of_unit(ctx, det)
        assert (event.change, event.name, event.is_other) == ("merge", "May", True)

    in_tree(database, work)


async def test_roles_held_in_both_units_are_held_once(database: Database) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        minh = tree.person("unit_officer", "May")
        tree.join(minh, "unit_officer", "Dệt")

        unit_endings.merge(ctx, [tree.units["May"].id], tree.units["Dệt"].id, DAY)

        assert roles_in(tree, "Dệt") == [(minh.person.id, "unit_officer")]
        assert roles_in(tree, "May") == []

    in_tree(database, work)


async def test_nobody_gains_rights_when_a_unit_closes_into_the_one_above(database: Database) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        officer, member = tree.person("upper_officer", "huyện"), tree.person("member", "huyện")
        before = roles_in(tree, "tỉnh")
        for code, role_name in (("CANBO", "upper_officer"), ("DOANVIEN", "member")):
            join_codes.invite(ctx, code, tree.units["huyện"].id, role_name)

        passed = unit_endings.close(ctx, tree.units["huyện"].id, tree.units["tỉnh"].id, DAY)

        assert passed == {"units": 2, "entries": 0, "people": 1, "released": 1}
        assert sorted({*roles_in(tree, "tỉnh")} - {*before}) == [(member.person.id, "member")]
        assert [each.name for each in units.children(ctx, tree.units["tỉnh"].id)] == ["Dệt", "huyện", "May"]
        codes = tree.session.rows(select(join_code.c.role, join_code.c.unit_id, join_code.c.revoked_at))
        assert {(row.role, row.unit_id, row.revoked_at is not None) for row in codes} == {
            ("upper_officer", tree.units["huyện"].id, True),
            ("member", tree.units["tỉnh"].id, False),
        }
        details = tree.session.scalar(select(audit.c.details).where(audit.c.act == "close_unit"))
        assert details["released"] == [[officer.person.id, "upper_officer"]]
        told = {each.person_id: each.text() for each in notices.of(ctx)}
        assert "cán bộ công đoàn cấp trên" in told[officer.person.id]
        assert "Đồng chí nay thuộc" in told[member.person.id]

    in_tree(database, work)


async def test_a_unit_with_open_units_below_is_not_dissolved(database: Database) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        with pytest.raises(DomainError, match="1 đơn vị"):
            unit_endings.dissolve(ctx, tree.units["May"].id, DAY)
        assert row_of(tree, "May").valid_to is None

    in_tree(database, work)


async def test_dissolving_releases_people_and_hands_open_entries_to_the_heir(database: Database) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        lan = tree.person("member", "Dệt")
        made = tree.entry(lan, "Dệt", tree.cycles["tỉnh", 2027])
        at = {"channel": "web", "account": "web", "chat": "lan", "person_id": lan.person.id, "created_at": lan.now}
        where = tree.session.scalar(insert(address).values(**at).returning(address.c.id))
        file = {"kind": "list", "arguments": {}, "state": "done", "sha256": "f", "created_at": lan.now}
        tree.session.execute(insert(export).values(person_id=lan.person.id, address_id=where, **file))
        tree.session.execute(
            insert(join_code).values(digest="x", unit_id=tree.units["Dệt"].id, role="member", used=0)
        )

        passed = unit_endings.dissolve(ctx, tree.units["Dệt"].id, DAY, tree.units["huyện"].id)

        assert passed == {"units": 0, "entries": 1, "people": 0, "released": 1}
        assert homes(tree) == {made: tree.units["huyện"].id}
        assert roles_in(tree, "Dệt") == roles_in(tree, "huyện") == []
        assert tree.session.scalar(select(join_code.c.revoked_at)) is not None
        assert tree.session.scalar(select(export.c.sha256)) == ""  # what was made with the right that ended
        assert [each.person_id for each in notices.of(ctx)] == [lan.person.id]

    in_tree(database, work)


async def test_a_split_unit_goes_on_or_passes_on_to_one_of_its_parts(database: Database) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        lan = tree.person("member", "Dệt")
        made = tree.entry(lan, "Dệt", tree.cycles["tỉnh", 2027])
        (apart,) = unit_endings.split(ctx, Split(tree.units["May"].id, ("May 2",), DAY))
        first, second = unit_endings.split(ctx, Split(tree.units["Dệt"].id, ("Dệt 1", "Dệt 2"), DAY, heir=1))

        assert row_of(tree, "May").valid_to is None
        assert row_of(tree, "Dệt").successor_id == second
        assert homes(tree) == {made: second}
        kinds = {each.id: (each.kind, each.parent_id) for each in units.several(ctx, [apart, first, second])}
        assert set(kinds.values()) == {("grassroots_union", tree.units["huyện"].id)}
        assert [each.change for each in unit_history.of_unit(ctx, first)] == ["found", "split"]

    in_tree(database, work)


@pytest.mark.parametrize(("ended", "into"), [("huyện", "huyện"), ("huyện", "May"), ("May", "Tổ 1")])
async def test_a_unit_ends_in_none_that_is_below_it(sqlite_database: Database, ended: str, into: str) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        with pytest.raises(DomainError, match="tiếp nhận"):
            unit_endings.close(ctx, tree.units[ended].id, tree.units[into].id, DAY)

    in_tree(sqlite_database, work)


async def test_what_has_ended_changes_no_more(sqlite_database: Database) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        unit_endings.merge(ctx, [tree.units["May"].id], tree.units["Dệt"].id, DAY)
        with pytest.raises(DomainError, match="28/02/2027"):
            unit_endings.merge(ctx, [tree.units["May"].id], tree.units["Dệt"].id, DAY)
        with pytest.raises(DomainError, match="28/02/2027"):
            unit_endings.close(ctx, tree.units["Dệt"].id, tree.units["May"].id, DAY)

    in_tree(sqlite_database, work)


async def test_merging_is_for_whoever_administers_both(sqlite_database: Database) -> None:
    def work(tree: Tree, _ctx: Context) -> None:
        here = tree.person("admin", "May")
        with pytest.raises(DomainError, match="Không tìm thấy"):
            unit_endings.merge(here, [tree.units["May"].id], tree.units["Dệt"].id, DAY)
        with pytest.raises(DomainError, match="Không tìm thấy"):
            unit_endings.merge(here, [tree.units["Dệt"].id], tree.units["May"].id, DAY)

    in_tree(sqlite_database, work)
