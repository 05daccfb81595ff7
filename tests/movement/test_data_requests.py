"""Requests about personal data: who looks after them, by when, and what becomes of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from movement import data_requests, notices, people, people_data
from movement.context import Context, Person
from movement.errors import DomainError
from storage.channel_tables import outbox
from storage.people_tables import address, consent, data_request, person, role
from storage.tables import audit
from tests.movement.demo_world import ZONE
from tests.movement.trees import Tree, at_noon, undone

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session

MONDAY = dt.date(2027, 3, 1)


def tree(session: Session) -> Tree:
    grown = Tree(session, MONDAY)
    grown.unit("tỉnh", "federation_province")
    grown.unit("phường", "ward_union", "tỉnh")
    grown.unit("may", "grassroots_union", "phường")
    grown.unit("phường khác", "ward_union", "tỉnh")
    return grown


def told(ctx: Context) -> list[int]:
    return [each.person_id for each in notices.of(ctx)]


def the_clock(session: Session, today: dt.date) -> Context:
    return Context(session, Person(0, "", "vi", ""), at_noon(today), today, "clock", ZONE)


@pytest.mark.parametrize(
    ("kind", "due"),
    [("see", "2027-03-11"), ("correct", "2027-03-11"), ("copy", "2027-03-11"), ("restrict", "2027-03-16"),
     ("object", "2027-03-16"), ("withdraw", "2027-03-16"), ("delete", "2027-03-21")],
)  # fmt: skip
def test_a_request_has_the_days_of_the_law(kind: str, due: str) -> None:
    assert people_data.terms(MONDAY, kind) == (dt.date(2027, 3, 3), dt.date.fromisoformat(due))


def test_the_first_answer_waits_for_offices_to_open_after_tet() -> None:
    assert people_data.terms(dt.date(2027, 2, 3), "delete")[0] == dt.date(2027, 2, 12)


def test_the_nearest_data_officer_is_told_and_nobody_beside_the_way_up(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        grown.person("data_officer", "tỉnh")
        grown.person("data_officer", "phường khác")
        grown.person("admin", "phường")
        near = grown.person("data_officer", "phường")
        lan = grown.person("member", "may")

        people_data.request(lan, "delete", "")

        assert told(lan) == [near.person.id]

    undone(database, work)


def test_without_a_data_officer_above_the_nearest_administrator_is_told(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        grown.person("data_officer", "phường khác")
        admin = grown.person("admin", "tỉnh")
        lan = grown.person("member", "may")

        people_data.request(lan, "delete", "")

        assert told(lan) == [admin.person.id]

    undone(database, work)


def test_somebody_of_no_unit_asks_those_at_the_top(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        grown.person("data_officer", "phường")
        top = grown.person("data_officer", "tỉnh")
        lan = grown.person("member", "may")
        session.execute(role.delete().where(role.c.person_id == lan.person.id))

        asked = people_data.request(lan, "delete", "")

        assert told(lan) == [top.person.id]
        assert data_requests.demand(top, int(asked["number"])).unit_name is None

    undone(database, work)


def test_a_data_officer_does_not_look_after_a_request_of_their_own(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        above = grown.person("data_officer", "tỉnh")
        officer = grown.person("data_officer", "phường")

        asked = people_data.request(officer, "delete", "")

        assert told(officer) == [above.person.id]
        assert data_requests.listed(officer) == []
        with pytest.raises(DomainError):
            data_requests.do(officer, int(asked["number"]))

    undone(database, work)


@pytest.mark.parametrize(
    ("held", "home"), [("data_officer", "phường khác"), ("upper_officer", "tỉnh"), ("unit_head", "may")]
)
def test_nobody_else_sees_or_answers_a_request(database: Database, held: str, home: str) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        number = int(people_data.request(grown.person("member", "may"), "restrict", "")["number"])
        other = grown.person(held, home)

        assert data_requests.listed(other) == []
        acts = (
            lambda: data_requests.demand(other, number),
            lambda: data_requests.do(other, number),
            lambda: data_requests.refuse(other, number, "Không"),
            lambda: data_requests.extend(other, number, 5, "Bận"),
            lambda: data_requests.acknowledge(other, number, ""),
        )
        for act in acts:
            with pytest.raises(DomainError):
                act()
        assert session.scalar(select(data_request.c.state)) == "open"

    undone(database, work)


def test_the_same_thing_is_not_asked_for_twice_while_it_is_open(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        officer, lan = grown.person("data_officer", "tỉnh"), grown.person("member", "may")
        number = int(people_data.request(lan, "restrict", "")["number"])
        with pytest.raises(DomainError):
            people_data.request(lan, "restrict", "")
        data_requests.refuse(officer, number, "Thiếu thông tin.")

        people_data.request(lan, "restrict", "")

    undone(database, work)


def test_a_request_is_extended_once_by_at_most_fifteen_days(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        officer, lan = grown.person("data_officer", "tỉnh"), grown.person("member", "may")
        number = int(people_data.request(lan, "object", "")["number"])
        for wrong in (0, 16):
            with pytest.raises(DomainError):
                data_requests.extend(officer, number, wrong, "Bận")

        assert data_requests.extend(officer, number, 15, "Bận") == "2027-03-31"
        assert notices.of(officer)[-1].is_answer
        with pytest.raises(DomainError):
            data_requests.extend(officer, number, 1, "Vẫn bận")

    undone(database, work)


def test_what_is_closed_stays_closed(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        officer, lan = grown.person("data_officer", "tỉnh"), grown.person("member", "may")
        number = int(people_data.request(lan, "restrict", "")["number"])

        data_requests.do(officer, number, "Đã xong.")

        assert session.scalar(select(person.c.restricted_at).where(person.c.id == lan.person.id)) == officer.now
        with pytest.raises(DomainError):
            data_requests.refuse(officer, number, "Không")
        people_data.lift(lan)
        assert session.scalar(select(person.c.restricted_at).where(person.c.id == lan.person.id)) is None

    undone(database, work)


def test_the_last_administrator_is_deleted_only_when_there_is_another(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        admin, officer = grown.person("admin", "tỉnh"), grown.person("data_officer", "tỉnh")
        people_data.request(admin, "delete", "")
        number = session.scalar(select(data_request.c.id))

        with pytest.raises(DomainError, match="quản trị viên cuối cùng"):
            data_requests.do(officer, number)
        assert data_requests.demand(officer, number).is_open
        grown.person("admin", "tỉnh")
        data_requests.do(officer, number)

        assert session.scalar(select(person.c.erased_at).where(person.c.id == admin.person.id)) is not None

    undone(database, work)


def test_reminders_come_when_something_is_due_and_once_a_day(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        officer, lan = grown.person("data_officer", "tỉnh"), grown.person("member", "may")
        number = int(people_data.request(lan, "delete", "")["number"])

        def reminded(day: int) -> list[int]:
            clock = the_clock(session, dt.date(2027, 3, day))
            data_requests.remind(clock)
            return told(clock)

        assert reminded(2) == []
        assert reminded(3) == [officer.person.id]  # no answer yet on the last day for it
        assert reminded(3) == []
        data_requests.acknowledge(officer, number, "")
        assert reminded(4) == []
        assert reminded(18) == [officer.person.id]  # three days before it is due
        assert reminded(22) == [officer.person.id]  # over
        data_requests.do(officer, number)
        assert reminded(23) == []

    undone(database, work)


def test_withdrawing_consent_takes_back_what_waits_to_be_sent_and_keeps_its_proof(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        lan = grown.person("member", "may")
        people.consent(lan, "Đồng ý?")
        at = {"channel": "telegram", "account": "a", "chat": "lan", "created_at": lan.now}
        new = insert(address).values(person_id=lan.person.id, **at).returning(address.c.id)
        where = session.scalar(new)
        for kind in ("answer", "notice", "reminder"):
            values: dict[str, Any] = {
                "kind": kind,
                "payload": {},
                "state": "waiting",
                "due_at": lan.now,
                "created_at": lan.now,
            }
            session.execute(insert(outbox).values(address_id=where, **values))

        people_data.withdraw(lan, "Rút lại?")

        assert [row.kind for row in session.rows(select(outbox.c.kind))] == ["answer"]
        assert not people.has_consented(lan)
        proof = session.rows(select(consent.c.act, consent.c.text).order_by(consent.c.id))
        assert [tuple(row) for row in proof] == [("given", "Đồng ý?"), ("withdrawn", "Rút lại?")]
        acts = session.rows(select(audit.c.act).order_by(audit.c.id))
        assert [row.act for row in acts] == ["consent_given", "consent_withdrawn", "ask_data"]

    undone(database, work)


def test_a_version_that_is_no_longer_in_force_is_no_consent(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        lan = grown.person("member", "may")
        session.execute(update(person).values(consent_version="2020-01"))

        assert not people.has_consented(grown.as_person(Person(lan.person.id, "Lan", "vi", "2020-01")))
        assert people.has_consented(grown.as_person(Person(lan.person.id, "Lan", "vi", people.CONSENT_VERSION)))

    undone(database, work)
