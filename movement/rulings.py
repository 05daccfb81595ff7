"""What others say of an entry on its way: confirmed, returned, endorsed by the party committee, proposed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select, update

from locales import N_, _
from movement import audit, course, entries, notices, transitions
from movement.errors import DomainError
from movement.vietnamese_dates import show_day
from storage.decision_tables import ruling
from storage.people_tables import person

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from movement.access import Act
    from movement.context import Context
    from movement.entries import Entry

RIGHTS: Final[dict[str, Act]] = {
    "confirm": "review",
    "return": "review",
    "endorse": "endorse",
    "refuse": "endorse",
    "ask": "review",
    "answer": "mend",
    "propose": "propose",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """One such act. `number` and `day` are those of the paper; `level` is that of a proposal."""

    id: int
    act: str
    person_id: int
    level: str
    state_before: str
    reason: str
    number: str
    day: dt.date | None
    at: dt.datetime
    lines: str  # names of the faulted fields of a registration, split by commas
    person_name: str


_columns = tuple(ruling.c[name] for name in Ruling.__slots__ if name != "person_name")


def confirm(ctx: Context, entry_id: int, version: int | None = None) -> int:
    """Confirm a registration and give the ruling's id; `version` is that of the entry as it was looked at.

    Raise DomainError where that is not possible, or where somebody has changed the entry since.
    """
    return _rule(ctx, entry_id, "confirm", version)


def send_back(
    ctx: Context, entry_id: int, reason: str, lines: Iterable[str] = (), version: int | None = None
) -> int:
    """Return an entry to be completed, tell its author why, and give the ruling's id.

    `lines` are the faulted fields of the registration. Raise DomainError as `confirm` does.
    """
    return _rule(ctx, entry_id, "return", version, reason=reason, lines=",".join(lines))


def endorse(ctx: Context, entry_id: int, number: str, day: dt.date) -> int:
    """Keep that the party committee confirmed the report, with the number and day of its paper."""
    return _rule(ctx, entry_id, "endorse", number=number, day=day)


def refuse(ctx: Context, entry_id: int, reason: str) -> int:
    """Keep that the party committee does not confirm the report yet; it goes back to its author with the why."""
    return _rule(ctx, entry_id, "refuse", reason=reason)


def confirm_all(ctx: Context, looked_at: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Confirm several, each an entry's id and the version looked at: {batch, done, changed}.

    `changed` are the ids of those that somebody changed meanwhile: they are left as they are.
    """
    found = {each.id: each for each in entries.several(ctx, [entry_id for entry_id, _version in looked_at])}
    done: list[int] = []
    changed = []
    for entry_id, version in looked_at:
        each = found.get(entry_id)
        if each is None or each.version != version or transitions.against(each.state, "confirm"):
            changed.append(entry_id)
            continue
        done.append(_rule(ctx, entry_id, "confirm", version))
    if done:
        ctx.session.execute(update(ruling).where(ruling.c.id.in_(done)).values(batch_id=done[0]))
    return {"batch": done[0] if done else 0, "done": len(done), "changed": changed}


def waiting(ctx: Context) -> list[Entry]:
    """The registrations that wait for this person's confirmation, the oldest first."""
    return entries.oldest(ctx, "review", transitions.sources("confirm"))


def of_entry(ctx: Context, entry_id: int) -> list[Ruling]:
    """What was said of an entry and holds, oldest first; read once. The caller has seen that it is visible."""
    key = f"rulings:{entry_id}"
    if key not in ctx.memo:
        ctx.memo[key] = [Ruling(*row) for row in ctx.session.rows(_of_entry(entry_id))]
    found: list[Ruling] = ctx.memo[key]
    return found


def _of_entry(entry_id: int) -> Any:
    return (
        select(*_columns, person.c.name)
        .join(person, person.c.id == ruling.c.person_id)
        .where(ruling.c.entry_id == entry_id, ruling.c.undone_at.is_(None))
        .order_by(ruling.c.id)
    )


def last(found: Sequence[Ruling], *acts: str) -> Ruling | None:
    """The last of these acts among them."""
    return next((each for each in reversed(found) if each.act in acts), None)


def keep(ctx: Context, found: Entry, act: str, **more: Any) -> int:
    """Write a ruling and its audit row, and give its id; the caller has seen to rights and state."""
    values = {"entry_id": found.id, "person_id": ctx.person.id, "state_before": found.state, "at": ctx.now}
    new = insert(ruling).values(act=act, version=found.version + 1, **values, **more)
    made: int = ctx.session.scalar(new.returning(ruling.c.id))
    ctx.memo.pop(f"rulings:{found.id}", None)
    audit.write(ctx, act, f"entry:{found.id}", {"from": found.state}, right=RIGHTS[act])
    return made


def changed_by(ctx: Context, found: Entry) -> str:
    """What was done to an entry last, and by whom, for an officer who looked at it before that."""
    said = of_entry(ctx, found.id)
    state = transitions.label(found.state)
    if not said:
        return _("“{name}” has been changed meanwhile. It is now “{state}”.").format(name=found.name, state=state)
    text = _("“{name}” has been dealt with meanwhile by {who} at {at}. It is now “{state}”.")
    at = said[-1].at.astimezone(ctx.zone).strftime("%H:%M")
    return text.format(name=found.name, who=said[-1].person_name, at=at, state=state)


def _rule(ctx: Context, entry_id: int, act: str, version: int | None = None, **more: Any) -> int:
    found = entries.demand(ctx, RIGHTS[act], entries.find(ctx, entry_id))
    if version is not None and version != found.version:
        raise DomainError(changed_by(ctx, found))
    state = transitions.after(found.state, act, course.of(found))
    entries.move(ctx, found, state)
    ruling_id = keep(ctx, found, act, **more)
    _tell(ctx, found, act, more)
    return ruling_id


def _tell(ctx: Context, found: Entry, act: str, more: dict[str, Any]) -> None:
    """Tell the author, with the way to mend what was returned: the very lines that were faulted."""
    text = partial(_told, found, act, **more)
    if act in {"return", "refuse"}:
        command = f"/sua {found.number} {more.get('lines', '')}".strip()
        notices.add(ctx, found.author_id, text, command, N_("Mend it now"))
    else:
        notices.add(ctx, found.author_id, text, f"/trangthai {found.number}")


def _told(found: Entry, act: str, reason: str = "", **paper: Any) -> str:
    """What the author is told of it; `paper` is its number and day."""
    match act:
        case "confirm":
            text = _("“{name}” ({number}) has been confirmed. Please carry it out and send evidence.")
        case "return":
            text = _("“{name}” ({number}) has been returned to be completed: {reason}")
        case "endorse":
            text = _("The party committee has confirmed the report of “{name}” ({number}): {paper}.")
        case _:
            text = _("The party committee has not confirmed the report of “{name}” ({number}) yet: {reason}")
    shown = paper_text(paper["number"], paper["day"]) if "day" in paper else ""
    return text.format(name=found.name, number=found.number, reason=reason, paper=shown)


def paper_text(number: str, day: dt.date) -> str:
    """A paper by its number and day."""
    if not number:
        return _("of {day}").format(day=show_day(day))
    return _("No. {number} of {day}").format(number=number, day=show_day(day))
