"""Carrying out what a list of units plans: all of it, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from locales import _
from movement import audit, unit_history, unit_plan, unit_rows
from movement.errors import DomainError
from movement.unit_names import aliases, indexed
from storage.unit_tables import unit, unit_change, unit_past

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from movement.context import Context
    from movement.unit_matching import Key
    from movement.unit_sheets import Line
    from movement.unit_steps import Plan, Step

_new = insert(unit).returning(unit.c.id, sort_by_parameter_order=True)
_place = update(unit).where(unit.c.id == bindparam("row")).values(path=bindparam("new_path"))
_amend = (
    update(unit)
    .where(unit.c.id == bindparam("row"))
    .values({name: bindparam(f"new_{name}") for name in ("name", "short_name", "kind", "aliases", "code")})
    .values(valid_from=bindparam("new_valid_from"), folded=bindparam("new_folded"))
)


def apply(ctx: Context, lines: Sequence[Line], day: dt.date, under: int | None = None) -> dict[str, int]:
    """Carry out a list: the counts of its plan; raise DomainError, having changed nothing, if a line is wrong."""
    if day > ctx.today:
        raise DomainError(_("A list cannot take effect on a day that is still to come."))
    unit_rows.lock(ctx)
    plan = unit_plan.make(ctx, lines, day, under)
    if plan.mistakes:
        first = plan.mistakes[0]
        text = _("Nothing was changed. Wrong lines: {many}. Line {number}: {reason}")
        raise DomainError(text.format(many=len(plan.mistakes), number=first.number, reason=first.reason))
    _carry_out(ctx, plan)
    audit.write(ctx, "import_units", "units", {**plan.counts, "day": day.isoformat()}, right="organise")
    unit_rows.changed(ctx)
    return plan.counts


def _carry_out(ctx: Context, plan: Plan) -> None:
    ids: dict[Key, int] = {step.key: step.key[1] for step in plan.steps if step.before}
    levels = _by_depth(plan.steps)
    for level in levels:
        _found(ctx, plan, [step for step in level if step.before is None], ids)
    changed = [step for level in levels for step in level if step.before is not None and not step.is_idle]
    _amended(ctx, plan, changed, ids)
    for step in changed:  # from the top down, so that no unit ever goes below itself on the way
        if step.moves:
            parent_id = _id(step.parent, ids)
            rows = {row.id: row for row in ctx.session.rows(_paths(step.key[1], parent_id))}
            unit_rows.put_below(ctx, rows[step.key[1]], rows.get(parent_id or 0))


def _by_depth(steps: Sequence[Step]) -> list[list[Step]]:
    """The steps, those of units whose unit above is not in the list first, then those below them, and so on."""
    above = {step.key: step.parent for step in steps}
    depths: dict[Key, int] = {}

    def depth(key: Key) -> int:
        if key not in depths:
            parent = above[key]
            depths[key] = depth(parent) + 1 if parent in above and parent is not None else 0
        return depths[key]

    levels: dict[int, list[Step]] = {}
    for step in steps:
        levels.setdefault(depth(step.key), []).append(step)
    return [levels[each] for each in sorted(levels)]


def _found(ctx: Context, plan: Plan, steps: Sequence[Step], ids: dict[Key, int]) -> None:
    """Found the units of one level: those above them are there."""
    if not steps:
        return
    parents = {step.key: _id(step.parent, ids) for step in steps}
    values = [
        {
            "parent_id": parents[step.key], "kind": step.kind, "name": step.name, "short_name": step.short_name,
            "aliases": step.aliases, "code": step.code, "valid_from": step.founded, "path": "",
            "folded": indexed((step.name, step.short_name, *aliases(step.aliases), step.code or "")),
        }
        for step in steps
    ]  # fmt: skip
    made = list(ctx.session.execute(_new, values).scalars())
    ids |= {step.key: unit_id for step, unit_id in zip(steps, made, strict=True)}
    above = {each for each in parents.values() if each is not None}
    rows = ctx.session.rows(select(unit.c.id, unit.c.path).where(unit.c.id.in_(above)))
    paths: dict[int | None, str] = {None: "/"} | {row.id: row.path for row in rows}
    placed: list[dict[str, Any]] = [
        {"row": ids[step.key], "new_path": f"{paths[parents[step.key]]}{ids[step.key]}/"} for step in steps
    ]
    if any(len(each["new_path"]) > unit_rows.LONGEST_PATH for each in placed):
        raise DomainError(_("The tree would become too deep there."))
    ctx.session.execute(_place, placed)
    events = [
        unit_history.event(ctx, ids[step.key], "found", step.founded or plan.day, parents[step.key])
        for step in steps
    ]
    ctx.session.execute(insert(unit_change), events)


def _amended(ctx: Context, plan: Plan, steps: Sequence[Step], ids: dict[Key, int]) -> None:
    """Write the history of these units and all about them but their place."""
    if not steps:
        return
    rows = {row.id: row for row in ctx.session.rows(select(unit).where(unit.c.id.in_([s.key[1] for s in steps])))}
    kept = select(unit_past.c.unit_id).where(unit_past.c.until == plan.day, unit_past.c.unit_id.in_(rows))
    there = {row.unit_id for row in ctx.session.rows(kept)}
    dated = [step for step in steps if step.renames or step.moves or step.turns]
    if pasts := [_past(rows[step.key[1]], plan.day) for step in dated if step.key[1] not in there]:
        ctx.session.execute(insert(unit_past), pasts)
    ctx.session.execute(_amend, [_amendment(step, rows[step.key[1]].folded) for step in steps])
    events = [event for step in dated for event in _events(ctx, step, plan.day, _id(step.parent, ids))]
    if events:
        ctx.session.execute(insert(unit_change), events)


def _past(row: Any, day: dt.date) -> dict[str, Any]:
    return {"unit_id": row.id, "until": day, **{name: getattr(row, name) for name in unit_history.WAS}}


def _amendment(step: Step, folded: str) -> dict[str, Any]:
    """What it is now; it stays to be found by what it was called."""
    names = (step.name, step.short_name, *aliases(step.aliases), step.code or "", folded)
    return {
        "row": step.key[1],
        "new_name": step.name,
        "new_short_name": step.short_name,
        "new_kind": step.kind,
        "new_aliases": step.aliases,
        "new_code": step.code,
        "new_valid_from": step.founded,
        "new_folded": indexed(names),
    }


def _events(ctx: Context, step: Step, day: dt.date, parent: int | None) -> list[dict[str, Any]]:
    made: list[tuple[unit_history.Change, bool, int | None]] = [
        ("rename", step.renames, None), ("kind", step.turns, None), ("move", step.moves, parent),
    ]  # fmt: skip
    return [unit_history.event(ctx, step.key[1], change, day, other) for change, holds, other in made if holds]


def _paths(unit_id: int, parent_id: int | None) -> Any:
    return select(unit.c.id, unit.c.path).where(unit.c.id.in_([unit_id, parent_id or unit_id]))


def _id(key: Key | None, ids: dict[Key, int]) -> int | None:
    return None if key is None else ids.get(key, key[1] if key[0] == "unit" else None)
