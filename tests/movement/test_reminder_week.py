"""What administrators see of reminders, only of what they administer, and what they stop."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, select, update

from movement import people
from movement.errors import NotYours
from movement.reminders import outcomes, planning, stops, week
from movement.ways_out import WayOut
from storage.channel_tables import outbox
from storage.people_tables import address, conversation, person, role
from storage.reminder_tables import reminder, reminder_letter
from storage.tables import audit
from tests.movement.planned import plan
from tests.movement.test_join_codes import tree
from tests.movement.trees import undone

if TYPE_CHECKING:
    from movement.context import Context
    from storage.database import Database
    from storage.session import Session
    from tests.movement.trees import Tree

YEAR = 2027
TODAY = dt.date(YEAR, 3, 5)  # a Friday; the last day of registering is Wednesday
MONDAY, TUESDAY, LAST = (dt.date(YEAR, 3, day) for day in (8, 9, 10))
REGISTER = "dang-ky"


def march(session: Session) -> Tree:
    """A province with two wards, each with a union that has not registered anything."""
    built = tree(session)
    built.today = TODAY
    built.unit("phường khác", "ward_union", "tỉnh")
    built.unit("chợ", "grassroots_union", "phường khác")
    built.open("tỉnh", YEAR, "cong-doan-mac-dinh")
    return built


def officer(built: Tree, home: str, channel: str = "telegram", *, reachable: bool = True) -> Context:
    """Somebody in charge of a union, with an address there."""
    who, session = built.person("unit_officer", home), built.session
    people.consent(who)
    session.execute(insert(conversation).values(person_id=who.person.id, memory={}, updated_at=who.now))
    at = {"channel": channel, "account": "t", "chat": f"c{who.person.id}", "created_at": who.now}
    session.execute(insert(address).values(person_id=who.person.id, reachable=reachable, **at))
    return who


def carry_out(ctx: Context) -> None:
    for part in planning.plan(ctx).parts():
        planning.carry_out(ctx.session, part)


def states(session: Session) -> dict[tuple[int, dt.date], str]:
    """Of each person's reminders by the day of sending."""
    rows = session.rows(select(reminder.c.person_id, reminder.c.due_at, reminder.c.state))
    return {(row.person_id, row.due_at.date()): row.state for row in rows}


def test_the_week_is_counted_by_day_and_deadline_for_the_own_subtree(database: Database) -> None:
    def work(session: Session) -> None:
        built = march(session)
        minh, lost, far = (
            officer(built, "may"), officer(built, "may", reachable=False), officer(built, "chợ"),
        )  # fmt: skip
        carry_out(minh)
        session.execute(update(reminder).where(reminder.c.person_id == far.person.id).values(state="off"))

        above, ward = week.ahead(built.person("admin", "tỉnh")), week.ahead(built.person("admin", "phường"))

        assert [(each.day, each.deadline) for each in above] == [
            (day, REGISTER) for day in (MONDAY, TUESDAY, LAST)
        ]
        assert [(each.people, each.nowhere) for each in above] == [({"waiting": 2, "off": 1}, 1)] * 3
        assert [(each.people, each.nowhere) for each in ward] == [({"waiting": 2}, 1)] * 3
        assert {each.last_day for each in above} == {LAST}
        assert {each.what for each in above} == {"Đăng ký mô hình “Dân vận khéo” của năm"}
        assert lost.person.id in {row.person_id for row in session.rows(select(reminder.c.person_id))}

    undone(database, work)


def test_whoever_may_not_be_written_to_any_more_counts_as_out_of_reach(database: Database) -> None:
    def work(session: Session) -> None:
        built = march(session)
        carry_out(officer(built, "may", "zalo_oa"))
        closing = {"zalo_oa": WayOut(free_for=dt.timedelta(days=2), paid_for=dt.timedelta(days=7))}

        open_, closed = (
            week.ahead(replace(built.person("admin", "tỉnh"), ways_out=ways)) for ways in ({}, closing)
        )

        assert {each.nowhere for each in open_} == {0}
        assert {each.nowhere for each in closed} == {1}

    undone(database, work)


