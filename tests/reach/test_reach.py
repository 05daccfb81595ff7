"""Nobody comes to see or to change anything outside their subtree, whatever they type, tap, open or ask for."""

from __future__ import annotations

import io
import os
import zipfile
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, true, update

from conversations import registry
from conversations.registry import Entrance
from movement import access, codes, evidence, exports, notices, rosters, summary, units
from movement.access import Held
from movement.exports import Made
from movement.reminders import stops
from storage.people_tables import role
from storage.tables import entry
from storage.unit_tables import unit
from tests.reach import attempts
from tests.reach.attempts import Attempts, LeakError, play

if TYPE_CHECKING:
    from collections.abc import Callable

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from storage.database import Database
    from storage.session import Session

EXAMPLES = int(os.environ.get("REACH_EXAMPLES", "12"))
SEEDS_UNTIL_FOUND = 150


class _EndedError(Exception):
    """The world was played to its end, and is not kept."""


def tried(database: Database, random: Random) -> Attempts:
    """Play one world inside one transaction that is undone; raise LeakError."""
    ended: list[Attempts] = []

    def work(session: Session) -> None:
        ended.append(play(session, random))
        raise _EndedError

    with pytest.raises(_EndedError):
        database.write_now(work)
    return ended[0]


async def test_nobody_reaches_outside_their_subtree(sqlite_database: Database) -> None:
    slow = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    same = "REACH_EXAMPLES" not in os.environ  # the same worlds each time, unless more are asked for

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=slow,
        phases=[Phase.generate],
        derandomize=same,
        database=None,
    )
    @given(st.randoms(use_true_random=False))
    def look(random: Random) -> None:
        tried(sqlite_database, random)

    look()


async def test_it_holds_on_postgresql_too(postgres_database: Database) -> None:
    for seed in range(2):
        tried(postgres_database, Random(seed))


def _no_condition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "visible_entries", lambda _ctx: true())


def _may_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "may", lambda _ctx, _act, _thing: True)


def _no_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    def demand(ctx: Any, act: Any, thing: Any) -> None:
        if thing is None:
            raise access.not_yours(ctx, act)

    monkeypatch.setattr(access, "demand", demand)


def _up_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        access, "_reaches", lambda held, path: path.startswith(held.path) or held.path.startswith(path)
    )


def _any_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "file_name", lambda _ctx, _sha256: ("anh.jpg", "image/jpeg"))


def _any_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "uploaded", lambda _session, _said, _token: True)


def _silent_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that shows nothing and asks for no right before it writes."""

    def script(d: Dialogue, ctx: Context) -> None:
        d.once("write", write, ctx, codes.row_id(d.given("entry", "")) or 0)
        d.say("Xong.")

    def write(ctx: Context, number: int) -> None:
        ctx.session.execute(update(entry).where(entry.c.id == number).values(version=entry.c.version + 1))

    _declare(monkeypatch, Entrance("lo", "Lo", "", "nothing", listed=False, script=script, arguments=("entry",)))


def _giving_oneself_a_role(monkeypatch: pytest.MonkeyPatch) -> None:
    def script(d: Dialogue, ctx: Context) -> None:
        d.once("write", write, ctx)
        d.say("Xong.")

    def write(ctx: Context) -> None:
        (root, *_rest) = ctx.session.rows(select(unit.c.id).where(unit.c.parent_id.is_(None)))
        held = {"person_id": ctx.person.id, "unit_id": root.id, "role": "admin", "since": ctx.now}
        if not access.roles(ctx):
            ctx.session.execute(insert(role).values(**held))

    _declare(monkeypatch, Entrance("lo", "Lo", "", "nothing", listed=False, script=script))


def _told_to_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    tell = notices.add

    def add(ctx: Context, person_id: int, *rest: Any, **more: Any) -> None:
        for each in range(1, person_id + 7):
            tell(ctx, each, *rest, **more)

    monkeypatch.setattr(notices, "add", add)


def _export_of_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    def make(ctx: Context, _arguments: Any, _read: Any) -> Made:
        names = "\n".join(ctx.session.execute(select(entry.c.name)).scalars())
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/sharedStrings.xml", names)
        return Made("ds.xlsx", "application/zip", body.getvalue())

    def script(d: Dialogue, ctx: Context) -> None:
        d.once("ask", exports.ask, ctx, "lo", {})
        d.say("Xong.")

    monkeypatch.setitem(exports._makers, "lo", make)
    _declare(monkeypatch, Entrance("lo", "Lo", "", "nothing", listed=False, script=script))


def _declare(monkeypatch: pytest.MonkeyPatch, entrance: Entrance) -> None:
    monkeypatch.setitem(registry.entrances(), entrance.name, entrance)


def _any_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "demand", units.get)


def _week_of_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reminders of the week ahead, and names, of every unit, for any administrator."""
    ask = stops.in_reach

    def in_reach(ctx: Context) -> Any:
        ask(ctx)
        return true()

    monkeypatch.setattr(stops, "in_reach", in_reach)
    monkeypatch.setattr(rosters, "is_known", lambda _ctx: true())


def _prefix_without_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    read = access.roles

    def cut(ctx: Any) -> tuple[Held, ...]:
        return tuple(
            Held(each.role, each.unit_id, each.path[: each.path[:-1].rindex("/") + 1]) for each in read(ctx)
        )

    monkeypatch.setattr(access, "roles", cut)


def _search(database: Database) -> None:
    for seed in range(SEEDS_UNTIL_FOUND):
        tried(database, Random(seed))


PLANTS = (
    _no_condition,
    _may_everything,
    _no_demand,
    _up_the_tree,
    _any_file,
    _any_upload,
    _silent_write,
    _giving_oneself_a_role,
    _told_to_everybody,
    _export_of_everything,
    _any_summary,
    _week_of_everybody,
    _prefix_without_slash,
)


@pytest.mark.parametrize("plant", PLANTS)
async def test_a_planted_leak_is_found(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None]
) -> None:
    plant(monkeypatch)

    with pytest.raises(LeakError):
        _search(sqlite_database)
