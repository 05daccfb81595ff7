"""Roles given, taken away and handed over; accounts locked and opened; who is looked after by nobody."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, update

from movement import access, appointments, entries, handing_over, locking, notices, people, rosters, units
from movement.context import Context
from movement.errors import DomainError, NotYours
from movement.operators import operator
from storage.channel_tables import export, outbox
from storage.people_tables import address, join_code, person, role
from storage.tables import audit, entry
from storage.unit_tables import unit
from tests.worlds import World, build, individual, lan_joined, neighbour, registered

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database
    from storage.session import Session

NOW = dt.datetime(2027, 2, 20, 2, tzinfo=dt.UTC)


def world(session: Session) -> World:
    made = World(session, NOW, dt.UTC, "telegram", "test", {}, {})
    build(made, [])
    for seed in (registered, individual, lan_joined, neighbour):
        seed(made)
    return made


def held(session: Session, person_id: int) -> list[tuple[int, str]]:
    query = select(role.c.unit_id, role.c.role).where(role.c.person_id == person_id).order_by(role.c.id)
    return [tuple(row) for row in session.rows(query)]


def waiting(made: World, who: str, text: str, tap: str) -> int:
    """A notice that waits to be sent."""
    where = made.session.scalar(select(address.c.id).where(address.c.person_id == made.people[who]))
    screen = {"text": f"{text}\nXem: {tap}", "options": [{"key": "see", "label": "Xem", "tap": tap}]}
    values = {"address_id": where, "kind": "notice", "payload": {"screen": screen}, "state": "waiting"}
    new = insert(outbox).values(**values, due_at=NOW, created_at=NOW)
    return int(made.session.scalar(new.returning(outbox.c.id)))


async def test_everything_an_officer_looked_after_goes_over_at_once(database: Database) -> None:
    def work(session: Session) -> None:
        made = world(session)
        minh, lan, may = made.people["minh"], made.people["lan"], made.units["may"]
        collective, own = (row.id for row in session.rows(select(entry.c.id).where(entry.c.author_id == minh)))
        about = [
            waiting(made, "minh", "Đã được trả lại", f"/trangthai MH27-{collective:04}"),
            waiting(made, "minh", "Của riêng", f"/trangthai MH27-{own:04}"),
        ]
        values = {"digest": "x", "unit_id": may.id, "role": "member", "created_by_id": minh, "created_at": NOW}
        session.execute(insert(join_code).values(**values))
        ctx = made.of("hoa")

        done = handing_over.carry_out(ctx, minh, lan)

        assert done == {"roles": 1, "entries": 1, "notices": 1}
        assert held(session, minh) == [(may.id, "member")]
        assert (may.id, "unit_officer") in held(session, lan)
        authors = {row.id: row.author_id for row in session.rows(select(entry.c.id, entry.c.author_id))}
        assert (authors[collective], authors[own]) == (lan, minh)
        assert session.scalar(select(join_code.c.created_by_id).where(join_code.c.digest == "x")) == lan
        states = {row.id: row.state for row in session.rows(select(outbox.c.id, outbox.c.state))}
        assert [states[each] for each in about] == ["refused", "waiting"]
        told = [(each.person_id, each.text(), each.command) for each in notices.of(ctx)]
        assert (lan, "Đã được trả lại", f"/trangthai MH27-{collective:04}") in told
        assert {who for who, _text, _command in told} == {minh, lan}
        (row,) = session.rows(select(audit).where(audit.c.act == "hand_over"))
        assert (row.subject, row.details["to"], row.role) == (f"person:{minh}", lan, "upper_officer")

    await database.write(work)


async def test_a_role_the_successor_has_already_is_only_taken_away(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        made = world(session)
        minh, lan, may = made.people["minh"], made.people["lan"], made.units["may"].id
        appointments.appoint(made.of("hoa"), lan, "unit_officer", may)

        handing_over.carry_out(made.of("hoa"), minh, lan)

        assert held(session, lan) == [(may, "member"), (may, "unit_officer")]
        assert held(session, minh) == [(may, "member")]

    await sqlite_database.write(work)


async def test_roles_above_ones_own_stay_when_duties_are_handed_over(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        made = world(session)
        minh, lan, may = made.people["minh"], made.people["lan"], made.units["may"].id
        appointments.appoint(made.of("quan"), minh, "appraiser", may)

        made_plan = handing_over.plan(made.of("hoa"), minh, lan)

        assert [duty.role for duty in made_plan.goes] == ["unit_officer"]
        assert [duty.role for duty in made_plan.stays] == ["appraiser"]

    await sqlite_database.write(work)


def _foreign_person(made: World) -> None:
    appointments.appoint(made.of("minh"), made.people["thao"], "member", made.units["may"].id)


def _foreign_unit(made: World) -> None:
    appointments.appoint(made.of("hoa"), made.people["minh"], "member", made.units["điện tử"].id)


def _more_than_one_has(made: World) -> None:
    appointments.appoint(made.of("hoa"), made.people["minh"], "admin", made.units["may"].id)


def _at_the_same_level(made: World) -> None:
    appointments.appoint(made.of("hoa"), made.people["minh"], "upper_officer", made.units["phường"].id)


def _removing_from_above(made: World) -> None:
    appointments.remove(made.of("minh"), made.people["hoa"], "upper_officer", made.units["phường"].id)


def _removing_by_a_member(made: World) -> None:
    appointments.remove(made.of("lan"), made.people["minh"], "unit_officer", made.units["may"].id)


def _handing_over_the_admin(made: World) -> None:
    handing_over.carry_out(made.of("hoa"), made.people["quan"], made.people["minh"])


def _locking_without_being_admin(made: World) -> None:
    locking.lock(made.of("hoa"), made.people["minh"])


def _nobody(made: World) -> None:
    appointments.appoint(made.of("quan"), 9999, "member", made.units["may"].id)


@pytest.mark.parametrize(
    "act",
    [
        _foreign_person,
        _foreign_unit,
        _more_than_one_has,
        _at_the_same_level,
        _removing_from_above,
        _removing_by_a_member,
        _handing_over_the_admin,
        _locking_without_being_admin,
        _nobody,
    ],
)
async def test_what_is_not_ones_own_sounds_like_what_is_not_there(
    sqlite_database: Database, act: Callable[[World], None]
) -> None:
    def work(session: Session) -> None:
        made = world(session)
        before = session.rows(select(role).order_by(role.c.id))
        with pytest.raises(NotYours):
            act(made)
        assert session.rows(select(role).order_by(role.c.id)) == before

    await sqlite_database.write(work)


async def test_nobody_appoints_themself_and_nobody_a_locked_account(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        made = world(session)
        quan, may = made.people["quan"], made.units["may"].id
        with pytest.raises(DomainError):
            appointments.appoint(made.of("quan"), quan, "unit_head", may)
        locking.lock(made.of("quan"), made.people["minh"])
        for act in (
            lambda: appointments.appoint(made.of("quan"), made.people["minh"], "unit_head", may),
            lambda: handing_over.carry_out(made.of("quan"), made.people["thao"], made.people["minh"]),
            lambda: locking.lock(made.of("quan"), made.people["minh"]),
            lambda: locking.lock(made.of("quan"), quan),
        ):
            with pytest.raises(DomainError):
                act()

    await sqlite_database.write(work)


async def test_locking_ends_what_hung_on_the_roles_and_unlocking_brings_the_roles_back(database: Database) -> None:
    def work(session: Session) -> None:
        made = world(session)
        minh, may = made.people["minh"], made.units["may"].id
        where = session.scalar(select(address.c.id).where(address.c.person_id == minh))
        code = {"digest": "x", "unit_id": may, "role": "member", "created_by_id": minh, "created_at": NOW}
        session.execute(insert(join_code).values(**code))
        file = {
            "person_id": minh,
            "address_id": where,
            "kind": "k",
            "arguments": {},
            "state": "done",
            "sha256": "a",
        }
        session.execute(insert(export).values(**file, created_at=NOW))
        notice = waiting(made, "minh", "Tin", "/trangthai 1")
        before = held(session, minh)

        locking.lock(made.of("quan"), minh)

        assert session.scalar(select(export.c.sha256)) == ""
        assert session.scalar(select(join_code.c.revoked_at).where(join_code.c.digest == "x")) is not None
        assert session.scalar(select(outbox.c.state).where(outbox.c.id == notice)) == "refused"
        assert held(session, minh) == before
        assert not rosters.demand(made.of("quan"), minh).is_active
        assert locking.open_things(made.of("quan"), minh).many == 2

        locking.unlock(made.of("quan"), minh)

        assert access.roles(made.of("minh"))

    await database.write(work)


async def test_an_administrator_locks_nobody_who_also_serves_elsewhere(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        made = world(session)
        made.enter("phuc")
        people.join(made.of("phuc"), made.units["phường"].id, "admin")
        people.join(made.of("minh"), made.units["điện tử"].id, "member")

        with pytest.raises(DomainError, match="ngoài phạm vi"):
            locking.lock(made.of("phuc"), made.people["minh"])

    await sqlite_database.write(work)


async def test_two_administrators_cannot_take_each_others_role_at_once(database: Database) -> None:
    def make(session: Session) -> tuple[int, int, int]:
        made = world(session)
        made.enter("phuc")
        people.join(made.of("phuc"), made.units["tỉnh"].id, "admin")
        return made.people["quan"], made.people["phuc"], made.units["tỉnh"].id

    quan, phuc, top = await database.write(make)

    def take(session: Session, by: int, whose: int) -> None:
        row = session.first(select(person).where(person.c.id == by))
        who = replace(operator(session, NOW, dt.UTC).person, id=by, name=row.name)
        appointments.remove(Context(session, who, NOW, NOW.date(), "web", dt.UTC), whose, "admin", top)

    await asyncio.gather(
        database.write(take, quan, phuc), database.write(take, phuc, quan), return_exceptions=True
    )

    left = select(role.c.person_id).where(role.c.role == "admin", role.c.unit_id == top)
    assert len(await database.read(lambda session: session.rows(left))) == 1


async def test_the_last_administrator_is_not_locked_either(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        made = world(session)
        with pytest.raises(DomainError):
            locking.lock(operator(session, NOW, dt.UTC), made.people["quan"])
        with pytest.raises(DomainError):
            appointments.remove(
                operator(session, NOW, dt.UTC), made.people["quan"], "admin", made.units["tỉnh"].id
            )

    await sqlite_database.write(work)


async def test_no_role_is_given_in_a_unit_that_has_ended(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        made = world(session)
        home = made.units["điện tử"]
        session.execute(update(unit).where(unit.c.id == home.id).values(valid_to=dt.date(2027, 2, 1)))
        with pytest.raises(DomainError):
            appointments.appoint(made.of("quan"), made.people["minh"], "unit_officer", home.id)

    await sqlite_database.write(work)


async def test_who_is_looked_after_by_nobody_takes_one_statement_for_any_tree(database: Database) -> None:
    def work(session: Session) -> list[int]:
        made = world(session)
        counted = []
        for more in (0, 50):
            for number in range(more):
                units.add(session, "grassroots_union", f"Công đoàn {number}", "", made.units["phường"])
            ctx = made.of("quan")
            access.roles(ctx)
            units.get(ctx, made.units["tỉnh"].id)
            before = session.statements
            found = rosters.staffing(ctx, made.units["tỉnh"].id)
            counted.append(session.statements - before)
            assert found.staffed + len(found.without) == 5 + more
            assert found.staffed == 3
        return counted

    assert await database.write(work) == [1, 1]


async def test_people_are_found_by_name_or_unit_only_within_reach(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        made = world(session)
        found = {
            who: [each.name for each in rosters.search(made.of(who), words)]
            for who, words in (("quan", "thcs nguyen du"), ("hoa", "lan"), ("minh", "thảo"), ("lan", ""))
        }

        assert found == {"quan": ["Phạm Thu Thảo"], "hoa": ["Nguyễn Thị Lan"], "minh": [], "lan": []}

    await sqlite_database.write(work)


async def test_the_giver_of_an_entry_no_longer_sees_it(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        made = world(session)
        handing_over.carry_out(made.of("hoa"), made.people["minh"], made.people["lan"])

        assert [each.subject_kind for each in entries.visible(made.of("minh"), years=(2027,))] == ["individual"]
        assert len(entries.visible(made.of("lan"), years=(2027,))) == 2

    await sqlite_database.write(work)
