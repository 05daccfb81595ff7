"""Messages that failed: whose are shown, and which may be sent again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, update

from movement import dead_letters
from movement.errors import DomainError
from storage.channel_tables import outbox
from storage.people_tables import address, person
from storage.tables import audit
from tests.worlds import World, build

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session

NOW = dt.datetime(2027, 2, 20, 2, tzinfo=dt.UTC)


def world_of(session: Session) -> World:
    world = World(session, NOW, ZoneInfo("Asia/Ho_Chi_Minh"), "telegram", "1", {}, {})
    build(world, ["messages_failed"])
    return world


def states(session: Session) -> list[str]:
    return list(session.execute(select(outbox.c.state).order_by(outbox.c.id)).scalars())


def put(session: Session, who: int, **more: Any) -> None:
    where = select(address.c.id).where(address.c.person_id == who).scalar_subquery()
    values = {"kind": "notice", "state": "refused", "why": "odd", "payload": {}, "due_at": NOW, "created_at": NOW}
    session.execute(insert(outbox).values(address_id=where, **(values | more)))


def work(database: Database, test: Any) -> None:
    database.write_now(lambda session: test(world_of(session)))


def test_all_are_counted_and_only_those_in_reach_are_named(database: Database) -> None:
    def test(world: World) -> None:
        ctx = world.of("quan")

        assert [(each.why, each.many) for each in dead_letters.counts(ctx)] == [
            ("Message text is odd", 1), ("given up", 1), ("", 1),
        ]  # fmt: skip
        assert [(each.name, each.may_be_sent) for each in dead_letters.page(ctx, 1, 10)] == [
            ("", False), ("Võ Thị Thanh Hoa", True), ("Trương Văn Minh", True),
        ]  # fmt: skip

    work(database, test)


def test_what_is_old_or_was_not_sent_on_purpose_is_left_out(database: Database) -> None:
    def test(world: World) -> None:
        put(world.session, world.people["minh"], created_at=NOW - dt.timedelta(days=31))
        put(world.session, world.people["minh"], why="account locked")
        put(world.session, world.people["minh"], state="unreachable")

        assert len(dead_letters.page(world.of("quan"), 1, 10)) == 3

    work(database, test)


def test_pages_say_whether_more_follows(database: Database) -> None:
    def test(world: World) -> None:
        ctx = world.of("quan")

        assert [each.id for each in dead_letters.page(ctx, 1, 2)] == [3, 2, 1]
        assert [each.id for each in dead_letters.page(ctx, 2, 2)] == [1]

    work(database, test)


def test_all_that_can_be_are_sent_again_at_once_and_it_is_written_down(database: Database) -> None:
    def test(world: World) -> None:
        ctx = world.of("quan")

        assert dead_letters.sendable(ctx) == (2, 1)
        assert dead_letters.send_again(ctx, 0) == 2
        assert states(world.session) == ["waiting", "waiting", "refused"]
        assert dead_letters.send_again(ctx, 0) == 0
        written = select(audit.c.subject, audit.c.details).where(audit.c.act == "send_again")
        assert [tuple(row) for row in world.session.rows(written)] == [("messages", {"many": 2})]

    work(database, test)


@pytest.mark.parametrize(
    "values",
    [{"consent_version": ""}, {"deactivated_at": NOW}, {"restricted_at": NOW}, {"erased_at": NOW}],
    ids=lambda values: next(iter(values)),
)
def test_nothing_goes_to_those_who_are_not_to_be_written_to(database: Database, values: dict[str, Any]) -> None:
    def test(world: World) -> None:
        minh = person.c.id == world.people["minh"]
        world.session.execute(update(person).where(minh).values(**values))

        assert dead_letters.send_again(world.of("quan"), 1) == 0
        with pytest.raises(DomainError):
            dead_letters.get(world.of("quan"), 1)

    work(database, test)


def test_nothing_goes_where_nobody_is_reached_nor_an_answer_of_long_ago(database: Database) -> None:
    def test(world: World) -> None:
        lost = update(address).where(address.c.person_id == world.people["minh"]).values(reachable=False)
        world.session.execute(lost)
        put(world.session, world.people["hoa"], kind="answer")
        world.session.execute(update(outbox).where(outbox.c.id == 2).values(state="sent"))

        assert dead_letters.send_again(world.of("quan"), 0) == 0

    work(database, test)


@pytest.mark.parametrize("who", ["minh", "hoa"])
def test_only_administrators_are_shown_any(database: Database, who: str) -> None:
    def test(world: World) -> None:
        ctx = world.of(who)
        for ask in (dead_letters.counts, dead_letters.sendable):
            with pytest.raises(DomainError):
                ask(ctx)
        with pytest.raises(DomainError):
            dead_letters.page(ctx, 1, 5)
        with pytest.raises(DomainError):
            dead_letters.send_again(ctx, 1)

    work(database, test)


def test_they_are_found_by_an_index(sqlite_database: Database) -> None:
    def test(world: World) -> None:
        query = dead_letters._letters(world.of("quan")).order_by(outbox.c.id.desc()).limit(7)
        compiled = query.compile(dialect=world.session.connection.dialect, compile_kwargs={"literal_binds": True})
        rows = world.session.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")

        assert any("ix_outbox_failed" in row.detail for row in rows)

    work(sqlite_database, test)
