"""What the papers of a unit are filled from: the request, the minutes of the appraisal, the decision.

Entries are those of the subtree that have been appraised, or have come as far as they can where nothing is scored.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import select

from locales import _
from movement import councils, course, entries, scores, unit_history, units
from movement.errors import DomainError
from movement.forms import letterhead, paper, rollup
from movement.forms.paper import DOTS, Facts, Table
from movement.forms.rollup_page import count
from movement.vietnamese_dates import document_date
from movement.vietnamese_numbers import show_number
from movement.vietnamese_text import sort_key
from storage.tables import cycle, entry
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from movement.context import Context
    from movement.councils import Sitting, Vote
    from movement.entries import Entry
    from movement.forms.page import Align
    from movement.forms.paper import Paper
    from movement.guideline import Guideline
    from movement.scores import Filled, Kind
    from movement.units import Unit

Name = Literal["request", "minutes", "decision"]
_DECIDED: Final = ("proposed", "recognised", "not_recognised")
_STATES: Final = ("reported", "endorsed", "appraised", *_DECIDED)


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry and how it was scored; `passes` where the appraisal says so, or nothing is scored."""

    entry: Entry
    unit_name: str
    sheets: Mapping[Kind, Filled]
    passes: bool


def of_unit(ctx: Context, unit_id: int, year: int, name: Name) -> Paper:
    """The draft of this name for a unit, with nine statements at most.

    Raise DomainError where the person may not summarise the unit, or nothing has been appraised yet.
    """
    home = rollup.demand(ctx, unit_id)
    guideline = rollup.guideline_of(ctx, home, year)
    found = _judged(ctx, home, year)
    if name != "minutes":
        found = [each for each in found if each.passes and each.entry.state != "not_recognised"]
    if not found:
        raise DomainError(_("No initiative of {year} has been appraised and passes yet.").format(year=year))
    above = units.get(ctx, home.parent_id) if home.parent_id else None
    names = (above.name if above else "", home.name)
    head = letterhead.of(guideline, names, paper.template(name)["symbol"], ctx.today)
    sitting, votes = councils.of_unit(ctx, home.id, year) if name == "minutes" else (None, {})
    facts = _facts(ctx, guideline, names, year, found)
    facts = replace(
        facts,
        words={**facts.words, **_council_words(sitting, ctx.today.year)},
        tables={**facts.tables, "judged": _judged_table(found, votes)},
    )
    return paper.fill(name, facts, head, letterhead.signed(guideline, home.kind))


def has_any(ctx: Context, home: Unit, year: int) -> bool:
    """Whether anything of the year can be judged already; a look before somebody asks for a paper."""
    scored = course.under(rollup.guideline_of(ctx, home, year), "collective").is_scored
    states = ("appraised", *_DECIDED) if scored else _STATES
    return bool(ctx.session.first(_ids(home, year).where(entry.c.state.in_(states)).limit(1)))


def _ids(home: Unit, year: int) -> Any:
    """The entries of the subtree in that year, by their ids."""
    return (
        select(entry.c.id)
        .join(cycle, cycle.c.id == entry.c.cycle_id)
        .join(unit, unit.c.id == entry.c.unit_id)
        .where(cycle.c.year == year, unit.c.path.startswith(home.path, autoescape=True))
    )


def _judged(ctx: Context, home: Unit, year: int) -> list[Judged]:
    """The entries that can be judged, unit by unit, in the order they came."""
    ids = _ids(home, year).where(entry.c.state.in_(_STATES))
    found = [each for each in entries.among(ctx, ids) if each.state in {course.of(each).last, *_DECIDED}]
    sheets = scores.both(ctx, [each.id for each in found])
    day = min(dt.date(year, 12, 31), ctx.today)
    names = unit_history.names_on(ctx, sorted({each.unit_id for each in found}), day)
    judged = [
        Judged(each, names[each.unit_id], sheets.get(each.id, {}), _passes(each, sheets.get(each.id, {})))
        for each in found
    ]
    return sorted(judged, key=lambda each: (sort_key(each.unit_name), each.entry.id))


def _passes(found: Entry, sheets: Mapping[Kind, Filled]) -> bool:
    return not course.of(found).is_scored or ("appraisal" in sheets and sheets["appraisal"].passes)


