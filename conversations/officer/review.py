"""/duyet: the registrations that wait, the oldest first: confirm, return with a reason, or the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import card, pick
from conversations.choices import Choice
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.questions import Text
from conversations.registry import dialogue
from locales import N_, _, ngettext
from movement import rulings, transitions

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.entries import Entry

LONGEST_REASON = 500
_REASONS = (  # what is wrong most often
    N_("The place is missing."),
    N_("The scale is not clear: how many people, households, workshops?"),
    N_("The name does not tell what is done."),
    N_("Evidence for the results is missing."),
)


@dialogue(
    command="duyet",
    title=N_("Confirm registrations"),
    words=N_("confirm registrations;review;approve"),
    listed=True,
    arguments=("entry",),
)
def review(d: Dialogue, ctx: Context) -> None:
    """Show the entry that was named, or those that wait one by one until one is decided."""
    named = pick.named(d, ctx, "review", lambda each: transitions.against(each.state, "return"))
    queue = [named] if named else rulings.waiting(ctx)
    for place, found in enumerate(queue):
        with d.section(str(found.id)):
            if _decide(d, ctx, found, len(queue) - place - 1):
                return
    d.say(_("No other registration waits for you."), offers=menu((_("Home"), "/start")))


def _decide(d: Dialogue, ctx: Context, found: Entry, left: int) -> bool:
    """Whether it was confirmed or returned, rather than left for later."""
    d.say("\n".join(card.headed(ctx, found)), files=card.files(ctx, found))
    options = [Option("return", _("Return it"))]
    if not transitions.against(found.state, "confirm"):
        options.insert(0, Option("confirm", _("Confirm it")))
    if left:
        options.append(Option("next", _("The next one")))
    question = ngettext("{many} more waits after it.", "{many} more wait after it.", left) if left else ""
    text = "\n".join(line for line in (_("What do you decide?"), question.format(many=left)) if line)
    match d.ask("act", Choice(text, options), _("Decision")):
        case "confirm":
            d.once("confirm", rulings.confirm, ctx, found.id)
            done = _("✅ Confirmed: {name}. Its author is told.")
        case "return":
            reason = ask_reason(d, _("What is to be completed? It is sent to the author as you write it."))
            d.review("check", _("Please check what will be sent:"))
            d.once("return", rulings.send_back, ctx, found.id, reason)
            done = _("✅ Returned: {name}. Its author is told the reason and can complete it.")
        case _next:
            return False
    d.say(done.format(name=found.name), offers=_what_next(found, left))
    return True


def ask_reason(d: Dialogue, text: str) -> str:
    """A reason, ready-made or in own words."""
    asked = Text(text, LONGEST_REASON, suggestions=tuple(_(each) for each in _REASONS))
    return d.ask("reason", asked, _("Reason"))


def _what_next(found: Entry, left: int) -> tuple[Option, ...]:
    following = [(_("The next one"), "/duyet")] if left else []
    return menu(*following, (_("The whole file"), f"/mohinh {found.number}"), (_("Home"), "/start"))
