"""Join codes: what they open, for whom, how often; guessing stops; two at once are one."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, insert, select, update

from movement import access, code_tries, join_codes, people
from movement.context import Context, Person
from movement.errors import DomainError
from movement.join_codes import CodeDraft
from storage.people_tables import address, code_try, join_code, person, role
from storage.tables import audit
from storage.unit_tables import unit
from tests.movement.trees import Tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database
    from storage.session import Session

NOW = dt.datetime(2027, 2, 20, 2, tzinfo=dt.UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def tree(session: Session) -> Tree:
    built = Tree(session, dt.date(2027, 2, 20))
    built.unit("tỉnh", "federation_province")
    built.unit("phường", "ward_union", "tỉnh")
    built.unit("may", "grassroots_union", "phường")
    built.unit("điện", "grassroots_union", "tỉnh")
    return built


def newcomer(session: Session, channel: str = "web", now: dt.datetime = NOW) -> Context:
    """Somebody who has just come, at an address of their own."""
    person_id = session.scalar(insert(person).values(created_at=now).returning(person.c.id))
    where = {
        "person_id": person_id,
        "channel": channel,
        "account": "t",
        "chat": f"c{person_id}",
        "created_at": now,
    }
    session.execute(insert(address).values(**where))
    return Context(session, Person(person_id, "", "vi", ""), now, now.astimezone(ZONE).date(), channel, ZONE)


def later(ctx: Context, days: float) -> Context:
    """The same person some days later, having read nothing."""
    now = ctx.now + dt.timedelta(days=days)
    return Context(ctx.session, ctx.person, now, now.astimezone(ZONE).date(), ctx.channel, ZONE)


@pytest.mark.parametrize(
    ("giver", "home", "given", "may"),
    [
        ("unit_officer", "may", "member", True),
        ("unit_officer", "may", "unit_officer", False),
        ("unit_head", "may", "unit_officer", True),
        ("upper_officer", "may", "unit_head", True),
        ("upper_officer", "phường", "unit_head", False),
        ("upper_officer", "may", "appraiser", False),
        ("upper_officer", "điện", "member", False),
        ("admin", "may", "admin", False),
        ("member", "may", "member", False),
        ("data_officer", "may", "member", False),
    ],
)
async def test_a_code_gives_what_its_maker_may_give(
    database: Database, giver: str, home: str, given: str, *, may: bool
) -> None:
    def work(session: Session) -> None:
        built = tree(session)
        where = {"upper_officer": "phường", "admin": "điện"}.get(giver, "may")
        who = built.person(giver, where)
        draft = CodeDraft(built.units[home].id, given)

        if not may:
            with pytest.raises(DomainError, match="không được cấp"):
                join_codes.make(who, draft)
            assert session.scalar(select(func.count()).select_from(join_code)) == 0
            return
        code = join_codes.make(who, draft)

        joined = newcomer(session)
        join_codes.join_by_code(joined, code)
        assert [(held.role, held.unit_id) for held in access.roles(joined)] == [(given, built.units[home].id)]

    await database.write(work)


async def test_a_code_is_stored_as_a_digest_and_read_in_any_spelling(database: Database) -> None:
    def work(session: Session) -> None:
        built = tree(session)
        code = join_codes.make(built.person("unit_head", "may"), CodeDraft(built.units["may"].id, "member", None))
        spelled = join_codes.spelled(code)

        for typed in (code, spelled, spelled.lower(), f" {code[:3]} {code[3:]} ", spelled.replace("-", "–")):
            assert join_codes.is_one(typed)
            assert join_codes.invitation(newcomer(session), typed) is not None
        kept = str(session.rows(select(join_code))) + str(session.rows(select(audit)))
        assert code not in kept
        assert code.lower() not in kept

    await database.write(work)


def test_codes_differ_and_hold_nothing_that_is_misread_or_changed_by_an_input_method() -> None:
    codes = {join_codes.fresh() for _each in range(2000)}

    assert len(codes) == 2000
    assert not set("".join(codes)) & set("AEIOUYWD01LBSZGQ")
    assert all(len(code) == 10 and code[0].isalpha() for code in codes)


def _revoked(ctx: Context, code: str) -> None:
    join_codes.revoke(ctx, join_codes.digest(code)[:16])


def _unused(_ctx: Context, _code: str) -> None:
    pass


def _used_up(ctx: Context, code: str) -> None:
    join_codes.join_by_code(newcomer(ctx.session), code)


def _over(ctx: Context, _code: str) -> None:
    ctx.session.execute(update(join_code).values(expires_at=NOW - dt.timedelta(seconds=1)))


def _dismissed(ctx: Context, _code: str) -> None:
    ctx.session.execute(delete(role).where(role.c.person_id == ctx.person.id))


def _ended(ctx: Context, _code: str) -> None:
    ctx.session.execute(update(unit).values(valid_to=dt.date(2027, 2, 1)))


@pytest.mark.parametrize("end", [_revoked, _used_up, _over, _dismissed, _ended])
async def test_a_code_that_ended_is_as_good_as_unknown(
    database: Database, end: Callable[[Context, str], None]
) -> None:
    def work(session: Session) -> None:
        built = tree(session)
        maker = built.person("unit_head", "may")
        code = join_codes.make(maker, CodeDraft(built.units["may"].id, "unit_officer"))
        assert join_codes.invitation(newcomer(session), code) is not None

        end(maker, code)

        who = newcomer(session)
        assert join_codes.invitation(who, code) is None
        assert join_codes.issued(maker) == [] or end in {_dismissed, _ended}
        with pytest.raises(DomainError, match="không còn dùng được"):
            join_codes.join_by_code(who, code)
        assert access.roles(who) == ()

    await database.write(work)


async def test_the_codes_of_members_outlive_their_makers_term(database: Database) -> None:
    def work(session: Session) -> None:
        built = tree(session)
        maker = built.person("unit_head", "may")
        code = join_codes.make(maker, CodeDraft(built.units["may"].id, "member", None))

        _dismissed(maker, code)

        assert join_codes.invitation(newcomer(session), code) is not None

    await database.write(work)


async def test_whoever_has_the_role_already_uses_nothing_up(database: Database) -> None:
    def work(session: Session) -> None:
        built = tree(session)
        maker = built.person("unit_head", "may")
        code = join_codes.make(maker, CodeDraft(built.units["may"].id, "member", 2))
        who = newcomer(session)

        join_codes.join_by_code(who, code)
        join_codes.join_by_code(later(who, 1), code)

        (issued,) = join_codes.issued(maker)
        assert (issued.used, issued.uses_left, issued.hint) == (1, 1, code[-3:])

    await database.write(work)


async def test_nobody_takes_back_what_another_has_made(database: Database) -> None:
    def work(session: Session) -> None:
        built = tree(session)
        code = join_codes.make(built.person("unit_head", "may"), CodeDraft(built.units["may"].id, "member"))

        with pytest.raises(DomainError, match="không phải do đồng chí cấp"):
            _revoked(built.person("unit_head", "may"), code)

        assert join_codes.invitation(newcomer(session), code) is not None

    await database.write(work)


async def test_five_wrong_codes_an_hour_and_no_more(database: Database) -> None:
    def work(session: Session) -> None:
        who = newcomer(session)
        for number in range(5):
            assert join_codes.tried(who, f"CFHJK-2222{number + 2}") is None

        with pytest.raises(DomainError, match="sau một giờ"):
            join_codes.tried(who, "CFHJK-22222")

        assert join_codes.tried(later(who, 0.05), "CFHJK-22222") is None
        assert join_codes.tried(newcomer(session), "CFHJK-22222") is None

    await database.write(work)


async def test_a_flood_of_newcomers_stops_newcomers_of_that_channel_and_nobody_else(database: Database) -> None:
    def work(session: Session) -> None:
        built = tree(session)
        code = join_codes.make(built.person("unit_head", "may"), CodeDraft(built.units["may"].id, "member", None))
        known = newcomer(session)
        people.join(known, built.units["điện"].id, "member")
        for _each in range(code_tries.MOST_OF_NEWCOMERS["join"] // 5):
            code_tries_of(newcomer(session), 5)

        with pytest.raises(DomainError, match="trên kênh này"):
            join_codes.tried(newcomer(session), code)

        assert join_codes.tried(newcomer(session, "telegram"), code) is not None
        assert join_codes.tried(later(known, 0), code) is not None
        assert join_codes.tried(newcomer(session, now=NOW + dt.timedelta(hours=2)), code) is not None

    await database.write(work)


def code_tries_of(who: Context, many: int) -> None:
    values = {"person_id": who.person.id, "kind": "join", "at": who.now}
    who.session.execute(insert(code_try), [values] * many)


async def test_two_who_use_a_one_use_code_at_once_are_one(postgres_database: Database) -> None:
    def prepare(session: Session) -> tuple[str, list[int]]:
        built = tree(session)
        code = join_codes.make(built.person("unit_head", "may"), CodeDraft(built.units["may"].id, "unit_officer"))
        return code, [newcomer(session).person.id for _each in range(8)]

    def join(session: Session, person_id: int) -> bool:
        who = Context(session, Person(person_id, "", "vi", ""), NOW, NOW.date(), "web", ZONE)
        try:
            join_codes.join_by_code(who, code)
        except DomainError:
            return False
        return True

    code, ids = await postgres_database.write(prepare)
    joined = await asyncio.gather(*(postgres_database.write(join, person_id) for person_id in ids))

    assert sum(joined) == 1
    holders = select(role.c.person_id).where(role.c.role == "unit_officer")
    assert [row[0] for row in await postgres_database.read(lambda s: s.rows(holders))] == [ids[joined.index(True)]]
    left = select(join_code.c.uses_left, join_code.c.used)
    assert await postgres_database.read(lambda s: tuple(s.first(left))) == (0, 1)
    assert (await postgres_database.read(lambda s: s.scalar(select(func.count()).select_from(code_try)))) == 0
