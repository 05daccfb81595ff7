"""Whom reminders did not reach: told to those who look after them, until they write again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, select, update

from conversations.officer import coming_reminders
from conversations.officer import unreached as screens
from locales import speaking
from movement import people, people_data
from movement.errors import NotYours
from movement.reminders import planning, unreached
from storage.channel_tables import outbox
from storage.people_tables import address, conversation, role
from storage.reminder_tables import reminder_letter
from tests.movement.planned import plan
from tests.movement.test_join_codes import tree
from tests.movement.trees import undone

if TYPE_CHECKING:
    from movement.context import Context
    from movement.reminders.unreached import Unreached
    from storage.database import Database
    from storage.session import Session
    from tests.movement.trees import Tree

TODAY = dt.date(2027, 3, 8)


def march(session: Session) -> Tree:
    built = tree(session)
    built.today = TODAY
    built.open("tỉnh", TODAY.year, "cong-doan-mac-dinh")
    return built


def written_to(built: Tree, home: str, went: str = "", why: str = "") -> Context:
    """Somebody whose letter of today went so; nothing: there was no way to send it."""
    who, session = built.person("unit_officer", home), built.session
    people.consent(who)
    session.execute(insert(conversation).values(person_id=who.person.id, memory={}, updated_at=who.now))
    home_id = built.units[home].id
    if not went:
        plan(session, who, home_id, "unit:1", state="nowhere", letter_on=TODAY, ended_at=who.now)
        return who
    plan(session, who, home_id, "unit:1")
    said = {"address_id": _address(who), "kind": "reminder", "payload": {}, "state": went, "why": why}
    row = insert(outbox).values(**said, due_at=who.now, created_at=who.now).returning(outbox.c.id)
    mine = reminder_letter.c.person_id == who.person.id
    session.execute(update(reminder_letter).where(mine).values(outbox_id=session.scalar(row)))
    return who


def _address(who: Context) -> int:
    at = {"channel": "zalo_oa", "account": "t", "chat": f"c{who.person.id}", "created_at": who.now}
    new = insert(address).values(person_id=who.person.id, **at).returning(address.c.id)
    found: int = who.session.scalar(new)
    return found


def names(found: Unreached) -> set[str]:
    return {name for name, _unit in found.names}


def test_those_whom_nothing_reached_are_named_and_nobody_else(database: Database) -> None:
    def work(session: Session) -> None:
        built = march(session)
        lost, closed = written_to(built, "may"), written_to(built, "may", "unreachable", "window")
        for went in ("sent", "waiting", "unknown"):
            written_to(built, "may", went)

        found = unreached.since(built.person("upper_officer", "phường"), TODAY, 5)

        assert (found.people, names(found)) == (2, {lost.person.name, closed.person.name})
        assert (
            unreached.since(built.person("upper_officer", "phường"), TODAY + dt.timedelta(days=1), 5).people == 0
        )
        assert unreached.since(built.person("upper_officer", "phường"), TODAY, 1).people == 2

    undone(database, work)


def test_whoever_writes_again_or_wants_nothing_more_is_not_named(database: Database) -> None:
    def work(session: Session) -> None:
        built = march(session)
        back, restricted = written_to(built, "may", "unreachable"), written_to(built, "may")
        where = session.scalar(select(address.c.id).where(address.c.person_id == back.person.id))
        later = back.now + dt.timedelta(minutes=1)
        said = {"address_id": where, "kind": "answer", "payload": {}, "state": "sent"}
        session.execute(insert(outbox).values(**said, due_at=later, created_at=later))
        people_data.withdraw(restricted)

        assert unreached.since(built.person("upper_officer", "phường"), TODAY, 5).people == 0

    undone(database, work)


def test_only_those_who_may_know_them_are_told(database: Database) -> None:
    def work(session: Session) -> None:
        built = march(session)
        built.unit("chợ", "grassroots_union", "tỉnh")
        lost = written_to(built, "may")

        before = session.statements
        assert unreached.since(built.person("member", "may"), TODAY, 5) == unreached.NOBODY
        assert session.statements - before <= 4  # two for the person, one for the role, one to read it
        assert unreached.since(built.person("unit_officer", "chợ"), TODAY, 5).people == 0
        with pytest.raises(NotYours):
            unreached.page(built.person("member", "may"), 0)
        session.execute(delete(role).where(role.c.person_id == lost.person.id))
        assert unreached.since(built.person("upper_officer", "phường"), TODAY, 5).people == 0

    undone(database, work)


def test_the_list_has_their_phones_and_is_noted_in_the_record(database: Database) -> None:
    def work(session: Session) -> None:
        built = march(session)
        lost = written_to(built, "may")
        people_data.keep_phone(lost, "0912345678")
        officer = built.person("upper_officer", "phường")

        with speaking("vi"):
            shown = screens.show(officer, "")

        assert f"• {lost.person.name}, may, 0912 345 678; việc minh chứng" in shown.text
        assert officer.memo["views"].keys() == {f"person:{lost.person.id}"}

    undone(database, work)


def test_the_names_of_the_week_ahead_are_noted_in_the_record(database: Database) -> None:
    def work(session: Session) -> None:
        built = march(session)
        who = built.person("unit_officer", "may")
        people.consent(who)
        for part in planning.plan(who).parts():
            planning.carry_out(session, part)
        admin = built.person("admin", "tỉnh")

        with speaking("vi"):
            shown = coming_reminders.show(admin, "2027 dang-ky 2027-03-09 7")

        assert who.person.name in shown.text
        assert admin.memo["views"].keys() == {f"person:{who.person.id}"}

    undone(database, work)
