"""/bienban: the minutes of a council: who sat, what it agreed on where appraisers differed, how it voted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conversations.choices import Choice, Several, YesNo
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.officer import papers
from conversations.officer.votes import Votes
from conversations.questions import Number, Optionally, Score, Text
from conversations.registry import dialogue
from conversations.sheet import said as shown_answer
from locales import N_, _
from movement import access, councils, entries, scores, units
from movement.councils import Said, Sitting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from conversations.engine.dialogue import Dialogue
    from movement.access import Held
    from movement.context import Context
    from movement.criteria import Sheet
    from movement.entries import Entry
    from movement.guideline_rules import Criterion
    from movement.scores import Answers, Appraisal

LONGEST_NAME = 120
LONGEST_PLACE = 200
LONGEST_WORDS = 2000
MOST_MEMBERS = 200


@dialogue(command="bienban", title=N_("Minutes of the council"), words=N_("minutes;minutes of the council"))
def minutes(d: Dialogue, ctx: Context) -> None:
    """Choose the entries that the council dealt with, then ask for the meeting and what it said of each."""
    held = _council(d, ctx)
    under = entries.oldest(ctx, "appraise", ("appraised",))
    offered = [each for each in under if held is not None and each.unit_path.startswith(held.path)]
    if not offered:
        text = _("There is nothing to write minutes of: no initiative that you appraise has been appraised yet.")
        d.say(text, offers=menu((_("Appraise"), "/thamdinh"), (_("Home"), "/start")))
        return
    options = [Option(str(each.id), each.name, hint=f"{each.number} · {each.unit_name}") for each in offered]
    text = _("Which initiatives did the council deal with? Write their numbers, such as 1, 2, 5.")
    chosen = d.ask("entries", Several(text, options, least=1), _("Initiatives"))
    found = [each for each in offered if str(each.id) in chosen]
    sitting = _sitting(d, ctx)
    said = [_one(d, ctx, each) for each in found]
    words = _words(d, sitting)
    d.review("check", _("Please check what will be kept:"))
    number = d.once("keep", councils.keep, ctx, words, said)
    kept = _("✅ The minutes are kept (number {number}). Authors are told where their points changed.")
    offers = menu(
        (_("Official forms"), "/bieumau"), (_("Propose for recognition"), "/denghi"), (_("Home"), "/start")
    )
    d.say(kept.format(number=number), offers=offers)


def _council(d: Dialogue, ctx: Context) -> Held | None:
    """The role in whose unit the council sat: the only one, or the one chosen; None where there is none."""
    held = list({each.unit_id: each for each in access.roles(ctx) if "appraise" in each.rights}.values())
    if len(held) <= 1:
        return held[0] if held else None
    names = {each.id: each.name for each in units.several(ctx, [each.unit_id for each in held])}
    options = [Option(str(each.unit_id), names[each.unit_id]) for each in held]
    chosen = d.ask("council", Choice(_("Whose council was it?"), options), _("Council of"))
    return next(each for each in held if str(each.unit_id) == chosen)


def _sitting(d: Dialogue, ctx: Context) -> Sitting:
    """When, where and who."""
    held_on = d.ask("held", papers.PastDate(_("On which day did the council sit?"), ctx.today), _("Held on"))
    place = d.ask("place", Text(_("Where did it sit?"), LONGEST_PLACE), _("Where"))
    chair = d.ask("chair", Text(_("Who was in the chair (full name and office)?"), LONGEST_NAME), _("Chair"))
    secretary = d.ask("secretary", Text(_("Who took the minutes (full name)?"), LONGEST_NAME), _("Secretary"))
    present = d.ask("present", Number(_("How many members were present?"), 1, MOST_MEMBERS), _("Present"))
    absent = d.ask("absent", Number(_("How many were absent?"), 0, MOST_MEMBERS), _("Absent"))
    return Sitting(held_on, place, chair, secretary, present, absent, "", "")


def _words(d: Dialogue, sitting: Sitting) -> Sitting:
    """What was said, and the conclusion."""
    asked = Text(_("Which opinions were voiced? In short."), LONGEST_WORDS)
    opinions = d.ask("opinions", Optionally(asked), _("Opinions")) or ""
    asked = Text(_("What did the council conclude?"), LONGEST_WORDS)
    conclusion = d.ask("conclusion", Optionally(asked), _("Conclusion")) or ""
    return replace(sitting, opinions=opinions, conclusion=conclusion)


def _one(d: Dialogue, ctx: Context, found: Entry) -> Said:
    """What was agreed on where appraisers differed, and the vote."""
    with d.section(str(found.id)):
        sheets = scores.appraisals(ctx, found.id)
        keys = councils.differing(sheets)
        answers = _agreed(d, found, sheets, keys) if keys else None
        text = _("The vote on “{name}”: ballots given out, valid, agreed. For example: 7, 7, 6.")
        vote = d.ask("vote", Votes(text.format(name=found.name)), _("Vote on “{name}”").format(name=found.name))
    return Said(found.id, vote, answers)


def _agreed(d: Dialogue, found: Entry, sheets: Sequence[Appraisal], keys: Sequence[str]) -> Answers:
    """The newest appraisal, with what the council agreed on in the place of what appraisers differed on."""
    before = sheets[-1].answers
    sheet = scores.sheet_of(found, before.own)
    points, ticks = dict(before.points), dict(before.ticks)
    for item in sheet.items:
        if item.key not in keys:
            continue
        if item.max is not None:
            points[item.key] = _points(d, sheet, item, sheets, item.max)
        else:
            ticks[item.key] = (
                d.ask(item.key, YesNo(_differ(item, sheets), _("Met"), _("Not met")), item.short) == "yes"
            )
    return replace(before, points=points, ticks=ticks)


def _points(d: Dialogue, sheet: Sheet, item: Criterion, sheets: Sequence[Appraisal], most: Decimal) -> Decimal:
    return d.ask(item.key, Score(_differ(item, sheets), most, sheet.step), f"{item.key}. {item.short}")


def _differ(item: Criterion, sheets: Sequence[Appraisal]) -> str:
    """What each appraiser says, and the question."""
    lines = [f"• {each.who}: {shown_answer(each.answers, item)}" for each in sheets]
    text = _("Criterion {number}: {text}").format(number=item.key, text=item.text)
    return "\n".join([text, *lines, _("What did the council agree on?")])
