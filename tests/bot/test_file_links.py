"""Files by link over real HTTP: as a browser opens them, as Zalo fetches them, and when they open nothing."""

from __future__ import annotations

import datetime as dt
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import update

from bot.channels.base import Inbound
from bot.file_links import FileLinks
from bot.inbox import Desk, take_turn
from bot.rates import Rate
from bot.web_chat import WebChat
from conversations.engine.screen import FileRef, Reply
from movement import links
from storage.files import FileStore
from storage.people_tables import person
from tests.fakes.web_runtime import FakeRuntime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from storage.database import Database

NOW = dt.datetime(2027, 3, 1, 2, 30, tzinfo=dt.UTC)
DATA = bytes(range(256)) * 400
FETCHER = {"User-Agent": "Java/1.8.0_192"}
PICTURE = "image/jpeg"


class Site:
    """A server, a clock that can be moved, and one person."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.store, self.now = database, FileStore(folder), NOW
        self.links = FileLinks(database, self.store, "en", lambda: self.now)
        self.address = ""
        self.session: aiohttp.ClientSession

    async def set_up(self) -> None:
        """One person, who has consented."""
        inbound = Inbound("console", "test", "lan", "1", "hello")
        await self.database.write(take_turn, Desk(1, dt.UTC), inbound, Reply(text="hello"), NOW)
        await self.change(consent_version="2026-11")

    async def change(self, **values: Any) -> None:
        """Change the person."""
        await self.database.write(lambda session: session.execute(update(person).values(**values)))

    def url(self, name: str = "ảnh ra quân.jpg", media_type: str = PICTURE, data: bytes = DATA) -> str:
        """A link to a stored file."""
        file = FileRef(self.store.put(data), name, media_type, len(data))
        return links.file_url(self.address, file, 1, NOW)

    async def get(self, url: str, method: str = "GET", **headers: str) -> tuple[int, Any, bytes]:
        """Ask for it without any cookie."""
        async with self.session.request(method, url, headers=FETCHER | headers) as answer:
            return answer.status, answer.headers, await answer.read()


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with _opened(Site(database, tmp_path / "evidence")) as opened:
        yield opened


@asynccontextmanager
async def _opened(site: Site) -> AsyncIterator[Site]:
    await site.set_up()
    app = web.Application()
    WebChat(FakeRuntime(), "http://localhost").add_to(app)
    site.links.add_to(app)
    jar = aiohttp.DummyCookieJar()
    async with TestServer(app) as server, aiohttp.ClientSession(cookie_jar=jar) as session:
        site.address, site.session = str(server.make_url("")).rstrip("/"), session
        yield site


class TestOpening:
    async def test_a_platform_without_cookies_gets_the_picture(self, site: Site) -> None:
        status, headers, body = await site.get(site.url())

        assert (status, body) == (200, DATA)
        assert headers["Content-Type"] == "image/jpeg"
        assert headers["Content-Disposition"] == "inline; filename*=UTF-8''%E1%BA%A3nh%20ra%20qu%C3%A2n.jpg"
        assert headers["Cache-Control"].startswith("private")
        assert "noindex" in headers["X-Robots-Tag"]
        assert "sandbox" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in headers

    async def test_head_tells_length_and_type_without_the_bytes(self, site: Site) -> None:
        status, headers, body = await site.get(site.url(), "HEAD")

        assert (status, body, headers["Content-Length"]) == (200, b"", str(len(DATA)))
        assert headers["Content-Type"] == "image/jpeg"

    async def test_a_part_can_be_asked_for(self, site: Site) -> None:
        status, headers, body = await site.get(site.url(), Range="bytes=1000-1999")

        assert (status, body) == (206, DATA[1000:2000])
        assert headers["Content-Range"] == f"bytes 1000-1999/{len(DATA)}"

    async def test_a_part_beyond_the_end_is_refused(self, site: Site) -> None:
        assert (await site.get(site.url(), Range="bytes=999999-"))[0] == 416

    async def test_a_form_is_saved_under_its_name(self, site: Site) -> None:
        _status, headers, _body = await site.get(site.url("Biểu mẫu.pdf", "application/pdf"))

        assert headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''Bi%E1%BB%83u")

    async def test_a_page_cannot_run_anything(self, site: Site) -> None:
        _status, headers, _body = await site.get(site.url("a.html", "text/html"))

        assert headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in headers["Content-Security-Policy"]

    async def test_the_chat_page_has_its_own_way_to_files_still(self, site: Site) -> None:
        sha256 = site.store.put(DATA)

        assert (await site.get(f"{site.address}/f/{sha256}/a.jpg"))[0] == 401


class TestNotOpening:
    @pytest.mark.parametrize("token", ["x", "A" * 100, "%E1%BA%A3", "..%2f..%2fetc", "a.b", "0" * 64])
    async def test_a_wrong_one_gets_a_page_that_says_what_to_do(self, site: Site, token: str) -> None:
        status, headers, body = await site.get(f"{site.address}/f/{token}")

        assert status == 404
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert "script" not in headers["Content-Security-Policy"]
        assert "<script" not in body.decode()
        assert "does not open anything" in body.decode()
        assert "ask for the file again" in body.decode()

    async def test_a_changed_one_is_a_wrong_one(self, site: Site) -> None:
        url = site.url()

        assert (await site.get(url[:-3] + ("AAA" if url[-3:] != "AAA" else "BBB")))[0] == 404

    async def test_an_expired_one_says_so(self, site: Site) -> None:
        url = site.url()
        site.now = NOW + links.FOR_PEOPLE + dt.timedelta(hours=1)

        status, _headers, body = await site.get(url)

        assert status == 410
        assert "expired" in body.decode()
        assert DATA not in body

    @pytest.mark.parametrize(
        "change",
        [{"deactivated_at": NOW}, {"erased_at": NOW}, {"consent_version": ""}],
        ids=["deactivated", "erased", "consent taken back"],
    )
    async def test_it_ends_with_the_persons_part(self, site: Site, change: dict[str, Any]) -> None:
        url = site.url()
        await site.change(**change)

        status, _headers, body = await site.get(url)

        assert status == 410
        assert DATA not in body

    async def test_one_of_an_address_that_is_gone_opens_nothing(self, site: Site) -> None:
        file = FileRef(site.store.put(DATA), "a.jpg", PICTURE, len(DATA))

        assert (await site.get(links.file_url(site.address, file, 99, NOW)))[0] == 410

    async def test_a_file_that_was_removed_says_so(self, site: Site) -> None:
        file = FileRef("0" * 64, "a.jpg", PICTURE, 1)

        status, _headers, body = await site.get(links.file_url(site.address, file, 1, NOW))

        assert status == 410
        assert "no longer here" in body.decode()

    async def test_head_of_a_wrong_one_has_the_status_too(self, site: Site) -> None:
        assert (await site.get(f"{site.address}/f/wrong", "HEAD"))[0] == 404

    async def test_guessing_is_slowed_down_and_good_links_go_on(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(site.links, "_wrong", Rate(2))
        statuses = [(await site.get(f"{site.address}/f/{number}"))[0] for number in range(4)]

        assert statuses == [404, 404, 429, 429]
        assert (await site.get(site.url()))[0] == 200

    async def test_a_link_passed_round_is_not_served_without_end(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(site.links, "_opened", Rate(2))
        url = site.url()

        answers = [await site.get(url) for _ in range(3)]

        assert [status for status, _, _ in answers] == [200, 200, 429]
        assert answers[-1][1]["Retry-After"] == "60"
