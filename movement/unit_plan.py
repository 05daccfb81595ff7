"""Making the plan of a list of units: what it would change, or every line that is wrong, and why.

A plan is made by reading alone. Carrying it out is `unit_import`'s business, wording it `unit_plan_page`'s.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from locales import _
from movement import access, unit_plan_checks, unit_steps, units
from movement.errors import DomainError
from movement.lost_letters import looks_broken
from movement.unit_kind_words import kind_by_name, kind_of
from movement.unit_matching import Key, Known, Matcher
from movement.unit_rows import LONGEST_NAME, LONGEST_SHORT_NAME
from movement.unit_steps import Mistake, Plan, Step
from movement.vietnamese_dates import show_day
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from movement.context import Context
    from movement.unit_sheets import Line

LONGEST: Final = {"name": LONGEST_NAME, "short_name": LONGEST_SHORT_NAME, "aliases": 400, "code": 40}
_EARLIEST: Final = dt.date(1900, 1, 1)
_COLUMNS = [unit.c[name] for name in Known.__slots__]
_DAY = re.compile(r"(?:(?:(\d{1,2})[/.\-])?(\d{1,2})[/.\-])?(\d{4})")


def make(ctx: Context, lines: Sequence[Line], day: dt.date, under: int | None = None) -> Plan:
    """The plan for a list; new units that name none above go under `under`, or to the top."""
    reach = access.paths(ctx, "organise")
    if not reach:
        raise access.not_yours(ctx, "organise")
    known, taken = read(ctx, reach)
    matcher = Matcher(known, lines, taken)
    default = ("unit", under) if under is not None else None
    steps, mistakes = [], []
    for line in lines:
        try:
            steps.append(_step(ctx, matcher, line, default))
        except DomainError as wrong:
            mistakes.append(Mistake(line.number, str(wrong)))
    mistakes += unit_plan_checks.together(ctx, steps, known, reach, day)
    first = {mistake.number: mistake for mistake in reversed(mistakes)}
    return Plan(day, tuple(steps), tuple(first[number] for number in sorted(first)))


def read(ctx: Context, reach: Sequence[str]) -> tuple[list[Known], frozenset[str]]:
    """The units in reach and those above them, and the codes of all others."""
    above = {each for path in reach if path != "/" for each in units.ancestors(path)}
    every = [Known(*row) for row in ctx.session.rows(select(*_COLUMNS).order_by(unit.c.id))]
    near = [each for each in every if each.id in above or each.path.startswith(tuple(reach))]
    ids = {each.id for each in near}
    return near, frozenset(each.code for each in every if each.code and each.id not in ids)


def _step(ctx: Context, matcher: Matcher, line: Line, default: Key | None) -> Step:
    """What the line says; raise DomainError with all that is wrong in it."""
    cells = line.cells
    if reasons := [*_unreadable(cells), *_undated(cells.get("founded", ""), ctx.today)]:
        raise DomainError(" ".join(reasons))
    before, parent = matcher.unit_of(line), matcher.above(line)
    if parent is None:
        parent = default if before is None else unit_steps.own_parent(before)
    named = kind_of(cells["kind"]) if cells.get("kind") else ""
    kind = named or (before.kind if before else kind_by_name(cells["name"]))
    if cells.get("kind") and not named:
        raise DomainError(_("There is no kind of unit called “{kind}”.").format(kind=cells["kind"][:60]))
    if not kind:
        raise DomainError(_("The kind of the unit is missing, and its name does not tell it."))
    return Step(
        number=line.number,
        key=before.key if before else ("line", line.number),
        before=before,
        code=cells.get("code") or (before.code if before else None),
        name=cells["name"],
        short_name=cells.get("short_name") or (before.short_name if before else ""),
        kind=kind,
        aliases=cells.get("aliases") or (before.aliases if before else ""),
        founded=day_in(cells.get("founded", "")) or (before.valid_from if before else None),
        parent=parent,
    )


def _unreadable(cells: Mapping[str, str]) -> Iterable[str]:
    if not cells["name"]:
        yield _("The name of the unit is missing.")
    for column, most in LONGEST.items():
        if len(cells.get(column, "")) > most:
            yield _("“{text}…” is longer than {most} characters.").format(text=cells[column][:30], most=most)
    if broken := next((text for text in cells.values() if looks_broken(text)), ""):
        text = _("The letters of “{text}” are broken, as by an old font (TCVN3, VNI): please write it in Unicode.")
        yield text.format(text=broken[:40])


def _undated(text: str, today: dt.date) -> Iterable[str]:
    if not text:
        return
    day = day_in(text)
    if day is None:
        yield _("“{text}” is no day; write it as 28/07/1999.").format(text=text[:30])
    elif not _EARLIEST <= day <= today:
        yield _("A unit cannot have been founded on {day}.").format(day=show_day(day))


def day_in(text: str) -> dt.date | None:
    """The day a list gives: 28/7/1999, an ISO date, a month or a year, which mean their first day; or None."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        match = _DAY.fullmatch(text.strip())
    if match is None:
        return None
    day, month, year = match.groups()
    try:
        return dt.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
