"""A year of reminders in fast time: a little world under one guideline, what its people do, and who was told what.

The clock jumps from one minute at which something can happen to the next: acts, the plan's first look at a day,
and whatever the plan says is due. `every_minute` goes through all of them, and shows that nothing happens between.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from bot.inbox import Desk
from bot.reminding import Reminding
from movement import cycles, entries, people, rulings, scores, units
from movement.entries import EntryDraft
from movement.evidence import submit as prove
from movement.reminders import choices
from movement.vietnamese_dates import show_date
from storage.channel_tables import outbox
from storage.people_tables import address, conversation
from storage.reminder_tables import reminder
from storage.tables import cycle_event, entry
from tests.chat import ZONE
from tests.movement.year import answers
from tests.worlds import CAST, GUIDELINE, YEARS, World, build, build_for, school

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from movement.context import Context
    from storage.database import Database
    from storage.session import Session

MINUTE = dt.timedelta(minutes=1)


class Sender:
    """The part of an outbox that the job needs: what is queued is taken for sent."""

    accounts = (("telegram", "test"),)

    def look(self) -> None:
        """Nothing waits here."""

    def soon(self, rows: object) -> None:
        """Nothing waits here."""


@dataclass
class Told:
    """One letter."""

    at: dt.datetime
    who: str
    text: str
    ways: list[str]


@dataclass
class SimulatedYear:
    """The world of a guideline, its clock, and what was told."""

    database: Database
    guideline: str
    year: int
    now: dt.datetime = field(init=False)
    log: list[Told | tuple[dt.datetime, str]] = field(default_factory=list)
    _seen: int = 0
    _units: dict[str, Any] = field(default_factory=dict)
    _people: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.now = dt.datetime(self.year, 1, 1, 7, 0, tzinfo=ZONE)  # this year in UTC as well
        self.database.write_now(self._build)
        sender: Any = Sender()
        desk = Desk(self.database.process, ZONE)
        self.job = Reminding(self.database, sender, desk, lambda: self.now.astimezone(dt.UTC), plan_every=0)

    def _build(self, session: Session) -> None:
        world = World(session, self.now.astimezone(dt.UTC), ZONE, "telegram", "test", self._units, self._people)
        if self.guideline == GUIDELINE:
            build(world, [])
            school(world)
            return
        build_for(world, self.guideline)
        home = self.home
        other = units.add(
            session, home.kind, _neighbour(home.kind), "bên cạnh", world.units[_above(self.guideline)]
        )
        world.units["bên cạnh"] = other
        world.enter("thao")
        people.join(world.of("thao"), other.id, "unit_officer")

    @property
    def home(self) -> Any:
        """The unit of Minh, who does in time or late what is to be done; Thảo's, beside it, does nothing."""
        if self.guideline == GUIDELINE:
            return self._units["may"]
        cast = YEARS[self.guideline]["cast"]["minh"]
        return self._units[next(iter(cast.values()))]

    def act(self, who: str, what: str, work: Callable[[Context], Any]) -> Any:
        """What `work` gives for this person, now; `what` is for whoever reads the golden file."""

        def turn(session: Session) -> Any:
            world = World(
                session, self.now.astimezone(dt.UTC), ZONE, "telegram", "test", self._units, self._people
            )
            return work(world.of(who))

        done = self.database.write_now(turn)
        self.log.append((self.now, f"{CAST[who]}: {what}"))
        return done

    async def until(self, moment: dt.datetime, *, every_minute: bool = False) -> None:
        """Let time pass up to this moment, which is not reached by the job itself."""
        while self.now < moment:
            await self.job.run()
            self._read()
            self.now = min(moment, self.now + MINUTE if every_minute else self._next())

    def _next(self) -> dt.datetime:
        """The next minute at which something can happen: what is due, the hour of reminders, the next day."""
        midnight = dt.datetime.combine(self.now.date() + dt.timedelta(days=1), dt.time(), ZONE)
        query = select(func.min(reminder.c.due_at)).where(
            reminder.c.state == "waiting", reminder.c.due_at > self.now
        )
        due = self.database.read_now(lambda session: session.scalar(query))
        due = due.replace(tzinfo=due.tzinfo or dt.UTC).astimezone(ZONE) if due else midnight
        return max(min(due, midnight), self.now + MINUTE)

    def _read(self) -> None:
        query = (
            select(outbox.c.id, outbox.c.payload, address.c.chat)
            .join(address, address.c.id == outbox.c.address_id)
            .where(outbox.c.id > self._seen, outbox.c.kind == "reminder")
            .order_by(address.c.chat)
        )
        for row in self.database.read_now(lambda session: session.rows(query)):
            self._seen = max(self._seen, row.id)
            screen = row.payload["screen"]
            ways = [option["label"] for option in screen["options"]]
            lines = screen["text"].splitlines()
            text = "\n".join(lines[: len(lines) - len(ways)])
            self.log.append(Told(self.now, CAST[row.chat], text, ways))
        sent = update(outbox).where(outbox.c.state == "waiting").values(state="sent")
        self.database.write_now(lambda session: session.execute(sent))

    def told(self) -> list[Told]:
        """The letters only."""
        return [each for each in self.log if isinstance(each, Told)]

    def golden(self) -> Iterator[str]:
        """The year as a domain expert reads it."""
        for each in self.log:
            if isinstance(each, Told):
                yield f"{_when(each.at)} → {each.who}"
                yield from (f"    {line}" for line in each.text.splitlines())
                yield f"    [{'] ['.join(each.ways)}]"
            else:
                at, what = each
                yield f"{_when(at)} · {what}"
            yield ""


