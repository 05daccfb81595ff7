"""Unplanned achievements: kept without a registration, where the guideline exempts them from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from locales import _
from movement import access, audit, codes, cycles, entries, units
from movement.access import Thing
from movement.errors import DomainError

if TYPE_CHECKING:
    from movement.context import Context
    from movement.cycles import Cycle
    from movement.entries import EntryDraft
    from movement.guideline import Guideline
    from movement.units import Unit


def submit(ctx: Context, draft: EntryDraft, result: str) -> dict[str, Any]:
    """Keep an unplanned achievement with its results, straight in `reported`: {id, number}.

    Raise DomainError where the person may not, or where the guideline in force has no such exemption.
    Source: the guideline's `principles.unplanned_exempt`.
    """
    home = units.get(ctx, draft.unit_id)
    access.demand(ctx, "register", Thing(home.path) if home else None)
    held = cycles.get(ctx, draft.cycle_id)
    if reason := against(held.guideline):
        raise DomainError(reason)
    more = {"state": "reported", "origin": "unplanned", "result": result, "reported_at": ctx.now}
    entry_id = entries.keep(ctx, draft, held, **more)
    audit.write(ctx, "submit", f"entry:{entry_id}", {"unit": draft.unit_id, "origin": "unplanned"})
    return {"id": entry_id, "number": codes.code(codes.ENTRY, held.year, entry_id)}


def cycle(ctx: Context, home: Unit) -> Cycle:
    """The cycle of this year, to which it belongs; raise DomainError where none was opened."""
    year = ctx.today.year
    found = cycles.of_years(ctx, home, (year, year + 1)).get(year)
    if found is None:
        text = _("The movement of this year has not been opened for your unit yet. Please ask the level above.")
        raise DomainError(text)
    return found


def against(guideline: Guideline) -> str:
    """Why the guideline takes nothing that was not registered; nothing where it does."""
    if guideline.principles.unplanned_exempt:
        return ""
    if guideline.principles.registration == "criterion":
        text = _(
            "The guideline in force ({title}, {clause}) has no exemption for unplanned achievements:"
            " being registered is one of its criteria. What is registered now is taken and marked late."
        )
    else:
        text = _(
            "The guideline in force ({title}, {clause}) takes only what was registered;"
            " it has no exemption for unplanned achievements."
        )
    return text.format(title=guideline.title, clause=guideline.principles.clause)
