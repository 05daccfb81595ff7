"""Rights in a whole province: `may`, reading one's roles, the condition of every query, who is found.

    uv run benchmarks/access.py

Prints a table for SQLite and PostgreSQL: the median and p99 in ms. 2,000 units, 10,000 people, 6,000 entries.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import insert, select

from movement import access, cycles, entries, guidelines, rosters, units
from movement.access import Thing
from movement.context import Context, Person
from storage import secret_key
from storage.database import open_database
from storage.migrate import upgrade
from storage.people_tables import person, role
from storage.tables import entry, initiative
from storage.unit_tables import unit
from tests.postgres_server import running

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.session import Session

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = dt.datetime(2027, 3, 10, 2, tzinfo=dt.UTC)
WARDS, BASES, PEOPLE, ENTRIES = 100, 1_899, 10_000, 6_000  # with the province 2,000 units
TIMES = 300


def fill(session: Session) -> None:
    """A province, its wards and grassroots unions, people with roles, an initiative or several for each union."""
    chance = random.Random(7)
    top = units.add(session, "federation_province", "Liên đoàn Lao động tỉnh Sông Lam", "", None)
    wards = [units.add(session, "ward_union", f"Công đoàn phường {n}", "", top) for n in range(WARDS)]
    bases = [
        units.add(session, "grassroots_union", f"Công đoàn cơ sở Công ty {n}", "", chance.choice(wards))
        for n in range(BASES)
    ]
    held = cycles.begin(session, top.id, NOW.year, guidelines.default().id)
    names = range(1, PEOPLE + 1)
    session.execute(insert(person), [{"id": n, "name": f"Nguyễn Văn {n}", "created_at": NOW} for n in names])
    roles = [{"person_id": 1, "unit_id": top.id, "role": "admin"}]
    roles += [{"person_id": n, "unit_id": chance.choice(wards).id, "role": "upper_officer"} for n in range(2, 202)]
    roles += [
        {"person_id": 201 + n, "unit_id": each.id, "role": "unit_officer"} for n, each in enumerate(bases, 1)
    ]
    roles += [
        {"person_id": n, "unit_id": chance.choice(bases).id, "role": "member"} for n in range(2_101, PEOPLE + 1)
    ]
    session.execute(insert(role), [{**each, "since": NOW} for each in roles])
    rows: list[dict[str, Any]] = []
    for number in range(1, ENTRIES + 1):
        home = chance.choice(bases)
        rows.append(
            {
                "id": number,
                "initiative_id": number,
                "cycle_id": held,
                "unit_id": home.id,
                "name": f"Mô hình {number}",
                "author_id": chance.randint(202, PEOPLE),
                "guideline_id": guidelines.default().id,
                "folded": "",
                "state": "submitted",
                "subject_kind": "collective",
                "area": "kt",
                "place": "",
                "lead": "",
                "scale": "",
                "submitted_at": NOW,
                "updated_at": NOW,
            }
        )
    session.execute(
        insert(initiative),
        [
            {"id": row["id"], "unit_id": row["unit_id"], "name": row["name"], "folded": "", "created_at": NOW}
            for row in rows
        ],
    )
    session.execute(insert(entry), rows)


def context(session: Session, who: int) -> Context:
    """A fresh unit of work of this person."""
    return Context(session, Person(who, "", "vi", ""), NOW, NOW.astimezone(ZONE).date(), "bench", ZONE)


def timed(work: Callable[[int], object]) -> tuple[float, float]:
    """The median and p99 of some hundred calls, in ms."""
    took = []
    for number in range(TIMES):
        began = time.perf_counter()
        work(number)
        took.append((time.perf_counter() - began) * 1e3)
    took.sort()
    return took[TIMES // 2], took[TIMES * 99 // 100]


def measure(session: Session) -> list[tuple[str, float, float]]:
    """Every line of the table."""
    paths = [row.path for row in session.rows(select(unit.c.path).order_by(unit.c.id))]
    things = [Thing(path, 5) for path in paths]
    admin, ward = context(session, 1), context(session, 2)
    access.roles(admin), access.roles(ward)

    def listed(ctx: Context) -> object:
        return entries.visible(ctx, years=(NOW.year,))

    lines = {
        "may, roles known (admin)": lambda n: access.may(admin, "see", things[n]),
        "may, roles known (ward officer)": lambda n: access.may(ward, "review", things[n]),
        "may, with reading the roles": lambda n: access.may(context(session, n + 2), "review", things[n]),
        "may_give": lambda n: access.may_give(ward, "unit_officer", things[n].path),
        "one entry by its number": lambda n: entries.find(context(session, n + 2), n + 1),
        "newest 200 entries (member)": lambda n: listed(context(session, n + 3_000)),
        "newest 200 entries (ward officer)": lambda n: listed(context(session, n % 200 + 2)),
        "newest 200 entries (admin)": lambda _n: listed(context(session, 1)),
        "people of a ward found by name": lambda n: rosters.search(context(session, n % 200 + 2), "nguyen van 77"),
        "units without an officer (admin)": lambda _n: rosters.staffing(context(session, 1), 1),
    }
    found = [(name, *timed(work)) for name, work in lines.items()]
    began = time.perf_counter()
    rosters.search(context(session, 1), "nguyen van 777")
    once = (time.perf_counter() - began) * 1e3
    return [*found, ("10,000 people searched by an admin", once, once)]


async def measure_url(url: str) -> None:
    """All lines of one database."""
    upgrade(url)
    database = open_database(url)
    await database.write(fill)
    for name, middle, late in await database.read(measure):
        print(f"{database.dialect:12}{name:40}{middle:10.3f}{late:10.3f}", flush=True)
    await database.close()


def main() -> None:
    """Both databases, one after the other."""
    secret_key.use("a key of a benchmark, which is long enough")
    print(f"{'':12}{'':40}{'median ms':>10}{'p99 ms':>10}")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure_url(f"sqlite:///{folder}/kheo.db"))
    with running() as server:
        server.run("CREATE DATABASE access")
        asyncio.run(measure_url(server.url("access")))


if __name__ == "__main__":
    main()
