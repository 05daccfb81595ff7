"""/dienhinh: an entry is named an exemplar at a review of the movement, apart from its recognition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import levels
from conversations.menu import menu
from conversations.officer import papers
from conversations.questions import Text
from conversations.registry import dialogue
from locales import N_, _
from movement import exemplars, recognition
from movement.exemplars import Review
from movement.recognition import Paper

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.entries import Entry
    from movement.recognition import Standing

LONGEST_REVIEW = 200


@dialogue(
    command="dienhinh",
    title=N_("Name an exemplar"),
    words=N_("exemplar;name an exemplar"),
    arguments=("entry",),
)
def name(d: Dialogue, ctx: Context) -> None:
    """Choose a recognised entry and the level; the review and its day; the paper."""
    found = levels.entry(d, ctx, _may, _("Which initiative is named an exemplar?"), ("recognised", "proposed"))
    if found is None:
        d.say(
            _("There is nothing your unit could name an exemplar now: it has to be recognised before."),
            offers=menu((_("Home"), "/start")),
        )
        return
    with d.section(str(found.id)):
        standing = levels.level(d, ctx, found, _may)
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


def _may(ctx: Context, standing: Standing) -> bool:
    is_open = "exemplar" in standing.rule.objects and not standing.is_exemplar
    return is_open and recognition.decider(ctx, standing) is not None
