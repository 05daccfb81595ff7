"""Whose people are written to: the one unit there is, the one named, or one found by name, with all below it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations import unit_pick
from conversations.choices import Search
from conversations.engine.screen import Option
from locales import _
from movement import access, chases, units
from movement.access import Thing

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.units import Unit


def ask(d: Dialogue, ctx: Context) -> Unit:
    """The unit; raise DomainError where the person may write to none, or not to the one named."""
    given = str(d.given("unit", ""))
    if given:
        return chases.demand(ctx, int(given) if given.isdecimal() and len(given) < 18 else 0)  # noqa: PLR2004 - digits
    own = _own(ctx)
    if not own:
        raise access.not_yours(ctx, "chase")
    if len(own) == 1 and not units.open_children(ctx, own[0].id):
        return own[0]
    text = _("Which unit? All below it is included. You may also write the name of one unit.")
    nothing = _("No unit is called “{text}”. Please write one or two words of its name, such as: Nguyễn Du.")
    found = d.ask("unit", Search(text, partial(_find, ctx), partial(_get, ctx), nothing=nothing), _("Unit"))
    return chases.demand(ctx, int(found))


def _own(ctx: Context) -> list[Unit]:
    ids = [units.ancestors(path)[-1] for path in sorted(access.paths(ctx, "chase"), key=len)]
    return units.several(ctx, ids)


def _find(ctx: Context, words: str) -> list[Option]:
    """The person's own units and those directly below, or what is called so."""
    if words:
        return unit_pick.options(ctx, units.find(ctx, words, within=access.paths(ctx, "chase")).units)
    own = _own(ctx)
    below = [each for home in own for each in units.open_children(ctx, home.id)]
    everybody = [Option(str(each.id), each.name, hint=_("and all below it")) for each in own]
    known = {each.id for each in own}
    return [*everybody, *(Option(str(each.id), each.name) for each in below if each.id not in known)]


def _get(ctx: Context, key: str) -> Option | None:
    found = units.get(ctx, int(key)) if key.isdecimal() else None
    if found is None or not access.may(ctx, "chase", Thing(found.path)):
        return None
    return Option(key, found.name)
