"""The ledger of the Zalo Bot: what is counted, whom it warns, what waits, what is told at once."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from bot.inbox import Desk, Outgoing
from bot.ledger import write_down
from bot.sending import Ending
from conversations.engine.screen import FileRef, Screen
from conversations.officer.messages_left import messages_left
from locales import speaking
from movement import operators, quota, units
from movement.errors import DomainError
from movement.quota import Limit
from storage.channel_tables import message_count, outbox
from storage.people_tables import address, person, role
from tests.bot.zalo_house import ZaloHouse, open_zalo_house
from tests.fakes.zalo_bot_server import TOKEN, ZaloBotServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from storage.database import Database
    from storage.session import Session
    from tests.fakes.zalo_bot_people import Person

NOW = dt.datetime(2027, 2, 28, 18, 0, tzinfo=dt.UTC)  # in Viet Nam it is March already
HANOI = dt.timezone(dt.timedelta(hours=7))
BOT = ("zalo_bot", TOKEN.partition(":")[0])


@pytest.fixture(autouse=True)
def limited() -> Iterator[None]:
    quota.use({BOT: Limit(100, 50)})
    yield
    quota.use({})


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloBotServer]:
    async with ZaloBotServer(patience=0.01) as server:
        yield server


@pytest.fixture
async def house(zalo: ZaloBotServer, sqlite_url: str, tmp_path: Path) -> AsyncIterator[ZaloHouse]:
    async with open_zalo_house(sqlite_url, tmp_path, zalo, zalo_bot_monthly_limit=100) as house:
        yield house


@pytest.fixture
async def lan(house: ZaloHouse, zalo: ZaloBotServer) -> Person:
    """Lan has written once: one message in, one out."""
    lan = zalo.person(7, "Lan")
    await lan.say("/help")
    await lan.reply()
    await house.settled()
    return lan


def row(kind: str = "answer", number: int = 1) -> Outgoing:
    return Outgoing(number, 1, *BOT, "lan", kind, {"screen": Screen("Chào").to_json()})


def admin(session: Session, *addresses: tuple[str, str]) -> None:
    """An administrator at these addresses: channel and chat."""
    made = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    home = units.add(session, "province_federation", "Tỉnh", "T", None).id
    who = session.scalar(insert(person).values(name="Quân", created_at=made).returning(person.c.id))
    session.execute(insert(role).values(person_id=who, unit_id=home, role="admin", since=made))
    for channel, chat in addresses:
        values = {"person_id": who, "channel": channel, "account": BOT[1], "chat": chat, "created_at": made}
        session.execute(insert(address).values(**values))


def use_up(session: Session, sent: int) -> None:
    month = quota.month_of(dt.datetime.now(dt.UTC), HANOI)
    session.execute(update(message_count).where(message_count.c.month == month).values(sent=sent, received=0))


def queue(session: Session, *texts: str, kind: str = "notice", files: tuple[FileRef, ...] = ()) -> None:
    where = session.scalar(select(address.c.id).where(address.c.channel == BOT[0]))
    now = dt.datetime.now(dt.UTC)
    for text in texts:
        values = {"address_id": where, "kind": kind, "state": "waiting", "due_at": now, "created_at": now}
        session.execute(insert(outbox).values(payload={"screen": Screen(text, files=files).to_json()}, **values))


class TestCounting:
    def test_each_month_of_each_bot_has_its_own_count(self, database: Database) -> None:
        desk = Desk(database.process, HANOI)
        ends = [Ending(row(), "sent", messages=2), Ending(row("notice"), "sent", messages=1)]
        database.write_now(write_down, ends, desk, NOW)
        database.write_now(write_down, [Ending(row(), "unreachable")], desk, NOW)
        database.write_now(write_down, ends, desk, NOW - dt.timedelta(days=1))

        counted = database.read_now(lambda session: session.rows(select(message_count).order_by("month")))

        assert [tuple(each) for each in counted] == [(*BOT, "2027-02", 3, 1), (*BOT, "2027-03", 3, 2)]

    def test_channels_without_a_limit_are_not_counted(self, database: Database) -> None:
        other = Outgoing(1, 1, "telegram", "1", "lan", "answer", {})
        database.write_now(write_down, [Ending(other, "sent", messages=1)], Desk(database.process, HANOI), NOW)
        assert database.read_now(lambda session: session.rows(select(message_count))) == []

    async def test_many_at_once_lose_no_count(self, database: Database) -> None:
        desk = Desk(database.process, HANOI)
        ending = Ending(row(), "sent", messages=1)
        await asyncio.gather(*(database.write(write_down, [ending], desk, NOW) for _ in range(40)))
        (counted,) = await database.read(lambda session: session.rows(select(message_count)))
        assert (counted.sent, counted.received) == (40, 40)

    def test_the_next_month_begins_in_the_morning_of_its_first_day(self) -> None:
        assert quota.next_month(NOW, HANOI) == dt.datetime(2027, 4, 1, 1, 0, tzinfo=dt.UTC)
        december = dt.datetime(2027, 12, 5, tzinfo=dt.UTC)
        assert quota.next_month(december, HANOI) == dt.datetime(2028, 1, 1, 1, 0, tzinfo=dt.UTC)

    async def test_messages_are_counted_as_they_go(self, house: ZaloHouse, lan: Person) -> None:
        assert await house.rows(message_count.c.sent, message_count.c.received) == [(1, 1)]
        page = await house.get("/metrics")
        assert f'kheo_quota_messages{{account="{BOT[1]}",channel="zalo_bot",way="sent"}} 1.0' in page
        assert f'kheo_quota_limit{{account="{BOT[1]}",channel="zalo_bot"}} 100.0' in page
        assert f'kheo_quota_people{{account="{BOT[1]}",channel="zalo_bot"}} 1.0' in page


class TestWarnings:
    def test_administrators_are_warned_once_at_each_mark(self, database: Database) -> None:
        desk = Desk(database.process, HANOI)
        database.write_now(admin, ("zalo_bot", "quan"), ("telegram", "quan"))

        def told(messages: int) -> list[tuple[str, str]]:
            database.write_now(write_down, [Ending(row("notice"), "sent", messages=messages)], desk, NOW)
            query = select(address.c.channel, outbox.c.payload).join(address).order_by(outbox.c.id)
            found = database.read_now(lambda session: session.rows(query))
            database.write_now(lambda session: session.execute(outbox.delete()))
            return [(each.channel, each.payload["screen"]["text"]) for each in found]

        assert told(79) == []
        first = told(1)
        assert [channel for channel, _text in first] == ["zalo_bot", "telegram"]
        assert first[0][1] == "Zalo Bot: đã dùng 80% số tin của tháng này, còn 20 tin.\nXem: /hanmuc"
        assert told(14) == []
        assert [channel for channel, _text in told(1)] == ["telegram"]  # nothing more by the bot itself
        assert told(4) == []
        assert [text.split(",")[0] for _channel, text in told(2)] == [
            "Zalo Bot: đã dùng 101% số tin của tháng này"
        ]


class TestPage:
    def test_administrators_see_what_is_left(self, database: Database) -> None:
        desk = Desk(database.process, HANOI)
        for messages, when in ((40, NOW - dt.timedelta(days=1)), (1195, NOW)):
            database.write_now(write_down, [Ending(row(), "sent", messages=messages)], desk, when)
        quota.use({BOT: Limit(1250, 1), ("zalo_bot", "77"): Limit(1250, 1)})
        database.write_now(admin, ("zalo_bot", "quan"))

        def page(session: Session) -> str:
            with speaking("vi"):
                return messages_left(operators.operator(session, NOW, HANOI), "").text

        assert database.read_now(page) == (
            "Zalo Bot 1234567: đã dùng 1.196/1.250 tin (95%), còn 54 tin\n"
            "• gửi 1.195, nhận 1; tính cả hai chiều\n"
            "• người dùng: 1/1\n"
            "⚠ Từ nay đến hết tháng, kênh này chỉ gửi tin trả lời; thông báo và lời nhắc đi đường khác"
            " hoặc chờ sang tháng.\n"
            "⚠ Đã đủ số người: người đến sau có thể không được trả lời."
            " Cần thêm bot, hoặc dùng Official Account.\n"
            "\n"
            "Zalo Bot 77: đã dùng 0/1.250 tin (0%), còn 1.250 tin\n"
            "• gửi 0, nhận 0; tính cả hai chiều\n"
            "• người dùng: 0/1\n"
            "\n"
            "Các tháng trước:\n"
            "• 02/2027, Zalo Bot 1234567: gửi 40, nhận 1"
        )

    def test_others_do_not(self, database: Database) -> None:
        def page(session: Session) -> None:
            ctx = operators.operator(session, NOW, HANOI)
            ctx.memo["roles"] = ()
            messages_left(ctx, "")

        with pytest.raises(DomainError):
            database.read_now(page)


class TestNearTheEnd:
    async def test_only_answers_go_out(self, house: ZaloHouse, lan: Person) -> None:
        await house.app.database.write(use_up, 95)
        await house.app.database.write(queue, "Nhắc việc")
        await house.app.outbox.claim_due()
        await house.app.outbox.settle()
        await lan.say("/help")
        await lan.reply()
        await house.settled()

        assert "Nhắc việc" not in "".join(lan.sent)
        assert await house.states() == ["sent", "waiting", "sent"]
        waits = (await house.rows(outbox.c.due_at))[1][0]
        assert waits == quota.next_month(dt.datetime.now(dt.UTC), HANOI)

    async def test_a_file_that_was_asked_for_is_an_answer(self, house: ZaloHouse, lan: Person) -> None:
        await house.app.database.write(use_up, 99)
        file = FileRef("0" * 64, "bao-cao.docx", "application/msword", 9)
        await house.app.database.write(lambda session: queue(session, "Tệp đây", files=(file,)))
        house.app.outbox.look()
        assert "Tệp đây" in (await lan.reply()).text

    async def test_what_must_wait_goes_by_another_channel_of_the_person(
        self, house: ZaloHouse, lan: Person
    ) -> None:
        def page(session: Session) -> None:
            who = session.scalar(select(address.c.person_id))
            now = dt.datetime.now(dt.UTC)
            values = {"person_id": who, "channel": "web", "account": "web", "chat": "lan", "created_at": now}
            session.execute(insert(address).values(**values))

        await house.app.database.write(page)
        await house.app.database.write(use_up, 95)
        await house.app.database.write(queue, "Nhắc việc")
        await house.app.outbox.claim_due()
        await house.app.outbox.settle()

        rows = await house.rows(outbox.c.id, outbox.c.address_id, outbox.c.state, outbox.c.why)
        assert [each[1:] for each in rows] == [(1, "sent", ""), (1, "unreachable", "quota"), (2, "sent", "")]
        assert await house.rows(address.c.reachable) == [(True,), (True,)]

    async def test_before_it_all_goes_out(self, house: ZaloHouse, lan: Person) -> None:
        await house.app.database.write(use_up, 93)
        await house.app.database.write(queue, "Nhắc việc")
        house.app.outbox.look()
        assert (await lan.reply()).text == "Nhắc việc"


class TestGathering:
    async def test_what_waits_together_is_one_message(self, house: ZaloHouse, lan: Person) -> None:
        await house.app.database.write(queue, "Một", "Hai\nhai", "Ba")
        await house.app.outbox.claim_due()
        await house.app.outbox.settle()

        assert lan.sent[1:] == ["• Một\n\n• Hai\nhai\n\n• Ba"]
        assert await house.states() == ["sent"] * 4
        assert await house.rows(message_count.c.sent) == [(2,)]

    async def test_an_answer_goes_before_them_and_parts_them_not(self, house: ZaloHouse, lan: Person) -> None:
        await house.app.database.write(queue, "Một", "Hai")
        await house.app.database.write(lambda session: queue(session, "Trả lời", kind="answer"))
        await house.app.database.write(queue, "Ba")
        await house.app.outbox.claim_due()
        await house.app.outbox.settle()

        assert lan.sent[1:] == ["Trả lời", "• Một\n\n• Hai\n\n• Ba"]

    async def test_no_more_than_ten_at_once(self, house: ZaloHouse, lan: Person) -> None:
        await house.app.database.write(queue, *map(str, range(12)))
        for _ in range(2):
            await house.app.outbox.claim_due()
            await house.app.outbox.settle()

        assert [text.count("•") for text in lan.sent[1:]] == [10, 2]

    async def test_what_a_dead_process_had_gathered_is_gathered_again(self, house: ZaloHouse, lan: Person) -> None:
        await house.app.database.write(queue, "Một", "Hai")
        taken: Any = update(outbox).where(outbox.c.state == "waiting").values(state="sending", owner=999)
        await house.app.database.write(lambda session: session.execute(taken))
        await house.app.outbox.claim_due()
        await house.app.outbox.settle()

        assert lan.sent[1:] == ["• Một\n\n• Hai"]
