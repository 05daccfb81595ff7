from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from movement import access, entries, recognition, sharing, units
from movement.errors import DomainError
from movement.recognition import Paper
from storage.people_tables import role
from storage.tables import initiative
from tests.movement.year import CHECKLIST, Year

if TYPE_CHECKING:
    from movement.context import Context
    from storage.database import Database


def recognised(year: Year) -> int:
    entry_id = year.appraised()
    paper = Paper("15/QĐ", year.day)
    year.act("binh", lambda ctx: recognition.decide(ctx, entry_id, levels(ctx, entry_id)[0], "recognised", paper))
    return entry_id


def levels(ctx: Context, entry_id: int) -> list[str]:
    found = entries.demand(ctx, "see", entries.find(ctx, entry_id))
    return [each.rule.level for each in recognition.standings(ctx, found) if recognition.may_decide(ctx, each)]


async def test_what_is_shared_is_read_in_the_same_federation_until_it_is_taken_back(database: Database) -> None:
    year = Year(database, CHECKLIST)
    entry_id = recognised(year)
    number = year.entry(entry_id).number

    before = year.act("lan", sharing.search)
    year.act("hoa", lambda ctx: sharing.share(ctx, entry_id))
    read = year.act("lan", lambda ctx: sharing.find(ctx, number))
    year.act("hoa", lambda ctx: sharing.unshare(ctx, entry_id))

    assert before == []
    assert read is not None
    assert read.name == year.entry(entry_id).name
    assert year.act("lan", lambda ctx: sharing.find(ctx, number)) is None


async def test_another_federation_reads_nothing_of_it(database: Database) -> None:
    year = Year(database, CHECKLIST)
    entry_id = recognised(year)
    year.act("hoa", lambda ctx: sharing.share(ctx, entry_id))

    def elsewhere(ctx: Context) -> list[sharing.Shared]:
        other = units.add(ctx.session, "federation_province", "Liên đoàn Lao động tỉnh Khác", "khác", None)
        ctx.session.connection.execute(role.delete().where(role.c.person_id == ctx.person.id))
        ctx.session.execute(
            insert(role).values(person_id=ctx.person.id, unit_id=other.id, role="admin", since=ctx.now)
        )
        access.forget(ctx)
        return sharing.search(ctx)

    assert year.act("quan", elsewhere) == []


async def test_only_officers_share_and_only_what_was_recognised(sqlite_database: Database) -> None:
    year = Year(sqlite_database, CHECKLIST)
    open_one, entry_id = year.register("lan"), recognised(year)

    with pytest.raises(DomainError):
        year.act("hoa", lambda ctx: sharing.share(ctx, open_one))
    for who in ("lan", "minh"):
        with pytest.raises(DomainError):
            year.act(who, lambda ctx: sharing.share(ctx, entry_id))


async def test_what_is_begun_from_another_says_from_which(database: Database) -> None:
    year = Year(database, CHECKLIST)
    source = year.entry(recognised(year))

    def begin(ctx: Context) -> int:
        return int(entries.submit(ctx, replace(year.draft(ctx), source_id=source.initiative_id))["id"])

    made = year.entry(year.act("minh", begin))

    sources = database.read_now(
        lambda session: session.scalar(select(initiative.c.source_id).where(initiative.c.id == made.initiative_id))
    )
    assert sources == source.initiative_id
