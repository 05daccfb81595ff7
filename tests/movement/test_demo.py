"""The demo world: complete, consistent and alive on every day of the year, on both databases."""

from __future__ import annotations

import datetime as dt
import io
import time
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from movement import criteria, cycles, demo, entries, guidelines, join_codes, people, scores, transitions, units
from storage.people_tables import address, person
from storage.tables import audit, entry, evidence, evidence_file, score_sheet
from storage.unit_tables import unit
from tests.movement.demo_world import NOVEMBER, World, acting, counts, fill, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from movement.context import Context
    from storage.database import Database

DAYS = [
    NOVEMBER,
    dt.datetime(2026, 1, 1, 1, tzinfo=dt.UTC),
    dt.datetime(2027, 3, 10, 9, tzinfo=dt.UTC),
    dt.datetime(2028, 6, 15, 9, tzinfo=dt.UTC),
    dt.datetime(2026, 10, 5, 9, tzinfo=dt.UTC),
]


def newcomer(database: Database, code: str) -> int:
    """Somebody new who joined by a code."""
    new = person.insert().values(name="Người mới", created_at=NOVEMBER).returning(person.c.id)
    person_id: int = database.write_now(lambda session: session.scalar(new))
    acting(database, "Người mới", person_id, lambda ctx: join_codes.join_by_code(ctx, code))
    return person_id


async def test_it_fills_both_kinds_of_database(database: Database) -> None:
    filled, store = fill(database)

    found = database.read_now(counts)

    assert found["unit"] >= 35
    assert found["person"] == len(filled.ids) >= 50
    assert found["entry"] >= 50
    assert found["evidence_file"] == len(store.files) >= 25
    assert found["audit"] > found["entry"] * 3


async def test_it_is_ready_in_a_moment(sqlite_database: Database) -> None:
    begun = time.process_time()  # other work on the machine does not count

    fill(sqlite_database)

    assert time.process_time() - begun <= 1.5


@pytest.mark.parametrize("now", DAYS, ids=lambda now: f"{now:%Y-%m-%d}")
def test_every_state_and_area_occurs_on_every_day(world_at: Callable[..., World], now: dt.datetime) -> None:
    database = world_at(now).database

    found = rows(database, select(entry.c.state, entry.c.area, entry.c.subject_kind, entry.c.is_late))

    assert {row.state for row in found} == set(transitions.STATES)
    assert {row.area for row in found} == {area.code for area in guidelines.default().areas.items}
    assert {row.subject_kind for row in found} == {"collective", "individual"}
    assert {row.is_late for row in found} == {True, False}


@pytest.mark.parametrize("now", DAYS, ids=lambda now: f"{now:%Y-%m-%d}")
def test_nothing_has_happened_after_now(world_at: Callable[..., World], now: dt.datetime) -> None:
    database = world_at(now).database

    latest = [
        *rows(database, select(func.max(audit.c.at))),
        *rows(database, select(func.max(entry.c.updated_at))),
        *rows(database, select(func.max(evidence.c.created_at))),
    ]

    assert max(each[0] for each in latest) <= now


async def test_filling_twice_changes_nothing(database: Database) -> None:
    fill(database)
    before = database.read_now(counts)

    again, store = fill(database)

    assert database.read_now(counts) == before
    assert not again.ids
    assert not store.files


async def test_only_a_filled_database_is_told_to_be_one(sqlite_database: Database) -> None:
    before = sqlite_database.read_now(demo.is_filled)

    fill(sqlite_database)

    assert not before
    assert sqlite_database.read_now(demo.is_filled)


async def test_a_database_with_a_unit_is_left_alone(sqlite_database: Database) -> None:
    sqlite_database.write_now(units.add, "federation_province", "Liên đoàn Lao động", "", None)

    fill(sqlite_database)

    assert sqlite_database.read_now(counts)["unit"] == 1
    assert not sqlite_database.read_now(demo.is_filled)


