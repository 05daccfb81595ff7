"""/baocao: the results of the year, before the guideline's last day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conversations import pick
from conversations.attachments import (
    Files,
    attached,
    brought,
    captions,
    no_faces,
    with_received,
    with_warning,
)
from conversations.menu import menu
from conversations.questions import Optionally, Text
from conversations.registry import dialogue
from conversations.time_left import until
from locales import N_, _
from movement import course, cycles, entries, evidence, scores, transitions
from movement.vietnamese_dates import show_date, show_time

if TYPE_CHECKING:
    from conversations.attachments import Group
    from conversations.engine.dialogue import Dialogue
    from conversations.engine.screen import Option
    from movement.context import Context
    from movement.entries import Entry
    from movement.evidence import Attached

LONGEST_RESULT = 2000


@dialogue(
    command="baocao",
    title=N_("Report results"),
    words=N_("report;report results;results"),
    listed=True,
    arguments=("entry",),
    gathers=True,
)
def report_results(d: Dialogue, ctx: Context) -> None:
    """Report what an entry has come to this year."""
    d.expect(4)
    before = brought(d)
    text = with_received(_("Which initiative do you report on?"), before)
    found = pick.entry(d, ctx, "report", text, lambda each: transitions.against(each.state, "report"))
    if found is None:
        d.say(
            _("There is no initiative to report on yet. Register one first."),
            offers=menu((_("Register an initiative"), "/dangky")),
        )
        return
    with d.section(str(found.id)):  # what was said of one entry never counts for another
        _report(d, ctx, found, before)


def _report(d: Dialogue, ctx: Context, found: Entry, before: tuple[Group, ...]) -> None:
    """Ask for the results and files; keep them."""
    d.expect(3)
    d.say(_time_left(ctx, found))
    suggestions = ((found.result,) if found.result else ()) + captions(before)
    text = with_received(with_warning(_question(found), before), before)
    result = d.ask("result", Text(text, LONGEST_RESULT, suggestions=suggestions), _("Results"))
    asked, label = "\n".join((_("Send photos or files that show it."), no_faces())), _("Files")
    if before:
        asked, label = _("Send more photos or files, or choose “Skip”."), _("More files")
    groups = d.ask("files", Optionally(Files(asked, least=1)), label) or ()
    d.review("check", with_received(_("Please check what will be sent:"), before))
    sent = d.once("submit", _submit, ctx, found.id, result, attached((*before, *groups)))
    d.say(
        _("✅ Results received. Receipt: {receipt}, {at}.").format(
            receipt=sent["receipt"], at=show_time(ctx.now, ctx.zone)
        ),
        offers=_what_next(found),
    )


def _question(found: Entry) -> str:
    """What a report tells; where criteria are ticked rather than scored it goes through them."""
    lines = [_("What are the results? People who took part, what changed, figures.")]
    sheet = scores.sheet_of(found)
    if sheet.items and not sheet.total:
        lines.append(_("Please go through the criteria:"))
        lines += [f"{item.key}. {item.short}" for item in sheet.items]
    endorsement = found.guideline.principles.endorsement
    if endorsement is not None:
        text = _("After that the party committee confirms it ({by}, {on}).")
        lines.append(text.format(by=endorsement.by, on=endorsement.on))
    return "\n".join(lines)


def _what_next(found: Entry) -> tuple[Option, ...]:
    """The self-score, where there are criteria for it."""
    state = (_("See its state"), f"/trangthai {found.number}")
    if not course.of(found).is_scored:
        return menu((_("Send evidence"), f"/minhchung {found.number}"), state)
    return menu((_("Self-score"), f"/tucham {found.number}"), state)


def _time_left(ctx: Context, found: Entry) -> str:
    last = cycles.last_day(cycles.of_entry(ctx, found), "report")
    if last is None:
        return ""
    late = _("The last day was {day}: your report is still taken.").format(day=show_date(last))
    return until(last, ctx.today) or late


def _submit(ctx: Context, entry_id: int, result: str, files: list[Attached]) -> dict[str, Any]:
    entries.report(ctx, entry_id, result)
    return evidence.submit(ctx, entry_id, "result", result, files)
