"""/thamdinh: the same sheet beside the self-score; what the appraiser says prevails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import card, pick, sheet
from conversations.menu import menu
from conversations.registry import dialogue
from conversations.verdicts import appraisal_lines
from locales import N_, _
from movement import councils, course, entries, scores, transitions
from movement.scores import Answers

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.entries import Entry

MOST_COMPARED = 8


@dialogue(
    command="thamdinh",
    title=N_("Appraise"),
    words=N_("appraise;appraisal"),
    listed=True,
    arguments=("entry",),
)
def appraise(d: Dialogue, ctx: Context) -> None:
    """Choose an entry of somebody else, go through its sheet, show the verdict with every reason."""
    found = pick.named(d, ctx, "appraise", _against)
    if found is None:
        waiting = entries.oldest(ctx, "appraise", ("self_scored", "endorsed", "appraised"))
        done = scores.done(ctx, [each.id for each in waiting if each.state == "appraised"])
        offered = [each for each in waiting if each.id not in done and not _against(each)]
        found = pick.among(d, offered, _("Which initiative do you appraise?"), listed=False)
    if found is None:
        d.say(_("No initiative waits for your appraisal."), offers=menu((_("Home"), "/start")))
        return
    scores.demand_unconcluded(ctx, found.id)
    with d.section(str(found.id)):
        _ask(d, ctx, found)


def _ask(d: Dialogue, ctx: Context, found: Entry) -> None:
    d.say(
        "\n".join((f"{found.name} ({found.number})", *card.registered(ctx, found))), files=card.files(ctx, found)
    )
    filled = scores.newest(ctx, [found.id]).get(found.id)
    said = filled.answers if filled else Answers()
    answers = sheet.ask_beside(d, ctx, scores.sheet_of(found, said.own), said)
    asked, judged = scores.sheet_of(found, answers.own), scores.verdict_of(found, answers)
    d.review("check", "\n".join((_("Please check the appraisal:"), *appraisal_lines(judged, asked))))
    sent = d.once("submit", scores.appraise, ctx, found.id, answers)
    kept = _("✅ Appraisal kept. Receipt: {receipt}. Its author is told.").format(receipt=sent["receipt"])
    offers = menu(
        (_("The next one"), "/thamdinh"), (_("The whole file"), f"/mohinh {found.number}"), (_("Home"), "/start")
    )
    d.say("\n".join((kept, *appraisal_lines(judged, asked), *_compared(ctx, found))), offers=offers)


def _compared(ctx: Context, found: Entry) -> list[str]:
    """What other appraisers say where they differ, and how the council comes to one word."""
    sheets = scores.appraisals(ctx, found.id)
    keys = councils.differing(sheets)
    items = {item.key: item for item in scores.sheet_of(found, sheets[-1].answers.own).items}
    if not keys:
        return []
    lines = ["", _("Appraisers differ; the council settles it in its minutes (/bienban):")]
    for key in [key for key in keys if key in items][:MOST_COMPARED]:
        said = "; ".join(f"{each.who} {sheet.said(each.answers, items[key])}" for each in sheets)
        lines.append(f"• {key}. {items[key].short}: {said}")
    return lines


def _against(found: Entry) -> str:
    return transitions.against(found.state, "appraise", course.of(found))
