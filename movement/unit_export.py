"""The units of a subtree as the list that `unit_plan` reads: read back, it changes nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from movement import access, unit_plan, unit_sheets
from movement.access import Thing
from movement.matching import tone_normal
from movement.unit_kinds import kind_label
from movement.unit_matching import STEP
from movement.vietnamese_dates import show_day
from movement.vietnamese_text import sort_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from movement.context import Context
    from movement.unit_matching import Known
    from movement.units import Unit

TOP: Final = 0  # stands for the unit above those at the top


def file(ctx: Context, name: str) -> bytes:
    """The open units that the person administers, as .xlsx or .csv, whichever the name says."""
    return unit_sheets.write(name, lines(ctx))


def lines(ctx: Context) -> list[dict[str, str]]:
    """A line for each unit, those above before those below; raise DomainError for whoever administers none."""
    reach = access.paths(ctx, "organise")
    if not reach:
        raise access.not_yours(ctx, "organise")
    near, _taken = unit_plan.read(ctx, reach)
    known = {each.id: each for each in near if each.valid_to is None}
    names = Counter(tone_normal(each.name) for each in known.values())
    return [_line(each, known, names) for _, each in _ordered(known) if each.path.startswith(tuple(reach))]


def tree(ctx: Context, home: Unit | None = None) -> list[tuple[int, Known]]:
    """The open units that the person administers, below this one or all, in order, each with its depth."""
    reach = access.paths(ctx, "organise")
    if home is not None:
        access.demand(ctx, "organise", Thing(home.path))
        reach = (home.path,)
    near, _taken = unit_plan.read(ctx, reach)
    ordered = _ordered({each.id: each for each in near if each.valid_to is None})
    return [(depth, each) for depth, each in ordered if each.path.startswith(tuple(reach))]


def _ordered(known: Mapping[int, Known]) -> list[tuple[int, Known]]:
    """Units before those below them, beside each other by the alphabet; each with its depth."""
    below: dict[int, list[Known]] = {}
    for each in known.values():
        above = each.parent_id or TOP
        below.setdefault(above if above in known else TOP, []).append(each)
    ordered: list[tuple[int, Known]] = []
    waiting = [(0, each) for each in _sorted(below.get(TOP, []))[::-1]]
    while waiting:
        depth, first = waiting.pop()
        ordered.append((depth, first))
        waiting += [(depth + 1, each) for each in _sorted(below.get(first.id, []))[::-1]]
    return ordered


def _line(each: Known, known: Mapping[int, Known], names: Mapping[str, int]) -> dict[str, str]:
    label = kind_label(each.kind)
    return {
        "code": each.code or "",
        "name": each.name,
        "short_name": each.short_name,
        "kind": label[0].upper() + label[1:],
        "parent": _reference(known.get(each.parent_id or TOP), known, names),
        "aliases": each.aliases,
        "founded": show_day(each.valid_from) if each.valid_from else "",
    }


def _reference(parent: Known | None, known: Mapping[int, Known], names: Mapping[str, int]) -> str:
    """The code of the unit above, else its name, with those above it where others have the same name."""
    if parent is None or parent.code:
        return (parent.code if parent else "") or ""
    if names[tone_normal(parent.name)] == 1:
        return parent.name
    line = [parent.name]
    while parent.parent_id is not None and (above := known.get(parent.parent_id)) is not None:
        parent = above
        line.insert(0, parent.name)
    return STEP.join(line)


def _sorted(found: list[Known]) -> list[Known]:
    return sorted(found, key=lambda each: (sort_key(each.name), each.id))
