"""Where a person is reached: their channels, which of them notices go to, and cutting one off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ScalarSelect, func, select, update

from locales import _
from movement import audit
from movement.errors import DomainError
from storage.channel_tables import export, outbox
from storage.people_tables import address, person

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Container, Iterable, Sequence

    from movement.context import Context

_CUT: Final = "cut:"  # an address that was let go: no platform has such a chat


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a person. `used_at`: when an answer last went there."""

    id: int
    channel: str
    is_reachable: bool
    created_at: dt.datetime
    used_at: dt.datetime | None
    is_here: bool


def last_answer() -> ScalarSelect[Any]:
    """The newest answer to an address, for a query of addresses: which of them was used last."""
    newest = select(func.max(outbox.c.id)).where(outbox.c.address_id == address.c.id, outbox.c.kind == "answer")
    return newest.correlate(address).scalar_subquery()


def chosen(theirs: Sequence[Any], stored: Container[str]) -> list[Any]:
    """Of one person's reachable addresses those that are written to: nobody wants the same notice three times.

    What is stored is shown whenever the page is opened and disturbs nobody, so all of that. Of the others one: the
    channel that the person chose, where it can be reached, else the one used last.
    """
    kept = [row for row in theirs if row.channel in stored]
    pushed = [row for row in theirs if row.channel not in stored]
    if not pushed or (kept and kept[0].preferred_channel in stored):
        return kept
    likely = [row for row in pushed if row.channel == row.preferred_channel] or pushed
    return sorted([*kept, max(likely, key=lambda row: (row.used or 0, row.id))], key=lambda row: row.id)


def mine(ctx: Context) -> list[Address]:
    """The addresses of the person who speaks, in the order they came."""
    answered = select(outbox.c.created_at).where(outbox.c.id == last_answer()).correlate(address).scalar_subquery()
    columns = (address.c.id, address.c.channel, address.c.reachable, address.c.created_at)
    query = select(*columns, answered.label("used_at")).where(
        address.c.person_id == ctx.person.id, ~address.c.chat.startswith(_CUT)
    )
    rows = ctx.session.rows(query.order_by(address.c.id))
    here = ctx.address_id
    return [
        Address(row.id, row.channel, row.reachable, row.created_at, row.used_at, row.id == here) for row in rows
    ]


def preferred(ctx: Context) -> str:
    """The channel that notices go to, or nothing where it was never chosen."""
    return str(ctx.session.scalar(select(person.c.preferred_channel).where(person.c.id == ctx.person.id)))


def prefer(ctx: Context, channel: str) -> None:
    """Let notices go to this channel from now on."""
    if channel not in {each.channel for each in mine(ctx)}:
        raise DomainError(_("You do not use this channel."))
    ctx.session.execute(update(person).where(person.c.id == ctx.person.id).values(preferred_channel=channel))
    audit.write(ctx, "prefer_channel", f"person:{ctx.person.id}", {"channel": channel})


def cut(ctx: Context, address_id: int) -> None:
    """Let go of an address of one's own, but for the one that is spoken from.

    Whoever has the device now is somebody new to us, and sees nothing of what was said.
    """
    found = next((each for each in mine(ctx) if each.id == address_id), None)
    if found is None or found.is_here:
        raise DomainError(_("This channel is not yours to cut off, or you are using it right now."))
    _cut(ctx, [address_id])
    audit.write(ctx, "cut_channel", f"person:{ctx.person.id}", {"channel": found.channel})


def cut_all(ctx: Context, person_id: int) -> None:
    """Let go of every address of somebody who lost them; the caller saw to the rights."""
    query = select(address.c.id).where(address.c.person_id == person_id, ~address.c.chat.startswith(_CUT))
    _cut(ctx, [row.id for row in ctx.session.rows(query)])
    audit.write(ctx, "cut_channel", f"person:{person_id}", {"channel": "all"})


def _cut(ctx: Context, ids: Iterable[int]) -> None:
    for each in ids:
        gone = {"chat": f"{_CUT}{each}", "reachable": False, "last": None}
        ctx.session.execute(update(address).where(address.c.id == each).values(**gone))
        waiting = (outbox.c.address_id == each, outbox.c.state == "waiting")
        ctx.session.execute(update(outbox).where(*waiting).values(state="unreachable"))
        asked = (export.c.address_id == each, export.c.state == "waiting")
        ctx.session.execute(update(export).where(*asked).values(state="failed", done_at=ctx.now))
