"""/minhchung: what was done, in words, photos and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from conversations.choices import Several
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.questions import Optionally, Text
from conversations.registry import dialogue
from locales import N_, _
from movement import course, evidence, scores, transitions
from movement.vietnamese_dates import show_time

if TYPE_CHECKING:
    from conversations.attachments import Group
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.entries import Entry


@dialogue(
    command="minhchung",
    title=N_("Send evidence"),
    words=N_("evidence;send evidence;progress;send photos"),
    listed=True,
    arguments=("entry",),
    gathers=True,
)
def report_progress(d: Dialogue, ctx: Context) -> None:
    """Gather words and files for one entry; files that came unasked are taken along."""
    d.expect(5)
    before = brought(d)
    text = with_received(_("Which initiative is it for?"), before)
    found = pick.entry(d, ctx, "prove", text, lambda each: transitions.against(each.state, "prove"))
    if found is None:
        text = _("There is no initiative to send evidence for yet. Register one first.")
        if before:
            text = _("There is no initiative yet, so the files were not kept. Register one, then send them again.")
        d.say(
            text,
            offers=menu((_("Register an initiative"), "/dangky")),
        )
        return
    with d.section(str(found.id)):  # what was said of one entry never counts for another
        _report(d, ctx, found, before)


def _report(d: Dialogue, ctx: Context, found: Entry, before: tuple[Group, ...]) -> None:
    """Ask what was done, for files and for criteria; keep it."""
    d.expect(4 if course.of(found).is_scored else 3)
    asked = _("What was done, and what came of it?")
    text = d.ask(
        "text",
        Text(with_received(with_warning(asked, before), before), suggestions=captions(before)),
        _("What was done"),
    )
    words, label = _asked(), _("Files")
    if before:
        words, label = _("Send more photos or files, or choose “Skip”."), _("More files")
    groups = d.ask("files", Optionally(Files(words, least=1)), label) or ()
    chosen = None
    if options := _criteria(found):
        several = Several(_("Which criteria does it speak for?"), options)
        chosen = d.ask("criteria", Optionally(several), _("Criteria"))
    d.review("check", with_received(_("Please check what will be sent:"), before))
    sent = d.once(
        "submit", evidence.submit, ctx, found.id, "progress", text, attached((*before, *groups)), chosen or ()
    )
    d.say(
        _("✅ Evidence received. Receipt: {receipt}, {at}.").format(
            receipt=sent["receipt"], at=show_time(ctx.now, ctx.zone)
        ),
        offers=_what_next(found),
    )


def _what_next(found: Entry) -> tuple[Option, ...]:
    score = [(_("Self-score"), f"/tucham {found.number}")] if course.of(found).is_scored else []
    state = (_("See its state"), f"/trangthai {found.number}")
    return menu((_("Send more"), f"/minhchung {found.number}"), *score, state)


def _asked() -> str:
    return "\n".join(
        (_("Send photos or files (JPG, PNG, HEIC, PDF, Word, Excel; at most 20 MB each)."), no_faces())
    )


def _criteria(found: Entry) -> list[Option]:
    items = scores.sheet_of(found).items
    return [Option(item.key, item.short, number=number) for number, item in enumerate(items, 1)]
