"""Whether this start is a demo, and its world filled in once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from movement import demo, demo_days
from storage.unit_tables import unit

if TYPE_CHECKING:
    import datetime as dt

    from bot.settings import Settings
    from storage.database import Database
    from storage.files import FileStore
    from storage.session import Session


def prepare(database: Database, store: FileStore, settings: Settings, now: dt.datetime) -> bool:
    """Fill an empty database where a demo is wanted; give whether this is a demo."""
    wanted = settings.demo if settings.demo is not None else settings.telegram_token is None
    if not wanted:
        return False
    if database.read_now(_is_empty):
        database.write_now(demo.fill, store.put, now, settings.zone)
        return True
    filled = database.read_now(demo.is_filled)
    if filled:  # on another day it may be another year
        database.write_now(demo_days.begin_years, now.astimezone(settings.zone).year)
    return settings.demo is True or filled


def _is_empty(session: Session) -> bool:
    return not session.scalar(select(func.count()).select_from(unit))
