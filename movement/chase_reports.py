"""What became of a chase: who got it, who answered what, who has done it meanwhile, whom to call.

The first groups add up to everybody; what is done is counted at the moment of the question.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import and_, func, select

from locales import N_
from movement import access, owing, units
from movement.access import Thing
from storage.channel_tables import outbox
from storage.chase_tables import chase, chase_message
from storage.people_tables import address, person, role
from storage.unit_tables import unit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from movement.context import Context
    from movement.units import Unit

Group = Literal["arrived", "page", "waiting", "unknown", "failed", "nowhere", "before"]
GROUPS: Final[Mapping[str, str]] = {  # every person is in one of these
    "arrived": N_("arrived"),
    "page": N_("on the web page, seen when it is opened"),
    "waiting": N_("waiting to be sent"),
    "unknown": N_("may have arrived"),
    "failed": N_("did not arrive"),
    "nowhere": N_("no channel yet"),
    "before": N_("done before it was sent"),
}
MORE: Final[Mapping[str, str]] = {  # and some in these as well
    "paper": N_("answered: handed in on paper"),
    "left": N_("answered: not in charge any more"),
    "done": N_("done meanwhile"),
    "owing": N_("still owing"),
    "call": N_("to be called"),
}
RECENT: Final = 10

_chases = (
    select(
        *(chase.c[name] for name in ("id", "unit_id", "kind", "year", "words", "created_at")),
        person.c.name.label("officer"),
        unit.c.name.label("unit_name"),
        unit.c.path,
    )
    .select_from(chase)
    .join(person, person.c.id == chase.c.person_id)
    .join(unit, unit.c.id == chase.c.unit_id)
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A chase that was sent."""

    id: int
    unit_id: int
    kind: str
    year: int
    words: str
    created_at: dt.datetime
    officer: str
    unit_name: str
    path: str


@dataclass(frozen=True, slots=True)
class Row:
    """What became of it for one person. `is_done` is None for an announcement, which nobody owes."""

    person_id: int
    name: str
    unit_name: str
    group: Group
    answer: str
    is_done: bool | None
    phone: str = ""

    def is_in(self, what: str) -> bool:
        """Whether the person counts there."""
        match what:
            case "done":
                return self.is_done is True
            case "owing":
                return self.is_done is False
            case "call":
                return self.group in {"failed", "nowhere"} and not self.is_done and not self.answer
            case _:
                return what in {self.group, self.answer}


@dataclass(frozen=True, slots=True)
class Report:
    """A chase with everybody it was for, by name; `unled` are units that nobody is in charge of."""

    sent: Sent
    rows: tuple[Row, ...]
    unled: tuple[Unit, ...] = ()

    def among(self, what: str) -> list[Row]:
        """The people that a figure counts."""
        return [row for row in self.rows if row.is_in(what)]

    def counts(self) -> Counter[str]:
        """Every figure by its key."""
        return Counter({what: len(self.among(what)) for what in (*GROUPS, *MORE)})


def recent(ctx: Context) -> list[tuple[Sent, int]]:
    """The newest chases of the subtrees where the person may send some, each with how many people it was for."""
    people = select(func.count()).where(chase_message.c.chase_id == chase.c.id).correlate(chase).scalar_subquery()
    query = _chases.add_columns(people.label("people")).where(access.visible_units(ctx, "chase"))
    rows = ctx.session.rows(query.order_by(chase.c.id.desc()).limit(RECENT))
    return [(Sent(*row[:9]), row.people) for row in rows]


def report(ctx: Context, chase_id: int) -> Report:
    """What became of this chase; raise DomainError where the person may not see it. Eight statements at most."""
    sent = _demand(ctx, chase_id)
    homes = _homes(ctx, sent)
    owed = _owing(ctx, sent)
    people = owed.by_person(sent.kind).keys() if owed else ()
    rows: dict[int, list[Any]] = {}
    for row in ctx.session.rows(_messages(chase_id)):
        rows.setdefault(row.person_id, []).append(row)
    debts = {each.person_id: each.unit_name for each in owed.of_kind(sent.kind)} if owed else {}
    found = [
        Row(
            person_id,
            theirs[0].name,
            debts.get(person_id) or homes.get(person_id, ""),
            _group(theirs, ctx),
            theirs[0].answer,
            person_id not in people if owed else None,
        )
        for person_id, theirs in rows.items()
    ]
    unled = owed.unled if owed and sent.kind == "register" else ()
    return Report(sent, tuple(sorted(found, key=lambda row: (row.unit_name, row.name))), unled)


