"""Completing what was returned: its author changes what was registered, and it takes its place again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from movement import audit, entries, rulings, transitions
from movement.entry_words import indexed
from movement.matching import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from movement.context import Context
    from movement.entries import Entry

FIELDS: Final = ("area", "name", "place", "lead", "scale", "result")
_AGAIN: Final = {"endorsed": "self_scored"}  # what changed is to be confirmed anew


def mend(ctx: Context, entry_id: int, changes: Mapping[str, str]) -> str:
    """Keep the changed fields, put the entry back where it was returned from and give that state.

    The first submission time stays. Raise DomainError where the person or the state does not allow it.
    """
    found = entries.demand(ctx, "mend", entries.find(ctx, entry_id))
    transitions.after(found.state, "mend")
    if unknown := set(changes) - set(FIELDS):
        message = f"no fields of a registration: {sorted(unknown)}"
        raise ValueError(message)
    name, place, lead = (changes.get(each, getattr(found, each)) for each in ("name", "place", "lead"))
    values = {**changes, "folded": fold(name), "search": indexed(name, place, lead)}
    state = goes_back_to(ctx, found)
    entries.move(ctx, found, state, **values)
    audit.write(ctx, "mend", f"entry:{found.id}", {"state": state, "fields": sorted(changes)})
    return state


def reason(ctx: Context, found: Entry) -> str:
    """Why it was returned."""
    returned = rulings.last(rulings.of_entry(ctx, found.id), "return", "refuse")
    return returned.reason if returned else ""


def goes_back_to(ctx: Context, found: Entry) -> str:
    """The state it takes again; results reported meanwhile count."""
    returned = rulings.last(rulings.of_entry(ctx, found.id), "return", "refuse")
    if returned is None or returned.state_before in {"submitted", "confirmed"}:
        before = returned.state_before if returned else "submitted"
        return "reported" if found.reported_at else before
    return _AGAIN.get(returned.state_before, returned.state_before)