async def played(database: Database, guideline: str, year: int) -> SimulatedYear:
    """The year as everybody lives it; see the golden files."""
    story = SimulatedYear(database, guideline, year)
    await Story(story).play()
    return story


@dataclass
class Story:
    """What happens: Minh registers after a reminder or two and reports at the last moment; Thảo does nothing."""

    year: SimulatedYear
    entries: list[int] = field(default_factory=list)

    async def play(self) -> None:
        """From New Year to New Year; days on which nobody would do anything are passed over."""
        year = self.year.year
        for day, deed in (
            (dt.date(year, 2, 22), self._register),
            (dt.date(year, 3, 2), self._return),
            (dt.date(year, 3, 8), self._mend_and_begin_another),
            (dt.date(year, 4, 12), self._attest),
            (dt.date(year, 5, 4), self._enter_events),
            (dt.date(year, 9, 24), self._snooze),
            (dt.date(year, 9, 30), self._report_one),
            (dt.date(year, 10, 20), self._score_and_appraise),
            (dt.date(year, 11, 3), self._switch_off),
        ):
            await self.year.until(dt.datetime.combine(day, dt.time(9, 30), ZONE))
            deed()
        await self.year.until(dt.datetime(year + 1, 1, 1, tzinfo=ZONE))

    def _register(self) -> None:
        for name in ("Bữa cơm công đoàn", "Tổ tự quản an toàn"):
            done = self.year.act("minh", f"đăng ký “{name}”", partial(self._submit, name=name))
            self.entries.append(done)

    def _submit(self, ctx: Context, name: str) -> int:
        home = self.year.home
        held = cycles.of_years(ctx, home, (self.year.year, self.year.year))[self.year.year]
        area = held.guideline.areas.items[0].code
        draft = EntryDraft(held.id, home.id, "collective", area, name, "Xưởng 2", "Tổ công đoàn", "120 người")
        return int(entries.keep(ctx, draft, held, state="submitted"))

    def _return(self) -> None:
        first, second = self.entries
        self._set(first, "confirmed")
        self.year.act(
            "hoa",
            "xác nhận mô hình thứ nhất, trả lại mô hình thứ hai để bổ sung",
            lambda ctx: self._back(ctx, second),
        )

    def _back(self, ctx: Context, entry_id: int) -> None:
        rulings.send_back(ctx, entry_id, "Chưa rõ quy mô.", (), _version(ctx, entry_id))

    def _mend_and_begin_another(self) -> None:
        self._set(self.entries[1], "confirmed")
        self.year.act("minh", "bổ sung mô hình thứ hai (được xác nhận); viết dở một bản đăng ký nữa", self._draft)

    def _draft(self, ctx: Context) -> None:
        memory = {
            "stack": [{"name": "dangky", "no": 1, "answers": {"subject": "collective", "name": "Góc đọc sách"}}]
        }
        mine = conversation.c.person_id == ctx.person.id
        ctx.session.execute(update(conversation).where(mine).values(memory=memory))

    def _attest(self) -> None:
        self.year.act(
            "minh", "bỏ bản viết dở", lambda ctx: ctx.session.execute(update(conversation).values(memory={}))
        )

    def _enter_events(self) -> None:
        self.year.act("hoa", "nhập ngày sơ kết 05/07 và tổng kết 15/12 (nếu hướng dẫn có)", self._enter)

    def _enter(self, ctx: Context) -> None:
        year = self.year.year
        held = cycles.of_years(ctx, self.year.home, (year, year))[year]
        whens = {each.when.event for each in held.guideline.deadlines if each.when.kind == "event"}
        for event in sorted(whens):
            day = dt.date(year, 7, 5) if "mid" in event else dt.date(year, 12, 15)
            values = {"cycle_id": held.id, "event": event, "day": day, "entered_by": ctx.person.id}
            ctx.session.execute(insert(cycle_event).values(**values, entered_at=ctx.now))

    def _snooze(self) -> None:
        self.year.act("minh", "bấm “Nhắc lại sau 3 ngày”", choices.snooze)

    def _report_one(self) -> None:
        first = self.entries[0]
        self.year.act(
            "minh", "báo cáo kết quả mô hình thứ nhất", lambda ctx: entries.report(ctx, first, "Kết quả tốt.")
        )

    def _score_and_appraise(self) -> None:
        first, second = self.entries
        self.year.act(
            "minh",
            "báo cáo mô hình thứ hai; gửi minh chứng mô hình thứ nhất",
            lambda ctx: self._finish(ctx, first, second),
        )

    def _finish(self, ctx: Context, first: int, second: int) -> None:
        entries.report(ctx, second, "Kết quả tốt.")
        prove(ctx, first, "result", "Danh sách 120 người dự.", [])
        found = entries.demand(ctx, "see", entries.find(ctx, first))
        if scores.sheet_of(found).items:
            scores.submit(ctx, first, answers(found, {}))

    def _switch_off(self) -> None:
        self.year.act("thao", "tắt nhắc đăng ký", lambda ctx: choices.switch(ctx, "register", on=False))

    def _set(self, entry_id: int, state: str) -> None:
        done = update(entry).where(entry.c.id == entry_id).values(state=state)
        self.year.database.write_now(lambda session: session.execute(done))


def _version(ctx: Context, entry_id: int) -> int:
    return int(ctx.session.scalar(select(entry.c.version).where(entry.c.id == entry_id)))


def _when(at: dt.datetime) -> str:
    return f"{show_date(at.date())} {at:%H:%M}"


def _neighbour(kind: str) -> str:
    return "Công đoàn cơ sở Trường THCS Nguyễn Du" if "union" in kind else "Chi bộ Trường THPT Nguyễn Du"


def _above(guideline: str) -> str:
    told = YEARS[guideline]["unit"]
    return str(told[-1]["under"])
