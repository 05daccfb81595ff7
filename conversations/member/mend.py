"""/sua: complete what an officer or the party committee returned, and send it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import pick
from conversations.choices import Several
from conversations.engine.screen import Option
from conversations.member import fields
from conversations.menu import menu
from conversations.questions import Text
from conversations.registry import dialogue
from locales import N_, _
from movement import mending, transitions

if TYPE_CHECKING:
    from collections.abc import Callable

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.entries import Entry

LONGEST_RESULT = 2000


@dialogue(
    command="sua",
    title=N_("Complete what was returned"),
    words=N_("complete;mend;correct"),
    arguments=("entry",),
)
def mend(d: Dialogue, ctx: Context) -> None:
    """Ask which lines are to be changed, each with what it says now, and send the entry again."""
    text = _("Which initiative do you complete?")
    found = pick.entry(d, ctx, "mend", text, lambda each: transitions.against(each.state, "mend"))
    if found is None:
        d.say(_("Nothing has been returned to you."), offers=menu((_("State of my initiatives"), "/trangthai")))
        return
    with d.section(str(found.id)):
        reason = mending.reason(ctx, found)
        if reason:
            d.say(_("It was returned: {reason}").format(reason=reason))
        changes = _changes(d, found)
        d.review("check", _("Please check what will be sent:"))
        state = d.once("mend", mending.mend, ctx, found.id, changes)
    text = _("✅ Sent again: {name}. It is now “{state}”; the day of the first registration counts.")
    offers = menu(
        (_("See its state"), f"/trangthai {found.number}"), (_("Send evidence"), f"/minhchung {found.number}")
    )
    d.say(text.format(name=changes.get("name", found.name), state=transitions.label(state)), offers=offers)


def _changes(d: Dialogue, found: Entry) -> dict[str, str]:
    terms = found.guideline.terms
    labels = {
        "area": terms.area.capitalize(),
        "name": _("Name"),
        "place": terms.place.capitalize(),
        "lead": terms.lead.capitalize(),
        "scale": terms.scale.capitalize(),
    }
    if found.reported_at:
        labels["result"] = _("Results")
    options = [
        Option(key, label, hint=_now(found, key), number=n) for n, (key, label) in enumerate(labels.items(), 1)
    ]
    text = _("Which lines do you change? Where only evidence was wanting, choose none.")
    chosen = d.ask("lines", Several(text, options), _("Changed"))
    return {key: _ASKED[key](d, found) for key in chosen}


def _now(found: Entry, key: str) -> str:
    """What a line says now, shortened."""
    if key == "area":
        return next((each.label for each in found.guideline.areas.items if each.code == found.area), found.area)
    said = str(getattr(found, key))
    return said if len(said) <= 80 else said[:79].rstrip() + "…"  # noqa: PLR2004 - a line of a list


def _result(d: Dialogue, found: Entry) -> str:
    text = _("What are the results? People who took part, what changed, figures.")
    suggestions = (found.result,) if found.result else ()
    return d.ask("result", Text(text, LONGEST_RESULT, suggestions=suggestions), _("Results"))


_ASKED: dict[str, Callable[[Dialogue, Entry], str]] = {
    "area": lambda d, found: fields.area(d, found.guideline),
    "name": lambda d, found: fields.plain_name(d, found.name),
    "place": lambda d, found: fields.place(d, found.place),
    "lead": lambda d, found: fields.lead(d, found.lead),
    "scale": lambda d, found: fields.scale(d, found.scale),
    "result": _result,
}
