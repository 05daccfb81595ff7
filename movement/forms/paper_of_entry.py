"""What the papers of one entry are filled from: the achievement report and its short form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from locales import _
from movement import entries, evidence, recognition, scores, unit_history, units
from movement.forms import letterhead, paper
from movement.forms.paper import Facts
from movement.forms.paper_of_unit import area, subject
from movement.vietnamese_dates import document_date, show_day
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from movement.context import Context
    from movement.entries import Entry
    from movement.evidence import Shown
    from movement.forms.paper import Paper

Name = Literal["report", "brief"]
LONGEST = 160  # characters of a piece of evidence in a list


def of_entry(ctx: Context, entry_id: int, name: Name) -> Paper:
    """The draft of this name for an entry; raise DomainError where the person may not see it."""
    found = entries.demand(ctx, "see", entries.find(ctx, entry_id))
    told = f"report_{found.subject_kind}" if name == "report" else name
    home = units.get(ctx, found.unit_id)
    above = units.get(ctx, home.parent_id) if home and home.parent_id else None
    unit_name = name_of(ctx, found)
    guideline, words = found.guideline, paper.template(told)
    head = letterhead.of(guideline, (above.name if above else "", unit_name), words["symbol"], ctx.today)
    pieces = evidence.of_entry(ctx, found.id)
    facts = Facts(_words(ctx, found, unit_name, pieces), lists={"evidence": [_piece(each) for each in pieces]})
    signed = letterhead.signed(guideline, found.unit_kind, endorsed=bool(words.get("endorsed")))
    return paper.fill(told, facts, head, signed)


def name_of(ctx: Context, found: Entry) -> str:
    """The name of the entry's unit as of the last day of its year, or today."""
    day = min(ctx.today.replace(year=found.year, month=12, day=31), ctx.today)
    return unit_history.names_on(ctx, [found.unit_id], day)[found.unit_id]


def _words(ctx: Context, found: Entry, unit_name: str, pieces: list[Shown]) -> dict[str, str]:
    terms = found.guideline.terms
    return {
        "name": found.name,
        "number": found.number,
        "year": str(found.year),
        "unit": unit_name,
        "lead": found.lead,
        "area": area(found),
        "place": found.place,
        "scale": found.scale,
        "area_term": terms.area.capitalize(),
        "place_term": terms.place,
        "scale_term": terms.scale,
        "subject_term": subject(found),
        "starts": document_date(found.starts_on) if found.starts_on else "",
        "result": found.result,
        "pieces": _("{many} pieces").format(many=f"{len(pieces):02}"),
        "scored": _scored(ctx, found),
        "awards": _awards(ctx, found),
    }


def _piece(each: Shown) -> str:
    """A piece of evidence in a line."""
    text = " ".join(each.text.split())
    text = text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
    files = " " + _("({many} files)").format(many=f"{len(each.files):02}") if each.files else ""
    return f"{show_day(each.created_at.date())}: {text}{files}"


def _scored(ctx: Context, found: Entry) -> str:
    """The newest appraisal, else the self-score; nothing where there is neither."""
    sheets = scores.both(ctx, [found.id]).get(found.id, {})
    filled = sheets.get("appraisal") or sheets.get("self")
    if filled is None:
        return ""
    verdict = _("passes") if filled.passes else _("does not pass")
    by = _("appraised") if filled.kind == "appraisal" else _("self-scored")
    sheet = scores.sheet_of(found, filled.answers.own)
    if not sheet.total:
        return f"{verdict} ({by})."
    return _("{points}/{most} points, {verdict} ({by}).").format(
        points=show_number(filled.total), most=show_number(sheet.total), verdict=verdict, by=by
    )


def _awards(ctx: Context, found: Entry) -> str:
    """The levels that recognised it, with the number and day of the decision."""
    lines = [
        _("{level}: decision {number} of {day}.").format(
            level=each.rule.label, number=each.decision.number, day=document_date(each.decision.day)
        )
        for each in recognition.standings(ctx, found)
        if each.decision and each.decision.outcome == "recognised"
    ]
    return " ".join(lines)
