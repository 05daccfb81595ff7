"""/sua: complete what an officer or the party committee returned, and send it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import pick
from conversations.choices import Several
from conversations.engine.screen import Option
from conversations.member import description, fields
from conversations.menu import menu
from conversations.questions import Text
from conversations.registry import dialogue
from locales import N_, _
from movement import mending, transitions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.entries import Entry

LONGEST_RESULT = 2000


@dialogue(
    command="sua",
    title=N_("Complete what was returned"),
    words=N_("complete;mend;correct"),
    arguments=("entry", "lines"),
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
    """What the lines are to say: those that were named when the dialogue began, or those chosen."""
    labels = fields.labels(found)
    named = [key for key in str(d.given("lines", "")).split(",") if key in labels]
    return {key: _ASKED[key](d, found) for key in named or _chosen(d, found, labels)}


def _chosen(d: Dialogue, found: Entry, labels: Mapping[str, str]) -> tuple[str, ...]:
    options = [
        Option(key, label, hint=_now(found, key), number=n) for n, (key, label) in enumerate(labels.items(), 1)
    ]
    text = _("Which lines do you change? Where only evidence was wanting, choose none.")
    return d.ask("lines", Several(text, options), _("Changed"))


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
    "name": lambda d, found: d.ask("name", description.name(found.name), _("Name")),
    "place": lambda d, found: d.ask("place", description.place(found.place), _("Place")),
    "lead": lambda d, found: d.ask("lead", description.leader(found.lead), _("Led by")),
    "scale": lambda d, found: d.ask("scale", description.scale(found.scale), _("Scale")),
    "result": _result,
}
