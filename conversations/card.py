"""One entry in words: what was registered, proven, scored and decided. Shared by everybody who judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.engine.screen import FileRef
from conversations.sheet import said
from conversations.verdicts import level_lines
from locales import _, ngettext
from movement import councils, evidence, people, recognition, rulings, scores, transitions, views
from movement.vietnamese_dates import show_date, show_day
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movement.context import Context
    from movement.entries import Entry
    from movement.evidence import Shown
    from movement.scores import Filled

MOST_PIECES = 5
MOST_FILES = 10
LONGEST_TEXT = 300


def lines(ctx: Context, found: Entry) -> list[str]:
    """The whole card; that it was seen is noted."""
    views.note(ctx, f"entry:{found.id}", found.unit_path, found.author_id)
    sheets = scores.both(ctx, [found.id]).get(found.id, {})
    parts = [*registered(ctx, found), *_endorsed(ctx, found), "", *_proven(evidence.of_entry(ctx, found.id)), ""]
    parts += _scored(found, sheets.get("self"))
    if "appraisal" in sheets:
        parts += ["", *_sheet(found, sheets["appraisal"], _("Appraisal"))]
        parts += _minuted(ctx, found)
    decided = level_lines(recognition.standings(ctx, found))
    return [*parts, "", *decided] if decided else parts


def headed(ctx: Context, found: Entry) -> list[str]:
    """The whole card under the name and number of the entry."""
    return [f"{found.name} ({found.number})", *lines(ctx, found)]


def files(ctx: Context, found: Entry) -> tuple[FileRef, ...]:
    """The newest files of its evidence."""
    shown = [file for piece in evidence.of_entry(ctx, found.id) for file in piece.files][-MOST_FILES:]
    return tuple(FileRef(file.sha256, file.name, file.media_type, file.size) for file in shown)


def registered(ctx: Context, found: Entry) -> list[str]:
    """What was registered and reported, in the guideline's words."""
    guideline = found.guideline
    terms = guideline.terms
    area = next((each.label for each in guideline.areas.items if each.code == found.area), found.area)
    subject = terms.collective if found.subject_kind == "collective" else terms.individual
    shown = [
        (_("Unit"), found.unit_name),
        (_("State"), transitions.label(found.state)),
        (terms.area.capitalize(), area),
        (terms.subject.capitalize(), subject),
        (terms.place.capitalize(), found.place),
        (terms.lead.capitalize(), found.lead),
        (terms.scale.capitalize(), found.scale),
    ]
    if found.starts_on:
        shown.append((_("Start"), show_date(found.starts_on)))
    late = _(" (late)") if found.is_late else ""
    came = _("Unplanned, reported") if found.origin == "unplanned" else _("Registered")
    shown.append((came, show_day(found.submitted_at.astimezone(ctx.zone).date()) + late))
    if found.entered_by_id:
        shown.append((_("Written down by"), _writer(ctx, found)))
    if found.result:
        shown.append((_("Results"), _shortened(found.result)))
    return [f"{label}: {value}" for label, value in shown]


def _writer(ctx: Context, found: Entry) -> str:
    """Who wrote it down for its author, and whether the author has confirmed it since."""
    name = people.name_of(ctx, found.entered_by_id or 0)
    if found.author_confirmed_at is None:
        return _("{name}, for the author, who has yet to confirm it").format(name=name)
    day = show_day(found.author_confirmed_at.astimezone(ctx.zone).date())
    return _("{name}, for the author, who confirmed it on {day}").format(name=name, day=day)


def _minuted(ctx: Context, found: Entry) -> list[str]:
    """How councils voted on it."""
    text = _("Council of {day}: {agreed} of {valid} valid ballots agree.")
    return [
        text.format(day=show_day(each.sitting.held_on), agreed=each.vote.agreed, valid=each.vote.valid)
        for each in councils.of_entry(ctx, found.id)
    ]


def _endorsed(ctx: Context, found: Entry) -> list[str]:
    if found.guideline.principles.endorsement is None:
        return []
    last = rulings.last(rulings.of_entry(ctx, found.id), "endorse", "refuse")
    if last is None or last.act == "refuse" or last.day is None:
        return [_("Party committee: not confirmed yet")]
    return [_("Party committee: confirmed, {paper}").format(paper=rulings.paper_text(last.number, last.day))]


def _proven(pieces: Sequence[Shown]) -> list[str]:
    if not pieces:
        return [_("No evidence yet.")]
    many = len(pieces)
    shown = [ngettext("{many} piece of evidence:", "{many} pieces of evidence:", many).format(many=many)]
    for piece in pieces[-MOST_PIECES:]:
        attached = len(piece.files)
        with_files = ""
        if attached:
            with_files = ngettext(" ({files} file)", " ({files} files)", attached).format(files=attached)
        shown.append(f"• {show_day(piece.created_at.date())}: {_shortened(piece.text)}{with_files}")
    if many > MOST_PIECES:
        shown.append(_("(the last {shown} of {many})").format(shown=MOST_PIECES, many=many))
    return shown


def _scored(found: Entry, filled: Filled | None) -> list[str]:
    if filled is not None:
        return _sheet(found, filled, _("Self-score"))
    if not scores.sheet_of(found).items:
        return [_("The guideline has no criteria yet; its issuer will send them.")]
    return [_("Not self-scored yet.")]


def _sheet(found: Entry, filled: Filled, title: str) -> list[str]:
    """The total where points are counted, the verdict, and what was answered to each criterion."""
    sheet = scores.sheet_of(found, filled.answers.own)
    verdict = _("passes") if filled.passes else _("does not pass")
    head = f"{title}: {verdict}."
    if sheet.total:
        head = _("{sheet}: {total}/{most} points, {verdict}.").format(
            sheet=title, total=show_number(filled.total), most=show_number(sheet.total), verdict=verdict
        )
    answered = ((item, said(filled.answers, item)) for item in sheet.items)
    return [head, *(f"{item.key}. {item.short}: {_shortened(text)}" for item, text in answered if text)]


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TEXT else line[: LONGEST_TEXT - 1].rstrip() + "…"
