"""On a channel that keeps both sides of the talk, nothing a person said is missing from it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

import conversations.member  # noqa: F401 - declares what the first words lead to
from bot import inbox
from bot.channels.base import Inbound
from bot.inbox import Desk
from conversations.engine.screen import Reply
from movement.errors import DomainError
from storage.channel_tables import outbox

if TYPE_CHECKING:
    from storage.database import Database

NOW = dt.datetime(2027, 2, 20, 2, tzinfo=dt.UTC)
SAID = Inbound("web", "web", "page", "one", text="Bữa sáng không đồng")


@pytest.mark.parametrize(
    ("turn", "more"),
    [
        (inbox.take_turn, (Reply(text=SAID.text),)),
        (inbox.explain, (DomainError("Quá hạn."),)),
        (inbox.apologise, ()),
    ],
    ids=["taken", "refused by a rule", "failed"],
)
async def test_what_was_said_stands_before_its_answer(
    database: Database, turn: Any, more: tuple[Any, ...]
) -> None:
    desk = Desk(database.process, ZoneInfo("Asia/Ho_Chi_Minh"))

    await database.write(lambda session: turn(session, desk, SAID, *more, NOW))

    rows = await database.read(lambda session: session.rows(select(outbox).order_by(outbox.c.id)))
    assert [row.kind for row in rows] == ["echo", "answer"]
    assert rows[0].payload["text"] == "Bữa sáng không đồng"
