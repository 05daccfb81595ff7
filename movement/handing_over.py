"""A term ends: everything an officer looked after goes to their successor at once, or nothing does.

Roles move, and with them the open initiatives registered for a collective, what waits to be told of those, and the
join codes given out. What somebody did stays theirs in the record of who did what.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, or_, select, update

from locales import _, ngettext
from movement import access, appointments, audit, codes, notices, role_names, rosters, units
from movement.access import Thing
from movement.errors import DomainError
from storage.channel_tables import outbox
from storage.people_tables import address, join_code, role
from storage.tables import cycle, entry
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from movement.context import Context
    from movement.rosters import Duty, Listed

_OVER: Final = ("recognised", "not_recognised", "withdrawn", "lapsed")
_SPEAKS_FOR: Final = ("unit_officer", "unit_head", "group_head")  # registers for the unit


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes over: roles, and open initiatives (id, number); `stays`: roles out of reach of whoever asks."""

    giver: Listed
    taker: Listed
    goes: tuple[Duty, ...]
    stays: tuple[Duty, ...]
    entries: Mapping[int, str]


def plan(ctx: Context, giver_id: int, taker_id: int) -> Plan:
    """What would go over; raise DomainError where nothing can."""
    giver, taker = rosters.demand(ctx, giver_id), rosters.demand(ctx, taker_id)
    if reason := against(ctx, giver, taker):
        raise DomainError(reason)
    duties = [duty for duty in giver.duties if duty.role != "member"]
    goes = tuple(duty for duty in duties if access.may_give(ctx, duty.role, duty.path))
    stays = tuple(duty for duty in duties if duty not in goes)
    if not goes:
        raise DomainError(_("{name} has no role that you could hand over.").format(name=giver.name))
    return Plan(giver, taker, goes, stays, _entries(ctx, giver_id, goes))


def against(ctx: Context, giver: Listed, taker: Listed) -> str:
    """Why this person cannot take over from that one; nothing where they can."""
    if taker.id == giver.id:
        return _("Please choose somebody else to take over.")
    if taker.id == ctx.person.id:
        return _("Nobody gives a role to themself. Please ask another administrator.")
    if not taker.is_active:
        return _("The account of {name} is locked. Please unlock it first.").format(name=taker.name)
    return ""


def carry_out(ctx: Context, giver_id: int, taker_id: int) -> dict[str, int]:
    """Hand everything over: {roles, entries, notices}; both are told. Raise DomainError as `plan` does."""
    made = plan(ctx, giver_id, taker_id)
    access.demand(ctx, "people", Thing(made.goes[0].path, subject=f"person:{giver_id}"))
    for duty in made.goes:
        _move(ctx, made, duty)
    _stay_members(ctx, made)
    if made.entries:
        mine = (entry.c.author_id == giver_id, entry.c.id.in_(list(made.entries)))
        ctx.session.execute(update(entry).where(*mine).values(author_id=taker_id))
    told = _pass_on(ctx, made)
    below = or_(*(unit.c.path.startswith(duty.path, autoescape=True) for duty in made.goes))
    theirs = (join_code.c.created_by_id == giver_id, join_code.c.unit_id.in_(select(unit.c.id).where(below)))
    ctx.session.execute(update(join_code).where(*theirs).values(created_by_id=taker_id))
    appointments.ended(ctx, giver_id)
    counted = {"roles": len(made.goes), "entries": len(made.entries), "notices": told}
    audit.write(ctx, "hand_over", f"person:{giver_id}", {"to": taker_id, **counted})
    notices.add(ctx, giver_id, partial(_given_up, made), "/start")
    notices.add(ctx, taker_id, partial(_taken_on, made), "/start")
    return counted


def duty_line(duty: Duty) -> str:
    """A role and its unit."""
    return f"{role_names.label(duty.role)}, {duty.unit_name}"


