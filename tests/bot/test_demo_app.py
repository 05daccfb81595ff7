"""The whole program in the demo: on the day it is told to be, stepping from it, and started again on another."""

from __future__ import annotations

import asyncio
import datetime as dt
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.app import App
from bot.channels.base import Inbound
from bot.settings import Settings
from storage.channel_tables import outbox
from storage.people_tables import address
from storage.tables import audit, cycle, entry

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PATIENCE = 10.0  # seconds


@asynccontextmanager
async def demo_of(folder: Path, day: str, **more: Any) -> AsyncIterator[App]:
    """The program in the demo on this day, with its data in the folder."""
    given: dict[str, Any] = {"data_dir": folder, "demo": True, "demo_today": dt.date.fromisoformat(day)} | more
    app = App(Settings(_env_file=None, **given))
    async with app.running():
        yield app


async def says(app: App, chat: str, *texts: str) -> None:
    for text in texts:
        await app.intake.take(Inbound("web", "web", chat, str(uuid4()), text=text))


async def joins(app: App, chat: str, code: str) -> None:
    await says(app, chat, f"/start {code}", "1", "Phan Thu Hà")


async def reminders(app: App, chat: str) -> list[str]:
    """What came to a chat without being asked for."""
    query = (
        select(outbox.c.payload)
        .join(address, address.c.id == outbox.c.address_id)
        .where(address.c.chat == chat, outbox.c.kind == "reminder")
        .order_by(outbox.c.id)
    )
    rows = await app.database.read(lambda session: session.rows(query))
    return [row.payload["text"] for row in rows]


async def latest(app: App) -> tuple[dt.datetime, dt.datetime]:
    """When the last registration was sent, and when anything was last done."""
    of_entries = select(func.max(entry.c.submitted_at))
    of_all = select(func.max(audit.c.at))
    return await app.database.read(lambda session: (session.scalar(of_entries), session.scalar(of_all)))


@pytest.mark.parametrize("day", ["2027-03-09", "2027-09-28"])
async def test_the_program_begins_at_eight_of_the_day_and_its_world_ends_there(tmp_path: Path, day: str) -> None:
    async with demo_of(tmp_path, day) as app:
        local = app.now().astimezone(ZONE)
        registered, done = await latest(app)
        years = await app.database.read(lambda session: session.rows(select(cycle.c.year).distinct()))

        assert (local.date().isoformat(), local.hour, local.minute) == (day, 8, 0)
        assert app.now() - dt.timedelta(days=40) < done <= app.now()
        assert registered <= app.now()
        assert {row.year for row in years} == {2026, 2027, 2028}


async def test_stepping_brings_what_falls_due_on_the_new_day_at_once(tmp_path: Path) -> None:
    async with demo_of(tmp_path, "2027-03-09") as app:
        await joins(app, "hoa", "CAPTREN")
        await joins(app, "quan", "QUANTRI")
        assert app.days
        before = await reminders(app, "hoa")

        assert await app.days.step("quan", dt.date(2027, 3, 9), 6)  # to a Monday, the day of digests
        async with asyncio.timeout(PATIENCE):
            while not any("Chờ đồng chí duyệt" in text for text in (await reminders(app, "hoa"))[len(before) :]):
                await app.pages.wait("hoa", 1 << 60, 0.2)


async def test_whoever_comes_on_a_day_of_reminders_is_reminded_that_day(tmp_path: Path) -> None:
    async with demo_of(tmp_path, "2027-03-09") as app:
        await app.clock.run_all()  # as the first seconds have it
        await joins(app, "ray", "CAPCUU")

        await app.clock.run_all()

        (letter,) = [text for text in await reminders(app, "ray") if "/nhachan" in text]  # besides the digest
        assert "còn 1 ngày" in letter


async def test_started_again_on_another_day_it_goes_on_there(tmp_path: Path) -> None:
    async with demo_of(tmp_path, "2027-03-09") as app:
        await joins(app, "lan", "DOANVIEN")

    for day in ("2029-02-01", "2027-03-01"):
        async with demo_of(tmp_path, day) as app:
            await says(app, "lan", "/trangthai", "/hanchot", "/dangky", "/huy")

            rows = await app.database.read(lambda session: session.rows(select(cycle.c.year).distinct()))
            states = await app.database.read(lambda session: session.rows(select(outbox.c.state).distinct()))
            assert app.now().astimezone(ZONE).date().isoformat() == day
            assert {row.year for row in rows} == {2026, 2027, 2028, 2029, 2030}
            assert {row.state for row in states} <= {"sent", "waiting"}


async def test_a_deployment_that_is_no_demo_has_the_present_and_no_day_to_move(tmp_path: Path) -> None:
    async with demo_of(tmp_path, "2027-03-09", demo=False, demo_today=None) as app:
        assert app.days is None
        assert abs(app.now() - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=5)
