"""Who owes what, whom a chase reaches and at what cost, nobody twice in a day, what is answered and reported."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from sqlalchemy import insert, select, update

from movement import (
    call_list,
    chase_answers,
    chase_reports,
    chases,
    merging,
    notices,
    owing,
    people,
    quota,
    reaching,
    summary,
)
from movement.chases import Asked
from movement.errors import DomainError, NotYours
from movement.quota import Limit
from movement.ways_out import WayOut
from storage.channel_tables import message_count, outbox
from storage.chase_tables import chase_message
from storage.people_tables import address, conversation, person
from storage.tables import audit, entry
from tests.movement.test_join_codes import tree
from tests.movement.trees import at_noon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from movement.context import Context
    from storage.database import Database
    from storage.session import Session
    from tests.movement.trees import Tree

YEAR = 2027
NOVEMBER = dt.date(YEAR, 11, 22)  # a Monday


@pytest.fixture
def limited() -> Iterator[None]:
    """A bot with a hundred messages a month."""
    quota.use({("zalo_bot", "b"): Limit(100, 50)})
    yield
    quota.use({})


def year(session: Session) -> Tree:
    """A tree in November: nothing is registered."""
    built = tree(session)
    built.today = NOVEMBER
    built.open("tỉnh", YEAR, "cong-doan-mac-dinh")
    return built


def reachable(built: Tree, who: Context, channel: str = "telegram", account: str = "t", **more: Any) -> int:
    """An address of the person, who agreed to be written to."""
    session, now = built.session, at_noon(NOVEMBER)
    agreed = {"consent_version": people.CONSENT_VERSION}
    session.execute(update(person).where(person.c.id == who.person.id).values(**agreed))
    if not session.first(select(conversation).where(conversation.c.person_id == who.person.id)):
        session.execute(insert(conversation).values(person_id=who.person.id, memory={}, updated_at=now))
    values = {"person_id": who.person.id, "channel": channel, "account": account, "created_at": now, **more}
    chat = f"{channel}{who.person.id}"
    return int(session.scalar(insert(address).values(chat=chat, **values).returning(address.c.id)))


def answered(session: Session, address_id: int, at: dt.datetime) -> None:
    """The person wrote from there at that time."""
    values = {"address_id": address_id, "kind": "answer", "payload": {}, "state": "sent"}
    session.execute(insert(outbox).values(**values, due_at=at, created_at=at))


async def test_what_is_owed_agrees_with_the_summary(database: Database) -> None:
    def work(session: Session) -> None:
        built = year(session)
        officer = built.person("upper_officer", "phường")
        author = built.person("unit_officer", "may")
        cycle_id = built.cycles["tỉnh", YEAR]
        ids = [built.entry(author, "may", cycle_id) for _ in range(6)]
        now = officer.now
        for entry_id, state, reported in (
            (ids[0], "returned", None), (ids[1], "confirmed", None), (ids[2], "reported", now),
            (ids[3], "reported", now), (ids[4], "submitted", None), (ids[5], "withdrawn", None),
        ):  # fmt: skip
            values = {"state": state, "reported_at": reported}
            session.execute(update(entry).where(entry.c.id == entry_id).values(**values))

        found = owing.read(officer, built.units["phường"], YEAR)
        figures = summary.of_unit(built.as_person(officer.person), built.units["phường"].id, YEAR).total

        by_kind = {kind: len(found.of_kind(kind)) for kind in owing.KINDS}
        assert by_kind == {"register": 0, "mend": 1, "report": 1, "score": 2}
        assert figures.reported - figures.scored == by_kind["score"]
        assert figures.unreported - 2 == by_kind["report"]  # one was returned, one is not confirmed yet
        short = {
            each.id
            for what in ("missing", "unregistered")
            for each in summary.drill(officer, built.units["phường"].id, YEAR, what)
        }
        assert short == {each.id for each in found.unled}

    await database.write(work)


async def test_units_short_of_a_target_are_owed_by_whoever_is_in_charge(database: Database) -> None:
    def work(session: Session) -> None:
        built = year(session)
        officer = built.person("upper_officer", "phường")
        head, deputy = built.person("unit_head", "may"), built.person("unit_officer", "may")
        built.person("member", "may")
        locked = built.person("unit_officer", "may")
        values = {"deactivated_at": officer.now}
        session.execute(update(person).where(person.c.id == locked.person.id).values(**values))

        found = owing.read(officer, built.units["may"], YEAR)
        assert {each.person_id for each in found.of_kind("register")} == {head.person.id, deputy.person.id}

        built.entry(head, "may", built.cycles["tỉnh", YEAR])
        assert owing.read(built.as_person(officer.person), built.units["may"], YEAR).of_kind("register") == ()

    await database.write(work)


async def test_once_results_are_due_registrations_are_asked_for_the_next_year(database: Database) -> None:
    def work(session: Session) -> None:
        built = year(session)
        officer = built.person("upper_officer", "phường")
        head = built.person("unit_head", "may")
        reachable(built, head)
        built.entry(head, "may", built.cycles["tỉnh", YEAR])
        home = built.units["may"]
        assert chases.counts(officer, home.id)["register"] == (0, 0)

        built.open("tỉnh", YEAR + 1, "cong-doan-mac-dinh")

        later = built.as_person(officer.person)
        assert chases.counts(later, home.id)["register"] == (1, 0)
        assert chases.year_of(later, home, "register") == YEAR + 1
        assert chases.year_of(later, home, "report") == YEAR
        spring = built.as_person(officer.person, dt.date(YEAR, 3, 1))
        assert chases.year_of(spring, home, "register") == YEAR

    await database.write(work)


async def test_a_chase_takes_a_fixed_number_of_statements(database: Database) -> None:
    def work(session: Session) -> None:
        built = year(session)
        officer = built.person("upper_officer", "phường")
        asked = Asked(built.units["phường"].id, "register", YEAR)

        def statements() -> int:
            before = session.statements
            chases.plan(built.as_person(officer.person), asked)
            return session.statements - before

        reachable(built, built.person("unit_officer", "may"))
        few = statements()
        for number in range(5):
            built.unit(f"tổ chức {number}", "grassroots_union", "phường")
            reachable(built, built.person("unit_officer", f"tổ chức {number}"))
        assert statements() == few <= 9

    await database.write(work)


async def test_each_person_counts_by_the_address_that_would_be_chosen(database: Database, limited: None) -> None:
    def work(session: Session) -> None:
        built = year(session)
        officer = built.person("upper_officer", "phường")
        now = officer.now
        ways = {
            "web": WayOut(stored=True),
            "zalo_oa": WayOut(free_for=dt.timedelta(hours=48), paid_for=dt.timedelta(days=7), price=55),
        }
        expected = {}

        def somebody(way: str, *addresses: tuple[str, dt.timedelta | None], **more: Any) -> Context:
            who = built.person("unit_officer", "may")
            for channel, ago in addresses:
                account = "b" if channel == "zalo_bot" else "t"
                at = reachable(built, who, channel, account, **more)
                if ago is not None:
                    answered(session, at, now - ago)
            expected[who.person.id] = way
            return who

        day = dt.timedelta(days=1)
        somebody("free", ("telegram", None))
        somebody("free", ("web", None))
        somebody("counted", ("zalo_bot", None))
        somebody("free", ("zalo_oa", day))
        somebody("paid", ("zalo_oa", 3 * day))
        somebody("nowhere", ("zalo_oa", 8 * day))
        somebody("free", ("zalo_oa", 8 * day), ("web", None))
        somebody("paid", ("web", None), ("zalo_oa", 3 * day))
        somebody("free", ("zalo_bot", 3 * day), ("telegram", day))  # the one used last
        somebody("nowhere", ("telegram", None), reachable=False)
        somebody("nowhere")
        restricted = somebody("nowhere", ("telegram", None))
        values = {"restricted_at": now}
        session.execute(update(person).where(person.c.id == restricted.person.id).values(**values))
        used = {"channel": "zalo_bot", "account": "b", "month": "2027-11", "sent": 60, "received": 36}
        session.execute(insert(message_count).values(**used))

        found = reaching.of_people(replace(officer, ways_out=ways), expected)

        assert {each.id: each.way for each in found.people} == expected
        assert found.price == 2 * 55
        assert [(bot.percent, bot.left, many) for bot, many in found.counted()] == [(96, 4, 1)]

    await database.write(work)


async def test_nobody_gets_the_same_twice_in_a_day_whoever_sends_it(database: Database) -> None:
    def work(session: Session) -> None:
        built = year(session)
        officer, colleague = built.person("upper_officer", "phường"), built.person("admin", "tỉnh")
        reachable(built, built.person("unit_officer", "may"))
        asked = Asked(built.units["phường"].id, "register", YEAR)

        first = chases.begin(officer, asked)
        assert first["people"] == 1
        late = built.person("unit_officer", "điện")  # came after the first
        reachable(built, late)
        everywhere = Asked(built.units["tỉnh"].id, "register", YEAR)
        second = chases.begin(built.as_person(colleague.person), everywhere)
        assert (second["people"], second["left_out"]) == (1, 1)
        with pytest.raises(DomainError, match="hai lần một ngày"):
            chases.begin(built.as_person(officer.person), asked)
        tomorrow = built.as_person(officer.person, NOVEMBER + dt.timedelta(days=1))
        assert chases.begin(tomorrow, asked)["people"] == 1
        assert session.scalar(select(audit.c.details).where(audit.c.act == "chase"))["people"] == 1

    await database.write(work)


async def test_what_is_sent_at_night_counts_for_the_day_on_which_it_goes(database: Database) -> None:
    def work(session: Session) -> None:
        built = year(session)
        officer = built.person("upper_officer", "phường")
        reachable(built, built.person("unit_officer", "may"))
        asked = Asked(built.units["phường"].id, "register", YEAR)
        saturday_night = at_noon(NOVEMBER) - dt.timedelta(days=2, hours=-10)

        night = replace(built.as_person(officer.person), now=saturday_night, today=dt.date(YEAR, 11, 20))
        done = chases.begin(night, asked)

        assert done["due_at"] == "2027-11-22T00:00:00+00:00"  # Monday, seven o'clock
        with pytest.raises(DomainError, match="hai lần một ngày"):
            chases.begin(built.as_person(officer.person), asked)

    await database.write(work)


async def test_the_same_words_go_once_a_day_however_they_are_written(database: Database) -> None:
    def work(session: Session) -> None:
        built = year(session)
        officer = built.person("upper_officer", "phường")
        reachable(built, built.person("member", "may"))
        reachable(built, built.person("unit_officer", "may"))
        home = built.units["phường"].id

        done = chases.begin(officer, Asked(home, "words", YEAR, "Mời họp  ngày mai", "officers"))
        assert done["people"] == 1
        again = Asked(home, "words", YEAR, "mời HỌP ngày mai", "everyone")
        done = chases.begin(built.as_person(officer.person), again)
        assert (done["people"], done["left_out"]) == (1, 1)
        other = Asked(home, "words", YEAR, "Hoãn họp", "everyone")
        assert chases.begin(built.as_person(officer.person), other)["people"] == 2

    await database.write(work)


@pytest.mark.parametrize(
    ("role", "home", "may"),
    [
        ("upper_officer", "phường", True),
        ("standing_committee", "tỉnh", True),
        ("admin", "tỉnh", True),
        ("unit_head", "may", False),
        ("appraiser", "phường", False),
        ("data_officer", "tỉnh", False),
        ("member", "phường", False),
    ],
)
async def test_only_officers_of_the_subtree_chase(database: Database, role: str, home: str, *, may: bool) -> None:
    def work(session: Session) -> None:
        built = year(session)
        reachable(built, built.person("unit_officer", "may"))
        who = built.person(role, home)
        asked = Asked(built.units["phường"].id, "register", YEAR)
        if may:
            number = chases.begin(who, asked)["chase"]
            assert [each.id for each, _many in chase_reports.recent(built.as_person(who.person))] == [number]
            return
        number = chases.begin(built.person("upper_officer", "phường"), asked)["chase"]
        for refused in (
            lambda: chases.begin(who, asked),
            lambda: chases.plan(who, asked),
            lambda: chases.counts(who, asked.unit_id),
            lambda: chase_reports.report(who, number),
            lambda: chase_reports.to_call(who, number),
            lambda: call_list.make(who, {"chase": number}, bytes.fromhex),
        ):
            with pytest.raises(NotYours):
                refused()
        assert chase_reports.recent(who) == []

    await database.write(work)


async def test_an_answer_is_kept_told_and_takes_no_role_away(database: Database) -> None:
    def work(session: Session) -> None:
        built = year(session)
        officer, minh = built.person("upper_officer", "phường"), built.person("unit_officer", "may")
        reachable(built, minh)
        number = chases.begin(officer, Asked(built.units["phường"].id, "register", YEAR))["chase"]
        with pytest.raises(DomainError, match="Không có lời nhắc"):
            chase_answers.keep(minh, "left")  # nothing was sent yet
        session.execute(update(chase_message).values(state="queued", queued_at=officer.now))

        assert chase_answers.keep(minh, "left") == ["register"]

        assert [each.person_id for each in notices.of(minh)] == [officer.person.id]
        assert "không còn phụ trách" in notices.of(minh)[0].text()
        found = chase_reports.report(built.as_person(officer.person), number)
        assert [row.person_id for row in found.among("left")] == [minh.person.id]
        assert people.units_of(built.as_person(minh.person)) == (built.units["may"].id,)
        much_later = built.as_person(minh.person, NOVEMBER + dt.timedelta(days=61))
        with pytest.raises(DomainError, match="Không có lời nhắc"):
            chase_answers.keep(much_later, "paper")

    await database.write(work)


async def test_the_call_list_has_phones_and_no_formulas(database: Database) -> None:
    def work(session: Session) -> None:
        built = year(session)
        officer = built.person("upper_officer", "phường")
        far = built.person("unit_officer", "may")
        values = {"phone": "0912345678", "name": "=HYPERLINK(1)"}
        session.execute(update(person).where(person.c.id == far.person.id).values(**values))
        number = chases.begin(officer, Asked(built.units["phường"].id, "register", YEAR))["chase"]

        ctx = built.as_person(officer.person)
        made = call_list.make(ctx, {"chase": number}, bytes.fromhex)

        sheet = openpyxl.load_workbook(io.BytesIO(made.data)).worksheets[0]
        cells = list(sheet.rows)[1]
        assert [cell.value for cell in cells][1:4] == ["=HYPERLINK(1)", "may", "0912 345 678"]
        assert {cell.data_type for cell in cells} <= {"s", "n"}

    await database.write(work)


async def test_two_people_who_become_one_keep_one_reminder_of_a_day(database: Database) -> None:
    def work(session: Session) -> None:
        built = year(session)
        officer = built.person("upper_officer", "phường")
        one, other = built.person("unit_officer", "may"), built.person("unit_officer", "may")
        for each in (one, other):
            reachable(built, each)
        number = chases.begin(officer, Asked(built.units["phường"].id, "register", YEAR))["chase"]

        merging.merge(one, other.person.id, one.person.id)

        rows = session.rows(select(chase_message.c.person_id))
        assert [row.person_id for row in rows] == [one.person.id]
        assert len(chase_reports.report(built.as_person(officer.person), number).rows) == 1

    await database.write(work)


async def test_whoever_asked_not_to_be_contacted_is_neither_written_to_nor_called(database: Database) -> None:
    def work(session: Session) -> tuple[int, set[int], int]:
        built = year(session)
        hoa = built.person("upper_officer", "phường")
        minh = built.person("unit_officer", "may")
        reachable(built, minh)
        restricted = update(person).where(person.c.id == minh.person.id)
        session.execute(restricted.values(restricted_at=hoa.now))
        planned = chases.plan(hoa, Asked(built.units["phường"].id, "register", YEAR))
        return minh.person.id, {each.id for each in planned.reach.people}, planned.unwilling

    who, reached, unwilling = await database.write(work)

    assert who not in reached
    assert unwilling == 1