@pytest.mark.parametrize("code", demo.DEMO_CODES, ids=lambda code: code.code)
def test_each_code_opens_its_role(world: World, code: demo.DemoCode) -> None:
    invited = world.act("Đỗ Anh Quân", lambda ctx: join_codes.invitation(ctx, code.code.lower()))

    assert invited is not None
    assert (invited.role, invited.unit_name) == (code.role, code.unit_name)
    assert code.description


@pytest.mark.parametrize("now", DAYS, ids=lambda now: f"{now:%Y-%m-%d}")
def test_the_members_unit_has_open_entries(world_at: Callable[..., World], now: dt.datetime) -> None:
    database = world_at(now).database
    [home] = [code.unit_name for code in demo.DEMO_CODES if code.name == "member"]

    found = rows(database, select(entry.c.state).join(unit).where(unit.c.name == home))

    assert any(transitions.is_open(row.state) for row in found)


def test_a_newcomer_sees_the_province_by_its_code_and_nothing_by_the_members(
    world: World,
) -> None:
    codes = {code.name: code.code for code in demo.DEMO_CODES}
    officer, member = (newcomer(world.database, codes[name]) for name in ("province", "member"))

    seen = [
        acting(world.database, "Người mới", each, lambda ctx: entries.visible(ctx, years=(2025, 2026, 2027)))
        for each in (officer, member)
    ]

    assert len(seen[0]) >= 50
    assert seen[1] == []


def test_a_registration_of_a_newcomer_is_taken(world: World) -> None:
    [code] = [each for each in demo.DEMO_CODES if each.name == "member"]
    member = newcomer(world.database, code.code)

    def register(ctx: Context) -> dict[str, Any]:
        home = units.get(ctx, people.units_of(ctx)[0])
        assert home is not None
        cycle_id = cycles.to_register(ctx, home).id
        draft = entries.EntryDraft(
            cycle_id, home.id, "individual", "kt", "Ca trực nghĩa tình", "Khoa B", "Tôi", "Nhỏ"
        )
        return entries.submit(ctx, draft)

    registered = acting(world.database, "Người mới", member, register)

    assert registered["number"].startswith("MH27-")


def test_sheets_pass_and_fail_for_each_reason(world: World) -> None:
    query = select(score_sheet.c.entry_id, entry.c.subject_kind).join(entry)
    kinds = {row.entry_id: row.subject_kind for row in rows(world.database, query)}
    sheets = world.act("Đỗ Anh Quân", lambda ctx: scores.newest(ctx, list(kinds)))

    reasons = set()
    for entry_id, filled_in in sheets.items():
        judged = criteria.verdict(criteria.sheet(guidelines.default(), kinds[entry_id]), filled_in.answers.points)
        reasons |= {type(reason).__name__ for reason in judged.reasons} or {"passes"}

        assert judged.complete
        assert judged.passes == filled_in.passes
        assert judged.total == filled_in.total

    assert reasons == {"passes", "NotAtMaximum", "TotalTooLow"}


def test_continued_entries_share_their_initiative_with_the_year_before(world: World) -> None:
    before = entry.alias()
    join = entry.join(before, before.c.id == entry.c.continues_id)

    pairs = rows(
        world.database,
        select(entry.c.initiative_id, before.c.initiative_id.label("old")).select_from(join),
    )

    assert len(pairs) >= 4
    assert all(row.initiative_id == row.old for row in pairs)


def test_pictures_are_whole_and_of_moderate_size(world: World) -> None:
    found = rows(world.database, select(evidence_file))

    for row in found:
        with Image.open(io.BytesIO(world.store.files[row.sha256])) as picture:
            picture.load()
            assert picture.format == "JPEG"
        assert row.size == len(world.store.files[row.sha256]) < 60_000
        assert row.caption


def test_nobody_invented_can_be_written_to(world: World) -> None:
    found = rows(world.database, select(func.count()).select_from(address))

    assert found[0][0] == 0
