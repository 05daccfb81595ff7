"""/tucham: the self-score, criterion by criterion, with its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import pick, sheet
from conversations.menu import menu
from conversations.registry import dialogue
from conversations.verdicts import verdict_lines
from locales import N_, _
from movement import scores, transitions
from movement.vietnamese_dates import show_time

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from conversations.engine.screen import Option
    from movement.context import Context
    from movement.entries import Entry


@dialogue(
    command="tucham",
    title=N_("Self-score"),
    words=N_("score;self-score;score myself"),
    listed=True,
    arguments=("entry",),
)
def self_score(d: Dialogue, ctx: Context) -> None:
    """Ask every criterion of the sheet that fits the subject, then show the verdict and keep the sheet."""
    text = _("Which initiative do you score?")
    found = pick.entry(d, ctx, "score", text, _against, listed=False)
    if found is None:
        d.say(_("There is no initiative to score yet. Register one first."), offers=_to_register())
        return
    if not scores.sheet_of(found).items:
        d.say(_to_come(found), offers=_without_criteria(found))
        return
    with d.section(str(found.id)):  # what was given for one entry never counts for another
        _score(d, ctx, found)


def _score(d: Dialogue, ctx: Context, found: Entry) -> None:
    """Ask the sheet, show the verdict, keep the answers."""
    before = scores.newest(ctx, [found.id]).get(found.id)
    answers = sheet.ask(d, ctx, scores.sheet_of(found), before.answers if before else scores.Answers())
    asked, judged = scores.sheet_of(found, answers.own), scores.verdict_of(found, answers)
    check = (
        _("Please check your points for “{name}”:")
        if asked.total
        else _("Please check your answers for “{name}”:")
    )
    d.review("check", "\n".join((check.format(name=found.name), *verdict_lines(judged, asked))))
    sent = d.once("submit", scores.submit, ctx, found.id, answers)
    receipt = _("✅ Self-score received. Receipt: {receipt}, {at}.").format(
        receipt=sent["receipt"], at=show_time(ctx.now, ctx.zone)
    )
    d.say("\n".join((receipt, *verdict_lines(judged, asked))), offers=_what_next(found))


def _against(found: Entry) -> str:
    return transitions.against(found.state, "score")


def _to_come(found: Entry) -> str:
    """That there is nothing to score by, and what can be done meanwhile."""
    return _(
        "{title} has no criteria yet: {issuer} will send a guide for them, so “{name}” is not self-scored for now."
        " Please keep its evidence and report its results; what was sent counts once the guide has come."
    ).format(title=found.guideline.title, issuer=found.guideline.issuer.name, name=found.name)


def _without_criteria(found: Entry) -> tuple[Option, ...]:
    return menu(
        (_("Send evidence"), f"/minhchung {found.number}"),
        (_("Report results"), f"/baocao {found.number}"),
        (_("See its state"), f"/trangthai {found.number}"),
    )


def _to_register() -> tuple[Option, ...]:
    return menu((_("Register an initiative"), "/dangky"))


def _what_next(found: Entry) -> tuple[Option, ...]:
    return menu(
        (_("What is still missing?"), f"/trangthai {found.number}"),
        (_("Send evidence"), f"/minhchung {found.number}"),
        (_("Report results"), f"/baocao {found.number}"),
    )
