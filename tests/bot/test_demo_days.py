"""The day of the demo over real HTTP: who sees it, who may move it, and what moves with it."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot.clock import Clock
from bot.demo_clock import MovedClock
from bot.demo_days import DemoDays
from bot.inbox import Desk
from bot.pages import Pages
from storage.people_tables import address, person
from storage.tables import audit, cycle
from tests.fakes.web_client import FROM_THE_PAGE, Browser, browsing, served, stream
from tests.fakes.web_runtime import FakeRuntime
from tests.worlds import World, build

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from storage.database import Database
    from storage.session import Session

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TUESDAY = dt.date(2027, 3, 9)
BAR = {"day": "2027-03-09", "shown": "thứ Ba, 09/03/2027"}


@dataclass
class Demo:
    """A world at a day, the page over it, and the days on which its clock has worked."""

    database: Database
    now: MovedClock
    server: Any
    people: Mapping[str, int] = field(default_factory=dict)
    worked: list[dt.date] = field(default_factory=list)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)  # the work of a day

    @asynccontextmanager
    async def browsing(self, who: str = "") -> AsyncIterator[Browser]:
        """A browser of somebody of the cast, or of a stranger."""
        async with browsing(self.server) as browser:
            if who:
                chat = hashlib.sha256(browser.token.encode()).hexdigest()
                at = update(address).where(address.c.person_id == self.people[who]).values(chat=chat)
                self.database.write_now(lambda session: session.execute(at))
            yield browser

    def acts(self, act: str) -> list[tuple[Any, ...]]:
        """What the record says of such acts."""
        query = select(audit.c.person_id, audit.c.details, audit.c.role).where(audit.c.act == act)
        return [tuple(row) for row in self.database.read_now(lambda session: session.rows(query))]


@pytest.fixture
async def demo(database: Database) -> AsyncIterator[Demo]:
    now, runtime = MovedClock(ZONE, TUESDAY), FakeRuntime()
    worked: list[dt.date] = []
    clock, may_end = Clock(ZONE), asyncio.Event()
    may_end.set()

    async def work() -> None:
        worked.append(now.day)
        await may_end.wait()

    clock.every(3600, "work", work)
    days = DemoDays(database, Desk(database.process, ZONE), now, Pages(), clock)
    async with served(runtime, days=days) as server:
        yield Demo(database, now, server, database.write_now(_build, now()), worked, may_end)


def _build(session: Session, now: dt.datetime) -> Mapping[str, int]:
    world = World(session, now, ZONE, "web", "web", {}, {})
    build(world, ["registered"])
    return world.people


async def step(browser: Browser, body: Any, headers: Mapping[str, str] = FROM_THE_PAGE) -> tuple[int, Any]:
    """Post what the bar posts; give the status, and the answer where it is one."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with browser.session.post(browser.url("/chat/day"), data=data, headers=headers) as answer:
        return answer.status, await answer.json() if answer.status == 200 else None


async def bar(browser: Browser) -> Any:
    """What the page is told of the day when it opens."""
    return next(event.data for event in await browser.events() if event.name == "day")


async def test_everybody_sees_the_day_and_an_administrator_may_move_it(demo: Demo) -> None:
    shown = {}
    for who in ("", "minh", "quan"):
        async with demo.browsing(who) as browser:
            shown[who] = await bar(browser)

    assert shown == {
        "": BAR | {"may_step": False},
        "minh": BAR | {"may_step": False},
        "quan": BAR | {"may_step": True},
    }


@pytest.mark.parametrize(("days", "shown"), [(1, "thứ Tư, 10/03/2027"), (7, "thứ Ba, 16/03/2027")])
async def test_an_administrator_moves_the_day(demo: Demo, days: int, shown: str) -> None:
    async with demo.browsing("quan") as quan:
        status, told = await step(quan, {"day": "2027-03-09", "days": days})

    day = TUESDAY + dt.timedelta(days=days)
    assert (status, told) == (200, {"day": day.isoformat(), "shown": shown, "may_step": True})
    assert demo.now().astimezone(ZONE).replace(microsecond=0) == dt.datetime(2027, 3, day.day, 8, tzinfo=ZONE)
    assert demo.worked == [TUESDAY + dt.timedelta(days=n) for n in range(1, days + 1)]  # none is left out
    assert demo.acts("step_day") == [(demo.people["quan"], {"to": day.isoformat(), "days": days}, "admin")]


@pytest.mark.parametrize("who", ["", "minh", "hoa"])
async def test_nobody_else_moves_it_and_whoever_tries_is_written_down(demo: Demo, who: str) -> None:
    async with demo.browsing(who) as browser:
        status, _ = await step(browser, {"day": "2027-03-09", "days": 1})

    assert (status, demo.now.day, demo.worked) == (403, TUESDAY, [])
    assert demo.acts("step_day") == []
    assert [(whose, about["act"]) for whose, about, _role in demo.acts("refused")] == (
        [(demo.people[who], "operate")] if who else []
    )