def test_the_list_is_of_the_own_subtree_and_names_who_has_a_role_there(database: Database) -> None:
    def work(session: Session) -> None:
        built = march(session)
        minh, gone = officer(built, "may"), officer(built, "may", reachable=False)
        far = officer(built, "chợ")
        carry_out(minh)
        session.execute(delete(role).where(role.c.person_id == gone.person.id))
        ward, above = built.person("admin", "phường"), built.person("admin", "tỉnh")

        one = week.batch(ward, YEAR, REGISTER, MONDAY)
        assert one is not None
        rows, many = week.page(ward, one, 0)

        assert many == 2
        known = {row.person_id: row for row in rows}
        assert known.keys() == {minh.person.id, gone.person.id}
        assert (known[gone.person.id].name, known[gone.person.id].duty) == ("", None)
        assert known[minh.person.id].name == minh.person.name
        assert known[minh.person.id].duty is not None
        everybody, _many = week.page(above, one, 0)
        assert far.person.id in {row.person_id for row in everybody}
        assert week.batch(ward, YEAR, "khong-co", MONDAY) is None

    undone(database, work)


def test_only_administrators_look_and_stop(database: Database) -> None:
    def work(session: Session) -> None:
        built = march(session)
        for who in (officer(built, "may"), built.person("upper_officer", "phường"), built.person("member", "may")):
            for act in (
                week.ahead,
                lambda ctx: week.batch(ctx, YEAR, REGISTER, MONDAY),
                outcomes.of_week,
                lambda ctx: stops.stop(ctx, YEAR, REGISTER, None),
                lambda ctx: stops.lift(ctx, YEAR, REGISTER, None),
                lambda ctx: stops.held(ctx, YEAR, REGISTER),
            ):
                with pytest.raises(NotYours):
                    act(who)

    undone(database, work)


def test_a_day_is_stopped_in_the_own_subtree_alone_and_planning_agrees(database: Database) -> None:
    def work(session: Session) -> None:
        built = march(session)
        minh, far = officer(built, "may"), officer(built, "chợ")
        carry_out(minh)
        ward = built.person("admin", "phường")

        assert stops.stop(ward, YEAR, REGISTER, MONDAY) == 1

        assert states(session)[minh.person.id, MONDAY] == "stopped"
        assert states(session)[minh.person.id, TUESDAY] == "waiting"
        assert states(session)[far.person.id, MONDAY] == "waiting"
        assert stops.held(ward, YEAR, REGISTER) == {MONDAY}
        assert stops.held(built.person("admin", "phường khác"), YEAR, REGISTER) == frozenset()
        assert not list(planning.plan(built.as_person(minh.person)).parts())
        session.execute(delete(reminder))
        carry_out(built.as_person(minh.person))
        assert states(session)[minh.person.id, MONDAY] == "stopped"
        assert stops.lift(ward, YEAR, REGISTER, MONDAY) == 1
        assert states(session)[minh.person.id, MONDAY] == "waiting"
        acts = {row.act for row in session.rows(select(audit.c.act).where(audit.c.person_id == ward.person.id))}
        assert acts >= {"stop_reminders", "lift_reminders"}

    undone(database, work)


def test_what_a_level_above_stopped_is_not_let_out_below(database: Database) -> None:
    def work(session: Session) -> None:
        built = march(session)
        minh, far = officer(built, "may"), officer(built, "chợ")
        carry_out(minh)
        above, ward = built.person("admin", "tỉnh"), built.person("admin", "phường")
        stops.stop(above, YEAR, REGISTER, None)
        stops.stop(ward, YEAR, REGISTER, TUESDAY)

        assert stops.held(ward, YEAR, REGISTER) == {TUESDAY}
        assert stops.lift(ward, YEAR, REGISTER, TUESDAY) == 0

        assert set(states(session).values()) == {"stopped"}
        assert stops.lift(above, YEAR, REGISTER, None) == 6
        assert {states(session)[who.person.id, LAST] for who in (minh, far)} == {"waiting"}

    undone(database, work)


def test_what_fell_due_while_it_was_stopped_does_not_come_later(database: Database) -> None:
    def work(session: Session) -> None:
        built = march(session)
        minh, above = officer(built, "may"), built.person("admin", "tỉnh")
        carry_out(minh)
        stops.stop(above, YEAR, REGISTER, None)

        assert stops.lift(built.as_person(above.person, TUESDAY), YEAR, REGISTER, None) == 2

        assert states(session)[minh.person.id, MONDAY] == "stopped"

    undone(database, work)


