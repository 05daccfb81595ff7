"""/caplai: a code for one very person: a lost phone, a blocked account, or coming in for the first time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations.choices import Search, YesNo
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.registry import dialogue
from locales import N_, _
from movement import access, join_codes, join_papers, reclaiming
from movement.errors import DomainError
from movement.vietnamese_dates import show_date

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.reclaiming import Found


@dialogue(
    command="caplai",
    title=N_("A new code for one person"),
    words=N_("new code;reissue a code;lost phone of a member"),
    arguments=("person",),
)
def reissue(d: Dialogue, ctx: Context) -> None:
    """Choose the person, and whether their old channels are cut off; the code is told once."""
    found = _person(d, ctx)
    cuts = False
    if found.is_reached:
        text = _("Does {name} still use the old phone or account? If not, it is cut off when the code is used.")
        kept = _("Yes, keep it"), _("No, cut it off")
        cuts = d.ask("keeps", YesNo(text.format(name=found.name), *kept)) == "no"
    asked = _("Make a code for {name}, {unit}?").format(name=found.name, unit=found.unit_name)
    if d.ask("sure", YesNo(asked)) == "no":
        d.say(_("No code was made."), offers=menu((_("Home"), "/start")))
        return
    code = d.once("make", _make, ctx, found.id, cuts)
    d.say(_letter(ctx, found, code))
    text = _("Please pass this message to {name} and to nobody else: whoever uses the code becomes {name} here.")
    d.say(text.format(name=found.name), offers=menu((_("Codes given out"), "/ma"), (_("Home"), "/start")))


def _make(ctx: Context, person_id: int, cuts_others: bool) -> str:  # noqa: FBT001 - as `once` passes it on
    return reclaiming.make(ctx, person_id, cuts_others=cuts_others)


def _person(d: Dialogue, ctx: Context) -> Found:
    given = str(d.given("person", ""))
    if not access.giving(ctx):
        raise DomainError(_("Your role does not invite people. Officers of the unit do."))
    if given.isascii() and given.isdecimal() and (found := reclaiming.get(ctx, int(given[:18]))):
        return found
    text = _("For whom is the code? Write a few words of the name.")
    nothing = _("Nobody of yours is called “{text}”, or it is somebody whose code another level makes.")
    asked = Search(text, partial(_find, ctx), partial(_get, ctx), nothing=nothing)
    chosen = reclaiming.get(ctx, int(d.ask("person", asked, _("Name"))))
    assert chosen is not None  # noqa: S101 - `_get` has just found them
    return chosen


def _find(ctx: Context, words: str) -> list[Option]:
    return [Option(str(each.id), each.name, each.unit_name) for each in reclaiming.find(ctx, words)]


def _get(ctx: Context, key: str) -> Option | None:
    found = reclaiming.get(ctx, int(key)) if key.isdecimal() else None
    return Option(key, found.name, found.unit_name) if found else None


def _letter(ctx: Context, found: Found, code: str) -> str:
    """What is passed on to the person."""
    lines = [
        _("A new code for the “Dân vận khéo” assistant · {name}").format(name=found.name),
        _("Join code: {code}").format(code=join_codes.spelled(code)),
        _("(for one use, to {day})").format(day=show_date(join_codes.last_day(ctx, reclaiming.DAYS))),
    ]
    return "\n".join([*lines, *join_papers.ways_with(ctx, code)])
