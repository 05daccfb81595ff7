"""What the command line does with the database: open and list years, try a guideline. Gives texts to print."""

from __future__ import annotations

import asyncio
import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING

from locales import _
from movement import dry_run, guidelines, opening
from movement.dry_run_page import page
from storage.database import open_database
from storage.migrate import upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.settings import Settings
    from storage.database import Database


def open_cycle(settings: Settings, unit_id: int, year: int, guideline_id: str) -> str:
    """Open a year for a unit and all below it; raise DomainError with what is against it."""
    with database_of(settings) as database:
        opened = database.write_now(opening.open_cycle, unit_id, year, guideline_id, dt.datetime.now(dt.UTC))
    text = _("Opened {year} for {unit} and all below it ({bound} units), under “{title}”. Cycle {number}.")
    return text.format(
        year=opened.year,
        unit=opened.unit.name,
        bound=opened.bound,
        title=opened.guideline.title,
        number=opened.cycle_id,
    )


def list_cycles(settings: Settings) -> str:
    """Every cycle, a line each; where there is none, the units that one can be opened for."""
    today = dt.datetime.now(settings.zone).date()
    with database_of(settings) as database:
        found, top = database.read_now(lambda session: (opening.listed(session, today), opening.roots(session)))
    if not found:
        names = ", ".join(f"{each.id} ({each.name})" for each in top) or "–"
        return _("No year has been opened yet. The units at the top are: {units}.").format(units=names)
    line = _("{number}: {year} · {unit} (unit {unit_id}) · {code} · {many} initiatives")
    return "\n".join(
        line.format(
            number=each.cycle_id,
            year=each.year,
            unit=each.unit_name,
            unit_id=each.unit_id,
            code=each.guideline_id,
            many=each.entries,
        )
        + (_(" · replaced by a newer guideline") if each.is_replaced else "")
        for each in found
    )


def try_guideline(settings: Settings, file: Path, on: str) -> str:
    """What would become of a cycle under the guideline in the file; raise DomainError for a bad file or cycle."""
    guideline = guidelines.load(file)
    now = dt.datetime.now(dt.UTC)
    with database_of(settings) as database:
        return page(database.read_now(dry_run.run, guideline, on, now, settings.zone))


@contextmanager
def database_of(settings: Settings) -> Iterator[Database]:
    """The database of the deployment, at the newest version."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    settings.use_secret_key()
    upgrade(settings.database)
    database = open_database(settings.database)
    try:
        yield database
    finally:
        asyncio.run(database.close())
