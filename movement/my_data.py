"""What is kept of the person who speaks, for themself to see. A fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import String, cast, func, or_, select

from locales import N_, _
from movement import access, units
from movement.audit_search import names_of
from movement.views import ACT
from storage.people_tables import address, consent, person
from storage.tables import audit, entry, evidence, evidence_file, score_sheet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from movement.context import Context

MOST_SHOWN: Final = 20
CHANNELS: Final[Mapping[str, str]] = {
    "web": N_("the web page"), "console": N_("the terminal"), "telegram": "Telegram", "zalo_bot": "Zalo Bot",
    "zalo_oa": "Zalo OA", "zalo": "Zalo", "command": N_("the command line"), "clock": N_("the clock"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """The person's own row, where they belong, how they are reached, and what they agreed to."""

    name: str
    phone: str | None
    since: dt.datetime
    is_restricted: bool
    roles: tuple[tuple[str, str], ...]  # role, name of the unit
    channels: tuple[str, ...]
    consents: tuple[Any, ...]  # rows of act, version, channel, at; the oldest first


@dataclass(frozen=True, slots=True)
class Sent:
    """How much a person has sent."""

    entries: int
    pieces: int
    files: int
    sheets: int


@dataclass(frozen=True, slots=True)
class View:
    """Somebody saw something about the person on a day."""

    name: str
    role: str
    at: dt.datetime
    subject: str  # a number such as MH27-0012, or nothing for the person's own data


def kept(ctx: Context) -> Kept:
    """What is kept of the person."""
    me = ctx.person.id
    row = ctx.session.first(select(person).where(person.c.id == me))
    reached = ctx.session.rows(select(address.c.channel).where(address.c.person_id == me).order_by(address.c.id))
    agreed = select(consent.c.act, consent.c.version, consent.c.channel, consent.c.at, consent.c.text)
    held = access.roles(ctx)
    names = {each.id: each.name for each in units.several(ctx, [each.unit_id for each in held])}
    return Kept(
        row.name,
        row.phone,
        row.created_at,
        row.restricted_at is not None,
        tuple((each.role, names[each.unit_id]) for each in held),
        tuple(dict.fromkeys(each.channel for each in reached)),
        tuple(ctx.session.rows(agreed.where(consent.c.person_id == me).order_by(consent.c.id))),
    )


def sent(ctx: Context) -> Sent:
    """How much the person has sent, in one statement."""
    me = ctx.person.id
    files = select(func.count()).select_from(evidence_file.join(evidence)).where(evidence.c.author_id == me)
    counts = [
        select(func.count()).select_from(table).where(table.c.author_id == me).scalar_subquery()
        for table in (entry, evidence, score_sheet)
    ]
    row = ctx.session.first(select(*counts, files.scalar_subquery()))
    return Sent(row[0], row[1], row[3], row[2])


def views(ctx: Context) -> Sequence[View]:
    """Who saw the person's data or their entries, the newest first."""
    me = ctx.person.id
    mine = select("entry:" + cast(entry.c.id, String)).where(entry.c.author_id == me)
    query = (
        select(audit.c.subject, audit.c.at, audit.c.role, person.c.name)
        .join(person, person.c.id == audit.c.person_id)
        .where(audit.c.act == ACT, audit.c.person_id != me)
        .where(or_(audit.c.subject == f"person:{me}", audit.c.subject.in_(mine)))
    )
    rows = ctx.session.rows(query.order_by(audit.c.id.desc()).limit(MOST_SHOWN))
    known = names_of(ctx.session, [row.subject for row in rows if row.subject.startswith("entry:")])
    return [View(row.name, row.role, row.at, known.get(row.subject, "")) for row in rows]


def channel_label(channel: str) -> str:
    """What a channel is called."""
    return _(CHANNELS[channel]) if channel in CHANNELS else channel
