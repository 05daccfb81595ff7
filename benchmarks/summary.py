"""The summary of a whole province against the one best SQL statement that gives the same numbers.

    uv run benchmarks/summary.py [--times 40]

A province with 2,000 units, 10,000 people, 10,000 entries of five years with two score sheets each, and a hundred
thousand pieces of evidence, on SQLite and PostgreSQL. `/tonghop` is the whole command: rights, figures, comparison
with the year before, screen. The statement is written for this very tree and guideline. Target: at most 5
statements and 1.5 times the statement's time. The figures are compared with each other first. Views, lists and
search follow.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # as a script it is started from anywhere

from sqlalchemy import insert, text

from benchmarks.world import ZONE, database
from conversations.officer import behind, search, summary
from movement import cycles, guidelines, units
from movement import summary as figures
from movement.context import Context, Person
from movement.entry_words import indexed
from movement.matching import fold
from storage import secret_key
from storage.database import open_database
from storage.migrate import upgrade
from storage.people_tables import person, role
from storage.tables import entry, evidence, initiative, score_sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from movement.units import Unit
    from storage.session import Session

NOW = dt.datetime(2027, 10, 20, 2, tzinfo=dt.UTC)
TODAY = NOW.astimezone(ZONE).date()
YEAR = TODAY.year
WARDS, BASES, PEOPLE, ENTRIES, EVIDENCE = 100, 1_899, 10_000, 10_000, 100_000  # with the province 2,000 units
PASS = 0.7  # of all sheets
STATES = (
    "submitted",
    "confirmed",
    "reported",
    "self_scored",
    "appraised",
    "recognised",
    "not_recognised",
    "lapsed",
)
WORDS = [
    "tổ",
    "tự",
    "quản",
    "an",
    "toàn",
    "thư",
    "viện",
    "xanh",
    "bữa",
    "cơm",
    "công",
    "đoàn",
    "xưởng",
    "may",
    "góp",
    "vốn",
    "giúp",
    "bạn",
    "vệ",
    "sinh",
    "số",
    "hai",
]

# Written for this tree, which has two levels below the province, and for the default guideline, whose target in
# figures asks each grassroots union for one new initiative.
BEST = """
WITH counted AS (
  SELECT entry.unit_id AS unit_id,
    count(*) FILTER (WHERE cycle.year = :year) AS registered,
    count(*) FILTER (WHERE cycle.year = :year AND entry.origin = 'unplanned') AS unplanned,
    count(*) FILTER (WHERE cycle.year = :year AND entry.state NOT IN ('submitted', 'returned')) AS confirmed,
    count(*) FILTER (WHERE cycle.year = :year AND entry.reported_at IS NOT NULL) AS reported,
    count(*) FILTER (WHERE cycle.year = :year AND entry.reported_at IS NULL AND entry.state <> 'lapsed')
      AS unreported,
    count(*) FILTER (WHERE cycle.year = :year AND newest.id IS NOT NULL) AS scored,
    count(*) FILTER (WHERE cycle.year = :year AND newest.passes) AS passed,
    count(*) FILTER (WHERE cycle.year = :year AND entry.origin = 'registered' AND entry.state <> 'lapsed'
      AND entry.continues_id IS NULL) AS fresh,
    count(*) FILTER (WHERE cycle.year = :year AND entry.origin = 'registered') AS announced,
    count(*) FILTER (WHERE cycle.year < :year) AS registered_before,
    count(*) FILTER (WHERE cycle.year < :year AND entry.reported_at IS NOT NULL) AS reported_before,
    count(*) FILTER (WHERE cycle.year < :year AND newest.passes) AS passed_before
  FROM entry
  JOIN cycle ON cycle.id = entry.cycle_id
  LEFT JOIN score_sheet AS newest ON newest.id = (
    SELECT max(sheet.id) FROM score_sheet AS sheet WHERE sheet.entry_id = entry.id AND sheet.kind = 'self')
  WHERE cycle.year IN (:year, :year - 1) AND entry.state <> 'withdrawn'
  GROUP BY entry.unit_id
)
SELECT CASE WHEN unit.parent_id = :root OR unit.id = :root THEN unit.id ELSE unit.parent_id END AS branch,
  coalesce(sum(registered), 0), coalesce(sum(unplanned), 0), coalesce(sum(confirmed), 0),
  coalesce(sum(reported), 0),
  coalesce(sum(unreported), 0), coalesce(sum(scored), 0), coalesce(sum(passed), 0),
  count(*) FILTER (WHERE unit.kind = 'grassroots_union' AND fresh > 0),
  count(*) FILTER (WHERE unit.kind = 'grassroots_union' AND coalesce(fresh, 0) = 0),
  count(*) FILTER (WHERE unit.kind = 'grassroots_union' AND coalesce(announced, 0) = 0),
  coalesce(sum(registered_before), 0), coalesce(sum(reported_before), 0), coalesce(sum(passed_before), 0)
