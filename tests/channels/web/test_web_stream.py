"""The web chat over real HTTP: the stream that pages listen to."""

from __future__ import annotations

import asyncio
import hashlib
import time
from typing import TYPE_CHECKING

import pytest

from bot import web_chat
from tests.fakes.web_client import Browser, browsing, served, stream

if TYPE_CHECKING:
    from tests.fakes.web_runtime import FakeRuntime


class TestListening:
    async def test_it_goes_on_after_the_last_message_the_page_has(self, lan: Browser) -> None:
        await lan.say("/start")
        seen = (await lan.events())[-2].id
        await lan.say("/dangky")

        by_header = await lan.events(**{"Last-Event-ID": seen})
        by_query = await lan.events(path=f"/chat/events?after={seen}")
        header_wins = await lan.events(path="/chat/events?after=0", **{"Last-Event-ID": seen})

        assert [event.data["kind"] for event in by_header[:-1]] == ["echo", "answer"]
        assert by_header == by_query == header_wins

    async def test_a_page_just_opened_sees_the_last_of_a_long_history(
        self, lan: Browser, runtime: FakeRuntime
    ) -> None:
        chat = hashlib.sha256(lan.token.encode()).hexdigest()
        for number in range(70):
            await runtime.tell(chat, "notice", {"text": f"tin {number}"})

        heard = await lan.events()

        assert [event.data["text"] for event in heard[:-1]] == [f"tin {number}" for number in range(20, 70)]

    async def test_what_comes_later_is_heard_at_once_and_only_by_its_person(
        self, lan: Browser, minh: Browser, runtime: FakeRuntime
    ) -> None:
        async with lan.session.get(lan.url("/chat/events")) as response:
            events = stream(response)
            assert (await anext(events)).name == "ready"

            await minh.say("/dangky")
            await lan.say("dòng 1\ndòng 2")
            said, answered = await anext(events), await anext(events)

        assert said.data["text"] == "dòng 1\ndòng 2"
        assert answered.data["kind"] == "answer"

    async def test_silence_is_broken_by_beats(self, lan: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(web_chat, "BEAT_SECONDS", 0.01)

        heard = await lan.events(until="beat")

        assert [event.name for event in heard] == ["ready", "beat"]

    @pytest.mark.parametrize("last", ["-1", "x", "1e3", "9" * 19, "99999999999999999999"])
    async def test_a_made_up_place_in_the_stream_is_refused(self, last: str, lan: Browser) -> None:
        response = await lan.session.get(lan.url("/chat/events"), headers={"Last-Event-ID": last})

        assert response.status == 400

    async def test_it_is_neither_kept_nor_held_back_on_the_way(self, lan: Browser) -> None:
        async with lan.session.get(lan.url("/chat/events")) as response:
            assert response.headers["Content-Type"].startswith("text/event-stream")
            assert response.headers["Cache-Control"] == "no-store"
            assert response.headers["X-Accel-Buffering"] == "no"

    async def test_pages_of_one_chat_are_bounded_and_a_closed_one_makes_room(
        self, lan: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(web_chat, "BEAT_SECONDS", 0.01)
        monkeypatch.setattr(web_chat, "MOST_STREAMS", 2)
        pages = [await lan.session.get(lan.url("/chat/events")) for _ in range(2)]
        over = await lan.session.get(lan.url("/chat/events"))

        for page in pages:
            page.close()
        async with asyncio.timeout(5):
            while (response := await lan.session.get(lan.url("/chat/events"))).status == 429:
                response.close()
        response.close()

        assert over.status == 429
        assert caplog.records == []

    async def test_shutting_down_does_not_wait_for_open_pages(self, runtime: FakeRuntime) -> None:
        async with served(runtime) as server, browsing(server) as lan:
            response = await lan.session.get(lan.url("/chat/events"))
            events = stream(response)
            await anext(events)

            began = time.monotonic()
            await server.close()
            took = time.monotonic() - began
            rest = [event async for event in events]

        assert took < 0.8
        assert rest == []
