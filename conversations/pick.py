"""Which entry is meant: shared by every dialogue about one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.choices import Choice
from conversations.engine.screen import Option
from locales import _
from movement import codes, entries
from movement.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conversations.engine.dialogue import Dialogue
    from movement.access import Act
    from movement.context import Context
    from movement.entries import Entry

    Against = Callable[[Entry], str]  # why an entry cannot be meant; nothing where it can


def entry(
    d: Dialogue, ctx: Context, act: Act, text: str, against: Against, *, listed: bool = True
) -> Entry | None:
    """The entry named when the dialogue began, the only one there is, or the one chosen; None where there is none.

    Raise DomainError where the one that was named is not for this person, or not in a state for it.
    """
    if found := named(d, ctx, act, against):
        return found
    years = (ctx.today.year - 1, ctx.today.year, ctx.today.year + 1)
    offered = [each for each in entries.visible(ctx, years=years, act=act) if not against(each)]
    return among(d, offered, text, listed=listed)


def named(d: Dialogue, ctx: Context, act: Act, against: Against) -> Entry | None:
    """The entry named when the dialogue began, if one was; raise DomainError where it cannot be meant."""
    given = d.given("entry", "")
    if not given:
        return None
    found = entries.demand(ctx, act, entries.find(ctx, codes.row_id(given) or 0))
    if reason := against(found):
        raise DomainError(reason)
    return found


def among(d: Dialogue, offered: Sequence[Entry], text: str, *, listed: bool = True) -> Entry | None:
    """The only one of these, or the one chosen; None where there is none. `listed`: as a line of the review."""
    if not offered:
        return None
    if len(offered) == 1:
        d.say(_("Initiative: “{name}” ({number}).").format(name=offered[0].name, number=offered[0].number))
        return offered[0]
    chosen = d.ask("entry", Choice(text, [_option(each) for each in offered]), _("Initiative") if listed else "")
    return next(each for each in offered if str(each.id) == chosen)


def _option(each: Entry) -> Option:
    return Option(str(each.id), each.name, hint=f"{each.number} · {each.unit_name}")
