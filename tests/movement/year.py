"""One year under a guideline, in the world of tests/years.toml; every act is a transaction of its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import func, select

from movement import access, cycles, entries, notices, rulings, scores, units
from movement.entries import EntryDraft
from movement.scores import Answers
from storage.schema import metadata
from tests.chat import ZONE
from tests.worlds import World, build_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from movement.context import Context
    from movement.entries import Entry
    from movement.guideline_parts import SubjectKind
    from storage.database import Database
    from storage.session import Session

R = TypeVar("R")
CHECKLIST, ENDORSED, UNPLANNED = "ninh-thuan-ldld-2017", "dong-nai-cd-y-te-2021-2025", "dong-nai-cd-y-te-2021-2025"
OWN_CRITERIA, NO_CRITERIA = "ban-dan-van-tinh-uy-2016-2020", "ninh-thuan-ldld-2023"
POINTS = "yen-bai-dang-uy-khoi-2024"
DAYS = {CHECKLIST: 2017, OWN_CRITERIA: 2019, ENDORSED: 2022, NO_CRITERIA: 2023, POINTS: 2024}


@dataclass
class Year:
    """The world, and what its people were told."""

    database: Database
    guideline: str
    day: dt.date = field(init=False)
    told: list[tuple[str, str]] = field(default_factory=list)  # who, text

    def __post_init__(self) -> None:
        self.day = dt.date(DAYS[self.guideline], 11, 3)
        self.database.write_now(lambda session: build_for(self._world(session), self.guideline))

    def act(self, who: str, work: Callable[[Context], R]) -> R:
        """What `work` gives for this person."""

        def turn(session: Session) -> R:
            world = self._world(session)
            world.people.update(self._people(session))
            ctx = world.of(who)
            done = work(ctx)
            names = {number: name for name, number in world.people.items()}
            self.told += [(names[each.person_id], each.text()) for each in notices.of(ctx)]
            return done

        return self.database.write_now(turn)

    def register(self, who: str = "minh", subject: SubjectKind = "collective", **more: Any) -> int:
        """A new entry of the person's unit."""

        def submit(ctx: Context) -> int:
            draft = self.draft(ctx, subject)
            return int(
                entries.keep(ctx, draft, cycles.get(ctx, draft.cycle_id), **({"state": "submitted"} | more))
            )

        return self.act(who, submit)

    def draft(self, ctx: Context, subject: SubjectKind = "collective") -> EntryDraft:
        """What somebody would register for the unit of their role."""
        home = units.get(ctx, access.roles(ctx)[0].unit_id)
        assert home is not None
        held = cycles.of_years(ctx, home, (self.day.year, self.day.year + 1))[self.day.year]
        area = held.guideline.areas.items[0].code
        return EntryDraft(held.id, home.id, subject, area, "Tổ tự quản", "Xưởng 2", "Tổ công đoàn", "120 người")

    def entry(self, entry_id: int, who: str = "minh") -> Entry:
        """The entry as it stands."""
        return self.act(who, lambda ctx: entries.demand(ctx, "see", entries.find(ctx, entry_id)))

    def report(self, entry_id: int, who: str = "minh") -> None:
        """Report results."""
        self.act(who, lambda ctx: entries.report(ctx, entry_id, "Kết quả tốt."))

    def score(self, entry_id: int, who: str = "minh", **missed: Decimal | bool) -> None:
        """Score it: the maximum or met everywhere, but for what is missed."""
        self.act(who, lambda ctx: scores.submit(ctx, entry_id, answers(self._found(ctx, entry_id), missed)))

    def appraise(self, entry_id: int, who: str = "hoa", **missed: Decimal | bool) -> None:
        """Appraise it in the same way."""
        self.act(who, lambda ctx: scores.appraise(ctx, entry_id, answers(self._found(ctx, entry_id), missed)))

    def appraised(self, **missed: Decimal | bool) -> int:
        """An entry that has come as far as the appraisal."""
        entry_id = self.register()
        self.report(entry_id)
        self.score(entry_id)
        if self.entry(entry_id).guideline.principles.endorsement:
            self.act("phuc", lambda ctx: rulings.endorse(ctx, entry_id, "1-XN", self.day))
        self.appraise(entry_id, "hoa", **missed)
        return entry_id

    def count(self, table: str) -> int:
        """How many rows a table has."""
        query = select(func.count()).select_from(metadata.tables[table])
        return int(self.database.read_now(lambda session: session.scalar(query)))

    def _found(self, ctx: Context, entry_id: int) -> Entry:
        return entries.demand(ctx, "see", entries.find(ctx, entry_id))

    def _world(self, session: Session) -> World:
        now = dt.datetime.combine(self.day, dt.time(9), ZONE).astimezone(dt.UTC)
        return World(session, now, ZONE, "web", "test", {}, {})

    def _people(self, session: Session) -> dict[str, int]:
        table = metadata.tables["address"]
        return {row.chat: row.person_id for row in session.rows(select(table.c.chat, table.c.person_id))}


def answers(found: Entry, missed: Mapping[str, Decimal | bool]) -> Answers:
    """Everything at its best, but for criteria that are given as `k7=9` or `ka=False`."""
    sheet = scores.sheet_of(found)
    points = {item.key: item.max or Decimal(0) for item in sheet.counted}
    ticks = {item.key: True for item in sheet.ticked}
    for key, value in missed.items():
        if isinstance(value, bool):
            ticks[key.removeprefix("k")] = value
        else:
            points[key.removeprefix("k")] = value
    return Answers(points, ticks)
