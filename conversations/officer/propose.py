"""/denghi: a unit proposes an entry to the level that decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import levels
from conversations.menu import menu
from conversations.officer import papers
from conversations.registry import dialogue
from locales import N_, _
from movement import recognition

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.entries import Entry
    from movement.recognition import Standing


@dialogue(
    command="denghi",
    title=N_("Propose for recognition"),
    words=N_("propose;propose for recognition"),
    arguments=("entry",),
)
def propose(d: Dialogue, ctx: Context) -> None:
    """Choose the entry and the level, then the request's number and day."""
    found = levels.entry(d, ctx, recognition.proposer, _("Which initiative is proposed?"))
    if found is None:
        d.say(_("There is no initiative that your unit could propose now."), offers=menu((_("Home"), "/start")))
        return
    with d.section(str(found.id)):
        _ask(d, ctx, found)


def _ask(d: Dialogue, ctx: Context, found: Entry) -> None:
    standing = levels.level(d, ctx, found, recognition.proposer)
    d.say(_way(standing))
    if against := recognition.obstacles(ctx, found):
        lead = _("As it stands it could not be recognised, because:")
        d.say("\n".join((lead, *(f"• {each}" for each in against))))
    with d.section(standing.rule.level):
        number = papers.number(d, _("What is the number of the request?"))
        day = papers.day(d, ctx, _("On which day was it signed?"))
        d.review("check", _("Please check what will be kept:"))
        d.once("propose", recognition.propose, ctx, found.id, standing.rule.level, number, day)
    text = _("✅ Proposed: {name} ({level}).").format(name=found.name, level=standing.rule.label)
    d.say(
        text,
        offers=menu(
            (_("Dossier"), f"/hoso {found.number}"), (_("Propose a list"), "/dsdenghi"), (_("Home"), "/start")
        ),
    )


def _way(standing: Standing) -> str:
    """Who decides, and through whom it goes."""
    return "\n".join((_("Proposed to: {level}.").format(level=standing.rule.label), *levels.way(standing)))
