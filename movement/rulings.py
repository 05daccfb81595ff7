"""What others say of an entry on its way: confirmed, returned, endorsed by the party committee, proposed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select

from locales import _
from movement import audit, course, entries, notices, transitions
from movement.vietnamese_dates import show_day
from storage.decision_tables import ruling

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from movement.access import Act
    from movement.context import Context
    from movement.entries import Entry

_RIGHTS: Final[dict[str, Act]] = {
    "confirm": "review",
    "return": "review",
    "endorse": "endorse",
    "refuse": "endorse",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """One such act. `number` and `day` are those of the paper; `level` is that of a proposal."""

    act: str
    person_id: int
    level: str
    state_before: str
    reason: str
    number: str
    day: dt.date | None
    at: dt.datetime


_columns = tuple(ruling.c[name] for name in Ruling.__slots__)


def confirm(ctx: Context, entry_id: int) -> str:
    """Confirm a registration and return the new state; raise DomainError where that is not possible."""
    return _rule(ctx, entry_id, "confirm")


def send_back(ctx: Context, entry_id: int, reason: str) -> str:
    """Return an entry to be completed, and tell its author why; raise DomainError where that is not possible."""
    return _rule(ctx, entry_id, "return", reason=reason)


def endorse(ctx: Context, entry_id: int, number: str, day: dt.date) -> str:
    """Keep that the party committee confirmed the report, with the number and day of its paper."""
    return _rule(ctx, entry_id, "endorse", number=number, day=day)


def refuse(ctx: Context, entry_id: int, reason: str) -> str:
    """Keep that the party committee does not confirm the report yet; it goes back to its author with the why."""
    return _rule(ctx, entry_id, "refuse", reason=reason)


def waiting(ctx: Context) -> list[Entry]:
    """The registrations that wait for this person's confirmation, the oldest first."""
    return entries.oldest(ctx, "review", transitions.sources("confirm"))


def of_entry(ctx: Context, entry_id: int) -> list[Ruling]:
    """What was said of an entry, oldest first. The caller has seen that it is visible."""
    query = select(*_columns).where(ruling.c.entry_id == entry_id).order_by(ruling.c.id)
    return [Ruling(*row) for row in ctx.session.rows(query)]


def last(found: Sequence[Ruling], *acts: str) -> Ruling | None:
    """The last of these acts among them."""
    return next((each for each in reversed(found) if each.act in acts), None)


def keep(ctx: Context, found: Entry, act: str, **more: Any) -> None:
    """Write a ruling and its audit row; the caller has seen to rights and state."""
    values = {"entry_id": found.id, "person_id": ctx.person.id, "state_before": found.state, "at": ctx.now}
    ctx.session.execute(insert(ruling).values(act=act, **values, **more))
    audit.write(ctx, act, f"entry:{found.id}", {"from": found.state}, right=_RIGHTS.get(act, "propose"))


def _rule(ctx: Context, entry_id: int, act: str, **more: Any) -> str:
    found = entries.demand(ctx, _RIGHTS[act], entries.find(ctx, entry_id))
    state = transitions.after(found.state, act, course.of(found))
    entries.move(ctx, found, state)
    keep(ctx, found, act, **more)
    notices.add(ctx, found.author_id, partial(_told, found, act, **more), f"/trangthai {found.number}")
    return state


def _told(found: Entry, act: str, reason: str = "", number: str = "", day: dt.date | None = None) -> str:
    """What the author is told of it."""
    match act:
        case "confirm":
            text = _("“{name}” ({number}) has been confirmed. Please carry it out and send evidence.")
        case "return":
            text = _("“{name}” ({number}) has been returned: {reason}\nTo complete it: /sua {number}")
        case "endorse":
            text = _("The party committee has confirmed the report of “{name}” ({number}): {paper}.")
        case _:
            text = _(
                "The party committee has not confirmed the report of “{name}” ({number}) yet: {reason}"
                "\nTo complete it: /sua {number}"
            )
    paper = paper_text(number, day) if day else ""
    return text.format(name=found.name, number=found.number, reason=reason, paper=paper)


def paper_text(number: str, day: dt.date) -> str:
    """A paper by its number and day."""
    if not number:
        return _("of {day}").format(day=show_day(day))
    return _("No. {number} of {day}").format(number=number, day=show_day(day))