FROM unit LEFT JOIN counted ON counted.unit_id = unit.id
WHERE unit.path LIKE :below AND (unit.valid_to IS NULL OR unit.valid_to >= :began)
GROUP BY branch
"""


def fill(session: Session) -> None:
    """The province; the administrator of the whole is person 1."""
    chance = random.Random(7)
    top = units.add(session, "federation_province", "Liên đoàn Lao động tỉnh Sông Lam", "", None)
    wards = [units.add(session, "ward_union", f"Công đoàn phường {n}", "", top) for n in range(WARDS)]
    bases = [
        units.add(session, "grassroots_union", f"Công đoàn cơ sở Công ty {n}", "", chance.choice(wards))
        for n in range(BASES)
    ]
    names = [{"id": n, "name": f"Nguyễn Văn {n}", "created_at": NOW} for n in range(1, PEOPLE + 1)]
    session.execute(insert(person), names)
    roles = [{"person_id": 1, "unit_id": top.id, "role": "admin", "since": NOW}]
    roles += [
        {"person_id": n, "unit_id": chance.choice(bases).id, "role": "member", "since": NOW}
        for n in range(2, PEOPLE + 1)
    ]
    session.execute(insert(role), roles)
    held = {
        year: cycles.begin(session, top.id, year, guidelines.default().id) for year in range(YEAR - 4, YEAR + 1)
    }
    _entries(session, chance, bases, held)


def _entries(session: Session, chance: random.Random, bases: list[Unit], held: dict[int, int]) -> None:
    """Entries of five years, each with its initiative; sheets and evidence."""
    rows = [_entry(number, chance, bases, held) for number in range(1, ENTRIES + 1)]
    firsts = [
        {**{key: row[key] for key in ("id", "unit_id", "name", "folded")}, "created_at": NOW} for row in rows
    ]
    session.execute(insert(initiative), firsts)
    session.execute(insert(entry), rows)
    by_person = {"author_id": 2, "created_at": NOW}
    sheets = [
        {"entry_id": row["id"], "kind": kind, "hundredths": 8000, "passes": chance.random() < PASS, **by_person}
        for row in rows
        for kind in ("self", "appraisal")
        if row["reported_at"]
    ]
    session.execute(insert(score_sheet), sheets)
    proof = {"kind": "progress", "text": "Ra quân", "criteria": [], **by_person}
    session.execute(insert(evidence), [{"entry_id": n % ENTRIES + 1, **proof} for n in range(EVIDENCE)])


def _entry(number: int, chance: random.Random, bases: list[Unit], held: dict[int, int]) -> dict[str, Any]:
    name, place = (" ".join(chance.sample(WORDS, 5)) for _ in range(2))
    state = chance.choice(STATES)
    return {
        "id": number,
        "initiative_id": number,
        "cycle_id": held[YEAR - number % 5],
        "unit_id": chance.choice(bases).id,
        "name": name,
        "folded": fold(name),
        "place": place,
        "lead": "",
        "scale": "",
        "search": indexed(name, place, ""),
        "author_id": chance.randint(2, PEOPLE),
        "guideline_id": guidelines.default().id,
        "state": state,
        "subject_kind": chance.choice(("collective", "individual")),
        "area": chance.choice(guidelines.default().areas.items).code,
        "submitted_at": NOW,
        "updated_at": NOW,
        "reported_at": None if state in {"submitted", "confirmed", "lapsed"} else NOW,
    }


def officer(session: Session) -> Context:
    """A fresh unit of work of the administrator of the whole."""
    return Context(session, Person(1, "", "vi", ""), NOW, TODAY, "bench", ZONE)


def best(session: Session) -> list[tuple[int, ...]]:
    """The numbers by the one statement, by branch."""
    given = {"year": YEAR, "root": 1, "below": "/1/%", "began": dt.date(YEAR, 1, 1)}
    return sorted(tuple(map(int, row)) for row in session.rows(text(BEST), given))


def check(session: Session) -> None:
    """Both give the same."""
    counted = figures.of_unit(officer(session), 1, YEAR)
    known = {row[0]: row[1:11] for row in best(session)}
    for row in counted.rows:
        assert tuple(getattr(row.figures, name) for name in row.figures.__slots__) == known[row.unit.id]
    before = tuple(sum(row[at] for row in best(session)) for at in (11, 12, 13))
    assert before == (counted.before.registered, counted.before.reported, counted.before.passed)


def measure(session: Session, times: int) -> list[tuple[str, int, float, float]]:
    """For each line its statements, and the median and the smallest time in ms; taken in turns."""
    lines: dict[str, Callable[[], Any]] = {
        "the one statement": lambda: best(session),
        "/tonghop of the root": lambda: summary.show(officer(session), ""),
        "  its figures alone": lambda: figures.of_unit(officer(session), 1, YEAR),
        "/tonghop by area": lambda: summary.show(officer(session), f"1 {YEAR} area"),
        "/danhsach, registered": lambda: behind.behind(officer(session), f"1 {YEAR} registered"),
        "/danhsach, unregistered": lambda: behind.behind(officer(session), f"1 {YEAR} unregistered"),
        "/timkiem xuong may": lambda: search.show(officer(session), "xuong may"),
        "/timkiem thu vien 2026": lambda: search.show(officer(session), "thu vien xanh 2026"),
    }
    took: dict[str, list[float]] = {name: [] for name in lines}
    sent: dict[str, int] = {}
    for _round in range(times):
        for name, work in lines.items():
            session.statements = 0
            began = time.perf_counter()
            work()
            took[name].append((time.perf_counter() - began) * 1e3)
            sent[name] = session.statements
    return [(name, sent[name], statistics.median(each), min(each)) for name, each in took.items()]


def main() -> None:
    """Both databases, one after the other."""
    parser = argparse.ArgumentParser(description="The summary of a province, against one statement.")
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    asked = parser.parse_args()
    secret_key.use("a key of a benchmark, which is long enough")
    for kind in asked.databases:
        with tempfile.TemporaryDirectory(prefix="kheo-bench-") as place, database(kind, Path(place)) as url:
            upgrade(url)
            opened = open_database(url)
            opened.write_now(fill)
            opened.write_now(lambda session: session.execute(text("ANALYZE")))
            opened.read_now(check)
            found = opened.read_now(measure, asked.times)
            asyncio.run(opened.close())
        base, least = found[0][2], found[0][3]
        print(f"{kind:<11}{'':<26}{'SQL':>4}{'median ms':>11}{'ratio':>7}{'least ms':>10}{'ratio':>7}")
        for name, sent, middle, smallest in found:
            figures_ = f"{sent:>4}{middle:>11.2f}{middle / base:>7.2f}{smallest:>10.2f}{smallest / least:>7.2f}"
            print(f"{'':<11}{name:<26}{figures_}", flush=True)


if __name__ == "__main__":
    main()
