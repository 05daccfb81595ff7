"""Which rows a process takes from the outbox, in which order, and what a look costs when much waits."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from bot import claims, send_gates
from bot.claims import Claimed, Looked, Room, claim
from bot.live_rows import is_waiting
from storage.channel_tables import outbox, send_gate
from storage.people_tables import address, person

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session

NOW = dt.datetime(2027, 3, 9, 2, tzinfo=dt.UTC)
BOT = ("telegram", "1")
ZALO = ("zalo_bot", "2")
ME, OTHER = 11, 12


@pytest.fixture
def lan(database: Database) -> int:
    return database.write_now(somebody)


def somebody(session: Session, bot: tuple[str, str] = BOT, chat: str = "lan") -> int:
    who = session.scalar(insert(person).values(created_at=NOW).returning(person.c.id))
    new = insert(address).values(person_id=who, channel=bot[0], account=bot[1], chat=chat, created_at=NOW)
    return int(session.scalar(new.returning(address.c.id)))


def put(session: Session, /, where: int, kind: str, **more: Any) -> int:
    values = {"state": "waiting", "due_at": NOW, "created_at": NOW, "payload": {"screen": {}}} | more
    new = insert(outbox).values(address_id=where, kind=kind, **values)
    return int(session.scalar(new.returning(outbox.c.id)))


def take(database: Database, *, process: int = ME, **room: Any) -> Claimed:
    return database.write_now(claim, Looked(process, {BOT: Room(**room)}), NOW)


def kinds(claimed: Claimed) -> list[str]:
    return [row.kind for row in claimed.rows]


def test_answers_are_taken_first_then_notices_then_reminders(database: Database) -> None:
    def write(session: Session) -> None:
        for number, kind in enumerate(["reminder", "notice", "answer", "reminder", "answer"]):
            put(session, somebody(session, chat=str(number)), kind)

    database.write_now(write)

    assert kinds(take(database, bulk=2)) == ["answer", "answer", "notice", "reminder"]
    assert kinds(take(database)) == ["reminder"]


def test_no_more_bulk_is_taken_than_there_is_room_for_and_it_is_said_that_more_waits(database: Database) -> None:
    def write(session: Session) -> None:
        for number in range(5):
            put(session, somebody(session, chat=str(number)), "reminder")

    database.write_now(write)

    first, second, third = (take(database, bulk=3) for _ in range(3))

    assert [len(each.rows) for each in (first, second, third)] == [3, 2, 0]
    assert first.full == {BOT}
    assert not second.full
    assert second.emptied == {BOT}
    nothing_known = take(database, bulk=0)
    assert nothing_known.rows == ()
    assert not nothing_known.emptied


def test_of_one_address_an_answer_passes_what_waits_and_rows_of_a_kind_keep_their_order(
    database: Database, lan: int
) -> None:
    def write(session: Session) -> list[int]:
        return [put(session, lan, kind) for kind in ("reminder", "answer", "answer", "reminder")]

    numbers = database.write_now(write)

    def ended(claimed: Claimed) -> list[int]:
        ids = [row.id for row in claimed.rows]
        done = update(outbox).where(outbox.c.id.in_(ids)).values(state="sent", owner=None)
        database.write_now(lambda session: session.execute(done))
        return ids

    taken = [ended(take(database)) for _ in range(3)]

    assert taken == [[numbers[1], numbers[0]], [numbers[2]], [numbers[3]]]


def test_nothing_is_taken_for_an_address_while_something_is_sent_to_it(database: Database, lan: int) -> None:
    def write(session: Session) -> None:
        put(session, lan, "reminder", state="sending", owner=OTHER)
        put(session, lan, "answer")
        put(session, lan, "notice")

    database.write_now(write)

    assert take(database).rows == ()


def test_what_is_for_later_is_not_taken_and_lets_others_pass(database: Database, lan: int) -> None:
    def write(session: Session) -> None:
        put(session, lan, "notice", due_at=NOW + dt.timedelta(minutes=1))
        put(session, lan, "notice")

    database.write_now(write)

    assert [row.id for row in take(database).rows] == [2]


def test_no_reminder_is_taken_in_quiet_hours(database: Database, lan: int) -> None:
    database.write_now(put, lan, "reminder")

    taken = database.write_now(claim, Looked(ME, {BOT: Room()}, is_quiet=True), NOW)

    assert taken.rows == ()


def test_a_bot_that_waits_for_ever_holds_up_no_other(database: Database, lan: int) -> None:
    def write(session: Session) -> None:
        put(session, lan, "reminder")
        put(session, somebody(session, ZALO), "reminder")
        put(session, somebody(session, ("gone", "")), "notice")

    database.write_now(write)
    rooms = {BOT: Room(0, 0), ZALO: Room()}

    taken = database.write_now(claim, Looked(ME, rooms), NOW)

    assert sorted(row.channel for row in taken.rows) == ["gone", "zalo_bot"]


class TestLease:
    def test_bulk_of_one_bot_is_taken_by_one_process_and_answers_by_any(self, database: Database) -> None:
        def write(session: Session) -> None:
            for number in range(4):
                put(session, somebody(session, chat=str(number)), "reminder")

        database.write_now(write)

        first = take(database, bulk=2, needs_lease=True)
        database.write_now(lambda session: put(session, somebody(session, chat="minh"), "answer"))
        second = take(database, process=OTHER, needs_lease=True)

        assert len(first.rows) == 2
        assert first.leases == {BOT}
        assert kinds(second) == ["answer"]
        assert not second.leases

    @pytest.mark.parametrize("how", ["dead", "left", "over"])
    def test_the_lease_goes_on_to_another_process(self, database: Database, lan: int, how: str) -> None:
        database.write_now(put, lan, "reminder")
        database.write_now(send_gates.may_send_bulk, BOT, OTHER, [])
        if how == "left":
            database.write_now(send_gates.leave, OTHER)
        elif how == "over":
            long_ago = update(send_gate).values(bulk_until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
            database.write_now(lambda session: session.execute(long_ago))
        looked = Looked(ME, {BOT: Room(needs_lease=True)}, dead=(OTHER,) if how == "dead" else ())

        assert database.write_now(claim, looked, NOW).leases == {BOT}
        assert database.write_now(send_gates.may_send_bulk, BOT, OTHER, []) is False

    def test_a_pause_is_told_with_what_is_left_of_it_and_a_shorter_one_does_not_end_it(
        self, database: Database
    ) -> None:
        database.write_now(send_gates.pause, {BOT: 600.0})
        database.write_now(send_gates.pause, {BOT: 5.0})

        (told,) = database.read_now(send_gates.told)

        assert 590 < told.pause <= 600
        assert told.bulk_owner is None

    def test_answers_of_all_processes_are_counted_from_the_last_look_on(
        self, database: Database, lan: int
    ) -> None:
        database.write_now(put, lan, "answer")
        newest, none = database.read_now(send_gates.answers_since, 0)
        database.write_now(put, lan, "reminder")
        number = database.write_now(put, lan, "answer", state="sent")

        assert none == []
        assert database.read_now(send_gates.answers_since, newest) == (number, [(number, BOT)])


class TestManyRows:
    """50,000 reminders wait: a look goes along the indexes, not through the rows."""

    def test_a_look_is_quick_and_goes_by_indexes(self, database: Database) -> None:
        database.write_now(many_wait)
        database.write_now(claim, Looked(ME, {BOT: Room(0, 0), ZALO: Room(0, 0)}), NOW)  # it sorts them
        plans = {
            name: database.write_now(
                explained, statement, {"bot": "telegram:1", "kind": "answer", "most": 15, "now": NOW}
            )
            for name, statement in STATEMENTS.items()
        }
        took, taken = [], []
        for _ in range(20):
            began = time.perf_counter()
            taken.append(database.write_now(claim, Looked(ME, {BOT: Room(bulk=15), ZALO: Room()}), NOW))
            took.append(time.perf_counter() - began)

        assert [len(each.rows) for each in taken] == [16] + 19 * [15]
        assert sorted(took)[10] < 0.05
        for name, plan in plans.items():
            assert "SCAN outbox\n" not in plan, name
            assert "SCAN more\n" not in plan, name
            assert "Seq Scan" not in plan, name
            assert ("ix_outbox_sending" if name == "owners" else "ix_outbox_waiting") in plan, name


STATEMENTS = {"due": claims._due, "bots": claims._which, "sort": claims._sort, "owners": claims._owners}


def many_wait(session: Session) -> None:
    """50,000 reminders by one bot, and an answer by another."""
    put(session, somebody(session, ZALO), "answer", due_at=NOW - dt.timedelta(hours=1))
    numbers = range(1_000, 51_000)
    session.execute(insert(person), [{"id": number, "created_at": NOW} for number in numbers])
    by = {"channel": BOT[0], "account": BOT[1], "created_at": NOW}
    session.execute(
        insert(address), [{"id": each, "person_id": each, "chat": str(each), **by} for each in numbers]
    )
    said = {"kind": "reminder", "payload": {}, "state": "waiting", "due_at": NOW, "created_at": NOW}
    session.execute(insert(outbox), [{"address_id": number, **said} for number in numbers])


def explained(session: Session, statement: Any, given: dict[str, Any]) -> str:
    """How the database goes about a statement."""
    dialect = session.connection.dialect
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    asked = "EXPLAIN QUERY PLAN" if dialect.name == "sqlite" else "EXPLAIN"
    values = compiled.construct_params(given)
    positions = [_bound(values[name]) for name in compiled.positiontup or ()]
    rows = session.connection.exec_driver_sql(f"{asked} {compiled}", tuple(positions) if positions else values)
    return "\n".join(str(row[-1]) for row in rows) + "\n"


def _bound(value: Any) -> Any:
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, dt.datetime) else value


def test_the_states_are_written_out(database: Database) -> None:
    found = database.read_now(explained, select(outbox.c.id).where(is_waiting(outbox)), {})

    assert "ix_outbox" in found
