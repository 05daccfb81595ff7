"""What each role may do, and give, up and down the tree."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import pytest
from sqlalchemy import select, update

from movement import access, entries, people, units
from movement.access import Act, Thing
from movement.errors import DomainError, NotYours
from movement.role_names import ROLES
from storage.tables import entry
from storage.unit_tables import unit
from tests.worlds import World, build, lan_joined, neighbour, registered

if TYPE_CHECKING:
    from movement.context import Context
    from storage.database import Database
    from storage.session import Session

NOW = dt.datetime(2027, 2, 20, 2, tzinfo=dt.UTC)
MERIT = {"review", "endorse", "appraise", "propose", "recognise", "choose", "score", "report", "prove", "mend"}


def world(session: Session) -> World:
    made = World(session, NOW, dt.UTC, "console", "test", {}, {})
    build(made, [])
    lan_joined(made)
    registered(made)
    neighbour(made)
    return made


def newly(made: World, role: str, short: str) -> Context:
    """The context of a new person with one role."""
    name = next(each for each in ("binh", "phuc") if each not in made.people)
    made.enter(name)
    ctx = made.of(name)
    people.join(ctx, made.units[short].id, role)
    return ctx


@pytest.mark.parametrize("role", ROLES)
async def test_no_role_reaches_a_unit_above_or_beside_its_own(sqlite_database: Database, role: str) -> None:
    def look(session: Session) -> list[str]:
        made = world(session)
        ctx = newly(made, role, "may")
        elsewhere = [made.units[short].path for short in ("tỉnh", "phường", "trường", "điện tử")]
        return [act for act in get_args(Act) for path in elsewhere if access.may(ctx, act, Thing(path))]

    assert await sqlite_database.write(look) == []


async def test_administrators_and_data_officers_do_nothing_on_merit(sqlite_database: Database) -> None:
    def look(session: Session) -> set[str]:
        made = world(session)
        below = Thing(made.units["may"].path)
        held = [newly(made, role, "tỉnh") for role in ("admin", "data_officer")]
        return {act for ctx in held for act in get_args(Act) if access.may(ctx, act, below)}

    assert not await sqlite_database.write(look) & MERIT


async def test_a_locked_account_may_do_nothing_even_with_its_own(sqlite_database: Database) -> None:
    def look(session: Session) -> tuple[list[str], list[object]]:
        made = world(session)
        ctx = made.of("minh")
        locked = replace(ctx, person=replace(ctx.person, is_active=False), memo={})
        (found,) = entries.visible(ctx, years=(2027,))
        acts = [act for act in get_args(Act) if access.may(locked, act, found.thing)]
        return acts, [access.roles(locked), entries.visible(locked, years=(2027,)), entries.find(locked, found.id)]

    acts, seen = await sqlite_database.write(look)

    assert acts == []
    assert seen == [(), [], None]


async def test_a_role_ends_with_its_unit_whose_last_day_still_counts(database: Database) -> None:
    def look(session: Session) -> list[int]:
        made = world(session)
        at = unit.c.id == made.units["may"].id
        counted = []
        for last in (dt.date(2027, 2, 20), dt.date(2027, 2, 19)):
            session.execute(update(unit).where(at).values(valid_to=last))
            counted.append(len(access.roles(made.of("minh"))))
        return counted

    assert await database.write(look) == [1, 0]


async def test_the_head_of_a_group_sees_the_group_and_of_a_union_only_their_own(database: Database) -> None:
    def look(session: Session) -> list[tuple[list[str], list[str]]]:
        made = world(session)
        group = units.add(session, "union_group", "Tổ công đoàn chuyền 1", "tổ", made.units["may"])
        made.units["tổ"] = group
        session.execute(update(entry).where(entry.c.unit_id == made.units["may"].id).values(unit_id=group.id))
        found = []
        for short in ("tổ", "may"):
            ctx = newly(made, "group_head", short)
            thing = Thing(made.units[short].path)
            acts = [act for act in get_args(Act) if access.may(ctx, act, thing)]
            found.append((acts, [each.name for each in entries.visible(ctx, years=(2027,))]))
        return found

    of_group, of_union = await database.write(look)

    acts = ["register", "see", "prove", "score", "report", "mend", "write_for"]
    assert of_group == (acts, ["Tổ tự quản an toàn lao động"])
    assert of_union == (["register"], [])


@pytest.mark.parametrize(
    ("role", "short", "gives"),
    [
        ("admin", "may", set(ROLES)),
        ("admin", "tỉnh", set()),
        ("upper_officer", "may", {"member", "group_head", "unit_officer", "unit_head"}),
        ("upper_officer", "phường", {"member", "group_head"}),
        ("standing_committee", "may", {"member", "group_head", "unit_officer", "unit_head"}),
        ("unit_head", "phường", {"member", "group_head", "unit_officer"}),
        ("unit_officer", "phường", {"member", "group_head"}),
        ("unit_officer", "điện tử", set()),
        ("member", "phường", set()),
        ("group_head", "phường", set()),
        ("appraiser", "may", set()),
        ("endorser", "may", set()),
        ("data_officer", "may", set()),
    ],
)
async def test_nobody_gives_more_than_is_below_them(
    sqlite_database: Database, role: str, short: str, gives: set[str]
) -> None:
    def look(session: Session) -> set[str]:
        made = world(session)
        return set(access.giveable(newly(made, role, "phường"), made.units[short].path))

    assert await sqlite_database.write(look) == gives


async def test_what_is_not_there_and_what_is_not_theirs_sound_the_same_and_are_told_apart_from_mistakes(
    sqlite_database: Database,
) -> None:
    def look(session: Session) -> list[DomainError]:
        made = world(session)
        ctx = made.of("lan")
        foreign = session.scalar(select(entry.c.id).where(entry.c.unit_id == made.units["trường"].id))
        refused = []
        for number in (foreign, 9999):
            with pytest.raises(NotYours) as caught:
                entries.demand(ctx, "see", entries.find(ctx, number))
            refused.append(caught.value)
        with pytest.raises(NotYours) as caught:
            access.demand(ctx, "summarise", Thing(made.units["trường"].path))
        return [*refused, caught.value]

    there, nowhere, elsewhere = await sqlite_database.write(look)

    assert str(there) == str(nowhere) == str(elsewhere)
    assert isinstance(nowhere, NotYours)
    assert (nowhere.act, nowhere.subject) == ("see", "entry:9999")
    assert isinstance(elsewhere, NotYours)
    assert (elsewhere.act, elsewhere.subject.partition(":")[0]) == ("summarise", "unit")
