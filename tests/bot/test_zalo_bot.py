"""The process and Zalo: what is taken, what is not, what is sent when things go wrong."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from sqlalchemy import update

from conversations.engine.screen import Screen
from storage.channel_tables import export, inbox, outbox, upload
from storage.people_tables import address, conversation, person
from tests import papers
from tests.bot.zalo_house import SECRET, ZaloHouse, open_zalo_house
from tests.fakes import zalo_bot_faults as faults
from tests.fakes.zalo_bot_server import TOKEN, ZaloBotServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

EVENT: dict[str, Any] = {
    "event_name": "message.text.received",
    "message": {
        "message_id": "7c1d",
        "chat": {"id": "a0b1", "chat_type": "PRIVATE"},
        "from": {"id": "a0b1", "display_name": "Lan"},
        "text": "/trogiup",
    },
}


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloBotServer]:
    async with ZaloBotServer(patience=0.01) as server:
        yield server


@pytest.fixture
async def house(zalo: ZaloBotServer, sqlite_url: str, tmp_path: Path) -> AsyncIterator[ZaloHouse]:
    async with open_zalo_house(sqlite_url, tmp_path, zalo) as house:
        yield house


@pytest.mark.parametrize("wrapped", [False, True])
async def test_a_message_is_answered(house: ZaloHouse, zalo: ZaloBotServer, *, wrapped: bool) -> None:
    zalo.delivery.wrapped = wrapped
    lan = zalo.person(7, "Lan")
    await lan.say("/help")

    shown = await lan.reply()

    assert "accents are not needed" in shown.text
    assert shown.bold == "Help"
    assert "1. " in shown.text
    await house.settled()
    assert await house.states() == ["sent"]
    assert await house.rows(address.c.channel, address.c.account, address.c.chat) == [
        ("zalo_bot", TOKEN.partition(":")[0], lan.chat_id)
    ]


@pytest.mark.parametrize(
    ("body", "secret", "status"),
    [
        (EVENT, "", 403),
        (EVENT, "a guess", 403),
        (EVENT, "đoán mò", 403),
        (b"", "", 200),
        (b" ", "", 403),
        (b"", SECRET, 200),
        (b" \n", SECRET, 200),
        (b"{", SECRET, 400),
        (b"\xff\xfe\x00", SECRET, 400),
        (b"[]", SECRET, 400),
        (b"[" * 100_000, SECRET, 400),
        ({"event_name": 1}, SECRET, 400),
        (json.dumps(EVENT).encode() + b" " * 256 * 1024, SECRET, 413),
        ({"event_name": "message.unsupported.received"}, SECRET, 200),
        ({"event_name": "user.follow", "message": {"chat": {"id": "a"}}}, SECRET, 200),
    ],
)
async def test_what_is_no_message_changes_nothing(house: ZaloHouse, body: Any, secret: str, status: int) -> None:
    assert await house.post(body, secret) == status
    assert [await house.count(table) for table in (inbox, outbox, person, conversation)] == [0, 0, 0, 0]


async def test_an_account_that_is_not_ours_is_not_found(house: ZaloHouse) -> None:
    assert await house.post(EVENT, path="/zalo/bot/999") == 404
    assert await house.post(EVENT, path=f"/zalo/bot/{TOKEN.partition(':')[0]}") == 200


async def test_what_comes_again_is_taken_once(house: ZaloHouse, zalo: ZaloBotServer) -> None:
    zalo.delivery.repeats = 3
    lan = zalo.person(7, "Lan")
    await lan.say("/help")
    await lan.reply()
    await house.settled()

    assert zalo.delivery.statuses[200] >= 4
    assert len(lan.sent) == 1


async def test_what_comes_in_another_order_is_taken_each_once(house: ZaloHouse, zalo: ZaloBotServer) -> None:
    zalo.delivery.reorder, zalo.delivery.repeats = 2, 1
    lan = zalo.person(7, "Lan")
    for text in ("/help", "/language", "/deadlines", "/rules"):
        await lan.say(text)
    await lan.until(lambda _shown: len(lan.sent) == 4)
    await house.settled()

    assert await house.count(inbox) == 4
    assert await house.states() == ["sent"] * 4


async def test_an_answer_whose_delivery_is_unknown_is_sent_again(house: ZaloHouse, zalo: ZaloBotServer) -> None:
    zalo.fail(faults.reset(carried_out=True), faults.bad_gateway())
    lan = zalo.person(7, "Lan")
    await lan.say("/help")
    await lan.until(lambda _shown: len(lan.sent) == 2)
    await house.settled()

    assert await house.states() == ["sent"]


async def test_a_reminder_whose_delivery_is_unknown_is_not(house: ZaloHouse, zalo: ZaloBotServer) -> None:
    lan = zalo.person(7, "Lan")
    await lan.say("/help")
    await lan.reply()
    await house.settled()
    zalo.fail(faults.reset(carried_out=True))
    reminder = update(outbox).values(kind="reminder", state="waiting", attempts=0)
    await house.app.database.write(lambda session: session.execute(reminder))

    house.app.outbox.look()
    await lan.reply()
    for _ in range(100):
        if await house.states() == ["unknown"]:
            break
        await asyncio.sleep(0.02)

    assert await house.states() == ["unknown"]
    assert len(lan.sent) == 2


async def test_voices_and_stickers_get_a_kind_word(house: ZaloHouse, zalo: ZaloBotServer) -> None:
    lan = zalo.person(7, "Lan")
    lan.send("message.voice.received", {"voice_url": "https://x.zdn.vn/1.aac"})
    assert "cannot be used here" in (await lan.reply()).text


async def test_a_photo_is_fetched_in_the_same_turn(house: ZaloHouse, zalo: ZaloBotServer) -> None:
    lan = zalo.person(7, "Lan")
    await lan.send_photo(zalo.picture(papers.data("anh.jpg")), "hop to")
    await lan.reply()
    await house.settled()

    assert await house.states() == ["sent"]
    assert list((house.app.settings.data_dir / "evidence").glob("*/*"))


async def test_a_photo_from_elsewhere_is_told_and_not_fetched(house: ZaloHouse, zalo: ZaloBotServer) -> None:
    lan = zalo.person(7, "Lan")
    await lan.send_photo("http://127.0.0.1:1/private.jpg")
    await lan.reply()

    assert await house.count(upload) == 0


async def test_a_photo_that_comes_slowly_keeps_neither_zalo_nor_others_waiting(
    house: ZaloHouse, zalo: ZaloBotServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.zalo_bot_routes.ANSWERED_WITHIN", 0.05)
    (bot,) = house.app.zalo.bots.values()
    coming = asyncio.Event()
    picture = papers.data("anh.jpg")

    async def slowly(*_: object) -> bytes:
        await coming.wait()
        return picture

    monkeypatch.setattr(bot, "fetch", slowly)
    lan, nam = zalo.person(7, "Lan"), zalo.person(8, "Nam")
    await lan.send_photo("https://x.zdn.vn/1.jpg")
    await lan.say("/help")  # stays behind the photo
    await nam.say("/help")
    await nam.reply()
    await zalo.delivery.settled()
    assert lan.sent == []

    coming.set()
    await lan.until(lambda _shown: len(lan.sent) == 2)

    assert "accents are not needed" in lan.last().text


async def test_a_database_that_does_not_answer_is_told_to_zalo(
    house: ZaloHouse, zalo: ZaloBotServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.channels.base import TryLater

    monkeypatch.setattr("bot.zalo_bot_routes.COMMITTED_WITHIN", 0.05)
    take, tries = house.app.intake.take, []

    async def sometimes(inbound: Any, *, last_try: bool = False) -> None:
        tries.append(last_try)
        if len(tries) < 3:
            raise TryLater(0.1, why="database")
        await take(inbound, last_try=last_try)

    monkeypatch.setattr(house.app.intake, "take", sometimes)
    assert await house.post(EVENT) == 503
    for _ in range(100):
        if await house.count(inbox):
            break
        await asyncio.sleep(0.02)

    assert await house.count(inbox) == 1  # though nobody sent it again


@pytest.mark.parametrize("kind", ["sqlite_url", "postgres_url"])
async def test_polling_answers_too(
    kind: str, request: pytest.FixtureRequest, zalo: ZaloBotServer, tmp_path: Path
) -> None:
    url = request.getfixturevalue(kind)
    async with open_zalo_house(url, tmp_path, zalo, zalo_bot_mode="polling") as house:
        lan = zalo.person(7, "Lan")
        zalo.delivery.add({"event_name": "message.unsupported.received"})
        zalo.delivery.add({"event_name": 7})
        await lan.say("/help")
        assert "accents are not needed" in (await lan.reply()).text
        await house.settled()
        assert await house.post(EVENT) == 200  # the route stands as well: a webhook may be set any time


async def test_two_processes_poll_one_after_the_other(
    postgres_url: str, zalo: ZaloBotServer, tmp_path: Path
) -> None:
    async with open_zalo_house(postgres_url, tmp_path / "a", zalo, zalo_bot_mode="polling") as first:
        from bot.zalo_bots import ZaloBots
        from storage.database import open_database

        other = open_database(postgres_url)
        bots = ZaloBots(first.app.settings)
        bots.use(first.app.intake)
        (waiting,) = (asyncio.create_task(each) for each in bots.running(other))
        before = len(zalo.called("getMe"))
        await asyncio.sleep(0.3)
        assert len(zalo.called("getMe")) == before == 1
        # The first process ends: its lock goes with it.
    await zalo.until_called("getMe", 2)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await bots.stop()
    await other.close()


async def test_two_bots_have_each_their_own_address(sqlite_url: str, tmp_path: Path, zalo: ZaloBotServer) -> None:
    async with ZaloBotServer("77:another-secret", patience=0.01):
        tokens = f"{TOKEN}, 77:another-secret"
        async with open_zalo_house(sqlite_url, tmp_path, zalo, zalo_bot_token=tokens) as house:
            account = TOKEN.partition(":")[0]
            assert [hook["url"] for hook in zalo.called("setWebhook")] == [
                f"https://kheo.example/zalo/bot/{account}"
            ]
            assert await house.post(EVENT, path=f"/zalo/bot/{account}") == 200
            assert await house.post(EVENT, path="/zalo/bot/77") == 200  # the same ids, of another bot
            assert await house.rows(address.c.account) == [(account,), ("77",)]


async def test_what_is_too_long_for_three_messages_can_be_read_by_a_link(
    house: ZaloHouse, zalo: ZaloBotServer
) -> None:
    lan = zalo.person(7, "Lan")
    await lan.say("/help")
    await lan.reply()
    await house.settled()
    text = "\n\n".join(f"Đoạn {number}: " + "rất dài " * 80 for number in range(20))
    agreed = update(person).values(consent_version="2027")
    rows = update(outbox).values(state="waiting", payload={"screen": Screen(text).to_json()})
    await house.app.database.write(lambda session: (session.execute(agreed), session.execute(rows)))

    house.app.outbox.look()
    await lan.until(lambda _shown: len(lan.sent) == 4)

    link = lan.last().text.splitlines()[-1]
    assert link.startswith("https://kheo.example/f/")
    async with aiohttp.ClientSession() as session, session.get(house.address + link[20:]) as got:
        assert (got.status, got.content_type, got.charset) == (200, "text/plain", "utf-8")
        assert await got.text() == text
    assert await house.rows(export.c.kind, export.c.state) == [("long_text", "done")]


class TestGroups:
    @pytest.mark.parametrize("text", ["@Bot Khéo Công đoàn A deadlines", "@Bot Khéo /hanchot", "deadlines"])
    async def test_what_anybody_may_know_is_told(self, house: ZaloHouse, zalo: ZaloBotServer, text: str) -> None:
        lan = zalo.person(7, "Lan", group="tổ 1")
        await lan.say(text)

        shown = await lan.reply()

        assert shown.bold == "Deadlines"
        assert "in private" in shown.text
        assert "1. " not in shown.text

    @pytest.mark.parametrize(
        "text",
        [
            "@Bot Khéo status",
            "@Bot Khéo register an initiative",
            "@Bot Khéo /dulieu",
            "1",
            "0",
            "@Bot Khéo",
            "JOIN-1",
        ],
    )
    async def test_all_else_is_an_invitation(self, house: ZaloHouse, zalo: ZaloBotServer, text: str) -> None:
        lan = zalo.person(7, "Lan", group="tổ 1")
        await lan.say("@Bot Khéo deadlines")
        await lan.reply()
        await lan.say(text)

        shown = await lan.reply()

        assert shown.text.startswith("In a group I only tell what anybody may know.")
        assert "• Deadlines" in shown.text

    async def test_a_group_is_nobody_and_knows_nobody(self, house: ZaloHouse, zalo: ZaloBotServer) -> None:
        here, private = zalo.person(7, "Lan", group="tổ 1"), zalo.person(7, "Lan")
        await here.say("@Bot Khéo deadlines")
        await here.reply()
        await private.say("/help")
        await private.reply()
        await house.settled()

        assert await house.rows(address.c.chat, address.c.is_group) == [
            (here.chat_id, True),
            (private.chat_id, False),
        ]
        assert await house.rows(person.c.name) == [("",), ("",)]
        assert (await house.rows(conversation.c.memory))[0][0].keys() <= {"at"}

    async def test_pictures_and_voices_in_a_group_are_passed_over(
        self, house: ZaloHouse, zalo: ZaloBotServer
    ) -> None:
        lan = zalo.person(7, "Lan", group="tổ 1")
        lan.send("message.voice.received", {"voice_url": "https://x.zdn.vn/1.aac"})
        await lan.send_photo("https://x.zdn.vn/1.jpg")
        await house.settled()

        assert await house.count(inbox) == 0
