"""/dotxuat: an unplanned achievement, reported without a registration where the guideline exempts it from one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conversations.attachments import Files, attached, no_faces
from conversations.member import fields
from conversations.member.description import description
from conversations.menu import menu
from conversations.questions import Optionally, Text
from conversations.registry import dialogue
from locales import N_, _
from movement import evidence, unplanned
from movement.entries import EntryDraft

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from conversations.engine.screen import Option
    from movement.context import Context
    from movement.cycles import Cycle
    from movement.evidence import Attached

LONGEST_RESULT = 2000


@dialogue(
    command="dotxuat",
    title=N_("Unplanned achievement"),
    words=N_("unplanned;unplanned achievement"),
)
def report_unplanned(d: Dialogue, ctx: Context) -> None:
    """Gather what a registration and a report would say; without the exemption explain, and offer next year."""
    d.expect(9)
    unit = fields.unit(d, ctx)
    held = unplanned.cycle(ctx, unit)
    if against := unplanned.against(held.guideline):
        d.say("\n".join((against, _next_year(held))), offers=_instead())
        return
    d.say(_("Unplanned achievement, {year} · {unit}.").format(year=held.year, unit=unit.name))
    subject = fields.subject(d, held)
    area = fields.area(d, held.guideline)
    said = description(d, ctx, {"lead": unit.name})
    name = fields.distinct(d, ctx, held, unit, said.ask("name"))
    place, lead, scale = (said.ask(key) for key in ("place", "lead", "scale"))
    text = _("What was done, and what came of it? People who took part, what changed, figures.")
    result = d.ask("result", Text(text, LONGEST_RESULT), _("Results"))
    asked = "\n".join((_("Send photos or files that show it, then choose “Done”."), no_faces()))
    files = Optionally(Files(asked, least=1))
    groups = d.ask("files", files, _("Files")) or ()
    d.review("check", _("Please check what will be sent:"))
    draft = EntryDraft(held.id, unit.id, subject, area, name, place, lead, scale)
    sent = d.once("submit", _submit, ctx, draft, result, attached(groups))
    _done(d, held, sent["number"])


def _submit(ctx: Context, draft: EntryDraft, result: str, files: list[Attached]) -> dict[str, Any]:
    sent = unplanned.submit(ctx, draft, result)
    evidence.submit(ctx, sent["id"], "result", result, files)
    return sent


def _done(d: Dialogue, held: Cycle, number: str) -> None:
    lines = [_("✅ Reported as unplanned, without a registration. Number: {number}.").format(number=number)]
    endorsement = held.guideline.principles.endorsement
    if endorsement is not None:
        text = _("After that the party committee confirms it ({by}, {on}).")
        lines.append(text.format(by=endorsement.by, on=endorsement.on))
    score = [(_("Self-score"), f"/tucham {number}")] if held.guideline.criteria_sets else []
    d.say("\n".join(lines), offers=menu(*score, (_("See its state"), f"/trangthai {number}")))


def _next_year(held: Cycle) -> str:
    return _("It can be registered and carried on as an initiative of {year}.").format(year=held.year + 1)


def _instead() -> tuple[Option, ...]:
    return menu((_("Register an initiative"), "/dangky"), (_("The rules in short"), "/huongdan"))
