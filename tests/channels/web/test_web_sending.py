"""The web chat over real HTTP: which messages are taken, and which change nothing."""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession

from bot import web_chat
from bot.channels import web as channel
from tests.fakes.web_client import FROM_THE_PAGE, Browser, pieces

if TYPE_CHECKING:
    from aiohttp.test_utils import TestServer

    from tests.fakes.web_runtime import FakeRuntime

PNG = b"\x89PNG"


def message(**more: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "text": "/start", **more}


class TestReadingAMessage:
    def test_text_is_nfc_without_control_characters(self) -> None:
        body = json.dumps(message(text="Mo\u0302 hi\u0300nh\x00\u202e\ud800\r\nmới ")).encode()

        assert channel.parse(body, "c").text == "Mô hình\nmới"

    def test_the_external_id_is_the_uuid_however_it_is_written(self) -> None:
        one = channel.parse(json.dumps(message(id="0F8FAD5B-D9CB-469F-A165-70867728950E")).encode(), "c")

        assert one.external_id == "0f8fad5b-d9cb-469f-a165-70867728950e"

    def test_the_longest_text_is_taken_and_one_character_more_is_not(self) -> None:
        longest = json.dumps(message(text="ộ" * channel.LONGEST_TEXT)).encode()
        longer = json.dumps(message(text="ộ" * (channel.LONGEST_TEXT + 1))).encode()

        assert len(channel.parse(longest, "c").text) == channel.LONGEST_TEXT
        with pytest.raises(channel.TooLongError):
            channel.parse(longer, "c")


class TestSending:
    async def test_what_is_said_and_what_is_answered_come_back_in_order(self, lan: Browser) -> None:
        await lan.say("/dangky")
        await lan.say(tap="1.area.o2", tapped="2")

        heard = await lan.events()

        assert [event.data["kind"] for event in heard[:-1]] == ["echo", "answer", "echo", "answer"]
        assert heard[0].data["text"] == "/dangky"
        assert heard[3].data["settled"] == "Văn hoá – xã hội"
        assert heard[3].data["progress"] == [2, 6]

    async def test_a_button_may_be_a_command_about_one_thing(self, lan: Browser, runtime: FakeRuntime) -> None:
        response = await lan.post({"id": str(uuid.uuid4()), "tap": "/minhchung MH27-0001", "tapped": "2"})

        assert response.status == 200
        assert runtime.taken[0].tap == "/minhchung MH27-0001"

    async def test_the_address_is_the_hash_of_the_cookie(self, lan: Browser, runtime: FakeRuntime) -> None:
        await lan.say("/start")

        assert runtime.taken[0].chat == hashlib.sha256(lan.token.encode()).hexdigest()
        assert (runtime.taken[0].channel, runtime.taken[0].account) == ("web", "web")

    async def test_a_message_sent_again_does_nothing_twice(self, lan: Browser, runtime: FakeRuntime) -> None:
        body = message()

        first, again = await lan.post(body), await lan.post(body)

        assert (first.status, again.status) == (200, 200)
        assert len(runtime.taken) == 1

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"\xff\xfe",
            b"[" * 100_000,
            [],
            "text",
            {},
            {"text": "không có mã"},
            message(id="1"),
            message(id=7),
            message(text=5),
            message(text=""),
            message(text=" \u200b\n"),
            message(admin=True),
            message(tap="x" * 65),
            message(tap="có dấu"),
            message(tapped="1 or 1"),
            message(files={}),
            message(files=[{"token": "../x"}]),
            message(files=[{"token": "x", "sha256": "y"}]),
            message(files=[{"token": "x"}] * 21),
        ],
    )
    async def test_what_is_not_a_message_changes_nothing(
        self, body: Any, lan: Browser, runtime: FakeRuntime
    ) -> None:
        response = await lan.post(body)

        assert response.status == 400
        assert runtime.taken == []

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"Content-Type": "application/json"}, 403),
            ({"Content-Type": "application/json", "Origin": "https://evil.example"}, 403),
            ({"Content-Type": "application/json", "Origin": "null"}, 403),
            ({"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"}, 403),
            (
                {
                    "Content-Type": "application/json",
                    "Sec-Fetch-Site": "same-site",
                    "Origin": "http://kheo.example",
                },
                403,
            ),
            ({"Content-Type": "text/plain", "Sec-Fetch-Site": "same-origin"}, 415),
            ({"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}, 415),
            ({"Content-Type": "application/json", "Origin": "http://kheo.example"}, 200),
        ],
    )
    async def test_only_the_page_itself_may_post(
        self, headers: dict[str, str], status: int, lan: Browser, runtime: FakeRuntime
    ) -> None:
        response = await lan.post(message(), headers)

        assert response.status == status
        assert len(runtime.taken) == (status == 200)

    async def test_an_old_browser_is_known_by_its_origin(self, lan: Browser) -> None:
        origin = lan.url("")

        response = await lan.post(message(), {"Content-Type": "application/json", "Origin": origin})

        assert response.status == 200

    async def test_without_the_cookie_nothing_is_taken(self, server: TestServer, runtime: FakeRuntime) -> None:
        async with ClientSession() as session:
            stranger = Browser(session, server)
            posted, uploaded = await stranger.post(message()), await stranger.upload("a.png", PNG)
            listened = await session.get(stranger.url("/chat/events"))

        assert {posted.status, uploaded.status, listened.status} == {401}
        assert runtime.chats == {}

    async def test_a_text_too_long_is_told_how_long_it_is(self, lan: Browser, runtime: FakeRuntime) -> None:
        response = await lan.say("x" * 20_005)

        assert response.status == 413
        assert "20005" in (await response.json())["error"]
        assert runtime.taken == []

    @pytest.mark.parametrize("chunked", [False, True])
    async def test_a_body_too_large_is_not_read(
        self, lan: Browser, runtime: FakeRuntime, *, chunked: bool
    ) -> None:
        response = await lan.session.post(
            lan.url("/chat/message"),
            data=pieces(b" " * 100_000, 4) if chunked else b" " * 400_000,
            headers=FROM_THE_PAGE,
        )

        assert response.status == 413
        assert runtime.taken == []

    async def test_when_it_cannot_be_kept_the_page_is_told_to_try_later(
        self, lan: Browser, runtime: FakeRuntime
    ) -> None:
        runtime.away = True
        body = message()

        refused = await lan.post(body)
        runtime.away = False
        taken = await lan.post(body)

        assert (refused.status, refused.headers["Retry-After"]) == (503, "2")
        assert taken.status == 200
        assert len(runtime.taken) == 1

    async def test_one_chat_cannot_fill_the_house(self, lan: Browser, minh: Browser, runtime: FakeRuntime) -> None:
        runtime.hold.clear()
        sent = [asyncio.create_task(lan.say("/start")) for _ in range(web_chat.MOST_WAITING + 1)]
        async with asyncio.timeout(5):
            (turned_away,), waiting = await asyncio.wait(sent, return_when=asyncio.FIRST_COMPLETED)

        other = asyncio.create_task(minh.say("/start"))
        runtime.hold.set()

        assert turned_away.result().status == 429
        assert (await other).status == 200
        assert {(await task).status for task in waiting} == {200}
        assert (await lan.say("/start")).status == 200
