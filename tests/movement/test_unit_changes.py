"""Founding, renaming and moving units: what is kept of before, and what is refused."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from movement import unit_changes, unit_history, units
from movement.context import Context
from movement.errors import DomainError
from movement.operators import operator
from movement.unit_changes import Founding
from storage.tables import audit
from storage.unit_tables import unit, unit_change
from tests.movement.demo_world import ZONE
from tests.movement.trees import Tree, at_noon, undone

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database
    from storage.session import Session

TODAY = dt.date(2027, 3, 10)


def in_tree(database: Database, work: Callable[[Tree, Context], None]) -> None:
    """Run with a province, two wards, unions below them, and an administrator of the province."""

    def run(session: Session) -> None:
        tree = Tree(session, TODAY)
        tree.unit("tỉnh", "federation_province")
        tree.unit("An Bình", "ward_union", "tỉnh")
        tree.unit("Tân Hòa", "ward_union", "tỉnh")
        tree.unit("May", "grassroots_union", "An Bình")
        tree.unit("Tổ 1", "union_group", "May")
        work(tree, tree.person("admin", "tỉnh"))

    undone(database, run)


def path_of(tree: Tree, name: str) -> str:
    path: str = tree.session.scalar(select(unit.c.path).where(unit.c.id == tree.units[name].id))
    return path


async def test_a_form_prints_the_names_of_its_year(database: Database) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        ward, may = tree.units["An Bình"].id, tree.units["May"].id
        statements = tree.session.statements
        unit_changes.rename(ctx, ward, "Công đoàn phường An Bình", "CĐP An Bình", dt.date(2025, 7, 1))
        unit_changes.rename(ctx, ward, "Công đoàn phường Bình An", "", dt.date(2026, 7, 1))
        statements = tree.session.statements

        names = {year: unit_history.names_on(ctx, [ward, may], dt.date(year, 7, 1)) for year in (2024, 2025, 2026)}

        assert tree.session.statements == statements + 3
        assert names[2024] == {ward: "An Bình", may: "May"}
        assert names[2025] == {ward: "Công đoàn phường An Bình", may: "May"}
        assert names[2026] == {ward: "Công đoàn phường Bình An", may: "May"}
        day_before = unit_history.as_of(ctx, [ward], dt.date(2026, 6, 30))[ward]
        assert (day_before.name, day_before.short_name) == ("Công đoàn phường An Bình", "CĐP An Bình")

    in_tree(database, work)


async def test_a_unit_moves_with_all_below_it_and_its_old_place_is_kept(database: Database) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        may, old, new = (tree.units[name].id for name in ("May", "An Bình", "Tân Hòa"))

        unit_changes.move(ctx, may, new, dt.date(2027, 1, 1))

        assert path_of(tree, "May") == f"{tree.units['Tân Hòa'].path}{may}/"
        assert path_of(tree, "Tổ 1") == f"{tree.units['Tân Hòa'].path}{may}/{tree.units['Tổ 1'].id}/"
        assert [each.id for each in units.children(ctx, new)] == [may]
        assert unit_history.as_of(ctx, [may], dt.date(2026, 12, 31))[may].parent_id == old
        assert unit_history.as_of(ctx, [may], dt.date(2027, 1, 1))[may].parent_id == new
        (event,) = unit_history.of_unit(ctx, may)
        assert (event.change, event.day, event.name) == ("move", dt.date(2027, 1, 1), "Tân Hòa")

    in_tree(database, work)


async def test_two_changes_on_one_day_keep_what_stood_before_the_first(database: Database) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        ward, day = tree.units["An Bình"].id, dt.date(2025, 7, 1)
        unit_changes.rename(ctx, ward, "Công đoàn xã An Bình", "", day)
        unit_changes.change_kind(ctx, ward, "commune_union", day)

        before, after = (unit_history.as_of(ctx, [ward], each)[ward] for each in (dt.date(2025, 6, 30), day))

        assert (before.name, before.kind) == ("An Bình", "ward_union")
        assert (after.name, after.kind) == ("Công đoàn xã An Bình", "commune_union")

    in_tree(database, work)


async def test_a_renamed_unit_is_found_by_its_old_name(database: Database) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        unit_changes.rename(ctx, tree.units["May"].id, "Công đoàn cơ sở Dệt Kim", "", dt.date(2026, 1, 1))

        found = units.search(ctx, "may")

        assert [each.name for each in found] == ["Công đoàn cơ sở Dệt Kim"]

    in_tree(database, work)


@pytest.mark.parametrize(
    ("name", "under", "says"),
    [("An Bình", "An Bình", "chính là An Bình"), ("An Bình", "Tổ 1", "bên dưới"), ("May", "An Bình", "rồi")],
)
async def test_a_unit_never_comes_to_stand_below_itself(
    database: Database, name: str, under: str, says: str
) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        with pytest.raises(DomainError, match=says):
            unit_changes.move(ctx, tree.units[name].id, tree.units[under].id, TODAY)
        assert path_of(tree, "Tổ 1") == tree.units["Tổ 1"].path

    in_tree(database, work)


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (dt.date(2027, 3, 11), "chưa đến"),
        (dt.date(2019, 12, 31), "thành lập"),
        (dt.date(2026, 6, 30), "lần lượt"),
    ],
)
async def test_a_change_is_dated_between_the_last_one_and_today(
    sqlite_database: Database, day: dt.date, says: str
) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        new = Founding("grassroots_union", "Giấy", parent_id=tree.units["An Bình"].id, day=dt.date(2020, 1, 1))
        unit_id = unit_changes.found(ctx, new)
        unit_changes.rename(ctx, unit_id, "Giấy Sài Gòn", "", dt.date(2026, 7, 1))

        with pytest.raises(DomainError, match=says):
            unit_changes.rename(ctx, unit_id, "Giấy Việt", "", day)

    in_tree(sqlite_database, work)


async def test_only_an_administrator_of_the_subtree_changes_units(sqlite_database: Database) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        may, ward = tree.units["May"].id, tree.units["An Bình"].id
        here, elsewhere = tree.person("admin", "An Bình"), tree.person("admin", "Tân Hòa")
        for who in (elsewhere, tree.person("upper_officer", "tỉnh"), tree.person("member", "May")):
            with pytest.raises(DomainError, match="Không tìm thấy"):
                unit_changes.rename(who, may, "Khác", "", TODAY)
        with pytest.raises(DomainError, match="Không tìm thấy"):
            unit_changes.move(here, may, tree.units["Tân Hòa"].id, TODAY)  # out of the own subtree
        with pytest.raises(DomainError, match="Không tìm thấy"):
            unit_changes.found(here, Founding("ward_union", "Gốc mới"))  # at the top
        with pytest.raises(DomainError, match="Không tìm thấy"):
            unit_changes.rename(here, 10**9, "Khác", "", TODAY)

        unit_changes.rename(here, may, "May Mới", "", TODAY)

        assert unit_history.names_on(ctx, [may, ward], TODAY) == {may: "May Mới", ward: "An Bình"}
        acts = tree.session.rows(select(audit.c.act, audit.c.subject, audit.c.person_id))
        assert [tuple(row) for row in acts] == [("rename_unit", f"unit:{may}", here.person.id)]

    in_tree(sqlite_database, work)


async def test_the_command_line_founds_a_tree_in_an_empty_database(database: Database) -> None:
    def work(session: Session) -> None:
        ctx = operator(session, at_noon(TODAY), ZONE)

        root = unit_changes.found(ctx, Founding("federation_province", "LĐLĐ tỉnh Sông Lam", code="SL"))
        ward = unit_changes.found(ctx, Founding("ward_union", "Công đoàn phường An Bình", parent_id=root))

        (found,) = units.search(ctx, "an bình")
        assert (found.id, found.path) == (ward, f"/{root}/{ward}/")
        assert session.scalar(select(unit_change.c.person_id).limit(1)) is None
        with pytest.raises(DomainError, match="đã có"):
            unit_changes.found(ctx, Founding("ward_union", "Công đoàn phường An Bình", parent_id=root))
        with pytest.raises(DomainError, match="SL"):
            unit_changes.found(ctx, Founding("ward_union", "Công đoàn phường Khác", parent_id=root, code="SL"))

    undone(database, work)


async def test_two_administrators_at_once_never_tie_the_tree_in_a_circle(postgres_database: Database) -> None:
    database = postgres_database

    def begin(session: Session) -> tuple[Context, int, int]:
        tree = Tree(session, TODAY)
        tree.unit("tỉnh", "federation_province")
        first, second = (tree.unit(name, "ward_union", "tỉnh").id for name in ("An Bình", "Tân Hòa"))
        return tree.person("admin", "tỉnh"), first, second

    def move(session: Session, who: Context, unit_id: int, under: int) -> str:
        ctx = Context(session, who.person, who.now, who.today, who.channel, who.zone)
        try:
            unit_changes.move(ctx, unit_id, under, TODAY)
        except DomainError as refused:
            return str(refused)
        return ""

    who, first, second = await database.write(begin)
    said = await asyncio.gather(database.write(move, who, first, second), database.write(move, who, second, first))

    paths = await database.read(lambda session: [row.path for row in session.rows(select(unit.c.path))])
    assert sorted(map(bool, said)) == [False, True]
    assert sorted(path.count("/") for path in paths) == [2, 3, 4]


@pytest.mark.parametrize("name", ["", " \n", "x" * 201])
async def test_a_unit_has_a_name_of_a_sensible_length(sqlite_database: Database, name: str) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        with pytest.raises(DomainError):
            unit_changes.found(ctx, Founding("ward_union", name, parent_id=tree.units["tỉnh"].id))

    in_tree(sqlite_database, work)


async def test_a_tree_has_a_bottom(sqlite_database: Database) -> None:
    def work(tree: Tree, ctx: Context) -> None:
        def dig(above: int) -> None:
            for number in range(400):
                above = unit_changes.found(ctx, Founding("union_group", f"Tổ {number}", parent_id=above))

        with pytest.raises(DomainError, match="sâu"):
            dig(tree.units["tỉnh"].id)

    in_tree(sqlite_database, work)
