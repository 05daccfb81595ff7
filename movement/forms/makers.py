"""Makers of forms and papers as files; each asks for the rights itself. They are in Vietnamese, whoever asks."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from locales import _, speaking
from movement import entries, exports, scores
from movement.exports import Made
from movement.forms import files, paper_of_entry, paper_of_unit, rollup, rollup_page, score_sheet
from movement.forms.catalogue import KNOWN

if TYPE_CHECKING:
    from movement.context import Context
    from movement.exports import ReadFile
    from movement.forms.paper import Paper
    from movement.scores import Kind

ROLLUP: Final = "rollup"  # {form: register | results, unit, year, file}
SHEET: Final = "sheet"  # {form, entry, file}
PAPER: Final = "paper"  # {form, file} and either {unit, year} or {entry}


@exports.maker(ROLLUP)
def make_rollup(ctx: Context, arguments: Any, _read: ReadFile) -> Made:
    """The list of a subtree; raise DomainError where the person may not summarise it, or there is nothing."""
    with speaking("vi"):
        found = rollup.read(ctx, arguments["unit"], arguments["year"], arguments["form"])
        page = rollup_page.page(found)
        return files.made(page, arguments["file"], found.form.number or found.form.id, found.home, found.year)


@exports.maker(SHEET)
def make_sheet(ctx: Context, arguments: Any, _read: ReadFile) -> Made:
    """The score sheet of an entry, the newest appraisal or else the self-score, or one to be filled in by hand."""
    with speaking("vi"):
        return sheet(ctx, arguments["entry"], arguments["file"])


@exports.maker(PAPER)
def make_paper(ctx: Context, arguments: Any, _read: ReadFile) -> Made:
    """The draft of a paper; raise DomainError where it is not for this person, or there is nothing to say."""
    with speaking("vi"):
        if "entry" in arguments:
            return entry_paper(ctx, arguments["entry"], arguments["form"], arguments["file"])
        made = paper_of_unit.of_unit(ctx, arguments["unit"], arguments["year"], arguments["form"])
        return _as_file(
            made, arguments["file"], title(arguments["form"]), *made.letterhead.left[-1:], arguments["year"]
        )


def sheet(ctx: Context, entry_id: int, file: str, kind: Kind | None = None) -> Made:
    """The score sheet of an entry; of one kind, or the newest appraisal before the self-score."""
    found = entries.demand(ctx, "see", entries.find(ctx, entry_id))
    sheets = scores.both(ctx, [found.id]).get(found.id, {})
    filled = sheets.get(kind) if kind else sheets.get("appraisal") or sheets.get("self")
    page = score_sheet.page(ctx, found, paper_of_entry.name_of(ctx, found), filled)
    return files.made(page, file, title("score"), found.number)


def entry_paper(ctx: Context, entry_id: int, form: paper_of_entry.Name, file: str) -> Made:
    """A paper of one entry."""
    found = entries.demand(ctx, "see", entries.find(ctx, entry_id))
    return _as_file(paper_of_entry.of_entry(ctx, entry_id, form), file, title(form), found.number)


def title(form: str) -> str:
    """What a form is called."""
    return _(KNOWN[form].title)


def _as_file(paper: Paper, file: str, *words: str | int) -> Made:
    layout = import_module(f"movement.forms.{file}_paper")
    return Made(f"{files.slug(*words)}.{file}", layout.MEDIA_TYPE, layout.write(paper))
