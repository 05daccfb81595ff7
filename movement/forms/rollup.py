"""What is in a roll-up (Phụ lục 1, Phụ lục 4): the initiatives of a subtree in one year, in the order of the form.

How they come to stand on a page is the business of `rollup_page`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from locales import _
from movement import access, cycles, guidelines, unit_history, units
from movement.access import Thing
from movement.errors import DomainError
from movement.tallies import CONDITIONS
from movement.vietnamese_text import sort_key
from storage.tables import cycle, entry
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from movement.context import Context
    from movement.guideline import Guideline
    from movement.guideline_forms import Form
    from movement.guideline_parts import Area
    from movement.tallies import Count
    from movement.units import Unit

# A registration list has what was announced, whatever came of it; a report what was reported, announced or not.
_LISTED: Final[Mapping[str, Count]] = {"register": "announced", "results": "reported"}
_SHOWN = (
    entry.c.id, entry.c.unit_id, entry.c.guideline_id, entry.c.area, entry.c.name, entry.c.place, entry.c.lead,
    entry.c.scale, entry.c.result, entry.c.subject_kind, entry.c.continues_id.is_(None).label("is_new"),
)  # fmt: skip
_Order = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One initiative of the list. `area` is its official label, `area_code` what it is counted under."""

    unit_id: int
    area_code: str
    area: str
    name: str
    place: str
    lead: str
    scale: str
    result: str
    is_collective: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class Rollup:
    """Everything on one list: items unit by unit, in the order of the form; names as of the form's year."""

    form: Form
    guideline: Guideline
    home: str
    year: int
    items: tuple[Item, ...]
    unit_names: Mapping[int, str]
    other_areas: Mapping[str, str]  # footers of areas that the guideline does not name, by code


def form_of(guideline: Guideline, purpose: str) -> Form:
    """The guideline's own form for this, else the default guideline's."""
    offered = (*guideline.forms, *guidelines.default().forms)
    return next(each for each in offered if each.purpose == purpose)


def guideline_of(ctx: Context, home: Unit, year: int) -> Guideline:
    """The guideline in force for the unit in that year, else the default one."""
    held = cycles.of_years(ctx, home, (year, year)).get(year)
    return held.guideline if held else guidelines.default()


def demand(ctx: Context, unit_id: int) -> Unit:
    """The unit whose subtree is asked for; raise DomainError where the person may not summarise it."""
    home = units.get(ctx, unit_id)
    access.demand(ctx, "summarise", Thing(home.path) if home else None)
    assert home is not None  # noqa: S101 - for the type checker: `demand` has refused
    return home


def counts(ctx: Context, home: Unit, year: int, purpose: str) -> tuple[int, int]:
    """How many initiatives the list would have, and how many are carried out in all."""
    both = (CONDITIONS[_LISTED[purpose]], CONDITIONS["carried_out"])
    row = ctx.session.first(_of_subtree(ctx, home, year, *(func.count().filter(each) for each in both)))
    return row[0], row[1]


def read(ctx: Context, unit_id: int, year: int, purpose: str) -> Rollup:
    """The list for a unit and all below it, with six statements at most for any tree.

    Raise DomainError where the person may not summarise it, or where nothing would stand on it.
    """
    home = demand(ctx, unit_id)
    guideline = guideline_of(ctx, home, year)
    form = form_of(guideline, purpose)
    rows = ctx.session.rows(_of_subtree(ctx, home, year, *_SHOWN).where(CONDITIONS[_LISTED[purpose]]))
    if not rows:
        raise DomainError(_("There is nothing to put on this form for {year} yet.").format(year=year))
    places = _places(ctx, home, year)
    areas = _Areas(guideline)
    by_origin = "origin" in form.sort_items_by

    def order(row: Any) -> _Order:
        return (places[row.unit_id].key, by_origin and not row.is_new, areas.rank(row), row.id)

    found = sorted(rows, key=order)
    items = tuple(_item(row, areas.label(row)) for row in found)
    names = {unit_id: place.name for unit_id, place in places.items()}
    others = {row.area: areas.footer(row) for row in found if row.area not in areas.official}
    return Rollup(form, guideline, names[home.id], year, items, names, others)


def _of_subtree(ctx: Context, home: Unit, year: int, *columns: Any) -> Any:
    """Entries of the subtree in this year that the person may see, but for withdrawn ones."""
    return (
        select(*columns)
        .select_from(entry)
        .join(cycle, cycle.c.id == entry.c.cycle_id)
        .join(unit, unit.c.id == entry.c.unit_id)
        .where(cycle.c.year == year, unit.c.path.startswith(home.path, autoescape=True))
        .where(entry.c.state != "withdrawn", access.visible_entries(ctx))
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A unit's name and where it stands among others: below the one above it, in the order of the alphabet."""

    name: str
    key: _Order


def _places(ctx: Context, home: Unit, year: int) -> dict[int, _Place]:
    """Every unit of the subtree, named as on the last day of the year, or today in a year not yet over."""
    query = select(unit.c.id, unit.c.path).where(unit.c.path.startswith(home.path, autoescape=True))
    rows = ctx.session.rows(query)
    day = min(dt.date(year, 12, 31), ctx.today)
    names = unit_history.names_on(ctx, [row.id for row in rows], day)
    above = len(units.ancestors(home.path))
    return {
        row.id: _Place(names[row.id], tuple(sort_key(names[at]) for at in units.ancestors(row.path)[above:]))
        for row in rows
    }


class _Areas:
    """The areas of the form's guideline, and those of others under which some entries were begun."""

    def __init__(self, guideline: Guideline) -> None:
        self.official = {each.code: (rank, each) for rank, each in enumerate(guideline.areas.items)}

    def rank(self, row: Any) -> tuple[int, str]:
        """The official order; what the guideline does not name comes last."""
        return (self.official[row.area][0], "") if row.area in self.official else (len(self.official), row.area)

    def label(self, row: Any) -> str:
        """What the area is called in the table."""
        known = self._area(row)
        return known.label if known else str(row.area)

    def footer(self, row: Any) -> str:
        """What it is called below the table."""
        known = self._area(row)
        return known.footer or known.label if known else str(row.area)

    def _area(self, row: Any) -> Area | None:
        return (
            self.official[row.area][1] if row.area in self.official else _begun_under(row.guideline_id, row.area)
        )


@cache
def _begun_under(guideline_id: str, code: str) -> Area | None:
    areas = guidelines.get(guideline_id).areas.items
    return next((each for each in areas if each.code == code), None)


def _item(row: Any, area: str) -> Item:
    return Item(
        row.unit_id, row.area, area, row.name, row.place, row.lead, row.scale, row.result,
        is_collective=row.subject_kind == "collective", is_new=bool(row.is_new),
    )  # fmt: skip
