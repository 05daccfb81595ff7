"""/mohinh: one entry in full, with its evidence and its sheets, and what this person may do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import card
from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command
from locales import N_, _
from movement import access, codes, course, entries, exemplars, recognition, transitions

if TYPE_CHECKING:
    from movement.context import Context
    from movement.entries import Entry


@command(command="mohinh", title=N_("One initiative in full"))
def show(ctx: Context, arguments: str) -> Screen:
    """What was registered, proven, scored and decided; then the acts."""
    found = entries.demand(ctx, "see", entries.find(ctx, codes.row_id(arguments) or 0))
    unit = (_("The unit"), f"/tonghop {found.unit_id} {found.year}")
    above = [unit] if access.may(ctx, "summarise", found.thing) else []
    return Screen(
        "\n".join(card.lines(ctx, found)),
        title=f"{found.name} ({found.number})",
        options=menu(*_acts(ctx, found), (_("Dossier"), f"/hoso {found.number}"), *above, (_("Home"), "/start")),
        files=card.files(ctx, found),
    )


def _acts(ctx: Context, found: Entry) -> list[tuple[str, str]]:
    """What this person may do to the entry as it stands."""
    asked, number = course.of(found), found.number
    acts = []
    if access.may(ctx, "review", found.thing) and not transitions.against(found.state, "return", asked):
        acts.append((_("Confirm or return"), f"/duyet {number}"))
    if access.may(ctx, "endorse", found.thing) and not transitions.against(found.state, "endorse", asked):
        acts.append((_("Confirm for the party committee"), f"/xacnhan {number}"))
    if access.may(ctx, "appraise", found.thing) and not transitions.against(found.state, "appraise", asked):
        acts.append((_("Appraise"), f"/thamdinh {number}"))
    held = recognition.standings(ctx, found)
    ready = not transitions.against(found.state, "recognise", asked)
    if ready and any(recognition.proposer(ctx, each) for each in held):
        acts.append((_("Propose for recognition"), f"/denghi {number}"))
    if ready and any(recognition.may_decide(ctx, each) for each in held):
        acts.append((_("Write down the decision"), f"/congnhan {number}"))
    if any(recognition.decider(ctx, each) and not exemplars.against(ctx, found, each) for each in held):
        acts.append((_("Name it an exemplar"), f"/dienhinh {number}"))
    if access.may(ctx, "review", found.thing) and found.state == "recognised":
        acts.append((_("Share with others"), f"/chiase {number}"))
    return acts