def _move(ctx: Context, made: Plan, duty: Duty) -> None:
    at = (role.c.person_id == made.giver.id, role.c.role == duty.role, role.c.unit_id == duty.unit_id)
    if any((each.role, each.unit_id) == (duty.role, duty.unit_id) for each in made.taker.duties):
        changed = ctx.session.execute(delete(role).where(*at))
    else:
        new: dict[str, Any] = {
            "person_id": made.taker.id,
            "since": ctx.now,
            "granted_by_id": ctx.person.id or None,
        }
        changed = ctx.session.execute(update(role).where(*at).values(**new))
    if changed.rowcount != 1:
        raise DomainError(
            _("The roles of {name} have just changed. Please begin anew.").format(name=made.giver.name)
        )


def _stay_members(ctx: Context, made: Plan) -> None:
    """Who hands over the duties of a grassroots unit remains its member."""
    kept = {duty.unit_id for duty in made.giver.duties if duty not in made.goes}
    homes = units.several(ctx, sorted({duty.unit_id for duty in made.goes} - kept))
    for home in (each for each in homes if each.kind in units.GRASSROOTS):
        values = {"person_id": made.giver.id, "unit_id": home.id, "role": "member", "since": ctx.now}
        ctx.session.execute(insert(role).values(**values, granted_by_id=ctx.person.id or None))


def _entries(ctx: Context, giver_id: int, goes: tuple[Duty, ...]) -> dict[int, str]:
    """The open initiatives of collectives that the giver registered for a unit whose role goes over."""
    homes = [duty.unit_id for duty in goes if duty.role in _SPEAKS_FOR]
    conditions: list[ColumnElement[bool]] = [
        entry.c.author_id == giver_id,
        entry.c.unit_id.in_(homes),
        entry.c.subject_kind == "collective",
        entry.c.state.not_in(_OVER),
        access.visible_entries(ctx),
    ]
    query = select(entry.c.id, cycle.c.year).join(cycle, cycle.c.id == entry.c.cycle_id)
    rows = ctx.session.rows(query.join(unit, unit.c.id == entry.c.unit_id).where(*conditions).order_by(entry.c.id))
    return {row.id: codes.code(codes.ENTRY, row.year, row.id) for row in rows}


def _pass_on(ctx: Context, made: Plan) -> int:
    """Tell the taker what still waited to be told to the giver of the initiatives that went over."""
    about = {f"/trangthai {number}" for number in made.entries.values()}
    query = (
        select(outbox.c.id, outbox.c.payload)
        .join(address, address.c.id == outbox.c.address_id)
        .where(address.c.person_id == made.giver.id, outbox.c.kind == "notice", outbox.c.state == "waiting")
        .order_by(outbox.c.id)
    )
    many = 0
    for row in ctx.session.rows(query) if about else ():
        screen = row.payload.get("screen", {})
        (tap,) = [option.get("tap", "") for option in screen.get("options", [])] or [""]
        withheld = update(outbox).where(outbox.c.id == row.id, outbox.c.state == "waiting")
        if tap in about and ctx.session.execute(withheld.values(state="refused", why="handed over")).rowcount:
            said = str(screen.get("text", "")).rpartition("\n")[0]
            notices.add(ctx, made.taker.id, partial(str, said), tap)
            many += 1
    return many


def _given_up(made: Plan) -> str:
    text = _("Your duties have been handed over to {name}: {duties}. Thank you for your work during the term.")
    return text.format(name=made.taker.name, duties="; ".join(duty_line(each) for each in made.goes))


def _taken_on(made: Plan) -> str:
    text = _("You take over from {name}: {duties}.")
    said = text.format(name=made.giver.name, duties="; ".join(duty_line(each) for each in made.goes))
    if not made.entries:
        return said
    many = len(made.entries)
    more = ngettext("With them comes {many} open initiative.", "With them come {many} open initiatives.", many)
    return f"{said} {more.format(many=many)}"
