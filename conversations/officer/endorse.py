"""/xacnhan: the party committee confirms a report, or says what is wanting, where the guideline asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import card, pick
from conversations.choices import Choice
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.officer import papers
from conversations.officer.faults import ask_reason
from conversations.registry import dialogue
from locales import N_, _
from movement import course, entries, rulings, transitions

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.entries import Entry


@dialogue(
    command="xacnhan",
    title=N_("Confirm for the party committee"),
    words=N_("confirm a report;endorse"),
    arguments=("entry",),
)
def endorse(d: Dialogue, ctx: Context) -> None:
    """Show the report and ask for the committee's word on it."""
    found = pick.named(d, ctx, "endorse", _against)
    if found is None:
        waiting = entries.oldest(ctx, "endorse", ("reported", "self_scored"))
        found = pick.among(d, [each for each in waiting if not _against(each)], _("Which report is it about?"))
    if found is None:
        d.say(_("No report waits for the party committee's confirmation."), offers=menu((_("Home"), "/start")))
        return
    with d.section(str(found.id)):
        _ask(d, ctx, found)
    d.say(_("Its author is told."), offers=menu((_("The whole file"), f"/mohinh {found.number}")))


def _ask(d: Dialogue, ctx: Context, found: Entry) -> None:
    whole = ("", found.result) if len(found.result) > card.LONGEST_TEXT else ()
    d.say("\n".join((*card.headed(ctx, found), *whole)), files=card.files(ctx, found))
    options = [Option("endorse", _("It confirms the report")), Option("refuse", _("It does not confirm it yet"))]
    if d.ask("word", Choice(_("What does the party committee say?"), options), _("Party committee")) == "refuse":
        reason = ask_reason(d, _("What is wanting? It is sent to the author as you write it."))
        d.review("check", _("Please check what will be sent:"))
        d.once("refuse", rulings.refuse, ctx, found.id, reason)
        d.say(_("✅ Returned to be completed: {name}.").format(name=found.name))
        return
    number = papers.number(d, _("What is the number of its confirmation?"))
    day = papers.day(d, ctx, _("On which day was it signed?"))
    d.review("check", _("Please check what will be kept:"))
    d.once("endorse", rulings.endorse, ctx, found.id, number, day)
    d.say(_("✅ The party committee's confirmation is kept: {name}.").format(name=found.name))


def _against(found: Entry) -> str:
    return transitions.against(found.state, "endorse", course.of(found))
