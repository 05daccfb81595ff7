"""/mohinh: one entry in full, with its evidence and its score, for whoever may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.engine.screen import FileRef, Screen
from conversations.menu import menu
from conversations.registry import command
from locales import N_, _, ngettext
from movement import codes, criteria, entries, evidence, scores, transitions
from movement.vietnamese_dates import show_date, show_day
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from movement.context import Context
    from movement.entries import Entry
    from movement.evidence import Shown
    from movement.scores import Filled

MOST_PIECES = 5
MOST_FILES = 10
LONGEST_TEXT = 300


@command(command="mohinh", title=N_("One initiative in full"))
def show(ctx: Context, arguments: str) -> Screen:
    """What was registered, what was proven, what was scored."""
    found = entries.demand(ctx, "see", entries.find(ctx, codes.row_id(arguments) or 0))
    pieces = evidence.of_entry(ctx, found.id)
    filled = scores.newest(ctx, [found.id]).get(found.id)
    parts = [*_registered(ctx, found), "", *_proven(pieces), "", *_scored(found, filled)]
    files = [file for piece in pieces for file in piece.files][-MOST_FILES:]
    return Screen(
        "\n".join(parts),
        title=f"{found.name} ({found.number})",
        options=menu((_("The unit"), f"/tonghop {found.unit_id} {found.year}"), (_("Home"), "/start")),
        files=tuple(FileRef(file.sha256, file.name, file.media_type, file.size) for file in files),
    )


def _registered(ctx: Context, found: Entry) -> list[str]:
    guideline = found.guideline
    terms = guideline.terms
    area = next((each.label for each in guideline.areas.items if each.code == found.area), found.area)
    subject = terms.collective if found.subject_kind == "collective" else terms.individual
    lines = [
        (_("Unit"), found.unit_name),
        (_("State"), transitions.label(found.state)),
        (terms.area.capitalize(), area),
        (terms.subject.capitalize(), subject),
        (terms.place.capitalize(), found.place),
        (terms.lead.capitalize(), found.lead),
        (terms.scale.capitalize(), found.scale),
    ]
    if found.starts_on:
        lines.append((_("Start"), show_date(found.starts_on)))
    late = _(" (late)") if found.is_late else ""
    lines.append((_("Registered"), show_day(found.submitted_at.astimezone(ctx.zone).date()) + late))
    if found.result:
        lines.append((_("Results"), _shortened(found.result)))
    return [f"{label}: {value}" for label, value in lines]


def _proven(pieces: list[Shown]) -> list[str]:
    if not pieces:
        return [_("No evidence yet.")]
    many = len(pieces)
    lines = [ngettext("{many} piece of evidence:", "{many} pieces of evidence:", many).format(many=many)]
    for piece in pieces[-MOST_PIECES:]:
        files = len(piece.files)
        with_files = ngettext(" ({files} file)", " ({files} files)", files).format(files=files) if files else ""
        lines.append(f"• {show_day(piece.created_at.date())}: {_shortened(piece.text)}{with_files}")
    if many > MOST_PIECES:
        lines.append(_("(the last {shown} of {many})").format(shown=MOST_PIECES, many=many))
    return lines


def _scored(found: Entry, filled: Filled | None) -> list[str]:
    if filled is None:
        return [_("Not self-scored yet.")]
    sheet = criteria.sheet(found.guideline, found.subject_kind)
    verdict = _("passes") if filled.passes else _("does not pass")
    head = _("Self-score: {total}/{most} points, {verdict}.").format(
        total=show_number(filled.total), most=show_number(sheet.total), verdict=verdict
    )
    lines = [head]
    for item in sheet.counted:
        if item.key not in filled.points:
            continue
        note = filled.notes.get(item.key, "")
        points = f"{show_number(filled.points[item.key])}/{show_number(item.max or 0)}"
        lines.append(f"{item.key}. {item.short}: {points}" + (f" – {note}" if note else ""))
    return lines


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TEXT else line[: LONGEST_TEXT - 1].rstrip() + "…"
