"""How long a federation waits for its list of units, and for finding one among them.

    uv run benchmarks/units.py [--units 5000] [--lines 3000]

A list is written as .xlsx, read, planned and carried out in an empty database, then planned again, unchanged; then
units are searched for by what people type. Both databases; PostgreSQL with fsync. Targets: 5 s and 20 ms.

Processor: of this process alone, as little disturbed by others on the machine as can be; without PostgreSQL's own.
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
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))  # as a script it is started from anywhere

from benchmarks.world import ZONE, database
from movement import unit_import, unit_plan, unit_sheets, units
from movement.operators import operator
from storage.database import open_database
from storage.migrate import upgrade

if TYPE_CHECKING:
    from movement.context import Context
    from storage.database import Database
    from storage.session import Session

PLACES = (
    "An Bình", "Thống Nhất", "Long Khánh", "Trảng Dài", "Hố Nai", "Tân Phong", "Quyết Thắng", "Bửu Long",
    "Tam Hiệp", "Xuân Lộc",
)  # fmt: skip
NAMES = (
    "Nguyễn Du", "Lê Lợi", "Quang Trung", "Sông Hồng", "Sao Mai", "Hoà Bình", "Đại Lộc", "Phước Thái", "Kỹ Thương",
    "Việt Tiến",
)  # fmt: skip
KINDS = (
    "Trường THCS", "Trường Tiểu học", "Trường Mầm non", "Công ty May", "Công ty TNHH MTV", "Bệnh viện Đa khoa",
    "TTYT", "UBND phường", "Công ty CP Bao bì", "Chi nhánh Điện lực",
)  # fmt: skip
TYPED = (
    "công đoàn cơ sở trường thcs nguyễn du", "thcs nguyen du 12", "bv thong nhat", "ttyt long khanh", "nguyễn du",
    "cđcs công ty may sông hồng", "cong doan co so", "ubnd p", "1200", "kĩ thương",
)  # fmt: skip
MISSPELT = (
    "nguyn du an bình",
    "trung tâm ytế long kahnh",
    "cong ty may sog hong 7",
    "bênh viẹn thóng nhât đa khao",
)
ROUNDS = 30


def lines(many: int) -> list[dict[str, str]]:
    """A province, a ward for each fifty unions, and unions with codes."""
    chance = random.Random(7)
    made = [{"code": "T", "name": "Liên đoàn Lao động tỉnh Sông Trà"}]
    for ward in range(many // 50):
        name = f"Công đoàn phường {PLACES[ward % 10]} {ward // 10 + 1}"
        made.append({"code": f"P{ward}", "name": name, "parent": "T"})
    while len(made) < many:
        number = len(made)
        name = f"CĐCS {chance.choice(KINDS)} {chance.choice(NAMES)} {chance.choice(PLACES)} {number}"
        made.append(
            {"code": f"C{number}", "name": name, "parent": f"P{number % (many // 50)}", "aliases": f"CS{number}"}
        )
    chance.shuffle(made)
    return made


def measure_import(opened: Database, many: int) -> None:
    """Write the list, take it, and take it again."""
    data = unit_sheets.write("list.xlsx", lines(many))
    today = dt.datetime.now(ZONE).date()

    def take(session: Session) -> dict[str, int]:
        return unit_import.apply(context(session), unit_sheets.read(data, "list.xlsx"), today)

    def plan(session: Session) -> bool:
        return unit_plan.make(context(session), unit_sheets.read(data, "list.xlsx"), today).is_idle

    begin, spent = time.perf_counter(), time.process_time()
    assert opened.write_now(take)["founded"] == many
    took, spent = time.perf_counter() - begin, time.process_time() - spent
    print(f"  import of {many:,} units, read from .xlsx and committed: {took:.2f} s, processor {spent:.2f} s")
    begin = time.perf_counter()
    assert opened.read_now(plan)
    print(f"  preview of the same list again: {time.perf_counter() - begin:.2f} s")


def measure_search(opened: Database) -> None:
    """Search for each of the phrases, in a reader's transaction of its own."""

    def search(session: Session, words: str) -> units.Found:
        return units.find(context(session), words)

    for label, phrases in (("as typed", TYPED), ("misspelt", MISSPELT)):
        took, begun = [], time.process_time()
        for phrase in phrases * ROUNDS:
            begin = time.perf_counter()
            found = opened.read_now(search, phrase)
            took.append((time.perf_counter() - begin) * 1000)
            assert found.units, phrase
        spent = (time.process_time() - begun) * 1000 / len(took)
        took.sort()
        tail = f"99 % {took[int(len(took) * 0.99)]:.1f}, worst {took[-1]:.1f}"
        print(f"  search, {label}: median {statistics.median(took):.1f} ms, {tail}; processor {spent:.1f} ms each")


def context(session: Session) -> Context:
    """Whoever works at the command line."""
    return operator(session, dt.datetime.now(dt.UTC), ZONE)


def main() -> None:
    """Measure both databases."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=5000, help="searched among")
    parser.add_argument("--lines", type=int, default=3000, help="of the list")
    asked = parser.parse_args()
    for kind in ("sqlite", "postgresql"):
        print(f"{kind}:")
        for many, measure in ((asked.lines, None), (asked.units, measure_search)):
            with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder)) as url:
                upgrade(url)
                opened = open_database(url)
                measure_import(opened, many)
                if measure:
                    measure(opened)
                asyncio.run(opened.close())


if __name__ == "__main__":
    main()
