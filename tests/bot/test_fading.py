"""A code that was told does not stay in the history."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from bot import fading
from bot.fading import fade
from movement import join_codes
from storage.channel_tables import outbox
from storage.people_tables import code_try, link_code
from tests.bot.test_linking import NOW, say
from tests.chat import ZONE
from tests.worlds import World, build

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session


def told(session: Session) -> str:
    """A code that Minh was told on the web page."""
    build(World(session, NOW, ZONE, "web", "test", {}, {}), [])
    for number, text in enumerate(("/moi", "1", "1", "1", "gửi")):
        text_told = say(session, "web:minh", text, f"{number}")
    return text_told.split("/j/")[1][: join_codes.LENGTH]


def history(session: Session) -> str:
    return str([row.payload for row in session.rows(select(outbox.c.payload))])


async def test_an_hour_later_the_code_stands_nowhere_in_clear(database: Database) -> None:
    code = await database.write(told)
    await database.write(fade, NOW + dt.timedelta(minutes=30))
    before = await database.read(history)

    await database.write(fade, NOW + dt.timedelta(minutes=61))
    after = await database.read(history)
    await database.write(fade, NOW + dt.timedelta(minutes=121))

    assert code in before
    assert join_codes.spelled(code) in before
    assert code not in after
    assert join_codes.spelled(code) not in after
    assert f"/j/{fading.DOTS}" in after
    assert before.replace(code, fading.DOTS).replace(join_codes.spelled(code), fading.DOTS) == after
    assert await database.read(history) == after


async def test_old_tries_and_link_codes_go(database: Database) -> None:
    async def many(table: object) -> int:
        return int(await database.read(lambda session: session.scalar(select(func.count()).select_from(table))))  # type: ignore[arg-type]  # a table

    await database.write(told)
    await database.write(say, "web:lan", "/lienket 123456", "1")
    given = {"digest": "d", "person_id": 1, "created_at": NOW, "expires_at": NOW}
    await database.write(lambda session: session.execute(insert(link_code).values(**given)))

    await database.write(fade, NOW + dt.timedelta(hours=23))
    kept = await many(code_try), await many(link_code)
    await database.write(fade, NOW + dt.timedelta(hours=25))

    assert kept == (1, 1)
    assert (await many(code_try), await many(link_code)) == (0, 0)
