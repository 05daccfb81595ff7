"""What of chases is to be sent now: gathered by person, counted anew, so that nobody is asked for what is done.

Reading takes place in a reader's snapshot; `take` then takes the rows, once, whichever process comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select, update

from movement import owing, quiet_hours, units
from storage.chase_tables import chase, chase_message
from storage.people_tables import address, person
from storage.unit_tables import unit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from typing import Any

    from movement.context import Context
    from movement.owing import Debt
    from storage.session import Session

AT_ONCE: Final = 200  # rows that are looked at together: what is owed is counted once for all of them

_waiting = (
    select(
        chase_message.c.id,
        chase_message.c.person_id,
        *(chase.c[name] for name in ("kind", "year", "words", "unit_id")),
        person.c.name.label("officer"),
        unit.c.name.label("unit_name"),
    )
    .select_from(chase_message)
    .join(chase, chase.c.id == chase_message.c.chase_id)
    .join(person, person.c.id == chase.c.person_id)
    .join(unit, unit.c.id == chase.c.from_id)
    .where(chase_message.c.state == "waiting", chase_message.c.due_at <= bindparam("now"))
    .order_by(chase_message.c.person_id, chase_message.c.id)
    .limit(AT_ONCE)
)
_take = (
    update(chase_message)
    .where(chase_message.c.id.in_(bindparam("ids", expanding=True)), chase_message.c.state == "waiting")
    .values(state=bindparam("to"), queued_at=bindparam("at"))
    .returning(chase_message.c.id)
)


@dataclass(frozen=True, slots=True)
class Words:
    """What one officer adds or announces."""

    officer: str
    unit_name: str
    text: str
    is_news: bool  # an announcement, not a reminder


@dataclass(frozen=True, slots=True)
class Letter:
    """All that one person is to be told now. `ids` are rows of `chase_message`; `done` those that are done."""

    person_id: int
    ids: tuple[int, ...]
    done: tuple[int, ...]
    debts: tuple[Debt, ...]
    words: tuple[Words, ...]


def letters(ctx: Context) -> list[Letter]:
    """What is to be sent now; nothing in quiet hours, whenever it fell due."""
    if quiet_hours.is_quiet(ctx.now, ctx.zone):
        return []
    rows = ctx.session.rows(_waiting, {"now": ctx.now})
    if len(rows) == AT_ONCE and rows[0].person_id != rows[-1].person_id:
        rows = [row for row in rows if row.person_id != rows[-1].person_id]  # wholly, next time
    debts = _debts(ctx, rows)
    by_person: dict[int, list[Any]] = {}
    for row in rows:
        by_person.setdefault(row.person_id, []).append(row)
    return [_letter(person_id, theirs, debts) for person_id, theirs in by_person.items()]


def take(session: Session, ids: Sequence[int], state: str, now: dt.datetime) -> list[int]:
    """Take rows that still wait; give those that nobody else had taken."""
    if not ids:
        return []
    return [row.id for row in session.rows(_take, {"ids": list(ids), "to": state, "at": now})]


def sent_by(session: Session, ids: Sequence[int], outbox_id: int | None) -> None:
    """Keep the row by which a letter goes; None: there is nobody to write to any more."""
    values = {"outbox_id": outbox_id} if outbox_id else {"state": "nowhere"}
    session.execute(update(chase_message).where(chase_message.c.id.in_(ids)).values(**values))


def people_at(session: Session, address_ids: Sequence[int]) -> dict[int, int]:
    """Whose these addresses are."""
    query = select(address.c.id, address.c.person_id).where(address.c.id.in_(address_ids))
    return {row.id: row.person_id for row in session.rows(query)} if address_ids else {}


def _debts(ctx: Context, rows: Sequence[Any]) -> dict[tuple[int, int], owing.Owing]:
    """What is owed in the subtrees of these chases, by unit and year; each is counted once."""
    wanted = sorted({(row.unit_id, row.year) for row in rows if row.kind != "words"})
    homes = {each.id: each for each in units.several(ctx, sorted({unit_id for unit_id, _year in wanted}))}
    return {(at, year): owing.read(ctx, homes[at], year) for at, year in wanted if at in homes}


def _letter(person_id: int, theirs: Sequence[Any], debts: dict[tuple[int, int], owing.Owing]) -> Letter:
    owed: list[Debt] = []
    done, words = [], []
    for row in theirs:
        if row.kind != "words":
            known = debts.get((row.unit_id, row.year))
            mine = [each for each in known.of_kind(row.kind) if each.person_id == person_id] if known else []
            owed += mine
            if not mine:
                done.append(row.id)
                continue
        if row.words:
            words.append(Words(row.officer, row.unit_name, row.words, row.kind == "words"))
    ids = tuple(row.id for row in theirs if row.id not in done)
    return Letter(person_id, ids, tuple(done), tuple(dict.fromkeys(owed)), tuple(words))
