"""/huongdan: the rules in short, for the person's unit or the default."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from conversations.engine.screen import Screen
from conversations.member.deadlines import own_units
from conversations.menu import menu
from conversations.registry import command
from locales import N_, _
from movement import cycles, guidelines
from movement.errors import DomainError
from movement.guideline_page import rules_in_short

if TYPE_CHECKING:
    from movement.context import Context


@command(
    command="huongdan",
    title=N_("The rules in short"),
    words=N_("rules;guideline"),
    needs="nothing",
    listed=True,
    public=True,
)
def rules(ctx: Context, arguments: str) -> Screen:  # noqa: ARG001
    """The guideline in force for the first of the person's units; without one, the default."""
    guideline, year = guidelines.default(), ctx.today.year
    for unit in own_units(ctx)[:1]:
        with suppress(DomainError):
            held = cycles.to_register(ctx, unit)
            guideline, year = held.guideline, held.year
    unplanned = [(_("Unplanned achievement"), "/dotxuat")] if guideline.principles.unplanned_exempt else []
    options = menu((_("Deadlines"), "/hanchot"), (_("Register an initiative"), "/dangky"), *unplanned)
    return Screen(rules_in_short(guideline, year), options=options)
