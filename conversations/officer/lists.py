"""/dsdenghi, /dscongnhan: a whole list proposed, or decided on, with one paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import levels
from conversations.choices import Choice, Several, YesNo
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.officer import papers
from conversations.questions import Optionally, Text
from conversations.registry import dialogue
from locales import N_, _
from movement import recognition, recognition_lists
from movement.recognition import Paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.recognition_lists import Candidate, Candidates

LONGEST_REASON = 500


@dialogue(command="dsdenghi", title=N_("Propose a list"), words=N_("propose a list;list of proposals"))
def propose(d: Dialogue, ctx: Context) -> None:
    """Choose the level and the entries, then the request's number and day."""
    held = _level(d, recognition_lists.candidates(ctx, recognition.proposer))
    if held is None:
        d.say(_("There is no initiative that your unit could propose now."), offers=menu((_("Home"), "/start")))
        return
    text = _("Which initiatives are proposed? Write their numbers, such as 1, 2, 5.")
    chosen = d.ask("entries", Several(text, _options(held.entries), least=1), _("Initiatives"))
    number = papers.number(d, _("What is the number of the request?"))
    day = papers.day(d, ctx, _("On which day was it signed?"))
    d.review("check", _("Please check what will be kept:"))
    ids = [int(each) for each in chosen]
    many = d.once("propose", recognition_lists.propose, ctx, ids, held.level, Paper(number, day))
    text = _("✅ {many} initiatives proposed ({level}).").format(many=many, level=held.label)
    d.say(text, offers=menu((_("Official forms"), "/bieumau"), (_("Home"), "/start")))


@dialogue(command="dscongnhan", title=N_("Decide on a list"), words=N_("decide on a list;list of decisions"))
def decide(d: Dialogue, ctx: Context) -> None:
    """Choose the level, what the guideline requires, those recognised, and what becomes of the others."""
    held = _level(d, recognition_lists.candidates(ctx, recognition.may_decide))
    if held is None:
        d.say(_("No initiative waits for a decision of your unit."), offers=menu((_("Home"), "/start")))
        return
    if not _has_required(d, held):
        return
    recognised = _recognised(d, held)
    others = [each for each in held.entries if each.entry.id not in recognised]
    reason = _declined(d, others) if others else None
    if not recognised and reason is None:
        d.say(_("Nothing was decided; everything goes on waiting."), offers=menu((_("Home"), "/start")))
        return
    number = papers.required_number(d, _("What is the number of the decision?"))
    day = papers.day(d, ctx, _("On which day was it signed?"))
    d.review("check", _("Please check what will be kept; each author is told."))
    declined = [each.entry.id for each in others] if reason is not None else []
    paper = Paper(number, day)
    done = d.once("decide", recognition_lists.decide, ctx, held.level, paper, recognised, declined, reason or "")
    text = _("✅ Kept: {recognised} recognised, {declined} not ({level}). Each author is told.")
    d.say(
        text.format(recognised=done[0], declined=done[1], level=held.label),
        offers=menu((_("Share a recognised initiative"), "/chiase"), (_("Official forms"), "/bieumau")),
    )


def _level(d: Dialogue, offered: Sequence[Candidates]) -> Candidates | None:
    """The level that the list is for: the only one, or the one chosen; None where there is none."""
    if len(offered) <= 1:
        return offered[0] if offered else None
    options = [Option(each.key, each.label, hint=str(len(each.entries))) for each in offered]
    chosen = d.ask("level", Choice(_("At which level?"), options), _("Level"))
    return next(each for each in offered if each.key == chosen)


def _options(found: Sequence[Candidate]) -> list[Option]:
    return [
        Option(
            str(each.entry.id), each.entry.name, hint=f"{each.entry.number} · {each.entry.unit_name}{_mark(each)}"
        )
        for each in found
    ]


def _mark(each: Candidate) -> str:
    return _(" · does not pass yet") if each.obstacles else ""


def _has_required(d: Dialogue, held: Candidates) -> bool:
    """Whether what the guideline requires is there."""
    d.say("\n".join((held.label, *levels.way(held.standing))))
    for index, required in enumerate(held.standing.rule.requires):
        text = _("The guideline requires: {what}. Is it there?").format(what=required)
        label = required[:1].upper() + required[1:]
        if d.ask(f"requires{index}", YesNo(text, _("It is there"), _("Not yet")), label) == "no":
            text = _("Without it nothing can be decided yet: {what}. Please come back once it is there.")
            d.say(text.format(what=required), offers=menu((_("Home"), "/start")))
            return False
    return True


def _recognised(d: Dialogue, held: Candidates) -> list[int]:
    """Those recognised, among those that may be."""
    passing = [each for each in held.entries if not each.obstacles]
    if not passing:
        d.say(_("None of them passes its appraisal, so none can be recognised."))
        return []
    text = _("Which ones are recognised? Write their numbers, such as 1, 2, 5.")
    return [int(each) for each in d.ask("recognised", Several(text, _options(passing)), _("Recognised"))]


def _declined(d: Dialogue, others: Sequence[Candidate]) -> str | None:
    """Why the others are not recognised, perhaps nothing; None where they go on waiting."""
    names = "; ".join(each.entry.name for each in others)
    text = _("Not chosen: {names}.\nDoes the same decision say that they are not recognised?").format(names=names)
    answer = d.ask("others", YesNo(text, _("Not recognised"), _("They go on waiting")), _("The others"))
    if answer == "no":
        return None
    text = _("Why? The author reads it as you write it.")
    return d.ask("reason", Optionally(Text(text, LONGEST_REASON)), _("Reason")) or ""
