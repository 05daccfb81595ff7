"""Making the official forms: how long, how much memory, and what members' answers cost meanwhile.

    uv run benchmarks/forms.py [--rows 5000] [--units 2000] [--databases sqlite postgresql] [--seconds 20]

Each file is made in a process of its own, whose peak memory is told; the reading of the rows is counted. Then
people register by the webhook for a while, without files being made and with lists made one after the other all
the time. A turn is as in `turns.py`. The lists are those of a province with so many units and initiatives.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))  # as a script it is started from anywhere

from benchmarks import world
from benchmarks.load import Crowd
from benchmarks.turns import joining, registering
from movement import guidelines, units
from movement.context import Context, Person
from storage import secret_key
from storage.channel_tables import export
from storage.database import open_database
from storage.people_tables import address, conversation, person, role
from storage.tables import entry, initiative

if TYPE_CHECKING:
    from storage.session import Session

MAKING = (
    ("rollup", "register", "xlsx"), ("rollup", "register", "docx"), ("rollup", "register", "pdf"),
    ("rollup", "results", "xlsx"), ("rollup", "results", "docx"), ("rollup", "results", "pdf"),
    ("chart", "", "png"),
)  # fmt: skip
_WORDS = (
    "tổ", "tự", "quản", "an", "toàn", "lao", "động", "xưởng", "may", "số", "hai", "huy", "nhân", "dân", "vận",
)  # fmt: skip


def fill(session: Session, many: int, unit_count: int) -> tuple[int, int]:
    """A province with initiatives, and an officer who may have all its lists: their unit and address."""
    chance = random.Random(1)  # the same world each time
    now = dt.datetime.now(dt.UTC)
    root = units.get(_context(session, 0), 1)
    assert root is not None
    homes = [
        units.add(session, "grassroots_union", f"Công đoàn cơ sở Công ty TNHH số {n}", "", root)
        for n in range(unit_count)
    ]
    who = session.scalar(person.insert().values(name="Quân", created_at=now, locale="vi").returning(person.c.id))
    session.execute(conversation.insert().values(person_id=who, memory={}, updated_at=now))
    at = {"person_id": who, "channel": "web", "account": "bench", "chat": "quan", "created_at": now}
    where = session.scalar(address.insert().values(**at).returning(address.c.id))
    session.execute(role.insert().values(person_id=who, unit_id=root.id, role="admin", since=now))
    areas = [each.code for each in guidelines.default().areas.items]

    def text(least: int, most: int) -> str:
        return " ".join(chance.choices(_WORDS, k=chance.randint(least, most))).capitalize()

    for number in range(many):
        home = chance.choice(homes)
        values = {"unit_id": home.id, "name": text(6, 14), "folded": "", "created_at": now}
        begun = session.scalar(initiative.insert().values(**values).returning(initiative.c.id))
        session.execute(
            entry.insert().values(
                initiative_id=begun, cycle_id=1, unit_id=home.id, author_id=who, state="reported",
                guideline_id=guidelines.default().id, subject_kind=("collective", "individual")[number % 3 == 0],
                area=chance.choice(areas), name=values["name"], folded="", place=text(3, 8), lead=text(3, 6),
                scale=text(4, 12), result=text(20, 60), submitted_at=now, reported_at=now, updated_at=now,
            )
        )  # fmt: skip
    return int(who), int(where)


def make_one(url: str, who: int, kind: str, form: str, file: str) -> None:
    """In a process of its own: make one file and tell how long it took, its size and the peak of memory."""
    from conversations import officer  # noqa: F401 - declares the makers
    from movement import exports

    database = open_database(url)
    year = dt.datetime.now(world.ZONE).year
    arguments = {"form": form, "unit": 1, "year": year, "file": file}

    def work(session: Session) -> tuple[float, int, int]:
        begun = time.perf_counter()
        made = exports.make(_context(session, who), kind, arguments, lambda _sha256: b"")
        return time.perf_counter() - begun, len(made.data), session.statements

    seconds, size, statements = database.read_now(work)
    asyncio.run(database.close())
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(json.dumps([seconds, size, statements, int(peak.split()[1]) / 1024]))


def _context(session: Session, who: int) -> Context:
    now = dt.datetime.now(dt.UTC)
    return Context(session, Person(who, "", "vi", ""), now, now.astimezone(world.ZONE).date(), "web", world.ZONE)


def queue(session: Session, who: int, where: int, many: int) -> None:
    """So many lists asked for at once."""
    now = dt.datetime.now(dt.UTC)
    for number in range(many):
        kind, form, file = MAKING[number % 6]
        arguments = {"form": form, "unit": 1, "year": now.year, "file": file}
        asked = {"person_id": who, "address_id": where, "kind": kind, "arguments": arguments}
        session.execute(export.insert().values(**asked, state="waiting", created_at=now))


def prepared(url: str, asked: argparse.Namespace, many: int) -> tuple[int, int]:
    """Fill the database and ask for so many files; give who asks and where they are."""
    world.prepare(url, asked.people)
    database = open_database(url)
    who, where = database.write_now(fill, asked.rows, asked.units)
    database.write_now(queue, who, where, many)
    asyncio.run(database.close())
    return who, where


async def answers(url: str, folder: Path, people: int, seconds: float) -> tuple[float, float, int]:
    """Milliseconds that half and 99 of 100 turns stay under, and how many files were made meanwhile."""
    crowd, port = Crowd(people), world.free_port()
    async with await crowd.api.start():
        with world.process(["run_bot.py"], world.settings(url, folder, port, crowd.api.url)):
            await asyncio.to_thread(world.wait_until_up, port, "/healthz")
            await crowd.connect(port)
            await crowd.talk(joining, seconds)
            measured = await crowd.talk(registering, seconds)
            crowd.close()
    done = open_database(url)
    made = done.read_now(lambda session: session.rows(export.select().where(export.c.state == "done")))
    await done.close()
    return measured.percentile(50), measured.percentile(99), len(made)


def measure(kind: str, asked: argparse.Namespace) -> None:
    """One database: every file by itself, then turns without and with files being made."""
    environment = {**os.environ, "PYTHONPATH": str(world.ROOT)}
    with tempfile.TemporaryDirectory(prefix="kheo-bench-") as place, world.database(kind, Path(place)) as url:
        who, _where = prepared(url, asked, 0)
        for maker, form, file in MAKING:
            command = [sys.executable, __file__, "--make", url, str(who), maker, form, file]
            told = subprocess.run(command, capture_output=True, check=True, env=environment)
            seconds, size, statements, peak = json.loads(told.stdout)
            figures = f"{seconds:>8.2f}{peak:>9.0f}{size / 1024:>10.0f}{statements:>6}"
            print(f"{kind:<11}{maker:<8}{form:<10}{file:<6}{figures}", flush=True)
    for many in (0, 200) if asked.seconds else ():
        with tempfile.TemporaryDirectory(prefix="kheo-bench-") as place, world.database(kind, Path(place)) as url:
            prepared(url, asked, many)
            half, most, files = asyncio.run(answers(url, Path(place), asked.people, asked.seconds))
            print(
                f"{kind:<11}turns: p50 {half:6.1f} ms, p99 {most:6.1f} ms; {files} files made meanwhile",
                flush=True,
            )


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--make"]:
        secret_key.use("the secret key of a benchmark")
        url, who, kind, form, file = sys.argv[2:]
        make_one(url, int(who), kind, form, file)
        return
    parser = argparse.ArgumentParser(description="Time and memory of the official forms.")
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--units", type=int, default=2000)
    parser.add_argument("--people", type=int, default=4, help="who talk meanwhile, each as fast as it is answered")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--seconds", type=float, default=15.0, help="of each measurement of turns; 0: none")
    asked = parser.parse_args()
    print(f"{'':<11}{'':<8}{'form':<10}{'file':<6}{'s':>8}{'peak MB':>9}{'size KB':>10}{'SQL':>6}")
    for kind in asked.databases:
        measure(kind, asked)


if __name__ == "__main__":
    main()