def test_it_takes_the_same_number_of_statements_for_many(database: Database) -> None:
    def work(session: Session) -> None:
        built = march(session)
        few = _statements(built, built.person("admin", "phường"))
        for number in range(30):
            built.unit(f"tổ {number}", "grassroots_union", "phường")
            officer(built, f"tổ {number}", reachable=bool(number % 3))
        carry_out(built.person("admin", "tỉnh"))

        many = _statements(built, built.person("admin", "phường"))

        assert [each <= most for each, most in zip(many, (6, 14, 2), strict=True)] == [True] * 3
        assert few < many

    undone(database, work)


def _statements(built: Tree, who: Context) -> tuple[int, int, int]:
    """Of the overview, of a list, of the days before; each with reading the roles."""
    session, counts = built.session, []
    for number in range(3):
        ctx, before = built.as_person(who.person), session.statements
        if number == 0:
            week.ahead(ctx)
        elif number == 1:
            one = week.batch(ctx, YEAR, REGISTER, MONDAY)
            if one:
                assert len(week.page(ctx, one, 1)[0]) == week.PAGE
        else:
            outcomes.of_week(ctx)
        counts.append(session.statements - before)
    return counts[0], counts[1], counts[2]


def test_what_went_out_is_counted_by_what_became_of_it(database: Database) -> None:
    def work(session: Session) -> None:
        built = march(session)
        home = built.units["may"].id
        for went in ("sent", "sent", "unknown", "unreachable", "waiting"):
            _told(built, officer(built, "may"), went)
        other = officer(built, "may")
        _told(built, other, "unreachable")
        _told(built, other, "sent", "zalo_bot")  # it went another way after all
        plan(session, officer(built, "may"), home, "unit:1", state="nowhere", letter_on=TODAY, ended_at=other.now)
        plan(session, officer(built, "may"), home, "unit:1", state="done", ended_at=other.now)
        plan(session, officer(built, "chợ"), built.units["chợ"].id, "unit:2", state="nowhere", ended_at=other.now)

        (today,) = outcomes.of_week(built.person("admin", "phường"))

        assert today.day == TODAY
        assert today.people == {"sent": 3, "unknown": 1, "failed": 1, "waiting": 1, "nowhere": 1, "done": 1}
        assert outcomes.of_week(built.as_person(built.person("admin", "tỉnh").person, dt.date(YEAR, 3, 13))) == []

    undone(database, work)


def _told(built: Tree, who: Context, went: str, channel: str = "") -> None:
    """A letter of today, or one more row of it on another channel."""
    session = built.session
    if channel:
        at = {"channel": channel, "account": "t", "chat": f"z{who.person.id}", "created_at": who.now}
        where = session.scalar(insert(address).values(person_id=who.person.id, **at).returning(address.c.id))
    else:
        plan(session, who, built.units["may"].id, "unit:1")
        where = session.scalar(select(address.c.id).where(address.c.person_id == who.person.id))
    said = {"kind": "reminder", "payload": {}, "state": went, "due_at": who.now, "created_at": who.now}
    number = session.scalar(insert(outbox).values(address_id=where, **said).returning(outbox.c.id))
    if not channel:
        mine = reminder_letter.c.person_id == who.person.id
        session.execute(update(reminder_letter).where(mine).values(outbox_id=number))


def test_nobody_is_shown_twice_and_pages_end(database: Database) -> None:
    def work(session: Session) -> None:
        built = march(session)
        for _ in range(week.PAGE + 3):
            officer(built, "may")
        carry_out(built.person("admin", "tỉnh"))
        ctx = built.person("admin", "tỉnh")
        one = week.batch(ctx, YEAR, REGISTER, MONDAY)
        assert one is not None

        pages = [week.page(ctx, one, number)[0] for number in range(3)]

        assert [len(each) for each in pages] == [week.PAGE, 3, 0]
        ids = [row.person_id for each in pages for row in each]
        assert len(set(ids)) == len(ids)
        assert len(ids) == len(session.rows(select(person.c.id).join(address)))

    undone(database, work)
