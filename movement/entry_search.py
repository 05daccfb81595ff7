"""Searching entries by a few words: names, places, leads, units, areas; within what the person may see.

Every word must begin a word of the entry's own texts, of a name its unit has or had, or of its area. A year, a
state or an area that is named in full narrows what is found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, func, literal, or_, select, true

from locales import N_, _
from movement import access, codes, entries, guidelines, unit_ranking
from movement.matching import fold
from storage.tables import cycle, entry
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from movement.context import Context
    from movement.entries import Entry

PAGE: Final = 10
MOST_WORDS: Final = 8
MOST_LETTERS: Final = 100
_YEAR: Final = re.compile(r"(?:\bnam )?\b(20\d\d)\b", re.ASCII)
_STATES: Final[Mapping[str, str]] = {  # the words that mean a state, where they stand together
    "submitted": N_("waiting to be confirmed;just registered"),
    "returned": N_("returned;sent back"),
    "confirmed": N_("confirmed;being carried out"),
    "reported": N_("reported;results reported"),
    "self_scored": N_("self-scored;scored by the unit"),
    "endorsed": N_("endorsed;confirmed by the party committee"),
    "appraised": N_("appraised;already appraised"),
    "proposed": N_("proposed;proposed for recognition"),
    "recognised": N_("recognised;decided as recognised"),
    "not_recognised": N_("not recognised;declined"),
    "withdrawn": N_("withdrawn;taken back"),
    "lapsed": N_("not carried out;lapsed"),
}
# What a word is worth by where it stands; all of them one after the other in the name are worth the most.
_IN_NAME, _IN_TEXT, _IN_UNIT, _IN_AREA, _AS_TYPED = 8, 4, 2, 1, 20

_Areas = tuple[tuple[str, str], ...]  # of a guideline's id and an area's code


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, taken apart: words to look for, and what narrows the search. `area` is a label."""

    words: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    state: str = ""
    area: str = ""
    entry_id: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not (self.words or self.years or self.state or self.area or self.entry_id)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, the likeliest first, and how many there are in all."""

    asked: Asked
    entries: tuple[Entry, ...]
    many: int


def read(text: str) -> Asked:
    """Take apart what was typed, with or without accents."""
    number = codes.row_id(text) if text[:2].upper() == codes.ENTRY else None
    if number:
        return Asked(entry_id=number)
    left = f" {fold(text[:MOST_LETTERS])} "
    years = tuple(int(year) for year in _YEAR.findall(left))
    left = _YEAR.sub(" ", left)
    state, left = _named(left, _state_phrases())
    area, left = _named(left, dict(_area_labels()))
    return Asked(tuple(dict.fromkeys(left.split()))[:MOST_WORDS], years, state, area)


def find(ctx: Context, text: str, page: int = 1) -> Found:
    """One page of the entries that the person may see and that these words may mean, with two statements."""
    asked = read(text)
    if asked.is_empty:
        return Found(asked, (), 0)
    is_meant, worth = _meant(ctx, asked)
    query = (
        select(entry.c.id, func.count().over().label("many"))
        .join(unit, unit.c.id == entry.c.unit_id)
        .join(cycle, cycle.c.id == entry.c.cycle_id)
        .where(access.visible_entries(ctx), is_meant)
        .order_by(worth.desc(), cycle.c.year.desc(), entry.c.id.desc())
    )
    rows = ctx.session.rows(query.limit(PAGE).offset((page - 1) * PAGE))
    known = {each.id: each for each in entries.several(ctx, [row.id for row in rows])} if rows else {}
    return Found(asked, tuple(known[row.id] for row in rows), rows[0].many if rows else 0)


def _meant(ctx: Context, asked: Asked) -> tuple[ColumnElement[bool], ColumnElement[int]]:
    """The condition that keeps what may be meant, and how well each fits."""
    conditions: list[ColumnElement[bool]] = [true()]
    worth: ColumnElement[int] = literal(0)
    place = func.instr if ctx.session.connection.dialect.name == "sqlite" else func.strpos
    name = literal(" ") + entry.c.folded

    def holds(text: Any, *forms: str) -> ColumnElement[bool]:
        return or_(*(place(text, unit_ranking.beginning(form)) > 0 for form in forms))

    for word, forms in unit_ranking.spellings(asked.words).items():
        ways = [
            (holds(name, word), _IN_NAME),
            (holds(entry.c.search, word), _IN_TEXT),
            (holds(unit.c.folded, *forms), _IN_UNIT),
        ]
        if areas := _areas_with(word):
            ways.append((_in(areas), _IN_AREA))
        conditions.append(or_(*(way for way, _points in ways)))
        worth += case(*ways, else_=0)
    if len(asked.words) > 1:
        worth += case((place(name, " " + " ".join(asked.words)) > 0, _AS_TYPED), else_=0)
    if asked.years:
        conditions.append(cycle.c.year.in_(asked.years))
    if asked.state:
        conditions.append(entry.c.state == asked.state)
    if asked.area:
        conditions.append(_in(tuple(each for label, each in _areas() if label == asked.area)))
    if asked.entry_id:
        conditions.append(entry.c.id == asked.entry_id)
    return and_(*conditions), worth


def _in(areas: _Areas) -> ColumnElement[bool]:
    """Whether an entry is in one of these areas of these guidelines."""
    by_guideline: dict[str, list[str]] = {}
    for guideline_id, code in areas:
        by_guideline.setdefault(guideline_id, []).append(code)
    return or_(
        *(
            and_(entry.c.guideline_id == guideline_id, entry.c.area.in_(area_codes))
            for guideline_id, area_codes in by_guideline.items()
        )
    )


def _named(text: str, phrases: Mapping[str, str]) -> tuple[str, str]:
    """What the longest of these phrases that stands in the text means, and the text without it."""
    for phrase in sorted(phrases, key=len, reverse=True):
        if f" {phrase} " in text:
            return phrases[phrase], text.replace(f" {phrase} ", " ", 1)
    return "", text


def _state_phrases() -> dict[str, str]:
    return {fold(phrase): state for state, words in _STATES.items() for phrase in _(words).split(";")}


@cache
def _areas() -> tuple[tuple[str, tuple[str, str]], ...]:
    """Every area of every guideline: its label, and where it is found."""
    known = guidelines.every().values()
    return tuple((area.label, (each.id, area.code)) for each in known for area in each.areas.items)


@cache
def _area_labels() -> tuple[tuple[str, str], ...]:
    """What areas are called in full, and by their abbreviations; each means a label."""
    every = [area for each in guidelines.every().values() for area in each.areas.items]
    named = {fold(area.abbr): area.label for area in every if area.abbr}
    return tuple((named | {fold(area.label): area.label for area in every}).items())


@lru_cache(maxsize=1024)
def _areas_with(word: str) -> _Areas:
    """The areas in whose labels a word begins so."""
    return tuple(where for label, where in _areas() if f" {word}" in f" {fold(label)}")
