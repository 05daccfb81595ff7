"""What `run_bot.py units` does with the database. Gives texts to print."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeVar

from bot import os_reasons
from bot.commands import database_of
from locales import _
from movement import unit_changes, unit_export, unit_import, unit_plan, unit_plan_page, unit_sheets, units
from movement.errors import DomainError
from movement.operators import operator
from movement.unit_changes import Founding
from movement.unit_kind_words import kind_by_name, kind_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    from bot.settings import Settings
    from movement.context import Context
    from movement.units import Unit
    from storage.session import Session

T = TypeVar("T")

MOST_CHANGES = 40  # lines of a plan
MOST_LISTED = 500


def list_units(settings: Settings, asked: argparse.Namespace) -> str:
    """The tree, a unit a line, those below it indented."""
    found = _read(settings, lambda ctx: unit_export.tree(ctx, _unit(ctx, asked.under) if asked.under else None))
    if not found:
        return _("There are no units yet. Please add the units first.")
    lines = [f"{'  ' * depth}{each.id}  {each.name}" for depth, each in found[:MOST_LISTED]]
    more = [_("… and {more} more.").format(more=len(found) - MOST_LISTED)] if len(found) > MOST_LISTED else []
    return "\n".join([*lines, *more])


def find_units(settings: Settings, asked: argparse.Namespace) -> str:
    """The units that these words may mean, with where they stand."""
    words = " ".join(asked.words)

    def search(ctx: Context) -> tuple[bool, list[str]]:
        found = units.find(ctx, words)
        places = units.places(ctx, found.units)
        return found.is_guess, [_listed(each, places[each.id]) for each in found.units]

    is_guess, lines = _read(settings, search)
    if not lines:
        return _("No unit is called “{text}”.").format(text=words)
    return "\n".join([*([_("Did you mean:")] if is_guess else []), *lines])


def _listed(each: Unit, place: str) -> str:
    return f"{each.id}  {each.name}" + (f" · {place}" if place else "")


def add_unit(settings: Settings, asked: argparse.Namespace) -> str:
    """Found one unit; raise DomainError with what is against it."""
    kind = kind_of(asked.kind) if asked.kind else kind_by_name(asked.name)
    if not kind:
        raise DomainError(_("There is no kind of unit called “{kind}”.").format(kind=asked.kind or asked.name))

    def add(ctx: Context) -> int:
        above = _unit(ctx, asked.under).id if asked.under else None
        return unit_changes.found(ctx, Founding(kind, asked.name, asked.short, above, code=asked.code))

    return _("Added {name}: number {number}.").format(name=asked.name, number=_write(settings, add))


def import_units(settings: Settings, asked: argparse.Namespace) -> str:
    """Show what a list would change, or carry it out; raise DomainError with every line that is wrong."""
    lines = unit_sheets.read(_bytes(asked.file), asked.file.name)

    def where(ctx: Context) -> tuple[dt.date, int | None]:
        return _day(ctx, asked.day), _unit(ctx, asked.under).id if asked.under else None

    plan = _read(settings, lambda ctx: unit_plan.make(ctx, lines, *where(ctx)))
    page = unit_plan_page.page(plan, MOST_CHANGES)
    if plan.mistakes:
        raise DomainError(page)
    if plan.is_idle:
        return page
    if not asked.apply:
        return "\n\n".join([page, _("Nothing was changed yet. To carry it out, run the same again with --apply.")])
    done = _write(settings, lambda ctx: unit_import.apply(ctx, lines, *where(ctx)))
    return "\n".join([_("Done:"), *unit_plan_page.counts(done)])


def export_units(settings: Settings, asked: argparse.Namespace) -> str:
    """Write the whole tree into a file that `import` reads."""
    file: Path = asked.file
    if file.suffix.lower() not in {".xlsx", ".csv"}:
        raise DomainError(_("Please name a file that ends in .xlsx or .csv."))
    lines = _read(settings, unit_export.lines)
    try:
        file.write_bytes(unit_sheets.write(file.name, lines))
    except OSError as error:
        text = _("{file} could not be written: {reason}.")
        raise DomainError(text.format(file=file, reason=os_reasons.reason(error))) from error
    if not lines:
        return _("There are no units yet: {file} has the headings and the kinds, to be filled in.").format(
            file=file
        )
    return _("Wrote {many} units to {file}.").format(many=len(lines), file=file)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        text = _("{file} could not be read: {reason}.")
        raise DomainError(text.format(file=file, reason=os_reasons.reason(error))) from error


def _day(ctx: Context, text: str | None) -> dt.date:
    day = unit_plan.day_in(text) if text else ctx.today
    if day is None:
        raise DomainError(_("“{text}” is no day; write it as 28/07/1999.").format(text=text))
    return day


def _unit(ctx: Context, named: str) -> Unit:
    """The unit with this code or number; raise DomainError where there is none."""
    found = units.coded(ctx, named) or (units.get(ctx, int(named)) if named.isdecimal() else None)
    if found is None:
        raise DomainError(_("There is no unit with the number or code {named}.").format(named=named))
    return found


def _read(settings: Settings, work: Callable[[Context], T]) -> T:
    with database_of(settings) as database:
        return database.read_now(_as_operator, settings, work)


def _write(settings: Settings, work: Callable[[Context], T]) -> T:
    with database_of(settings) as database:
        return database.write_now(_as_operator, settings, work)


def _as_operator(session: Session, settings: Settings, work: Callable[[Context], T]) -> T:
    return work(operator(session, dt.datetime.now(dt.UTC), settings.zone))
