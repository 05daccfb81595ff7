"""/napdonvi and /xuatdonvi: the list of units as a file, to and from the chat."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations.attachments import Files
from conversations.choices import YesNo
from conversations.menu import menu
from conversations.officer import unit_menu
from conversations.registry import dialogue
from conversations.waiting import Ready
from locales import N_, _
from movement import exports, unit_files, unit_plan_page, units

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from conversations.engine.screen import FileRef, Json, Option
    from movement.context import Context


@dialogue(command="xuatdonvi", title=N_("The list of units as a file"), words=N_("export units;list of units"))
def give(d: Dialogue, ctx: Context) -> None:
    """Ask for the list of the units that the person administers."""
    unit_menu.top(ctx)
    d.once("ask", exports.ask, ctx, unit_files.LIST, {})
    text = _("✅ The list is being made and comes in a moment. Changed, it can be sent back: /napdonvi")
    d.say(text, offers=_offers())


@dialogue(command="napdonvi", title=N_("Units from a file"), words=N_("import units;units from a file"))
def take(d: Dialogue, ctx: Context) -> None:
    """Take a list of units: what it would do is shown before it is done, all of it or nothing."""
    unit_menu.top(ctx)
    file = _file(d)
    number = d.once("preview", exports.ask, ctx, unit_files.PREVIEW, {"sha256": file.sha256, "name": file.name})
    text = _("I am reading “{name}”. A report of what it would change comes in a moment; then choose “Go on”.")
    d.ask("ready", Ready(text.format(name=file.name), partial(_is_read, ctx, number)))
    found = exports.result(ctx, number)
    if against := _against(found):
        d.say(against, offers=_offers())
        return
    home = units.get(ctx, unit_files.home(ctx))
    below = _("Units that name none above go below {unit}.").format(unit=home.name if home else "–")
    counted = unit_plan_page.counts(found["counts"])
    text = "\n".join(
        [_("This list would change:"), *counted, "", *_said(found), below, "", _("Is it carried out?")]
    )
    if d.ask("check", YesNo(text, _("Carry it out"), _("Leave everything as it is"))) == "no":
        d.say(_("Nothing was changed."), offers=_offers())
        return
    done = d.once("carry out", unit_files.carry_out, ctx, number)
    d.say("\n".join([_("✅ Done:"), *unit_plan_page.counts(done)]), offers=_offers())


def _file(d: Dialogue) -> FileRef:
    """The file that was sent."""
    text = _("Please send the list as Excel (.xlsx) or text (.csv). For an empty or the present one: /xuatdonvi")
    return d.ask("file", Files(text, least=1, takes_one=True, takes_lists=True))[0].files[0]


def _is_read(ctx: Context, number: int) -> bool:
    return exports.state(ctx, number) in {"done", "failed"}


def _against(found: Json) -> str:
    """Why the list cannot be carried out; nothing where it can."""
    if found is None:
        return _("The list could not be read; the reason was sent to you. Mended, please send it again: /napdonvi")
    if found["mistakes"]:
        mend = _("Nothing was changed. Please mend these lines and send the list again: /napdonvi")
        return "\n".join([unit_plan_page.wrong(found["mistakes"]), *_said(found), "", mend])
    if found["is_idle"]:
        return unit_plan_page.nothing()
    return ""


def _said(found: Json) -> list[str]:
    """The first lines of the report."""
    more = [_("… and {more} more, in the report.").format(more=found["more"])] if found["more"] else []
    return [*found["said"], *more]


def _offers() -> tuple[Option, ...]:
    return menu((_("Units"), "/donvi"), (_("Home"), "/start"))