async def test_a_locked_administrator_does_not(demo: Demo) -> None:
    locked = update(person).where(person.c.id == demo.people["quan"]).values(deactivated_at=demo.now())
    async with demo.browsing("quan") as quan:
        demo.database.write_now(lambda session: session.execute(locked))
        status, _ = await step(quan, {"day": "2027-03-09", "days": 1})

        assert (status, demo.now.day) == (403, TUESDAY)
        assert await bar(quan) == BAR | {"may_step": False}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "", "Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": ""}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Cookie": "kheo=made-up"}, 401),
    ],
)
async def test_another_site_cannot_move_it(demo: Demo, headers: dict[str, str], status: int) -> None:
    async with demo.browsing("quan") as quan:
        if "Cookie" in headers:
            quan.session.cookie_jar.clear()

        got, _ = await step(quan, {"day": "2027-03-09", "days": 1}, FROM_THE_PAGE | headers)

    assert (got, demo.now.day) == (status, TUESDAY)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[",
        b"[]",
        b"\xff",
        b"[" * 150,
        b" " * 300,
        {"day": "2027-03-09"},
        {"days": 1},
        {"day": 9, "days": 1},
        {"day": "9/3", "days": 1},
        *({"day": "2027-03-09", "days": days} for days in (0, -1, 8, 1.0, "1", True, None)),
    ],
)
async def test_what_is_no_step_of_the_bar_moves_nothing(demo: Demo, body: Any) -> None:
    async with demo.browsing("quan") as quan:
        status, _ = await step(quan, body)

    assert (status, demo.now.day) == (400, TUESDAY)


async def test_two_taps_at_once_move_it_once(demo: Demo) -> None:
    asked = {"day": "2027-03-09", "days": 1}
    async with demo.browsing("quan") as quan:
        answers = await asyncio.gather(*[step(quan, asked) for _ in range(4)])

    assert {(status, told["day"]) for status, told in answers} == {(200, "2027-03-10")}
    assert len(demo.acts("step_day")) == len(demo.worked) == 1


async def test_a_step_from_a_day_that_is_passing_moves_nothing(demo: Demo) -> None:
    async with demo.browsing("quan") as quan:
        long, *short = await asyncio.gather(
            step(quan, {"day": "2027-03-09", "days": 7}),
            *(step(quan, {"day": f"2027-03-{day}", "days": 1}) for day in (10, 12)),
        )

    assert [status for status, _told in (long, *short)] == [200] * 3
    assert demo.now.day == dt.date(2027, 3, 16)


async def test_work_without_end_does_not_hold_the_days_back(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.demo_days.LONGEST_DAY", 0.05)
    demo.may_end.clear()
    async with demo.browsing("quan") as quan:
        status, told = await step(quan, {"day": "2027-03-09", "days": 2})
    demo.may_end.set()

    assert (status, told["shown"]) == (200, "thứ Năm, 11/03/2027")
    assert demo.worked == [dt.date(2027, 3, 10)]


async def test_the_years_that_are_needed_are_opened(demo: Demo) -> None:
    demo.now.step(297)
    query = select(cycle.c.year).order_by(cycle.c.year)
    async with demo.browsing("quan") as quan:
        status, told = await step(quan, {"day": "2027-12-31", "days": 1})

    assert (status, told["shown"]) == (200, "thứ Bảy, 01/01/2028")
    years = [row.year for row in demo.database.read_now(lambda session: session.rows(query))]
    assert years == [2026, 2027, 2028, 2029]


async def test_an_open_page_is_told_of_the_new_day_at_its_next_look(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web_chat.BEAT_SECONDS", 0.05)
    async with (
        demo.browsing("quan") as quan,
        demo.browsing() as lan,
        lan.session.get(lan.url("/chat/events")) as page,
    ):
        days = (event.data["shown"] async for event in stream(page) if event.name == "day")
        before = await anext(days)
        await step(quan, {"day": "2027-03-09", "days": 1})
        after = await asyncio.wait_for(anext(days), 5)

    assert (before, after) == ("thứ Ba, 09/03/2027", "thứ Tư, 10/03/2027")


async def test_where_it_is_not_the_demo_there_is_no_day_to_move() -> None:
    async with served(FakeRuntime()) as server, browsing(server) as quan:
        status, _ = await step(quan, {"day": "2027-03-09", "days": 1})
        events = await quan.events()

    assert status == 404
    assert "day" not in {event.name for event in events}
