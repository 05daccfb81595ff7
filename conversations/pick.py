"""Which entry is meant: shared by every dialogue about one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.choices import Choice
from conversations.engine.screen import Option
from locales import _
from movement import codes, entries, transitions
from movement.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conversations.engine.dialogue import Dialogue
    from movement.access import Act
    from movement.context import Context
    from movement.entries import Entry


def entry(
    d: Dialogue, ctx: Context, act: Act, text: str, only: Callable[[Entry], bool] | None = None
) -> Entry | None:
    """The entry named when the dialogue began, the only one there is, or the one chosen; None where there is none.

    Raise DomainError where the one that was named is not for this person or no longer open.
    """
    given = d.given("entry", "")
    if given:
        found = entries.find(ctx, codes.row_id(given) or 0)
        entries.demand(ctx, act, found)
        if found is not None and only is not None and not only(found):
            raise DomainError(transitions.closed(found.state))
        return found
    years = (ctx.today.year - 1, ctx.today.year, ctx.today.year + 1)
    offered = [each for each in entries.visible(ctx, years=years, act=act) if only is None or only(each)]
    if not offered:
        return None
    if len(offered) == 1:
        d.say(_("Initiative: “{name}” ({number}).").format(name=offered[0].name, number=offered[0].number))
        return offered[0]
    chosen = d.ask("entry", Choice(text, [_option(each) for each in offered]), _("Initiative"))
    return next(each for each in offered if str(each.id) == chosen)


def _option(each: Entry) -> Option:
    return Option(str(each.id), each.name, hint=f"{each.number} · {each.unit_name}")
