"""What becomes of messages that may not go now: at night, outside of the window, with a template, elsewhere."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, insert, select, update

from bot import reach
from bot.inbox import Outgoing
from storage.channel_tables import outbox
from storage.people_tables import address, person
from tests.bot.zalo_oa.houses import Running, run, until
from tests.fakes.zalo_oa_server import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.zalo_oa_people import Person
    from tests.fakes.zalo_oa_server import ZaloOAServer

CS = "/v3.0/oa/message/cs"


async def known(house: Running, days: float = 0) -> Person:
    """Somebody who wrote so many days ago."""
    lan = house.zalo.person("8001")
    await lan.say("/help")
    await house.settled()
    lan.last_interaction = then = house.zalo.now() - dt.timedelta(days=days)
    await house.app.database.write(lambda session: session.execute(update(outbox).values(created_at=then)))
    return lan


async def queue(house: Running, kind: str = "notice", text: str = "Confirmed.") -> None:
    now = dt.datetime.now(dt.UTC)

    def work(session: Any) -> None:
        where = session.scalar(select(address.c.id).where(address.c.channel == "zalo_oa"))
        values = {"payload": {"screen": {"text": text}}, "due_at": now, "created_at": now}
        session.execute(insert(outbox).values(address_id=where, kind=kind, state="waiting", **values))

    await house.app.database.write(work)
    house.app.outbox.look()


async def other(house: Running, channel: str, **values: Any) -> int:
    """Give Lan another address."""

    def work(session: Any) -> int:
        who = session.scalar(select(person.c.id))
        if "preferred_channel" in values:
            session.execute(update(person).values(preferred_channel=values.pop("preferred_channel")))
        new = insert(address).values(
            person_id=who, channel=channel, account=channel, chat=channel, created_at=house.zalo.now(), **values
        )
        return int(session.scalar(new.returning(address.c.id)))

    return await house.app.database.write(work)


async def rows(house: Running, kind: str = "notice") -> list[tuple[Any, ...]]:
    query = select(address.c.channel, outbox.c.state, outbox.c.why).join(address).where(outbox.c.kind == kind)
    found = await house.app.database.read(lambda session: session.rows(query.order_by(outbox.c.id)))
    return [tuple(row) for row in found]


async def test_what_is_blocked_at_night_waits_for_the_morning_and_lets_answers_pass(house: Running) -> None:
    lan = await known(house)
    house.zalo.fail(Fault(-234, CS))
    await queue(house)

    async def waits() -> bool:
        due = (await house.column(outbox.c.due_at))[-1]
        return bool((await rows(house))[0][1] == "waiting" and due > dt.datetime.now(dt.UTC))

    await until(waits)
    await lan.say("/help")
    await house.settled()

    assert len(lan.messages) == 2
    due = (await house.column(outbox.c.due_at))[1].astimezone(house.app.settings.zone)
    assert dt.time(6) <= due.time() <= dt.time(6, 15)


async def test_a_reminder_outside_of_the_window_goes_as_a_template_once(
    database_url: str, tmp_path: Path, zalo: ZaloOAServer, entrances: None
) -> None:
    zalo.templates["7001"] = ("noi_dung",)
    async with run(database_url, tmp_path, zalo, zalo_oa_template_reminder="7001") as house:
        lan = await known(house, days=8)
        await queue(house, "reminder", "Còn ba ngày. " * 400)

        async def is_sent() -> bool:
            return (await rows(house, "reminder")) == [("zalo_oa", "sent", "template")]

        await until(is_sent)
    assert len(lan.templates) == 1
    assert len(lan.messages) == 1  # the answer of eight days ago


async def test_the_web_page_gets_what_zalo_may_not(house: Running) -> None:
    await known(house, days=8)
    await other(house, "web")
    await queue(house)

    async def is_there() -> bool:
        return await rows(house) == [("zalo_oa", "unreachable", "window"), ("web", "sent", "")]

    await until(is_there)
    payload = (await house.column(outbox.c.payload))[-1]
    assert (payload["text"], "at" in payload, "screen" in payload) == ("Confirmed.", True, False)


async def test_without_another_address_it_ends_and_the_person_may_be_written_to_later(house: Running) -> None:
    lan = await known(house, days=8)
    await queue(house)

    async def has_ended() -> bool:
        return (await rows(house)) == [("zalo_oa", "unreachable", "window")]

    await until(has_ended)
    await lan.say("/help")
    await queue(house, text="Again.")

    async def is_sent() -> bool:
        return bool((await rows(house))[-1][1] == "sent")

    await until(is_sent)
    assert lan.messages[-1].text == "Again."


class TestElsewhere:
    """The choice of the other address, by itself."""

    async def queued(self, house: Running, **values: Any) -> list[str]:
        """The channels for which it is queued; twice, as after a crash."""
        await known(house, days=8)
        for channel in ("web", "telegram", "console"):
            await other(house, channel, **values)
        return await self.channels(house)

    async def channels(self, house: Running) -> list[str]:
        now = house.zalo.now()

        def work(session: Any) -> list[str]:
            where = session.scalar(select(address.c.id).where(address.c.channel == "zalo_oa"))
            payload = {"screen": {"text": "Confirmed."}}
            session.execute(delete(outbox))
            new = insert(outbox).values(
                address_id=where, kind="notice", payload=payload, state="sending", due_at=now, created_at=now
            )
            number = session.scalar(new.returning(outbox.c.id))
            row = Outgoing(number, where, "zalo_oa", "", "8001", "notice", payload)
            for _ in range(2):
                reach.queue_elsewhere(session, row, house.app.desk, now)
            found = select(address.c.channel).join(outbox).where(outbox.c.id != number)
            return list(session.execute(found).scalars())

        return await house.app.database.write(work)

    async def test_the_newest_that_carries_messages(self, house: Running) -> None:
        assert await self.queued(house) == ["console"]

    async def test_the_one_the_person_prefers(self, house: Running) -> None:
        assert await self.queued(house, preferred_channel="web") == ["web"]

    async def test_none_that_cannot_be_reached(self, house: Running) -> None:
        assert await self.queued(house, reachable=False) == []


@pytest.mark.parametrize("kind", ["answer", "notice"])
async def test_the_last_answer_says_when_somebody_was_heard(house: Running, kind: str) -> None:
    await known(house, days=3)
    await queue(house, kind)

    heard = await house.app.database.read(
        lambda session: reach.last_heard(session, session.scalar(select(address.c.id)))
    )

    assert heard is not None
    assert (dt.datetime.now(dt.UTC) - heard > dt.timedelta(days=2)) == (kind == "notice")
