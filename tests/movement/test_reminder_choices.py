"""Reminders that are put off, switched off and on again; two people who become one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from movement import merging, people
from movement.reminders import choices, coming, letters, planning, stops
from storage.people_tables import conversation
from storage.reminder_tables import reminder, reminder_letter
from storage.tables import audit
from tests.movement.planned import plan
from tests.movement.test_join_codes import tree
from tests.movement.trees import at_noon, undone

if TYPE_CHECKING:
    from movement.context import Context
    from storage.database import Database
    from storage.session import Session
    from tests.movement.trees import Tree

YEAR = 2027
LAST = dt.date(YEAR, 3, 10)  # of registering, a Wednesday


def march(session: Session, day: int, role: str = "unit_officer") -> tuple[Tree, Context]:
    """A tree whose year is open, and somebody in charge of a union that has not registered anything."""
    built = tree(session)
    built.today = dt.date(YEAR, 3, day)
    built.open("tỉnh", YEAR, "cong-doan-mac-dinh")
    who = built.person(role, "may")
    people.consent(who)
    return built, who


def carry_out(ctx: Context) -> planning.Plan:
    """Plan what is missing or too much, and do it."""
    found = planning.plan(ctx)
    for part in found.parts():
        planning.carry_out(ctx.session, part)
    return found


def on(built: Tree, who: Context, day: int) -> Context:
    """The same person some days later, having read nothing yet."""
    return built.as_person(who.person, dt.date(YEAR, 3, day))


def told_on(ctx: Context) -> list[tuple[dt.date, str]]:
    """The days of what is planned and was told, with its state."""
    rows = ctx.session.rows(
        select(reminder).where(reminder.c.person_id == ctx.person.id).order_by(reminder.c.due_at)
    )
    return [(row.due_at.astimezone(ctx.zone).date(), row.state) for row in rows]


def tell(ctx: Context) -> None:
    """Send what is due, as the job does."""
    taken = letters.queue(ctx, letters.due(ctx))
    letters.went_by(ctx, taken, {each.person_id: 1 for each in taken})


def march_days(*days: int) -> list[dt.date]:
    return [dt.date(YEAR, 3, day) for day in days]


def test_what_was_told_comes_again_in_three_days_and_what_comes_before_waits(database: Database) -> None:
    def work(session: Session) -> None:
        built, who = march(session, 3)
        carry_out(who)
        tell(who)
        assert told_on(who) == list(zip(march_days(3, 8, 9, 10), ["queued", *["waiting"] * 3], strict=True))

        until = choices.snooze(who)

        assert until == dt.date(YEAR, 3, 6)
        days = march_days(3, 6, 8, 9, 10)
        assert told_on(who) == list(zip(days, ["queued", *["waiting"] * 4], strict=True))
        assert choices.snooze(who) == until
        assert len(told_on(who)) == len(days)
        assert [each.days for each in coming.mine(who)] == [tuple(march_days(6, 8, 9, 10))]
        assert not list(carry_out(on(built, who, 3)).parts())

    undone(database, work)


def test_what_is_stopped_or_switched_off_does_not_come_again_by_putting_it_off(database: Database) -> None:
    def work(session: Session) -> None:
        built, who = march(session, 3)
        carry_out(who)
        tell(who)
        stops.stop(built.person("admin", "tỉnh"), YEAR, "dang-ky", None)

        choices.snooze(who)

        assert {state for _day, state in told_on(who)} == {"queued", "stopped"}
        session.execute(delete(reminder).where(reminder.c.snoozed))
        choices.switch(who, "register", on=False)
        choices.snooze(who)
        assert not session.rows(select(reminder).where(reminder.c.snoozed))

    undone(database, work)


def test_nothing_is_put_off_past_its_last_day(database: Database) -> None:
    def work(session: Session) -> None:
        _built, who = march(session, 9)
        carry_out(who)
        tell(who)

        until = choices.snooze(who)

        assert until == dt.date(YEAR, 3, 12)
        assert told_on(who) == [(dt.date(YEAR, 3, 9), "queued"), (LAST, "waiting")]

    undone(database, work)


def test_what_was_put_off_is_still_planned_when_its_own_day_is_over(database: Database) -> None:
    def work(session: Session) -> None:
        built, who = march(session, 3)
        carry_out(who)
        choices.snooze(on(built, who, 6))  # the reminder of Monday, the 8th, waits for Tuesday

        carry_out(on(built, who, 9))

        assert dt.date(YEAR, 3, 9) in [day for day, state in told_on(who) if state == "waiting"]
        rows = session.rows(select(reminder.c.days_before).where(reminder.c.state == "waiting"))
        assert 3 in {row.days_before for row in rows}  # of the 8th

    undone(database, work)


def test_whoever_was_told_something_today_is_told_the_rest_tomorrow(database: Database) -> None:
    def work(session: Session) -> None:
        built, who = march(session, 8)
        session.execute(insert(reminder_letter).values(person_id=who.person.id, day=who.today, queued_at=who.now))
        carry_out(who)
        assert letters.queue(who, letters.due(who)) == []

        morning = on(built, who, 9)
        carry_out(morning)

        kept = session.rows(select(reminder.c.days_before, reminder.c.state).order_by(reminder.c.days_before))
        assert (3, "waiting") in [tuple(row) for row in kept]

    undone(database, work)


def test_nothing_can_be_put_off_on_the_last_day_or_where_nothing_is_planned(database: Database) -> None:
    def work(session: Session) -> None:
        built, who = march(session, 9)
        assert choices.putting_off(who) == "nothing"
        carry_out(who)
        assert choices.putting_off(who) == "possible"
        tell(who)
        last = on(built, who, 10)
        tell(last)
        assert choices.putting_off(last) == "too_late"
        assert choices.putting_off(on(built, who, 11)) == "nothing"

    undone(database, work)


def test_a_kind_that_is_switched_off_is_not_told_until_it_is_on_again(database: Database) -> None:
    def work(session: Session) -> None:
        built, who = march(session, 9)
        other = built.person("unit_head", "may")
        people.consent(other)
        carry_out(who)

        choices.switch(who, "register", on=False)
        choices.switch(who, "register", on=False)

        assert {state for _day, state in told_on(who)} == {"off"}
        assert {state for _day, state in told_on(other)} == {"waiting"}
        assert not list(carry_out(on(built, who, 9)).parts())
        assert [each.person_id for each in letters.due(on(built, who, 9))] == [other.person.id]
        choices.switch(who, "register", on=True)
        assert {state for _day, state in told_on(who)} == {"waiting"}
        acts = [row.act for row in session.rows(select(audit.c.act).where(audit.c.person_id == who.person.id))]
        assert acts.count("choose_reminders") == 3

    undone(database, work)


def test_the_kinds_are_those_of_ones_roles_and_what_one_switched_off(database: Database) -> None:
    def work(session: Session) -> None:
        built, who = march(session, 9, "member")
        assert choices.concerning(who, choices.mine(who)) == ("register", "report")
        admin = built.person("admin", "tỉnh")
        assert choices.concerning(admin, choices.mine(admin)) == ()
        choices.switch(admin, "judge", on=False)
        assert choices.concerning(admin, choices.mine(admin)) == ("judge",)
        assert choices.concerning(built.person("appraiser", "phường"), choices.NOTHING) == ("judge",)

    undone(database, work)


def test_two_people_who_become_one_keep_one_reminder_and_one_letter_of_a_day(database: Database) -> None:
    def work(session: Session) -> None:
        built, one = march(session, 9)
        other = built.person("unit_officer", "may")
        for each in (one, other):
            people.consent(each)
            plan(session, each, built.units["may"].id, "unit:1")
            plan(session, each, built.units["may"].id, "unit:1", days_before=0, state="waiting")
            choices.switch(each, "register", on=False)
            talk: dict[str, Any] = {"memory": {}, "updated_at": at_noon(built.today)}
            session.execute(insert(conversation).values(person_id=each.person.id, **talk))
        plan(session, other, built.units["may"].id, "unit:2", state="waiting")

        merging.merge(one, other.person.id, one.person.id)

        rows = session.rows(select(reminder.c.person_id, reminder.c.subject).order_by(reminder.c.id))
        assert [tuple(row) for row in rows] == [(one.person.id, f"unit:{each}") for each in (1, 1, 2)]
        kept = session.rows(select(reminder_letter.c.person_id))
        assert [row.person_id for row in kept] == [one.person.id]
        assert choices.mine(one).off == {"register"}

    undone(database, work)


def test_what_is_done_meanwhile_is_not_told_to_come(database: Database) -> None:
    def work(session: Session) -> None:
        built, who = march(session, 9)
        carry_out(who)
        assert len(coming.mine(who)) == 1
        for _ in range(5):
            built.entry(who, "may", built.cycles["tỉnh", YEAR], state="confirmed")

        again = on(built, who, 9)
        before = session.statements
        assert coming.mine(again) == []
        assert session.statements - before <= 8
        session.execute(update(reminder).values(state="done"))
        before = session.statements
        coming.mine(again)
        assert session.statements - before == 1

    undone(database, work)


def test_what_was_told_and_is_done_or_has_moved_cannot_be_put_off(database: Database) -> None:
    def work(session: Session) -> None:
        built, who = march(session, 3)
        carry_out(who)
        tell(who)
        assert choices.putting_off(who) == "possible"
        assert choices.putting_off(on(built, who, 10)) == "too_late"

        choices.switch(who, "register", on=False)
        assert choices.putting_off(on(built, who, 3)) == "nothing"
        choices.switch(who, "register", on=True)

        moved = reminder.c.person_id == who.person.id, reminder.c.state == "queued"
        session.execute(update(reminder).where(*moved).values(last_day=LAST + dt.timedelta(days=5)))
        assert choices.putting_off(on(built, who, 10)) == "too_late"

    undone(database, work)