def _facts(
    ctx: Context, guideline: Guideline, names: tuple[str, str], year: int, found: Sequence[Judged]
) -> Facts:
    collective = sum(each.entry.subject_kind == "collective" for each in found)
    passing = sum(each.passes for each in found)
    above, name = names
    return Facts(
        words={
            "unit": name,
            "UNIT": name.upper(),
            "above": above,
            "year": str(year),
            "year_or_blank": str(ctx.today.year),
            "guideline": cited(guideline),
            "values": ", ".join(guideline.principles.review_values),
            "count": count(len(found)),
            "collective": count(collective),
            "individual": count(len(found) - collective),
            "passing": count(passing),
            "failing": count(len(found) - passing),
        },
        tables={
            "candidates": _table(found, with_points=True),
            "recognised": _table(found, with_points=False),
        },
        lists={"dossier": _dossier(guideline)},
    )


def _council_words(sitting: Sitting | None, year: int) -> dict[str, str]:
    """What the minutes of the council say; dots where nobody has kept any."""
    if sitting is None:
        dots = dict.fromkeys(("council_place", "chair", "secretary", "opinions", "conclusion"), 3 * DOTS)
        held_on = _("day …… month …… year {year}").format(year=year)
        return {**dots, "present": "……", "absent": "……", "held_on": held_on}
    return {
        "held_on": document_date(sitting.held_on),
        "council_place": sitting.place,
        "chair": sitting.chair,
        "secretary": sitting.secretary,
        "present": count(sitting.present),
        "absent": count(sitting.absent),
        "opinions": sitting.opinions or 3 * DOTS,
        "conclusion": sitting.conclusion or 3 * DOTS,
    }


def cited(guideline: Guideline) -> str:
    """How a paper names the guideline; the default one is nobody's paper and is left to be written in."""
    if guideline.default:
        return ""
    doc = guideline.doc
    number = " " + _("No. {number}").format(number=doc.number) if doc.number else ""
    day = ", " + document_date(doc.date) if doc.date else ""
    return f"{guideline.title}{number}{day}"


def _table(found: Sequence[Judged], *, with_points: bool) -> Table:
    """The initiatives asked for, or recognised."""
    heads = [_("No."), _("Name of the initiative"), _("Unit"), _("Led by"), _("Area"), _("Subject")]
    widths = [1.2, 5, 4, 3.4, 2.6, 1.7]
    rows = [
        [str(number), each.entry.name, each.unit_name, each.entry.lead, area(each.entry), subject(each.entry)]
        for number, each in enumerate(found, 1)
    ]
    aligns: list[Align] = ["center", "left", "left", "left", "left", "center"]
    if with_points and any(each.sheets for each in found):
        heads, widths, aligns = [*heads, _("Points")], [*widths, 1.5], [*aligns, "center"]
        rows = [[*row, _points(each, "appraisal")] for row, each in zip(rows, found, strict=True)]
    return Table(tuple(heads), tuple(tuple(row) for row in rows), tuple(widths), tuple(aligns))


def _judged_table(found: Sequence[Judged], votes: Mapping[int, Vote]) -> Table:
    """Each initiative with both scores, the verdict, and the votes, or room for them."""
    heads = (
        _("No."),
        _("Name of the initiative"),
        _("Unit"),
        _("Self-scored"),
        _("Appraised"),
        _("Verdict"),
        _("Votes for"),
    )
    rows = tuple(
        (
            str(number), each.entry.name, each.unit_name, _points(each, "self"), _points(each, "appraisal"),
            _("passes").capitalize() if each.passes else _("does not pass").capitalize(),
            _vote(votes.get(each.entry.id)),
        )
        for number, each in enumerate(found, 1)
    )  # fmt: skip
    aligns: tuple[Align, ...] = ("center", "left", "left", "center", "center", "center", "center")
    return Table(heads, rows, (1.2, 5.4, 4.4, 1.7, 1.8, 1.7, 1.9), aligns)


def _vote(vote: Vote | None) -> str:
    return f"{vote.agreed}/{vote.valid}" if vote else "…/…"


def _points(each: Judged, kind: Kind) -> str:
    """The total; nothing where nothing is scored or counted."""
    filled = each.sheets.get(kind)
    return show_number(filled.total) if filled and each.entry.guideline.scoring else ""


def area(found: Entry) -> str:
    """What the guideline calls the entry's area."""
    return next((each.label for each in found.guideline.areas.items if each.code == found.area), found.area)


def subject(found: Entry) -> str:
    """Whose initiative it is."""
    terms = found.guideline.terms
    return (terms.collective if found.subject_kind == "collective" else terms.individual).capitalize()


def _dossier(guideline: Guideline) -> list[str]:
    """The papers that go with a request, with their copies."""
    return [
        each.label + (" " + _("({copies} copies)").format(copies=count(each.copies)) if each.copies else "")
        for dossier in guideline.dossiers
        for each in dossier.items
    ]
