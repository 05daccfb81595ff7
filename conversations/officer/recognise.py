"""/congnhan: what a level decided, with the number and day of the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import card, levels
from conversations.choices import Choice, YesNo
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.officer import papers
from conversations.questions import Optionally, Text
from conversations.registry import dialogue
from locales import N_, _
from movement import recognition
from movement.recognition import Paper

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.entries import Entry
    from movement.recognition import Outcome, Standing

LONGEST_REASON = 500


@dialogue(
    command="congnhan",
    title=N_("Write down a decision"),
    words=N_("recognise;recognition;decision"),
    arguments=("entry",),
)
def recognise(d: Dialogue, ctx: Context) -> None:
    """Choose the entry and the level; what the guideline requires; the outcome; the paper."""
    found = levels.entry(d, ctx, recognition.may_decide, _("Which initiative was decided on?"))
    if found is None:
        d.say(_("No initiative waits for a decision of your unit."), offers=menu((_("Home"), "/start")))
        return
    with d.section(str(found.id)):
        standing = levels.level(d, ctx, found, recognition.may_decide)
        with d.section(standing.rule.level):
            _ask(d, ctx, found, standing)


def _ask(d: Dialogue, ctx: Context, found: Entry, standing: Standing) -> None:
    d.say("\n".join((*card.headed(ctx, found), "", standing.rule.label, *levels.way(standing))))
    for index, required in enumerate(standing.rule.requires):
        text = _("The guideline requires: {what}. Is it there?").format(what=required)
        label = required[:1].upper() + required[1:]
        if d.ask(f"requires{index}", YesNo(text, _("It is there"), _("Not yet")), label) == "no":
            text = _("Without it nothing can be decided yet: {what}. Please come back once it is there.")
            d.say(text.format(what=required), offers=menu((_("The whole file"), f"/mohinh {found.number}")))
            return
    outcome = _outcome(d, ctx, found)
    number = papers.required_number(d, _("What is the number of the decision?"))
    day = papers.day(d, ctx, _("On which day was it signed?"))
    reason = "" if outcome == "recognised" else _reason(d)
    d.review("check", _("Please check what will be kept:"))
    level = standing.rule.level
    d.once("decide", recognition.decide, ctx, found.id, level, outcome, Paper(number, day), reason)
    text = _("✅ The decision is kept: {name} ({level}). Its author is told.")
    offers = menu(
        (_("The whole file"), f"/mohinh {found.number}"),
        (_("The next one"), "/congnhan"),
        (_("Decide on a list"), "/dscongnhan"),
    )
    d.say(text.format(name=found.name, level=standing.rule.label), offers=offers)


def _outcome(d: Dialogue, ctx: Context, found: Entry) -> Outcome:
    """Recognised or not; only the latter where the appraisal does not pass, with the reasons shown."""
    against = recognition.obstacles(ctx, found)
    options = [Option("not_recognised", _("Not recognised"))]
    if against:
        d.say("\n".join((_("It cannot be recognised, because:"), *(f"• {each}" for each in against))))
    else:
        options.insert(0, Option("recognised", _("Recognised")))
    chosen = d.ask("outcome", Choice(_("What was decided?"), options), _("Decision"))
    return "recognised" if chosen == "recognised" else "not_recognised"


def _reason(d: Dialogue) -> str:
    text = _("Why? The author reads it as you write it.")
    return d.ask("reason", Optionally(Text(text, LONGEST_REASON)), _("Reason")) or ""
