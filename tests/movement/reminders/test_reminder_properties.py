"""What holds of reminders whatever people do and however often the job runs: random seasons, checked by a model.

The model knows only what was done, not how the code decides what is owed.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from movement import working_days
from movement.context import Context, Person
from movement.reminders import choices, letters, planning
from storage.people_tables import conversation, person
from storage.tables import entry, evidence, score_sheet
from tests.movement.demo_world import ZONE
from tests.movement.trees import Tree, named, undone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from movement.reminders.letters import Letter
    from storage.database import Database
    from storage.session import Session

SEASONS = (
    (dt.date(2027, 2, 1), dt.date(2027, 3, 10)),
    (dt.date(2027, 8, 27), dt.date(2027, 9, 30)),
)
ACTS = ("register", "confirm", "return", "report", "prove", "score", "snooze", "off", "on", "draft", "drop")
UNITS = ("A", "B", "C")


@dataclass
class Model:
    """What was done: the entries of each unit with their states, drafts, what was switched off."""

    entries: dict[str, dict[int, set[str]]] = field(default_factory=lambda: {name: {} for name in UNITS})
    drafts: set[str] = field(default_factory=set)
    off: set[tuple[str, str]] = field(default_factory=set)

    def owed(self, season: int) -> set[tuple[str, str]]:
        """What is owed before the last day of the season: who, and what of which."""
        found = set()
        for unit, theirs in self.entries.items():
            if not season:
                found |= {(unit, "register")} if not theirs else set()
                found |= {(unit, "draft")} if unit in self.drafts else set()
                continue
            for number, marks in theirs.items():
                if "returned" in marks:
                    found.add((unit, f"mend {number}"))
                elif "reported" in marks:
                    found |= {(unit, f"score {number}")} if "scored" not in marks else set()
                    found |= {(unit, f"prove {number}")} if {"scored", "proven"} & marks == {"scored"} else set()
                elif "confirmed" in marks:
                    found.add((unit, f"report {number}"))
        return {each for each in found if (each[0], _kind(each[1])) not in self.off}

    def returned(self) -> set[tuple[str, str]]:
        """What is to be completed, in whichever season."""
        return {
            (unit, f"mend {n}")
            for unit, theirs in self.entries.items()
            for n, marks in theirs.items()
            if "returned" in marks
        }


def _kind(what: str) -> str:
    return "register" if what in {"register", "draft"} else "report"


class Play:
    """A season in one transaction."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self.chance, self.model = session, random.Random(seed), Model()
        self.tree = Tree(session, SEASONS[0][0])
        self.tree.unit("tỉnh", "federation_province")
        self.tree.unit("phường", "ward_union", "tỉnh")
        self.cycle = self.tree.open("tỉnh", 2027, named("mac-dinh"))
        self.who: dict[str, int] = {}
        for name in UNITS:
            self.tree.unit(name, "grassroots_union", "phường")
            self.who[name] = self.tree.person("unit_officer", name).person.id
        values = {"consent_version": "1"}
        session.execute(update(person).values(**values))
        for number in self.who.values():
            session.execute(
                insert(conversation).values(person_id=number, memory={}, updated_at=_at(SEASONS[0][0], 0))
            )
        self.told: dict[tuple[str, str], list[dt.date]] = {}
        self.days: set[tuple[int, dt.date]] = set()

    def ctx(self, now: dt.datetime, who: int = 0) -> Context:
        return Context(self.session, Person(who, "", "vi", "1"), now, now.astimezone(ZONE).date(), "clock", ZONE)

    def season(self, number: int, acts: list[tuple[int, str, str]]) -> None:
        """Let it pass: acts on their days, the job at odd times, on the last day surely in the morning."""
        first, last = SEASONS[number]
        waited: set[tuple[str, str]] = set()
        for day in (first + dt.timedelta(days=n) for n in range((last - first).days + 1)):
            if day == last:
                waited = self.model.owed(number)
            ticks = [self.chance.randrange(24 * 60) for _ in range(self.chance.randrange(3))]
            ticks += [8 * 60 + 1] if day == last or self.chance.random() < 0.8 else []
            todays = [
                (self.chance.randrange(7 * 60), what, unit) for at, what, unit in acts if at == (day - first).days
            ]
            for minute, what, unit in sorted([*((each, "tick", "") for each in ticks), *todays]):
                if what == "tick":
                    self.tick(_at(day, minute), number)
                else:
                    self.act(_at(day, minute), what, unit)
            if day == last:
                waited &= self.model.owed(number)
        forgotten = {each for each in waited if last not in self.told.get(each, ())}
        assert not forgotten
        self.told.clear()

    def tick(self, now: dt.datetime, season: int) -> None:
        """The job as the clock runs it."""
        ctx = self.ctx(now)
        for part in planning.plan(ctx).parts():
            planning.carry_out(self.session, part)
        again = planning.plan(self.ctx(now))
        assert not list(again.parts())
        while found := letters.due(self.ctx(now)):
            taken = letters.queue(self.ctx(now), found)
            letters.went_by(self.ctx(now), taken, {each.person_id: each.person_id for each in taken})
            for each in taken:
                self.check(now, each, season)

    def check(self, now: dt.datetime, letter: Letter, season: int) -> None:
        """Nothing done, nothing unwanted, nothing at a wrong time, nothing twice in a day."""
        local = now.astimezone(ZONE)
        assert 8 <= local.hour < 21
        assert local.weekday() != 6
        assert not working_days.is_holiday(local.date())
        assert (letter.person_id, local.date()) not in self.days
        self.days.add((letter.person_id, local.date()))
        (unit,) = (name for name, number in self.who.items() if number == letter.person_id)
        allowed = self.model.owed(season) | self.model.returned()
        for what in _named(letter):
            assert (unit, what) in allowed
            self.told.setdefault((unit, what), []).append(local.date())
        assert all(duty.last_day >= local.date() for duty in letter.duties)

    def act(self, now: dt.datetime, what: str, unit: str) -> None:
        """Somebody does something, in the database and in the model alike."""
        theirs, ctx = self.model.entries[unit], self.ctx(now, self.who[unit])
        number = self.chance.choice(sorted(theirs)) if theirs else 0
        marks = theirs.get(number, set())
        match what:
            case "register":
                theirs[self.tree.entry(ctx, unit, self.cycle)] = set()
            case "confirm" if marks <= {"returned"} and number:
                self._state(number, marks, "confirmed", now)
            case "return" if marks <= {"confirmed"} and number:
                self._state(number, marks, "returned", now)
            case "report" if marks == {"confirmed"}:
                self._state(number, marks, "reported", now)
            case "prove" if number and "proven" not in marks:
                values: dict[str, Any] = {"entry_id": number, "author_id": ctx.person.id, "kind": "result"}
                self.session.execute(insert(evidence).values(**values, text="", criteria=[], created_at=now))
                marks.add("proven")
            case "score" if "reported" in marks:
                values = {"entry_id": number, "author_id": ctx.person.id, "kind": "self", "hundredths": 100}
                self.session.execute(insert(score_sheet).values(**values, passes=True, created_at=now))
                marks.add("scored")
            case "snooze":
                choices.snooze(ctx)
            case "off" | "on":
                kind: choices.Kind = self.chance.choice(("register", "report"))
                choices.switch(ctx, kind, on=what == "on")
                (self.model.off.discard if what == "on" else self.model.off.add)((unit, kind))
            case "draft" | "drop":
                begun = {"stack": [{"name": "dangky", "no": 1, "answers": {"subject": "collective"}}]}
                mine = conversation.c.person_id == ctx.person.id
                self.session.execute(
                    update(conversation).where(mine).values(memory=begun if what == "draft" else {})
                )
                (self.model.drafts.add if what == "draft" else self.model.drafts.discard)(unit)

    def _state(self, number: int, marks: set[str], state: str, now: dt.datetime) -> None:
        more = {"reported_at": now} if state == "reported" else {}
        self.session.execute(update(entry).where(entry.c.id == number).values(state=state, **more))
        marks -= {"confirmed", "returned"}
        marks.add(state)


def _named(letter: Letter) -> Iterator[str]:
    """What the letter tells; a unit's report is what its entries are asked for."""
    for duty in letter.duties:
        kind, _colon, number = duty.subject.partition(":")
        if kind == "entry":
            yield f"{duty.act} {number}"
        elif duty.act in {"register", "draft"}:
            yield duty.act


def _at(day: dt.date, minute: int) -> dt.datetime:
    return (dt.datetime.combine(day, dt.time(), ZONE) + dt.timedelta(minutes=minute)).astimezone(dt.UTC)


_days = st.integers(0, 38) | st.integers(30, 37)  # most goes wrong near the last day
_acts = st.lists(st.tuples(_days, st.sampled_from(ACTS), st.sampled_from(UNITS)), min_size=6, max_size=40)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), spring=_acts, autumn=_acts)
def test_nobody_is_reminded_of_what_is_done_and_everybody_of_what_is_not(
    nothing: Database, seed: int, spring: list[tuple[int, str, str]], autumn: list[tuple[int, str, str]]
) -> None:
    def play(session: Session) -> None:
        played = Play(session, seed)
        played.season(0, spring)
        played.season(1, autumn)

    undone(nothing, play)
