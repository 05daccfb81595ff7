"""/dienhinh: an entry is named an exemplar at a review of the movement, apart from its recognition."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations import levels, pick
from conversations.menu import menu
from conversations.officer import papers
from conversations.questions import Text
from conversations.registry import dialogue
from locales import N_, _
from movement import entries, exemplars, recognition
from movement.exemplars import Review
from movement.recognition import Paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.entries import Entry
    from movement.recognition import Standing

LONGEST_REVIEW = 200
YEARS_BACK = 5  # a review of the movement looks back over a period


@dialogue(
    command="dienhinh",
    title=N_("Name an exemplar"),
    words=N_("exemplar;name an exemplar"),
    arguments=("entry",),
)
def name(d: Dialogue, ctx: Context) -> None:
    """Choose a recognised entry and the level; the review and its day; the paper."""
    found = pick.named(d, ctx, "see", lambda _each: "")
    if found is None:
        recognised = entries.oldest(ctx, "see", ("recognised", "proposed"), YEARS_BACK)
        text = _("Which initiative is named an exemplar?")
        found = levels.among(d, ctx, _may, text, recognised)
    if found is None:
        d.say(
            _("There is nothing your unit could name an exemplar now: it has to be recognised before."),
            offers=menu((_("Home"), "/start")),
        )
        return
    with d.section(str(found.id)):
        standing = levels.level(d, ctx, found, partial(_may_name, found), partial(_why_not, found))
        with d.section(standing.rule.level):
            _ask(d, ctx, found, standing)


def _ask(d: Dialogue, ctx: Context, found: Entry, standing: Standing) -> None:
    d.say("\n".join((f"{found.name} ({found.number})", standing.rule.label, *levels.way(standing))))
    review = d.ask("review", Text(_("At which review of the movement?"), LONGEST_REVIEW), _("Review"))
    held_on = d.ask("held", papers.PastDate(_("On which day was the review held?"), ctx.today), _("Held on"))
    number = papers.required_number(d, _("What is the number of the decision?"))
    day = papers.day(d, ctx, _("On which day was it signed?"))
    d.review("check", _("Please check what will be kept:"))
    level = standing.rule.level
    d.once("name", _keep, ctx, found.id, level, Review(review, held_on), Paper(number, day))
    text = _("✅ Named an exemplar: {name} ({level}). Its author is told.")
    d.say(
        text.format(name=found.name, level=standing.rule.label),
        offers=menu((_("The whole file"), f"/mohinh {found.number}")),
    )


def _keep(ctx: Context, entry_id: int, level: str, review: Review, paper: Paper) -> str:
    exemplars.name(ctx, entry_id, level, review, paper)
    return level


def _may_name(found: Entry, ctx: Context, standing: Standing) -> bool:
    return recognition.decider(ctx, standing) is not None and not exemplars.against(ctx, found, standing)


def _why_not(found: Entry, ctx: Context, held: Sequence[Standing]) -> str:
    """What the guideline says against it at the levels where this person decides."""
    mine = (each for each in held if recognition.decider(ctx, each))
    reasons = [reason for each in mine if (reason := exemplars.against(ctx, found, each))]
    return reasons[0] if reasons else recognition.why_not(ctx, held)


def _may(ctx: Context, standing: Standing) -> bool:
    is_open = "exemplar" in standing.rule.objects and not standing.is_exemplar
    return is_open and recognition.decider(ctx, standing) is not None
