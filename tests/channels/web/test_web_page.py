"""The web chat over real HTTP: the page, its files, its cookie and join links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aiohttp import ClientSession, CookieJar

from bot.web_page import FOLDER
from tests.fakes.web_client import Browser, served

if TYPE_CHECKING:
    from aiohttp.test_utils import TestServer

    from tests.fakes.web_runtime import FakeRuntime


class TestThePage:
    async def test_it_makes_a_browser_a_chat_and_knows_it_again(self, server: TestServer) -> None:
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
            first = await session.get(server.make_url("/"))
            again = await session.get(server.make_url("/"))

        cookie = first.cookies["kheo"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["secure"]
        assert cookie["max-age"] == str(400 * 24 * 3600)
        assert len(cookie.value) == 43
        assert again.cookies["kheo"].value == cookie.value
        assert first.headers["Cache-Control"] == "no-store"

    async def test_its_cookie_is_secure_where_people_come_over_https(self, runtime: FakeRuntime) -> None:
        async with served(runtime, "https://kheo.example") as server, ClientSession() as session:
            response = await session.get(server.make_url("/"))

        assert response.cookies["kheo"]["secure"]

    async def test_a_made_up_cookie_is_replaced(self, server: TestServer) -> None:
        async with ClientSession(cookies={"kheo": "admin"}) as session:
            response = await session.get(server.make_url("/"))

        assert len(response.cookies["kheo"].value) == 43

    async def test_nothing_runs_that_is_not_ours(self, lan: Browser) -> None:
        response = await lan.session.get(lan.url("/"))
        page = await response.text()

        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]+(src=|application/json))", page)
        assert "$" not in page

    async def test_everything_it_and_its_worker_name_is_there(self, lan: Browser) -> None:
        page = await (await lan.session.get(lan.url("/"))).text()
        modules = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js")}
        page += (FOLDER / "pages" / "upload.html").read_text(encoding="utf-8")
        named = set(re.findall(r'(?:href|src)="(/[^"]+)"', page))
        named |= {f"/{name}" for text in modules.values() for name in re.findall(r'from "\./([^"]+)"', text)}
        named |= set(re.findall(r'"(/[^"]*)"', modules["sw.js"])) | {"/sw.js", "/icon-512.png"}

        statuses = {path: (await lan.session.get(lan.url(path))).status for path in sorted(named)}

        assert set(statuses.values()) == {200}
        assert {f"/{name}" for name in modules} <= named

    async def test_the_manifest_has_its_name_from_the_texts(self, lan: Browser) -> None:
        manifest = await (await lan.session.get(lan.url("/manifest.webmanifest"))).json(
            content_type="application/manifest+json",
        )

        assert manifest["name"] == "Khéo – Trợ lý Dân vận khéo"
        assert manifest["display"] == "standalone"

    async def test_a_file_the_browser_has_is_not_sent_again(self, lan: Browser) -> None:
        first = await lan.session.get(lan.url("/chat.js"))
        again = await lan.session.get(lan.url("/chat.js"), headers={"If-None-Match": first.headers["ETag"]})

        assert first.headers["Content-Encoding"] in {"gzip", "deflate"}
        assert (again.status, await again.read()) == (304, b"")

    async def test_a_join_link_leads_to_the_page_with_the_code(self, server: TestServer) -> None:
        async with ClientSession() as session:
            response = await session.get(server.make_url("/j/CD-7KQ2"), allow_redirects=False)
            wrong = await session.get(server.make_url("/j/a%22b"), allow_redirects=False)

        assert (response.status, response.headers["Location"]) == (303, "/#ma=CD-7KQ2")
        assert "kheo" in response.cookies
        assert wrong.status == 404
