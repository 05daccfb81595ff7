"""Which of the guidelines assigned to one unit for one year is in force on a day. Pure.

Whose assignment counts for a unit, its own or one above, is `cycles`' business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from movement import deadlines

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from movement.guideline import Guideline


def choose(
    assigned: Mapping[int, str], year: int, today: dt.date, known: Mapping[str, Guideline]
) -> tuple[int, Guideline] | None:
    """The cycle and guideline that hold on the day, of guidelines assigned by cycle; None where none of them does.

    What replaces an assigned guideline is taken for assigned with it. Of several in force those that another one
    replaces fall away; then the newest is taken, and of equally new ones the one assigned last. For a year that
    has not begun the day is its first, for one that is over its last.
    """
    offered = {heir: cycle for cycle in sorted(assigned) for heir in heirs(assigned[cycle], known)}
    offered |= {assigned[cycle]: cycle for cycle in sorted(assigned)}  # assigned by name beats taken with another
    holding = {each for each in offered if each in known and is_in_force(known[each], year, today)}
    left = {each for each in holding if not (heirs(each, known) - {each}) & holding} or holding
    if not left:
        return None
    newest = max(left, key=lambda each: (known[each].valid.from_, offered[each], each))
    return offered[newest], known[newest]


def is_in_force(guideline: Guideline, year: int, today: dt.date) -> bool:
    """Whether it holds in that year as seen on the day.

    What has begun to hold in a year holds to its end; a newer one may still replace it.
    """
    first, last = deadlines.span(guideline, year)
    day = min(max(today, first), last)
    return guideline.valid.from_ <= day and (guideline.valid.to is None or first <= guideline.valid.to)


def touches(guideline: Guideline, year: int) -> bool:
    """Whether it is in force on some day of that year."""
    return is_in_force(guideline, year, deadlines.span(guideline, year)[1])


def heirs(guideline_id: str, known: Mapping[str, Guideline]) -> set[str]:
    """The guideline and all that replace it, directly or one by one."""
    found, fresh = {guideline_id}, {guideline_id}
    while fresh:
        fresh = set(_replacing(fresh, known)) - found
        found |= fresh
    return found


def _replacing(old: set[str], known: Mapping[str, Guideline]) -> Iterator[str]:
    return (each.id for each in known.values() if old & set(each.replaces))