def to_call(ctx: Context, chase_id: int) -> list[Row]:
    """Whom to call, with their numbers where the person may see them; raise as `report` does."""
    found = report(ctx, chase_id)
    rows = found.among("call")
    if not access.may(ctx, "people", Thing(found.sent.path)):
        return rows
    ids = [row.person_id for row in rows]
    query = select(person.c.id, person.c.phone).where(person.c.id.in_(ids), person.c.phone.is_not(None))
    phones = {row.id: row.phone for row in ctx.session.rows(query)} if ids else {}
    return [_with_phone(row, phones.get(row.person_id) or "") for row in rows]


def _with_phone(row: Row, phone: str) -> Row:
    return Row(row.person_id, row.name, row.unit_name, row.group, row.answer, row.is_done, phone)


def _demand(ctx: Context, chase_id: int) -> Sent:
    row = ctx.session.first(_chases.where(chase.c.id == chase_id))
    sent = Sent(*row) if row else None
    access.seek(ctx, f"chase:{chase_id}")
    access.demand(ctx, "chase", Thing(sent.path, subject=f"chase:{chase_id}") if sent else None)
    assert sent is not None  # noqa: S101 - for the type checker: `demand` has refused
    return sent


def _owing(ctx: Context, sent: Sent) -> owing.Owing | None:
    home = units.get(ctx, sent.unit_id) if sent.kind != "words" else None
    return owing.read(ctx, home, sent.year) if home else None


def _homes(ctx: Context, sent: Sent) -> dict[int, str]:
    """Where in the subtree people have a role."""
    query = (
        select(role.c.person_id, unit.c.name)
        .join(unit, unit.c.id == role.c.unit_id)
        .where(unit.c.path.startswith(sent.path, autoescape=True))
        .order_by(role.c.id)
    )
    found: dict[int, str] = {}
    for row in ctx.session.rows(query):
        found.setdefault(row.person_id, row.name)
    return found


def _messages(chase_id: int) -> Any:
    """Each person with a row for each message by which it went, also of another channel that took it over."""
    went = and_(
        outbox.c.address_id == address.c.id,
        outbox.c.id >= chase_message.c.outbox_id,
        outbox.c.created_at == chase_message.c.queued_at,
        outbox.c.kind == "reminder",
    )
    columns = (chase_message.c.person_id, person.c.name, chase_message.c.state, chase_message.c.answer)
    return (
        select(*columns, outbox.c.state.label("went"), address.c.channel)
        .select_from(chase_message)
        .join(person, person.c.id == chase_message.c.person_id)
        .join(address, address.c.person_id == person.c.id, isouter=True)
        .join(outbox, went, isouter=True)
        .where(chase_message.c.chase_id == chase_id)
        .order_by(chase_message.c.person_id)
    )


def _group(theirs: Sequence[Any], ctx: Context) -> Group:
    """The best that became of it: it arrived at one address, or still may."""
    match theirs[0].state:
        case "waiting":
            return "waiting"
        case "nowhere":
            return "nowhere"
        case "done":
            return "before"
    stored = {name for name, way in ctx.ways_out.items() if way.stored}
    states = {"page" if row.channel in stored and row.went == "sent" else row.went for row in theirs if row.went}
    groups: tuple[tuple[Group, set[str]], ...] = (
        ("arrived", {"sent"}),
        ("waiting", {"waiting", "sending"}),
        ("page", {"page"}),
        ("unknown", {"unknown"}),
        ("before", {"cancelled"}),
        ("failed", {"unreachable", "refused"}),
    )
    return next((group for group, known in groups if states & known), "unknown")
