"""Files over real HTTP: by the page's cookie and by a link, everybody asks for everything; and links to join."""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import asynccontextmanager
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import func, select, update

from bot.file_links import FileLinks
from bot.inbox import Desk
from bot.intake import Intake
from bot.pages import Pages
from bot.web_chat import COOKIE, WebChat
from bot.web_runtime import WebRuntime
from conversations.engine.screen import FileRef
from movement import links
from storage.files import FileStore
from storage.people_tables import address, person, role
from storage.tables import audit
from tests.reach import oracle
from tests.reach.world import NOW, ZONE, World, build

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from storage.database import Database
    from storage.session import Session


def token(who: int) -> str:
    return f"{who:043}"


def made(session: Session, seed: int) -> World:
    """A random world whose people have cookies, and whose files are in the store."""
    world = build(session, Random(seed))
    for who in world.people:
        chat = hashlib.sha256(token(who).encode()).hexdigest()
        session.execute(update(address).where(address.c.person_id == who).values(chat=chat))
    return world


@asynccontextmanager
async def served(database: Database, folder: Path) -> AsyncIterator[aiohttp.ClientSession]:
    store, desk = FileStore(folder), Desk(database.process, ZONE)
    sending: Any = None  # nothing is sent here
    intake = Intake(database, store, sending, {}, desk, lambda: NOW)
    app = web.Application()
    WebChat(WebRuntime(database, store, intake, Pages(), desk, lambda: NOW), "http://kheo.example").add_to(app)
    FileLinks(database, store, "vi", lambda: NOW).add_to(app)
    jar = aiohttp.DummyCookieJar()
    async with (
        TestServer(app) as server,
        aiohttp.ClientSession(server.make_url("/"), cookie_jar=jar) as session,
    ):
        yield session


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> World:
    """A world whose files hold their own hash's seed as bytes."""
    found = await database.write(made, 25)
    store = FileStore(tmp_path)
    for number, sha256 in enumerate(found.files, 1):
        assert store.put(f"file {number}".encode()) == sha256
    return found


async def expected(database: Database, world: World) -> dict[tuple[int, str], bool]:
    """Whether each person may open each file."""

    def look(session: Session) -> dict[tuple[int, str], bool]:
        reaches = {who: oracle.reach(session, who) for who in world.people}
        return {
            (who, sha256): number in reaches[who].entries if kind == "entry" else number == who
            for who in world.people
            for sha256, (kind, number) in world.files.items()
        }

    return await database.read(look)


async def test_everybody_opens_exactly_their_files_on_the_page(
    database: Database, world: World, tmp_path: Path
) -> None:
    may = await expected(database, world)
    names = {sha256: next(w for w, of in world.marks.items() if w != sha256) for sha256 in world.files}

    async with served(database, tmp_path) as browser:
        got = {}
        for who, sha256 in may:
            cookie = {"Cookie": f"{COOKIE}={token(who)}"}
            async with browser.get(f"/f/{sha256}/{quote(names[sha256])}.jpg", headers=cookie) as answer:
                got[who, sha256] = answer.status
        async with browser.get(f"/f/{next(iter(world.files))}/a.jpg") as answer:
            stranger = answer.status

    assert got == {key: 200 if yes else 404 for key, yes in may.items()}
    assert Counter(may.values())[True] > 3
    assert stranger == 401
    refused = select(func.count()).select_from(audit).where(audit.c.act == "refused")
    assert await database.read(lambda session: session.scalar(refused)) == Counter(may.values())[False]


async def test_a_link_ends_with_the_right_to_what_it_opens(
    database: Database, world: World, tmp_path: Path
) -> None:
    before = await expected(database, world)
    addresses = await database.read(lambda session: session.rows(select(address.c.person_id, address.c.id)))
    where = {row.person_id: row.id for row in addresses}
    shown = {
        key: links.file_url("", FileRef(key[1], "a.jpg", "image/jpeg", 1), where[key[0]], NOW)
        for key, yes in before.items()
        if yes and world.files[key[1]][0] == "entry"
    }

    async def opened(browser: aiohttp.ClientSession) -> dict[tuple[int, str], bool]:
        found = {}
        for key, url in shown.items():
            async with browser.get(url) as answer:
                found[key] = answer.status == 200
        return found

    async with served(database, tmp_path) as browser:
        first = await opened(browser)
        await database.write(lambda session: session.execute(role.delete()))
        without_roles = await opened(browser)
        await database.write(lambda session: session.execute(update(person).values(deactivated_at=NOW)))
        locked = await opened(browser)

    after = {key: yes for key, yes in (await expected(database, world)).items() if key in shown}
    assert all(first.values())
    assert Counter(without_roles.values())[False] > 0
    assert Counter(without_roles.values())[True] > 0  # authors keep what is theirs
    assert locked == after
    assert not any(locked.values())


async def test_a_link_to_join_tells_nothing_of_the_code(database: Database, tmp_path: Path) -> None:
    async with served(database, tmp_path) as browser:
        answers = []
        for code in ("MAY27", "NOTHING"):
            async with browser.get(f"/j/{code}", allow_redirects=False) as answer:
                answers.append((answer.status, answer.headers["Location"], await answer.text()))

    assert answers == [(303, "/#ma=MAY27", ""), (303, "/#ma=NOTHING", "")]
