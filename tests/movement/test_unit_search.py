"""Finding units by what people type: short names, abbreviations, no accents, slips."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from movement import unit_changes, units
from movement.operators import operator
from movement.unit_changes import Founding
from tests.movement.demo_world import ZONE
from tests.movement.trees import at_noon, undone

if TYPE_CHECKING:
    from collections.abc import Callable

    from movement.context import Context
    from storage.database import Database
    from storage.session import Session

UNITS = (
    ("federation_province", "Liên đoàn Lao động tỉnh Sông Trà", "LĐLĐ tỉnh", "", "ST"),
    ("ward_union", "Công đoàn phường Thống Nhất", "", "", ""),
    ("ward_union", "Công đoàn P. Long Khánh", "", "", ""),
    ("grassroots_union", "CĐCS Bệnh viện Đa khoa Thống Nhất", "BVĐK Thống Nhất", "Bệnh viện tỉnh; Việt Pháp", ""),
    ("grassroots_union", "Công đoàn cơ sở TTYT Thống Nhất", "", "", "Y12"),
    ("grassroots_union", "Công đoàn cơ sở Trường THCS Nguyễn Du", "", "", ""),
    ("grassroots_union", "Công đoàn cơ sở Công ty Thời Trang", "", "", ""),
    ("grassroots_union", "Công đoàn cơ sở Công ty Thôi Trang", "", "", ""),
    ("grassroots_union", "Công đoàn cơ sở UBND phường 1", "", "", ""),
    ("grassroots_union", "Công đoàn cơ sở UBND phường 10", "", "", ""),
    ("grassroots_union", "Công đoàn cơ sở Nhà máy Kỹ thuật số", "", "", ""),
    ("grassroots_union", "Công đoàn cơ sở Hoà Bình", "", "", ""),
    ("grassroots_union", "Công đoàn cơ sở Trường Tiểu học Bắc Hải Vân", "", "", ""),
    ("grassroots_union", "Công đoàn cơ sở Trường Tiểu học Hải Vân", "", "", ""),
)


def among_units(database: Database, work: Callable[[Context], None]) -> None:
    def run(session: Session) -> None:
        ctx = operator(session, at_noon(dt.date(2027, 3, 10)), ZONE)
        root = None
        for kind, name, short_name, aliases, code in UNITS:
            made = unit_changes.found(ctx, Founding(kind, name, short_name, root, aliases, code or None))
            root = root or made
        work(ctx)

    undone(database, run)


@pytest.mark.parametrize(
    ("typed", "first", "is_guess"),
    [
        ("bệnh viện thống nhất", "CĐCS Bệnh viện Đa khoa Thống Nhất", False),
        ("bv thong nhat", "CĐCS Bệnh viện Đa khoa Thống Nhất", False),
        ("BVĐK Thống Nhất", "CĐCS Bệnh viện Đa khoa Thống Nhất", False),
        ("viet phap", "CĐCS Bệnh viện Đa khoa Thống Nhất", False),
        ("trung tâm y tế thống nhất", "Công đoàn cơ sở TTYT Thống Nhất", False),
        ("ttyt", "Công đoàn cơ sở TTYT Thống Nhất", False),
        ("y12", "Công đoàn cơ sở TTYT Thống Nhất", False),
        ("phường long khánh", "Công đoàn P. Long Khánh", False),
        ("p long khanh", "Công đoàn P. Long Khánh", False),
        ("trung hoc co so nguyen du", "Công đoàn cơ sở Trường THCS Nguyễn Du", False),
        ("cđcs trường thcs nguyễn du", "Công đoàn cơ sở Trường THCS Nguyễn Du", False),
        ("liên đoàn lao động", "Liên đoàn Lao động tỉnh Sông Trà", False),
        ("ldld", "Liên đoàn Lao động tỉnh Sông Trà", False),
        ("ubnd phuong 1", "Công đoàn cơ sở UBND phường 1", False),
        ("uỷ ban nhân dân phường 10", "Công đoàn cơ sở UBND phường 10", False),
        ("kĩ thuật", "Công đoàn cơ sở Nhà máy Kỹ thuật số", False),
        ("hòa bình", "Công đoàn cơ sở Hoà Bình", False),
        ("tieu hoc hai van", "Công đoàn cơ sở Trường Tiểu học Hải Vân", False),
        ("trường th hải vân", "Công đoàn cơ sở Trường Tiểu học Hải Vân", False),
        ("", "Liên đoàn Lao động tỉnh Sông Trà", False),
        ("thời trang", "Công đoàn cơ sở Công ty Thời Trang", False),
        ("thôi trang", "Công đoàn cơ sở Công ty Thôi Trang", False),
        ("nguyn du", "Công đoàn cơ sở Trường THCS Nguyễn Du", True),
        ("ngueyn du", "Công đoàn cơ sở Trường THCS Nguyễn Du", True),
        ("bệnh viện thống nhấtt", "CĐCS Bệnh viện Đa khoa Thống Nhất", True),
        ("long kahnh", "Công đoàn P. Long Khánh", True),
        ("trường tiểu học nguyễn du", "Công đoàn cơ sở Trường THCS Nguyễn Du", True),
        ("thờii trang", "Công đoàn cơ sở Công ty Thời Trang", True),
    ],
)
async def test_the_unit_that_is_meant_comes_first(
    database: Database, typed: str, first: str, *, is_guess: bool
) -> None:
    def work(ctx: Context) -> None:
        found = units.find(ctx, typed)
        assert (found.units[0].name, found.is_guess) == (first, is_guess)

    among_units(database, work)


async def test_what_several_units_are_called_shows_them_all(sqlite_database: Database) -> None:
    def work(ctx: Context) -> None:
        assert [each.name for each in units.search(ctx, "thống nhất")] == [
            "CĐCS Bệnh viện Đa khoa Thống Nhất",
            "Công đoàn cơ sở TTYT Thống Nhất",
            "Công đoàn phường Thống Nhất",
        ]
        assert [each.name for each in units.search(ctx, "phường 1")] == ["Công đoàn cơ sở UBND phường 1"]
        assert len(units.search(ctx, "thoi trang")) == 2
        assert [each.kind for each in units.search(ctx, "thống nhất", ("ward_union",))] == ["ward_union"]

    among_units(sqlite_database, work)


@pytest.mark.parametrize("typed", ["siêu thị", "bệnh xá Cao Bằng", "x", "%", "_", "\\", "12", "á" * 4000])
async def test_nothing_is_found_where_nothing_is_meant(database: Database, typed: str) -> None:
    def work(ctx: Context) -> None:
        assert [each.name for each in units.search(ctx, typed) if typed.strip("%_\\")] == []

    among_units(database, work)


async def test_a_search_costs_a_fixed_number_of_statements_and_is_read_once_a_turn(
    sqlite_database: Database,
) -> None:
    def work(ctx: Context) -> None:
        before = ctx.session.statements
        for typed, most in (("thong nhat", 1), ("nguyn du", 5), ("siêu thị 99", 5)):
            units.find(ctx, typed)
            again = units.find(ctx, typed)
            assert ctx.session.statements - before <= most
            assert again is units.find(ctx, typed)
            before = ctx.session.statements

    among_units(sqlite_database, work)


async def test_a_search_stays_within_the_subtrees_asked_for(sqlite_database: Database) -> None:
    def work(ctx: Context) -> None:
        (ward,) = units.search(ctx, "phường thống nhất")
        unit_changes.found(ctx, Founding("grassroots_union", "CĐCS Chợ Thống Nhất", parent_id=ward.id))

        found = units.find(ctx, "thong nhat", within=[ward.path]).units

        assert [each.name for each in found] == ["CĐCS Chợ Thống Nhất", "Công đoàn phường Thống Nhất"]

    among_units(sqlite_database, work)
