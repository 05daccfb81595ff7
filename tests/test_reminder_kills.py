"""Killed while it reminds people, the program forgets nobody and tells nobody twice.

In small; the whole of it, 5,000 reminders and twenty kills, is `benchmarks/reminder_kills.py`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from benchmarks import reminder_kills, world

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE, KILLS, SEED = 800, 4, 20270309


async def test_killed_meanwhile_nobody_is_reminded_twice_and_nobody_forgotten(tmp_path: Path) -> None:
    kinds = {"sqlite": 1, "postgresql": 2}  # processes
    folders = {kind: tmp_path / kind for kind in kinds}
    for folder in folders.values():
        folder.mkdir()
    with (
        world.database("sqlite", folders["sqlite"]) as file,
        world.database("postgresql", folders["postgresql"]) as server,
    ):
        urls = {"sqlite": file, "postgresql": server}
        for url in urls.values():  # one after the other: migrations are no business of two threads
            await asyncio.to_thread(reminder_kills.prepare, url, PEOPLE)
        reports = await asyncio.gather(
            *(reminder_kills.run(PEOPLE, KILLS, urls[kind], kinds[kind], SEED) for kind in kinds)
        )

    for report in reports:
        assert report.problems == []
        assert report.kills == KILLS
        assert report.got[1] + report.got[0] == PEOPLE
        assert set(report.states) == {"sent", "unknown"}
        assert report.states["unknown"] >= report.got[0] > 0  # what may have arrived is not sent again
